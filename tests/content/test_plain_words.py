"""Every English sentence can be followed by somebody tired and worried, on a telephone, at the first hearing."""

import re

import pytest

from ivr.flow.script import node_says, nodes_in_order, script
from ivr.flow.spoken import text_of
from tests.content.calling import ENGLISH, every_sentence, line, menus
from tests.content.reading import grade, sentences, share_of_long_words, syllables, without_terms, words

SPOKEN = [(one.prompt, one.text) for one in script(line(), ENGLISH) if not one.prompt.startswith("digit.")]
SENTENCES = [(prompt, sentence) for prompt, text in SPOKEN for sentence in sentences(text)]


SYLLABLES = """
    1 plan called used care young once press choose
    2 council councils people choices quiet table social being special council's person number message
    3 decided idea reference everyone register nobody
    4 disagreement mediation education information independent
"""


@pytest.mark.parametrize("row", SYLLABLES.split("\n")[1:-1])
def test_syllables_are_counted(row):
    count, *known = row.split()

    assert {word: syllables(word) for word in known} == dict.fromkeys(known, int(count))


def test_the_grade_of_known_texts():
    assert grade(["The cat sat on the mat."]) == pytest.approx(-1.45, abs=0.01)
    assert (
        grade(["Disagreement resolution arrangements apply more widely and are distinct from mediation arrangements."])
        > 14
    )


def test_no_sentence_is_longer_than_25_words():
    assert [one for one in SENTENCES if len(words(one[1])) > 25] == []


def test_each_sentence_stands_by_itself_so_that_its_facts_are_its_own():
    assert [one for one in every_sentence() if len(sentences(one[1].text)) != 1] == []


def test_sentences_are_short_on_average():
    lengths = [len(words(sentence)) for _, sentence in SENTENCES]

    assert sum(lengths) / len(lengths) <= 12


def test_the_whole_line_reads_at_the_age_of_nine_to_eleven():
    texts = [text for _, text in SPOKEN]

    assert grade(map(without_terms, texts)) <= 4
    assert grade(texts) <= 6


@pytest.mark.parametrize("name", nodes_in_order(line()))
def test_each_stop_reads_at_the_age_of_nine_to_eleven_outside_terms_of_art(name):
    texts = [without_terms(text_of(line(), say, ENGLISH)) for say in node_says(line().nodes[name])]

    assert not texts or grade(texts) <= 6


def test_no_prompt_by_itself_is_hard_outside_terms_of_art():
    assert {prompt: text for prompt, text in SPOKEN if grade([without_terms(text)]) > 7} == {}


def test_long_words_are_rare_outside_terms_of_art():
    assert share_of_long_words(without_terms(text) for _, text in SPOKEN) <= 0.04


@pytest.mark.parametrize(
    "pattern",
    [
        r"\b(EHCP?|SEND?|IASS|SENDIASS|NNC|WNC|DR|LA|ICB|PIN|SMS|URL|UK)\b",
        r"\b(invalid|wrong (key|number|button)|error|illegal|incorrect|failed|failure|unable|you (did|have) not)\b",
        r"\b(asterisk|pound|gate sign|keypad|IVR|prompt|menu option|navigate|terminate|app|bot|ticket)\b",
        r"\b(adversarial|commissioned|provision|setting|statutory|utilise|prior to|regarding|via|e\.g|i\.e|etc)\b",
        r"[/\\()\[\]<>&%@#*+_=;:…–—\"]",
        r"\b\d{5,}\b|\d-\d|\b(oh|nought|double|treble)\b",
        r"\b(app|click|see below|above|screen)\b",
    ],
    ids=["abbreviations", "blame", "machine words", "jargon", "signs", "numbers in one go", "sight"],
)
def test_no_sentence_holds(pattern):
    any_case = re.IGNORECASE if "EHC" not in pattern else re.NOFLAG

    assert [one for one in SPOKEN if re.search(pattern, one[1], any_case)] == []


def test_words_come_before_keys():
    assert [one for one in SENTENCES if re.search(r"press (\w+|\{key\}) (for|to|if)\b", one[1])] == []
    assert [one for one in SENTENCES if re.match(r"press \d", one[1], re.IGNORECASE)] == []


def test_an_option_ends_with_its_key_and_is_one_sentence():
    options = {option.says for menu in menus().values() for option in menu.options}
    wordings = {option: line().words[ENGLISH].prompts[option].says for option in options}

    assert [option for option, says in wordings.items() if len(says) != 1] == []
    assert [option for option, says in wordings.items() if not says[0].text.endswith(", press {key}.")] == []
    assert [option for option, says in wordings.items() if not says[0].text.startswith(("For ", "To ", "If "))] == []


def test_keys_that_are_no_choice_are_zero_star_and_hash_at_most_two_a_prompt():
    announced = {prompt: re.findall(r"press (star|hash|0)", text) for prompt, text in SPOKEN}

    assert [prompt for prompt, keys in announced.items() if len(set(keys)) > 2] == []
    assert {prompt for prompt, keys in announced.items() if "hash" in keys} == {"callback.key-it", "record.ask"}
    assert not [prompt for prompt, text in SPOKEN if re.search(r"press (?!(star|hash|[0-8]|a key|one of)\b)\w+", text)]


def test_a_sentence_says_one_thing():
    joined = [one.text for _, one in every_sentence() if len(re.findall(r",|\band\b|\bor\b|\bbut\b", one.text)) > 4]

    assert joined == []


def test_the_line_speaks_british_english():
    american = r"\b\w+(ize|izing|ization)\b|\b(center|color|behavior|program|counselor|inquiry|zip|toll.free)\b"

    assert [one for one in SPOKEN if re.search(american, one[1], re.IGNORECASE)] == []


def test_terms_of_art_are_in_use_and_the_hard_ones_are_explained_where_they_stand():
    spoken = " ".join(text for _, text in SPOKEN)

    assert [term for term in line().words[ENGLISH].terms if term.lower() not in spoken.lower()] == []
    for term in ("voluntary", "confidential", "impartial"):
        assert re.search(rf"\b{term}, which means that", spoken)
        assert not re.search(rf"\b(is|be|also) {term}\b(?!, which means that)", spoken)
