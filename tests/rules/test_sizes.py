"""Small functions and files, so that one screen shows the whole of a thought."""

import ast
import statistics
from pathlib import Path

from tests.rules.source import TOP, files, modules, plant

MEDIAN = 8
NEARLY_ALL = 30
"""Lines that 95 functions in a hundred stay within."""
LONGEST_FILE = 250
LONGEST_TESTS = 800
"""Tests are tables and stories, read one at a time."""


def lengths(top: Path) -> dict[str, int]:
    """Lines of every function below ivr/, without its decorators and its docstring."""
    return {
        f"{path}:{node.lineno} {node.name}": _length(node)
        for path, tree in modules(top)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    told = ast.get_docstring(node, clean=False) is not None
    spoken = (first.end_lineno or first.lineno) - first.lineno + 1 if told else 0
    return (node.end_lineno or node.lineno) - node.lineno + 1 - spoken


def too_long_files(top: Path, names: list[str]) -> list[str]:
    """Python files of more lines than one can keep in mind."""
    counts = {name: len((top / name).read_text("utf-8").splitlines()) for name in names if name.endswith(".py")}
    return [f"{name}: {count} lines" for name, count in counts.items() if count > _most(name)]


def _most(name: str) -> int:
    return LONGEST_TESTS if name.startswith("tests/") else LONGEST_FILE


def test_functions_are_short() -> None:
    found = lengths(TOP)
    by_length = sorted(found, key=lambda name: -found[name])

    assert statistics.median(found.values()) <= MEDIAN
    assert statistics.quantiles(found.values(), n=20)[-1] <= NEARLY_ALL, by_length[:20]


def test_length_counts_what_a_reader_reads(tmp_path: Path) -> None:
    plant(tmp_path, "ivr/new.py", '@wrapped\ndef short():\n    """Two\n    lines."""\n    a = 1\n    return a\n')

    assert lengths(tmp_path) == {"ivr/new.py:2 short": 3}


def test_files_are_short() -> None:
    assert too_long_files(TOP, files(TOP)) == []


def test_a_long_file_is_seen(tmp_path: Path) -> None:
    plant(tmp_path, "ivr/new.py", "a = 1\n" * 251)
    plant(tmp_path, "ivr/old.py", "a = 1\n" * 250)
    plant(tmp_path, "tests/old.py", "a = 1\n" * 801)

    assert too_long_files(tmp_path, files(tmp_path)) == ["ivr/new.py: 251 lines", "tests/old.py: 801 lines"]
