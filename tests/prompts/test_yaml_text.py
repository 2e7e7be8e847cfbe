"""YAML is read as text, within bounds, and its traps are told to the author."""

import time
from pathlib import Path

import pytest

from ivr.prompts.findings import PromptsError
from ivr.prompts.yaml_text import data_of, parse, read

QUOTES = "put quotes round # and *"
WHOLE = "put quotes round the whole text, or the comment on a line of its own"
UNTAG = "remove it, or put quotes round text that starts with !"
COLON = "put quotes round text that holds a colon, or check the indentation"
SIGN = "put quotes round text that starts with a sign"
LOOK = "check the indentation and the quotes of this line and the line before it"


def refusals(content: str | bytes) -> list[str]:
    """What is said about a file."""
    _, found = parse(content if isinstance(content, bytes) else content.encode(), "a.yaml")
    return [str(one) for one in found]


def test_nothing_is_guessed() -> None:
    text = "a: 10:30\nb: 0712345\nc: 010\nd: no\ne: +44\nf: 2026-01-02\ng: ~\nh: 1e3\non: .nan\ni: '#'\nj: |\n  x\n"

    tree, found = parse(text.encode(), "a.yaml")

    assert found == []
    assert tree is not None
    assert data_of(tree) == {
        "a": "10:30",
        "b": "0712345",
        "c": "010",
        "d": "no",
        "e": "+44",
        "f": "2026-01-02",
        "g": "~",
        "h": "1e3",
        "on": ".nan",
        "i": "#",
        "j": "x\n",
    }


def test_windows_line_ends_and_a_byte_order_mark_are_read() -> None:
    tree, found = parse(b"\xef\xbb\xbfa: 1\r\nb:\r\n- 2\r\n", "a.yaml")

    assert (found, tree and data_of(tree)) == ([], {"a": "1", "b": ["2"]})


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ("key: #\n", f"1:6: what follows # is a comment and is not read; {QUOTES}"),
        ("- #\n", f"1:3: what follows # is a comment and is not read; {QUOTES}"),
        (
            "- Press # now\n",
            f"1:9: what follows # is a comment and is not read; {WHOLE}",
        ),
        ("key: *\nb: 1\n", f"1:7: not valid YAML: did not find expected alphabetic or numeric character; {QUOTES}"),
        ("- *star\n", f"1:3: an alias (*star); write the value out, or {QUOTES}"),
        ("a: &b 1\n", "1:4: an anchor (&b); write the value out, or put quotes round text with &"),
        ("a: !b 1\n", "1:4: a tag (!b); remove it, or put quotes round text that starts with !"),
        (
            "!!python/object/apply:os.system [ls]\n",
            f"1:1: a tag (tag:yaml.org,2002:python/object/apply:os.system); {UNTAG}",
        ),
        ("a: 1\nb: 2\na: 3\n", "3:1: 'a' is given twice (first on line 1); keep one"),
        ("<<: {a: 1}\n", "1:1: a merge key (<<); write the keys out"),
        ("'': 1\n", "1:1: a key with no name; write `key: value`"),
        ("? [a]\n: 1\n", "1:3: a list or map where a key was expected; write `key: value`"),
        ("---\na: 1\n---\nb: 1\n", "3:1: a second document; one a file: remove the line ---"),
        ("%YAML 1.1\n---\na: 1\n", "1:1: a % directive; remove it"),
        ("%TAG ! tag:x,2000:\n---\na: 1\n", "1:1: a % directive; remove it"),
        ("", "1:1: the file is empty"),
        ("# only this\n", "1:1: the file is empty"),
        ("a: 1\n\tb: 2\n", "2:1: a tab in the text; use spaces and plain new lines"),
        ('a: "x\\ty"\n', "1:4: a control character (U+0009) in the text; remove it"),
        ("a: 1\rb: 2\n", "1:5: a carriage return in the text; use spaces and plain new lines"),
        ("a: x\0y\n", "1:5: a control character (U+0000) in the text; remove it"),
        ('a: "x\\0y"\n', "1:4: a control character (U+0000) in the text; remove it"),
        ('a: "x\\u202Ey"\n', "1:4: a control character (U+202E) in the text; remove it"),
        ("a: x\u200by\n", "1:5: a control character (U+200B) in the text; remove it"),
        (b"a: 1\nb: \xff\n", "2:4: not UTF-8 text; save the file as UTF-8"),
        ("a: 1\n".encode("utf-16"), "1:1: not UTF-8 text; save the file as UTF-8"),
        (
            "a: b: c\n",
            f"1:5: not valid YAML: mapping values are not allowed in this context; {COLON}",
        ),
        (
            "a: @b\n",
            f"1:4: not valid YAML: found character that cannot start any token; {SIGN}",
        ),
        ("a:\n  b: 1\n c: 2\n", f"3:2: not valid YAML: did not find expected key; {LOOK}"),
        ("a: 'b\n", f"2:1: not valid YAML: found unexpected end of stream; {LOOK}"),
        ("a: [b\n", f"2:1: not valid YAML: did not find expected ',' or ']'; {LOOK}"),
        ("[" * 13, "1:13: nested more than 12 deep; no menu needs that"),
    ],
)
def test_a_trap_is_told(content: str | bytes, wanted: str) -> None:
    assert refusals(content) == [f"a.yaml:{wanted}"]


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ("[" * 900_000, "nested more than 12 deep"),
        ("{a: " * 200_000, "nested more than 12 deep"),
        ("- " * 400_000, "nested more than 12 deep"),
        ("a: " + "x" * 1_000_000, "larger than 1,000,000 bytes"),
        ("- a\n" * 200_000, "more than 50,000 values"),
        ("a: &a [" + "x," * 10 + "]\nb: [" + "*a," * 60_000 + "]\n", "more than 50,000 values"),
    ],
)
def test_too_much_is_refused_quickly(content: str, wanted: str) -> None:
    started = time.perf_counter()

    found = refusals(content)

    assert wanted in found[-1]
    assert time.perf_counter() - started < 5


def test_aliases_are_never_expanded() -> None:
    laughs = "a: &a [x, x, x, x]\n" + "".join(
        f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefg", "bcdefgh", strict=True)
    )

    tree, found = parse(laughs.encode(), "a.yaml")

    assert tree is not None
    assert data_of(tree)["h"] == [""] * 9
    assert len(found) == 8 + 7 * 9


def test_other_readers_get_plain_data_or_every_mistake(tmp_path: Path) -> None:
    path = tmp_path / "story.yaml"
    path.write_text("turns:\n- keys: '#'\n", "utf-8")

    assert read(path) == {"turns": [{"keys": "#"}]}

    path.write_text("a: 1\na: 2\na: #\n", "utf-8")
    with pytest.raises(PromptsError) as refused:
        read(path)
    assert [str(one).removeprefix(f"{path}:") for one in refused.value.findings] == [
        "2:1: 'a' is given twice (first on line 1); keep one",
        "3:1: 'a' is given twice (first on line 1); keep one",
        f"3:4: what follows # is a comment and is not read; {QUOTES}",
    ]
