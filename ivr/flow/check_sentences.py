"""Checks of each sentence by itself: is it short, plain, kind, and read as it is meant?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ivr.flow.check_finding import Finding, error, prompt, warning
from ivr.flow.nodes import PromptId
from ivr.flow.readability import Reading, reading, words_in
from ivr.flow.wording import Words

LONGEST: Final = 25
MEAN: Final = 15
GRADE: Final = 6.0
"""Flesch-Kincaid grade of all that the line says: reading age 9 to 11."""
PROMPT_GRADE: Final = 8.0
WEIGHTY: Final = 25
"""Words from which one prompt's own grade says something."""
HARD_SHARE: Final = 0.12

_KEY_FIRST: Final = re.compile(
    r"\bpress(?:ing)? (?:\{key\}|\d|star|hash|zero)\s*,?\s*(?:for|to|if|and you)\b", re.IGNORECASE
)
_PRESSED: Final = re.compile(r"\bpress \{key\}", re.IGNORECASE)
_BLAME: Final = re.compile(
    r"\b(?:invalid|incorrect(?:ly)?|illegal|errors?|not allowed|not valid|your mistake"
    r"|wrong (?:key|number|button|option|choice|entry)"
    r"|you (?:failed|forgot|did not|have not|must have|should have)|you (?:pressed|said) (?:the|a) wrong"
    r"|(?:got|get) (?:it|that|this) wrong|(?:a|an|no|not a) valid|not an? (?:option|choice)|(?:not|un) ?recogni[sz]ed"
    r"|mistakes?|(?:more carefully|listen carefully|pay attention)|your fault)\b",
    re.IGNORECASE,
)
_KEY_NAMES: Final = re.compile(
    r"\b(?:asterisk|pound key|pound sign|press (?:the )?pound|octothorpe|number sign)\b|(?<!\w)[*#](?!\w)",
    re.IGNORECASE,
)
_DIGITS: Final = re.compile(r"(?<![\d{])\d{3,}(?![\d}])")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_MUST: Final = re.compile(r"\bmust\b", re.IGNORECASE)
_DUTY: Final = re.compile(
    r"\byou (?:have (?:got )?to|need to|are (?:required|obliged|expected) to|had better)\b"
    r"|\b(?:requires|obliges) you\b|(?<!not )\b(?:compulsory|mandatory|obligatory)\b",
    re.IGNORECASE,
)
_ADVISER: Final = re.compile(r"\bmust (?:first )?contact a mediation adviser\b", re.IGNORECASE)
_LITERAL: Final = re.compile(r"\b(?:\d+|one|two|three|four|five) working days?\b", re.IGNORECASE)
_FORBIDDEN: Final = re.compile(
    r"\b(?:referral|referred by|you have until|your deadline|time limit|legal(?:ly)? entitled|emergency|999)\b"
    r"|\byou (?:only )?have (?:\w+ ){1,3}(?:days?|weeks?|months?|years?)\b"
    r"|\b(?:within|by|before|after) (?:\w+ ){1,3}(?:days?|weeks?|months?) (?:of|from|after)\b",
    re.IGNORECASE,
)
_ANNOUNCED: Final = re.compile(r"\bpress (?:0|zero|star|hash|the star|the hash)\b", re.IGNORECASE)
_SIGNS: Final = re.compile(
    r"[&/\\@%£$€<>=+_|~^\[\]•]|[\u2190-\u2bff\U0001f000-\U0001faff]|\b(?:[A-Za-z]\.){2,}|\b(?:www|https?)\b"
    r"|\b(?:etc|Dept|Rd|St|Mr|Mrs|Ms|Dr|approx|tel)\."
)
_INSTEAD: Final = {"&": "write 'and'", "/": "write 'or'", "e.g.": "write 'such as'", "i.e.": "write 'that is'"}
"""Signs and short forms that voices swallow, spell, or make up words for."""
MOST_ANNOUNCED: Final = 2


@dataclass(frozen=True, slots=True)
class _Said:
    """One sentence and where it stands."""

    language: str
    prompt: PromptId
    number: int
    text: str


def sentences(language: str, words: Words) -> Iterator[Finding]:
    """What is wrong with single sentences, and with the script of a language as a whole."""
    said = list(_said(language, words))
    for one in said:
        yield from _any_language(one)
        if language.startswith("en"):
            yield from _english(one)
    if language.startswith("en"):
        yield from _prompts(language, words)
    yield from _whole(language, words, said)


def _said(language: str, words: Words) -> Iterator[_Said]:
    for name, wording in words.prompts.items():
        for number, sentence in enumerate(wording.says):
            yield _Said(language, name, number, sentence.text)


def parted(text: str) -> list[str]:
    """The sentences of a text that holds several; a placeholder counts as one word."""
    plain = re.sub(r"\{(\w+)\}", r"\1", text)
    return [piece for piece in re.split(r"(?<=[.?!])\s+", plain) if words_in(piece)]


def _any_language(one: _Said) -> Iterator[Finding]:
    about = prompt(one.language, one.prompt, one.number)
    for piece in parted(one.text):
        count = len(words_in(piece))
        if count > LONGEST:
            yield error("sentence-too-long", about, f"{count} words in a sentence; at most {LONGEST}: make it two")
    for digits in _DIGITS.findall(one.text):
        if not _YEAR.fullmatch(digits):
            spaced = " ".join(digits)
            yield error("digits", about, f"'{digits}' would be read as one large number; write '{spaced}' or {{phone}}")
    if "{key}" in one.text and words_in(one.text.split("{key}", 1)[1]):
        yield error("key-first", about, "words follow the key; say what the choice is, then its key")
    if _KEY_NAMES.search(one.text):
        yield error("key-names", about, "keys are called star, hash and 0")
    for sign in dict.fromkeys(_SIGNS.findall(one.text)):
        instead = _INSTEAD.get(sign.casefold(), "write the words, as they are to be heard")
        yield error("not-words", about, f"'{sign}' is not read as it is meant; {instead}")


def _english(one: _Said) -> Iterator[Finding]:
    about = prompt(one.language, one.prompt, one.number)
    if "{key}" in one.text and not _PRESSED.search(one.text):
        yield error("press", about, "a key is pressed, on every kind of telephone: say 'For mediation, press {key}'")
    if _KEY_FIRST.search(one.text):
        yield error("key-first", about, "the key comes before the words; say 'For mediation, press 1'")
    if blamed := _BLAME.search(one.text):
        yield error("blame", about, f"'{blamed[0]}' blames the caller; say what to do instead")
    if _MUST.search(one.text) and not _ADVISER.search(one.text):
        yield error("must", about, "'must' is said only of contacting a mediation adviser before an appeal")
    if duty := _DUTY.search(one.text):
        text = f"'{duty[0]}' tells callers what they must do; say what they can do, as 'you can'"
        yield error("must", about, text)
    if literal := _LITERAL.search(one.text):
        yield error("literal-promise", about, f"'{literal[0]}' would not change with the settings; write {{days}}")
    if forbidden := _FORBIDDEN.search(one.text):
        yield error("not-ours-to-say", about, f"'{forbidden[0]}': the guidance does not say this to callers")


def _prompts(language: str, words: Words) -> Iterator[Finding]:
    """What is wrong with a prompt as a whole."""
    for name, wording in words.prompts.items():
        texts = [piece for sentence in wording.says for piece in parted(sentence.text)]
        whole = " ".join(texts)
        read = reading(texts, words.terms)
        if read.words >= WEIGHTY and read.grade > PROMPT_GRADE:
            hard = f" ({', '.join(dict.fromkeys(read.hard))})" if read.hard else ""
            text = f"hard to follow: school grade {read.grade:.1f}, at most {PROMPT_GRADE:.0f}{hard}"
            yield warning("hard-to-follow", prompt(language, name), text)
        named = [int(key) for key in re.findall(r"\bpress ([1-9])\b", whole, re.IGNORECASE)]
        if named != sorted(named):
            yield error("keys-not-ascending", prompt(language, name), f"keys are said in the order {named}; count up")
        if len(set(_ANNOUNCED.findall(whole.casefold()))) > MOST_ANNOUNCED:
            text = f"more than {MOST_ANNOUNCED} keys that work anywhere are announced here"
            yield warning("too-many-keys", prompt(language, name), text)


def _whole(language: str, words: Words, said: list[_Said]) -> Iterator[Finding]:
    """The script of a language: how long its sentences are, and in English how hard."""
    pieces = [piece for one in said for piece in parted(one.text)]
    read = whole_reading(pieces, words)
    about = prompt(language, "")
    if read.mean > MEAN:
        yield error("mean-too-long", about, f"{read.mean:.1f} words a sentence on average; at most {MEAN}")
    if not language.startswith("en"):
        return
    if read.grade > GRADE:
        yield error("reading-age", about, f"school grade {read.grade:.1f} on the whole; at most {GRADE:.0f}")
    if read.hard_share > HARD_SHARE:
        most = sorted({word for word in read.hard if read.hard.count(word) > 1}, key=read.hard.count)[-8:]
        text = (
            f"{read.hard_share:.0%} of words have three syllables or more; at most {HARD_SHARE:.0%}: {', '.join(most)}"
        )
        yield warning("hard-words", about, text)


def whole_reading(pieces: list[str], words: Words) -> Reading:
    """The reading of a whole script."""
    return reading(pieces, words.terms)
