"""What is kept is sealed: nothing can be read, altered, cut off or moved, and keys can be changed."""

import tracemalloc
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.sealing import KEY, PIECE, DamagedError, SealError, Sealing, WrongKeyError

ONE, TWO = "1" * 64, "2" * 64
SECRET = b"My son is called Kestrel."


@pytest.fixture
def sealing() -> Sealing:
    return Sealing([ONE])


@given(st.binary(max_size=200), st.text(max_size=20))
def test_what_is_closed_opens_again_and_shows_nothing(text: bytes, context: str) -> None:
    box = Sealing([ONE]).close(SECRET + text, context)

    assert b"Kestrel" not in box
    assert Sealing([ONE]).open(box, context) == SECRET + text


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 7])
def test_every_length_comes_back(sealing: Sealing, size: int) -> None:
    text = bytes(number % 251 for number in range(size))

    assert sealing.open(sealing.close(text, "x"), "x") == text
    assert sealing.opened(BytesIO(sealing.close(text, "x")), "x").size == size


def test_text_may_come_in_pieces_of_any_length(sealing: Sealing) -> None:
    pieces = [b"a" * 1000] * 200 + [b"", b"b" * 3 * PIECE, b"c"]

    assert sealing.open(b"".join(sealing.closed(pieces, "x")), "x") == b"".join(pieces)


@given(st.integers(0, 3 * PIECE), st.integers(0, 3 * PIECE + 100))
def test_any_part_can_be_read_alone(start: int, end: int) -> None:
    text = bytes(range(256)) * (PIECE // 128) + b"tail"
    opened = Sealing([ONE]).opened(BytesIO(Sealing([ONE]).close(text, "x")), "x")

    assert b"".join(opened.read(start, end)) == text[start:end]


def test_the_same_text_never_gives_the_same_box(sealing: Sealing) -> None:
    assert len({sealing.close(SECRET, "x") for _ in range(50)}) == 50


def test_a_change_of_any_byte_is_noticed(sealing: Sealing) -> None:
    box = sealing.close(SECRET, "row 7")

    for place in range(len(box)):
        altered = bytearray(box)
        altered[place] ^= 1
        with pytest.raises(SealError):
            sealing.open(bytes(altered), "row 7")


def test_a_box_belongs_to_its_place(sealing: Sealing) -> None:
    with pytest.raises(DamagedError, match="belongs elsewhere"):
        sealing.open(sealing.close(SECRET, "row 7"), "row 8")


@pytest.mark.parametrize("cut", [1, 16, PIECE + 16, PIECE + 17, 2 * (PIECE + 16)])
def test_an_end_cut_off_is_noticed_before_anything_is_given(sealing: Sealing, cut: int) -> None:
    box = sealing.close(b"a" * 3 * PIECE, "x")

    with pytest.raises(DamagedError):
        sealing.opened(BytesIO(box[:-cut]), "x")


def test_pieces_cannot_change_places_or_boxes(sealing: Sealing) -> None:
    boxes = [sealing.close(bytes([letter]) * 2 * PIECE + b"!", "x") for letter in b"ab"]
    head, size = len(boxes[0]) - 2 * (PIECE + 16) - 17, PIECE + 16
    first, second = boxes[0][head : head + size], boxes[0][head + size : head + 2 * size]
    other = boxes[1][head : head + size]

    for pieces in ((second, first), (first, first), (other, second)):
        moved = boxes[0][:head] + b"".join(pieces) + boxes[0][head + 2 * size :]
        with pytest.raises(DamagedError):
            sealing.open(moved, "x")


@pytest.mark.parametrize("junk", [b"", b"PLB1", b"RIFF" + b"\0" * 100, b"PLB1" + b"\0" * 20])
def test_what_is_no_box_is_said_to_be_none(sealing: Sealing, junk: bytes) -> None:
    with pytest.raises(DamagedError, match="not sealed by this line"):
        sealing.open(junk, "x")


def test_a_wrong_key_is_named_and_says_what_to_set(sealing: Sealing) -> None:
    box = Sealing([TWO]).close(SECRET, "x")

    with pytest.raises(WrongKeyError, match=f"key {Sealing([TWO]).key_id}.*ENCRYPTION_KEY_OLD") as caught:
        sealing.open(box, "x")
    assert TWO not in str(caught.value)


def test_keys_can_be_changed() -> None:
    old, both = Sealing([ONE]), Sealing([TWO, ONE])
    box = old.close(SECRET, "x")

    assert both.open(box, "x") == SECRET
    assert (old.is_current(box), both.is_current(box)) == (True, False)
    renewed = both.close(both.open(box, "x"), "x")
    assert both.is_current(renewed)
    assert Sealing([TWO]).open(renewed, "x") == SECRET


def test_words_become_a_word_for_a_column(sealing: Sealing) -> None:
    box = sealing.close_words("Zoë said: 💬 \ud800", "note 3")

    assert box.isascii()
    assert not set(box) & set("'\"\\ \n")
    assert sealing.open_words(box, "note 3") == "Zoë said: 💬 \ud800"
    assert sealing.is_current_word(box)


@pytest.mark.parametrize("junk", ["", "é", "a b", "x" * 7, "plain words"])
def test_a_column_with_something_else_in_it_is_refused(sealing: Sealing, junk: str) -> None:
    with pytest.raises(DamagedError):
        sealing.open_words(junk, "note 3")


def test_a_bound_sealing_closes_for_one_context(sealing: Sealing) -> None:
    spool = sealing.bound("spool")

    assert sealing.open(spool.close(SECRET), "spool") == SECRET
    with pytest.raises(ValueError, match="elsewhere"):
        sealing.bound("notes").open(spool.close(SECRET))


@pytest.mark.parametrize("keys", [[], ["1" * 63], ["G" * 64], [ONE, "short"]])
def test_what_is_no_key_is_refused(keys: list[str]) -> None:
    with pytest.raises(ValueError, match="64 hexadecimal digits"):
        Sealing(keys)


def test_the_id_of_a_key_does_not_give_it_away(sealing: Sealing) -> None:
    assert KEY.fullmatch(ONE)
    assert sealing.key_id not in ONE
    assert len(sealing.key_id) == 16


def test_a_long_recording_is_never_held_whole(sealing: Sealing, tmp_path) -> None:
    path, size = tmp_path / "box", 200
    tracemalloc.start()
    with path.open("wb") as file:
        file.writelines(sealing.closed((b"a" * PIECE for _ in range(size)), "x"))
    with path.open("rb") as file:
        assert sum(map(len, sealing.opened(file, "x").read())) == size * PIECE
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 16 * PIECE
