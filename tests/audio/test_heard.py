"""The same words however they are spelled; other words are errors."""

import pytest

from ivr.audio.heard import digits, errors, normal, without
from ivr.audio.lexicon import Word

LEXICON = (Word("EHC", heard=("ehc", "e h c")), Word("Northamptonshire", heard=("north amptonshire",)))


@pytest.mark.parametrize(
    ("meant", "heard"),
    [
        ("For mediation, press 1.", "for mediation press one"),
        ("0 1 6 0 4, 3 6 7, 1 2 5", "01604 367125"),
        ("zero one six", "oh one six"),
        ("28 April 2023", "28th April 2023"),
        ("28 April", "twenty-eight April"),
        ("aged 0 to 25", "aged zero to twenty five"),
        ("up to 90 days", "up to ninety days"),
        ("An EHC plan", "An E.H.C. plan"),
        ("West Northamptonshire", "west north Amptonshire"),
        ("N N 1, 1 E D", "NN1 1ED"),
        ("organisations", "organizations"),
        ("the councils’ number", "the council's number"),
        ("one half-hour", "1 half hour"),
    ],
)
def test_spellings_of_the_same_words_are_equal(meant: str, heard: str) -> None:
    assert errors(normal(meant, LEXICON), normal(heard, LEXICON)) == 0


@pytest.mark.parametrize(
    ("meant", "heard", "wrong"),
    [
        ("press 1", "press 9", 1),
        ("press star", "press start now", 2),
        ("you must not wait", "you must wait", 1),
        ("yes", "", 1),
        ("367", "36 or 7", 1),
        ("mediation", "medication", 1),
    ],
)
def test_other_words_are_errors(meant: str, heard: str, wrong: int) -> None:
    assert errors(normal(meant), normal(heard)) == wrong


def test_listed_terms_can_be_left_out() -> None:
    assert without(["ehc"], ["an", "ehc", "plan"]) == ["an", "plan"]


def test_digits_are_read_in_their_order() -> None:
    assert digits(normal("ring 01604, three six seven, one 2 5")) == "01604367125"
