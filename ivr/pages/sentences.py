"""The sentences of a prompt one by one, filled in, each with the facts that it rests on."""

from dataclasses import dataclass, replace

from ivr.flow.line import Flow
from ivr.flow.nodes import PromptId
from ivr.flow.spoken import text_of
from ivr.flow.turn import Say
from ivr.flow.wording import FactId, Wording, Words


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence as it is said, and its facts."""

    text: str
    facts: tuple[FactId, ...] = ()


class Reader:
    """Reads prompts of one language, sentence by sentence. A prompt that the language lacks is in the default one."""

    def __init__(self, flow: Flow, language: str) -> None:
        self.flow, self.language = flow, language
        self._single = replace(flow, words={name: _single(words) for name, words in flow.words.items()})

    def say(self, say: Say) -> tuple[Told, ...]:
        """The sentences of a prompt as it is said here. Raises KeyError for a prompt that no language has."""
        wording = self._wording(say)
        texts = (
            text_of(self._single, replace(say, prompt=_part(say.prompt, number)), self.language)
            for number in range(len(wording.says))
        )
        return tuple(Told(text, one.facts) for text, one in zip(texts, wording.says, strict=True))

    def prompt(self, prompt: str) -> tuple[Told, ...]:
        """The sentences of a prompt that needs nothing besides its name."""
        return self.say(Say(PromptId(prompt)))

    def text(self, say: Say) -> str:
        """All of a prompt as one text."""
        return text_of(self.flow, say, self.language)

    def _wording(self, say: Say) -> Wording:
        tongue = say.language or self.language
        found = self.flow.words[tongue].prompts.get(say.prompt) if tongue in self.flow.words else None
        return found or self.flow.words[self.flow.line.languages[0]].prompts[say.prompt]


def _single(words: Words) -> Words:
    """The same words, with a prompt for each sentence besides."""
    parts = {
        _part(prompt, number): replace(wording, says=(sentence,))
        for prompt, wording in words.prompts.items()
        for number, sentence in enumerate(wording.says)
    }
    return replace(words, prompts=words.prompts | parts)


def _part(prompt: PromptId, number: int) -> PromptId:
    return PromptId(f"{prompt}#{number}")
