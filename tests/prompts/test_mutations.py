"""Whatever happens to the files, an author gets a flow or a list of mistakes with their lines; never anything else."""

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ivr.flow.line import Flow
from ivr.flow.script import script
from ivr.prompts.findings import PromptsError
from ivr.prompts.load import load
from tests.prompts.files import SAMPLE, SHIPPED, copied

MISTAKE = re.compile(r"prompts(/[^\s:]+)?:\d+:\d+: \S.*")
Change = Callable[[random.Random, list[str]], None]


def drop_a_line(chance: random.Random, lines: list[str]) -> None:
    del lines[chance.randrange(len(lines))]


def double_a_line(chance: random.Random, lines: list[str]) -> None:
    number = chance.randrange(len(lines))
    lines.insert(number, lines[number])


def swap_two_lines(chance: random.Random, lines: list[str]) -> None:
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def indent_otherwise(chance: random.Random, lines: list[str]) -> None:
    number = chance.randrange(len(lines))
    lines[number] = " " * chance.randrange(5) + lines[number].lstrip()


def replace_a_value(chance: random.Random, lines: list[str]) -> None:
    number = chance.randrange(len(lines))
    value = chance.choice(
        ["", "#", "*", "no", "[]", "{}", "[a, b]", "{a: b}", "-1", "1e9", "main", "\x00", "é", '"', "'"]
    )
    lines[number] = re.sub(r"(?<=[:\-] ).*", lambda _: value, lines[number], count=1)


def misspell(chance: random.Random, lines: list[str]) -> None:
    number = chance.randrange(len(lines))
    line = lines[number]
    if line:
        at = chance.randrange(len(line))
        lines[number] = line[:at] + chance.choice("abz:#*&![]{}'\"\t-,|>%@`") + line[at + chance.randrange(2) :]


def cut_off(chance: random.Random, lines: list[str]) -> None:
    del lines[chance.randrange(len(lines)) :]


CHANGES: list[Change] = [
    drop_a_line,
    double_a_line,
    swap_two_lines,
    indent_otherwise,
    replace_a_value,
    misspell,
    cut_off,
]


def mutate(chance: random.Random, prompts: Path) -> str:
    """Damage one file of the folder, and say how."""
    path = chance.choice(sorted(path for path in prompts.rglob("*.yaml")))
    if chance.random() < 0.04:
        path.unlink()
        return f"{path.name} deleted"
    change = chance.choice(CHANGES)
    lines = path.read_text("utf-8").split("\n")
    change(chance, lines)
    path.write_text("\n".join(lines), "utf-8")
    return f"{change.__name__} in {path.name}"


def flow_or_mistakes(prompts: Path) -> Flow | list[str]:
    """What loading brings; any other exception fails the test."""
    try:
        return load(prompts)
    except PromptsError as error:
        return str(error).splitlines()


def check_mutation(folder: Path, source: Path, seed: int) -> bool:
    """Damage a copy; True when it was refused."""
    chance = random.Random(seed)
    prompts = copied(folder, source)
    what = [mutate(chance, prompts) for _ in range(chance.randint(1, 3))]

    loaded = flow_or_mistakes(prompts)

    if isinstance(loaded, Flow):
        assert all(line.text for language in loaded.words for line in script(loaded, language)), what
        return False
    assert loaded, what
    assert [one for one in loaded if not MISTAKE.fullmatch(one)] == [], what
    assert loaded == sorted(loaded, key=lambda one: one.split(":")[0]), what
    return True


@pytest.mark.parametrize("group", range(10))
def test_damaged_files_are_served_or_refused_with_their_lines(tmp_path: Path, group: int) -> None:
    refused = [check_mutation(tmp_path / str(seed), SAMPLE, seed) for seed in range(group * 30, group * 30 + 30)]

    assert sum(refused) > 10


@pytest.mark.prove
@pytest.mark.parametrize("group", range(20))
def test_a_thousand_damaged_copies_of_the_shipped_files(tmp_path: Path, group: int) -> None:
    refused = [check_mutation(tmp_path / str(seed), SHIPPED, seed) for seed in range(group * 50, group * 50 + 50)]

    assert sum(refused) > 20
