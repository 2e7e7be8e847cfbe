"""The rules for single sentences and for the script: what each refuses, and what it lets pass."""

import pytest

from ivr.flow.check_menus import expanded
from ivr.flow.check_sentences import sentences
from ivr.flow.nodes import PromptId
from ivr.flow.readability import reading, syllables
from ivr.flow.wording import Sentence, Wording, Words

SYLLABLES = {
    1: "plan called used care young once press choose school two eight are here made",
    2: "council councils people choices quiet table social being special person number message someone resolve",
    3: "decided idea decision everyone register nobody tribunal assessment confusion",
    4: "disagreement mediation education information independent experience",
    5: "educational disabilities",
}


def words(*texts: str, terms: tuple[str, ...] = ()) -> Words:
    said = tuple(Sentence(text=text) for text in texts)
    return Words(status="approved", universal={}, prompts={PromptId("one"): Wording(says=said)}, terms=terms)


def codes(*texts: str, language: str = "en-GB", terms: tuple[str, ...] = ()) -> set[str]:
    return {finding.code for finding in sentences(language, words(*texts, terms=terms))}


@pytest.mark.parametrize("count", SYLLABLES)
def test_syllables_are_counted(count: int) -> None:
    known = SYLLABLES[count].split()

    assert {word: syllables(word) for word in known} == dict.fromkeys(known, count)


def test_the_grade_of_a_known_sentence() -> None:
    assert reading(["The cat sat on the mat."]).grade == pytest.approx(-1.45, abs=0.01)


def test_terms_of_art_do_not_count_as_hard_words_but_make_a_sentence_longer() -> None:
    plain, known = reading(["Mediation is free."]), reading(["Mediation is free."], ["mediation"])

    assert plain.hard == ("Mediation",)
    assert known.hard == ()
    assert known.grade < plain.grade
    assert known.mean == plain.mean == 3


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("word " * 26 + ".", "sentence-too-long"),
        ("Ring 01604 367125.", "digits"),
        ("Press 1 for yes.", "key-first"),
        ("Press {key} if you are sure.", "key-first"),
        ("Press star to go back.", "key-first"),
        ("That was an invalid key.", "blame"),
        ("You pressed the wrong key.", "blame"),
        ("There was an error.", "blame"),
        ("Press the asterisk.", "key-names"),
        ("Then press #.", "key-names"),
        ("You must agree.", "must"),
        ("We ring within two working days.", "literal-promise"),
        ("You need a referral.", "not-ours-to-say"),
        ("You have until May.", "not-ours-to-say"),
        ("For no, press 2. For yes, press 1.", "keys-not-ascending"),
        ("For a person, press 0. To go back, press hash. To hear it again, press star.", "too-many-keys"),
        ("Interdisciplinary collaboration arrangements.", "reading-age"),
        ("Interdisciplinary collaboration arrangements.", "hard-words"),
        (
            "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen six.",
            "mean-too-long",
        ),
    ],
)
def test_a_bad_sentence_is_found(text: str, code: str) -> None:
    assert code in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "For mediation, press {key}.",
        "word " * 14 + "{phone}.",
        "The Children and Families Act was made in 2014.",
        "Before an appeal, you must contact a mediation adviser.",
        "There is no wrong answer here.",
        "For yes, press 1. For no, press 2. For a person, press 0.",
        "Ring 0 1 6 0 4, 3 6 7, 1 2 5.",
        "Staff will ring you within {days}.",
    ],
)
def test_a_good_sentence_passes(text: str) -> None:
    assert codes(text, terms=("mediation adviser", "mediation", "families")) <= {"hard-words"}


def test_rules_of_english_are_not_asked_of_another_language() -> None:
    assert codes("You must press 1 for an error.", language="pl-PL") == set()
    assert codes("słowo " * 26, language="pl-PL") == {"sentence-too-long", "mean-too-long"}


@pytest.mark.parametrize(
    ("letters", "before", "full"),
    [
        ("EHC", "an education, health and care plan", True),
        ("IASS", "the information, advice and support service", True),
        ("SEN", "special educational needs", True),
        ("SEN", "special needs", False),
        ("EHC", "", False),
    ],
)
def test_an_abbreviation_is_known_by_its_first_letters(letters: str, before: str, full: bool) -> None:
    assert expanded(letters, before) is full
