"""What a caller meant by words: one choice for sure, one that must be asked about, or nothing. Precision first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from ivr.flow.english import ENGLISH
from ivr.flow.smallwords import small_words, words_of
from ivr.flow.speechways import Speechways
from ivr.flow.utterance import Match, Speech, gap, inside, listen, start, union
from ivr.flow.vocabulary import Choice, Vocabulary, vocabulary

__all__ = ["ENGLISH", "Choice", "Heard", "Nothing", "Speechways", "Sure", "Unsure", "hear"]

LONGEST = 500
"""Characters of an utterance that are looked at."""
MOST_WORDS = 60
"""More words than this are not an answer to a menu."""
MOST_MATCHES = 40
"""More meanings than these are babble, and would take long to weigh."""
CLEAR = 0.45
"""Confidence from which a recogniser is believed. 0.0 comes with right words too, so it is not worse than 0.4."""
STRAY = 3
"""Words beside a choice with which it is still worth asking about."""
WORDY = 3
"""Words from which a command is no chance, even when an option is named after it."""
SHORT = 5
"""Letters up to which one word, heard beside others, is chance."""


@dataclass(frozen=True, slots=True)
class Sure:
    """The caller meant this. `command`: a universal command, not an option of the menu."""

    id: str
    command: bool = False


@dataclass(frozen=True, slots=True)
class Unsure:
    """The caller may have meant this: ask."""

    id: str
    command: bool = False


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing that can be chosen here was said."""


Heard = Sure | Unsure | Nothing

_Group = tuple[int, int, list[Match]]
"""A choice, all words that mean it, and its matches."""


def hear(
    said: str,
    confidence: float | None,
    choices: Sequence[Choice],
    commands: Sequence[Choice],
    numbers: Mapping[str, tuple[str, ...]],
    ways: Speechways = ENGLISH,
) -> Heard:
    """What was meant by `said`. Confidence 0 to 1, or none given. `numbers`: words by key. Never raises."""
    words = tuple(word for word, _ in groupby(words_of(said[:LONGEST], ways)))
    if not words or len(words) > MOST_WORDS:
        return Nothing()
    known = vocabulary(tuple(choices), tuple(commands), tuple(numbers.items()), ways)
    heard = _judge(listen(words, known, small_words(ways)), known)
    believed = confidence is None or confidence >= CLEAR
    return Unsure(heard.id, heard.command) if isinstance(heard, Sure) and not believed else heard


def _judge(speech: Speech, known: Vocabulary) -> Heard:
    meant = [match for match in speech.matches if _meant(match, speech)]
    if len(meant) > MOST_MATCHES:
        return Nothing()
    matches = _longest(meant, speech)
    denied = [match for match in matches if _denied(match, matches, speech, known)]
    live = _without_idle([match for match in matches if match not in denied], speech, known, bool(denied))
    groups = _groups(live)
    match len(groups):
        case 0:
            return _refusal(denied, known) if denied else _hint(speech, known)
        case 1:
            return _weigh(*groups[0], denied, speech, known)
        case _:
            return _between(_without_no(groups, known), speech, known)


def _longest(matches: Sequence[Match], speech: Speech) -> list[Match]:
    """Without matches inside a longer phrase of another choice; of two for the same words, the first."""
    first: dict[int, int] = {}
    for match in matches:
        first.setdefault(match.mask, match.choice)
    kept = [match for match in matches if first[match.mask] == match.choice]
    return [match for match in kept if not any(_part_of(match, other, speech) for other in kept)]


def _part_of(match: Match, other: Match, speech: Speech) -> bool:
    """Whether a match is a piece of another choice's phrase; fillers do not make a phrase longer."""
    core, longer = match.mask & ~speech.small or match.mask, other.mask & ~speech.small or other.mask
    return match.choice != other.choice and (inside(match.mask, (other.mask,)) or inside(core, (longer,)))


def _meant(match: Match, speech: Speech) -> bool:
    """Whether a match is no piece of a fixed expression, no pronoun and no chance sound."""
    if inside(match.mask, speech.idioms) or inside(match.mask, speech.negations):
        return False
    match match.sense.kind:
        case "number":
            return not match.mask & speech.pointed
        case "sound_alike":
            return not ((1 << len(speech.words)) - 1) & ~(match.mask | speech.polite | speech.aside)
        case _:
            return True


def _denials(matches: Iterable[Match], speech: Speech, known: Vocabulary) -> list[int]:
    """Negations that belong to no choice of their own, such as `not sure`."""
    owned = union(match.mask for match in matches if match.choice not in known.no)
    return [span for span in speech.negations if span & ~owned]


def _denied(match: Match, matches: Sequence[Match], speech: Speech, known: Vocabulary) -> bool:
    """Whether a negation before the match covers it."""
    if match.choice in known.no:
        return False
    return any(
        start(span) < start(match.mask) and not speech.breaks & gap(span, match.mask)
        for span in _denials(matches, speech, known)
    )


def _without_idle(matches: list[Match], speech: Speech, known: Vocabulary, denied: bool) -> list[Match]:
    """Asides, fillers and refusals mean something only where nothing else does."""
    plain = [match for match in matches if match.sense.kind != "refusing"]
    idle = speech.polite | speech.small | speech.aside
    if denied or any(match.mask & ~idle and match.choice not in known.no for match in plain):
        matches = plain
    weighty = [match for match in matches if match.mask & ~idle]
    if not weighty:
        return [match for match in matches if match.choice not in known.yes] or matches
    return [match for match in matches if match in weighty or _yes_too(match, weighty, speech, known)]


def _yes_too(match: Match, weighty: Iterable[Match], speech: Speech, known: Vocabulary) -> bool:
    """Yes counts beside a no, and, where it is an option, beside a command: `yes, call me back`."""
    others = [other.choice for other in weighty if other.choice not in known.no]
    spoken = match.choice in known.yes and bool(match.mask & ~(speech.small | speech.polite))
    return spoken and (not others or match.choice < known.options <= min(others))


def _groups(matches: Sequence[Match]) -> list[_Group]:
    """Matches by choice: (choice, mask, matches)."""
    choices: dict[int, list[Match]] = {}
    for match in matches:
        choices.setdefault(match.choice, []).append(match)
    return [(choice, union(match.mask for match in found), found) for choice, found in choices.items()]


def _weigh(
    choice: int, mask: int, found: Sequence[Match], denied: Sequence[Match], speech: Speech, known: Vocabulary
) -> Heard:
    """One choice was named: is what else was said harmless?"""
    refusing = choice in known.no
    denials = union(_denials(speech.matches, speech, known))
    stray = speech.stray(mask | denials | speech.breaks | union(match.mask for match in denied))
    if not stray and not mask & speech.shaky and (refusing or not denials):
        return Sure(known.choices[choice].id, choice >= known.options)
    return _worth_asking(choice, mask, found, stray, speech, known)


def _worth_asking(
    choice: int, mask: int, found: Sequence[Match], stray: int, speech: Speech, known: Vocabulary
) -> Heard:
    answer = choice in known.yes | known.no and bool(mask & ~speech.small)
    if _bare(found) and stray:
        return Nothing()
    if not mask & ~speech.idle and stray and not answer:
        return Nothing()
    letters = sum(len(word) for at, word in enumerate(speech.words) if mask >> at & 1)
    most = 1 if letters <= SHORT and not (answer and speech.opens(mask)) else max(STRAY, 2 * mask.bit_count())
    return Unsure(known.choices[choice].id, choice >= known.options) if stray <= most else Nothing()


def _between(groups: list[_Group], speech: Speech, known: Vocabulary) -> Heard:
    """Several choices were named: the one that a correction leaves, or the one with more words, is asked about."""
    if not groups:
        return Nothing()
    ordered = sorted(groups, key=lambda group: start(group[1]))
    whole = union(mask for _, mask, _ in groups)
    if speech.alternatives & ~whole or speech.stray(whole) > STRAY:
        return Nothing()
    corrected = all(
        any(start(left) < start(span) < start(right) for span in speech.retractions)
        for (_, left, _), (_, right, _) in pairwise(ordered)
    )
    if corrected:
        return _asked(ordered[-1], known)
    if _commanding(ordered[0], speech, known) and not speech.stray(whole):
        return Sure(known.choices[ordered[0][0]].id, command=True)
    most = max(mask.bit_count() for _, mask, _ in groups)
    best = [group for group in groups if group[1].bit_count() == most]
    best = [group for group in best if group[0] < known.options and not _bare(group[2])] or best
    return _asked(best[0], known) if len(best) == 1 else Nothing()


def _bare(found: Iterable[Match]) -> bool:
    """Whether only a number was said."""
    return all(match.sense.kind == "number" for match in found)


def _asked(group: _Group, known: Vocabulary) -> Unsure:
    return Unsure(known.choices[group[0]].id, group[0] >= known.options)


def _commanding(group: _Group, speech: Speech, known: Vocabulary) -> bool:
    """Whether a command opens the sentence in so many words: `speak to a person about mediation`."""
    choice, mask, _ = group
    return (
        choice >= known.options
        and speech.opens(mask)
        and mask.bit_count() >= WORDY
        and not _denials(speech.matches, speech, known)
    )


def _without_no(groups: list[_Group], known: Vocabulary) -> list[_Group]:
    """`No, mediation`: where no is not an option, it corrects something; what is left is asked about."""
    return [group for group in groups if group[0] not in known.no or group[0] < known.options]


def _refusal(denied: Sequence[Match], known: Vocabulary) -> Heard:
    """`I do not want to be called back`, where that is a question, is perhaps a no."""
    options = [choice for choice in known.no if choice < known.options]
    if options and all(match.choice in known.yes for match in denied):
        return Unsure(known.choices[options[0]].id)
    return Nothing()


def _hint(speech: Speech, known: Vocabulary) -> Heard:
    """A word or two out of a longer phrase of one option only: ask."""
    said = {word for at, word in enumerate(speech.words) if not (speech.polite | speech.small) >> at & 1}
    if not said or len(said) > STRAY or min(map(len, said)) < SHORT - 1:
        return Nothing()
    meant = {choice for bag, choice in known.bags if choice < known.options and said <= bag}
    return Unsure(known.choices[meant.pop()].id) if len(meant) == 1 else Nothing()
