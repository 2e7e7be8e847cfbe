"""Pronunciation: each word in each voice's notation, nothing that a voice would obey."""

from pathlib import Path

import pytest

from ivr.audio.lexicon import LexiconError, Word, in_use, phonemes, pieces, plain, read_lexicon, respell, sentences

EHC = Word("EHC", "E H C", "ˌiː ˌAʧ sˈiː")
SHIPPED = Path(__file__).parents[2] / "audio" / "lexicon.toml"


def test_a_word_is_respelled_for_voices_that_only_read() -> None:
    assert respell("An EHC plan, not an EHCP.", [EHC]) == "An E H C plan, not an EHCP."


def test_a_word_has_phonemes_for_the_shipped_voice() -> None:
    assert phonemes("An EHC plan.", [EHC]) == "An [E H C](/ˌiː ˌAʧ sˈiː/) plan."


def test_the_longest_phrase_wins(tmp_path: Path) -> None:
    file = tmp_path / "lexicon.toml"
    file.write_text('[[word]]\nwrite="read"\nsay="red"\n[[word]]\nwrite="read it"\nsay="reed it"\n')
    assert respell("You read it. I read.", read_lexicon(file)) == "You reed it. I red."


@pytest.mark.parametrize("text", ["<genfile file='/etc/x'>", "[a](/b/)", "a\x00b", "{key}", "a\\b"])
def test_no_voice_is_given_anything_that_it_would_obey(text: str) -> None:
    for given in (plain(text), respell(text, []), phonemes(text, [])):
        assert not set(given) & set("<>[]{}\\\x00")


def test_single_digits_are_words_and_longer_numbers_stay() -> None:
    assert respell("Press 1. It is 28 April 2023, 0 1 6 0 4, at 17:30.", []) == (
        "Press one. It is 28 April 2023, zero one six zero four, at 17:30."
    )


def test_sentences_are_spoken_one_by_one() -> None:
    assert sentences("Hello. Is it 3.5? Yes! ") == ["Hello.", "Is it 3.5?", "Yes!"]


def test_groups_of_digits_are_pieces_of_their_own_with_time_to_write() -> None:
    spoken = pieces("Ring zero one six zero four, three six seven, one two five. Goodbye.", 0.4)
    assert [piece.text for piece in spoken] == [
        "Ring,",
        "zero one six zero four,",
        "three six seven,",
        "one two five.",
        "Goodbye.",
    ]
    assert [piece.spelled for piece in spoken] == [False, True, True, True, False]
    assert [piece.pause for piece in spoken] == [0, 0.45, 0.45, 0.45, 0.4]


def test_a_question_keeps_its_one_mark() -> None:
    assert [piece.text for piece in pieces("Shall we? Yes! Ring us, please.", 0.4)] == [
        "Shall we?",
        "Yes!",
        "Ring us, please.",
    ]
    spoken = pieces("Is it zero one six zero four, three six seven?", 0.4)
    assert [piece.text for piece in spoken][-1] == "three six seven?"


def test_a_mistake_in_the_lexicon_is_named(tmp_path: Path) -> None:
    file = tmp_path / "lexicon.toml"
    for text, why in [
        ('[[word]]\nsay="x"', "lacks `write`"),
        ('[[word]]\nwrite="x"\nkokorro="y"', "kokorro"),
        ("[[", "lexicon"),
        ('[[word]]\nwrite="x"\nheard="x"', "`heard` of x is a list"),
    ]:
        file.write_text(text)
        with pytest.raises(LexiconError, match=why):
            read_lexicon(file)


def test_a_lexicon_in_another_encoding_is_named(tmp_path: Path) -> None:
    file = tmp_path / "lexicon.toml"
    file.write_bytes('[[word]]\nwrite = "Łódź"\n'.encode("cp1250"))
    with pytest.raises(LexiconError, match=r"lexicon\.toml: .*utf-8"):
        read_lexicon(file)


def test_no_lexicon_is_no_mistake(tmp_path: Path) -> None:
    assert read_lexicon(tmp_path / "none.toml") == ()


def test_the_lines_lexicon_names_what_is_hard_to_say() -> None:
    written = {word.write for word in read_lexicon(SHIPPED)}
    assert {"EHC", "SEN", "IASS", "Northamptonshire", "01604"} <= written


def test_use_counts_texts_with_the_whole_word() -> None:
    assert in_use(["An EHC plan, an EHC need.", "EHCP"], [EHC, Word("SEN")]) == {"EHC": 1, "SEN": 0}
