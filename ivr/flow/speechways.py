"""How people of one language talk to a telephone line: the small words, by data. `ears` decides with it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Speechways:
    """One language's ways of talking. Phrases are written as spoken; case, accents and apostrophes do not matter.

    Each is itself only: what was worked out from it once is looked up by it for every word that is heard, and comparing
    its thousands of words there would take most of the time.
    """

    polite: tuple[str, ...]
    """Politeness and hesitation: they never mean anything."""
    fillers: tuple[str, ...]
    """Words around a choice that add nothing to it."""
    asides: tuple[str, ...]
    """Words that mean something alone, and nothing beside a choice: `again`, `sorry`, `yes`."""
    idioms: tuple[str, ...]
    """Fixed expressions whose words do not mean what they mean alone: `one moment`, `no worries`."""
    negations: tuple[str, ...]
    """Words that turn the rest of the sentence round."""
    breaks: tuple[str, ...]
    """Words that end what a negation covers."""
    retractions: tuple[str, ...]
    """Words between a choice and its correction."""
    alternatives: tuple[str, ...]
    """Words between two choices of a caller who has not decided."""
    numbers: tuple[tuple[str, tuple[str, ...]], ...]
    """Each key and its words, besides those that the line's own words bring."""
    ordinals: tuple[tuple[str, tuple[str, ...]], ...]
    """Each key and its place in a list."""
    last: tuple[str, ...]
    """Words for the last choice of a menu."""
    sound_alikes: tuple[tuple[str, tuple[str, ...]], ...]
    """Each key and words that sound like it: believed only when nothing else was said."""
    carriers: tuple[str, ...]
    """Words that make a number a choice: `option`, `press`."""
    pronouns: tuple[str, ...]
    """Numbers that also stand for something just named."""
    pointers: tuple[str, ...]
    """Words before a pronoun that make it no number: `that one`."""
    same: tuple[tuple[str, ...], ...]
    """Groups of phrases with one meaning: a choice that has the first has all of them."""
    contractions: tuple[tuple[str, tuple[str, str]], ...]
    """Each short word and the two that it stands for: `dont` and `do not`."""
    misheard: tuple[tuple[str, tuple[str, ...]], ...]
    """Each word, and what recognisers and callers make of it."""
    lookalikes: tuple[str, ...]
    """Words of their own that look like a choice: the caller is asked."""
    plural: str = ""
    """Ending that does not change a word's meaning here."""
    yes: str = "yes"
    no: str = "no"


def phrases(text: str) -> tuple[str, ...]:
    """Phrases written in one text with `|` between them."""
    return tuple(" ".join(phrase.split()) for phrase in text.split("|"))
