"""The words we use, and those we do not: in names, in files, in comments and in what we write for people."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rules.source import TOP, files, modules, plant

DRAWERS = frozenset({"utils", "util", "helpers", "helper", "common", "core", "services", "service", "misc", "manager"})
DRAWER_NAME = re.compile(r"(Manager|Handler|Helper|Util|Utils|Service|Processor)$|^process_data$|^handle_data$")
NEVER_NAMES = frozenset({"ticket", "tickets", "customer", "customers", "agent", "agents", "bot", "terminate", "user"})
"""Words that no name of ours has in it: we say callback request, caller, staff, line, hang up."""
PARTS_OF_AN_ADDRESS = frozenset({"ivr/phone/signature.py: user"})
NEVER_WRITTEN = re.compile(
    r"\b(tickets?|customers?|chatbots?|terminat(?:e|es|ed|ing) (?:the|a) call|IVR systems?)\b", re.IGNORECASE
)
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")  # this rule's own line is passed over below
WRITTEN = (".md", ".yaml", ".html")


def drawers(names: list[str]) -> list[str]:
    """Files and folders named after nothing in particular; systemd itself calls its files `.service`."""
    return [name for name in names if not DRAWERS.isdisjoint(re.split(r"[/.]", name.lower().removesuffix(".service")))]


def drawer_names(top: Path) -> list[str]:
    """Classes and functions named after nothing in particular."""
    return [f"{path}:{line}: {name}" for path, line, name in _defined(top) if DRAWER_NAME.search(name)]


def foreign_names(top: Path) -> list[str]:
    """Names of ours with a word in them that we do not use."""
    return [
        f"{path}:{line}: {name}"
        for path, line, name in _defined(top)
        if f"{path}: {name}" not in PARTS_OF_AN_ADDRESS
        and not NEVER_NAMES.isdisjoint(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().split("_"))
    ]


def _defined(top: Path) -> Iterator[tuple[str, int, str]]:
    for path, tree in modules(top):
        for node in ast.walk(tree):
            match node:
                case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    yield path, node.lineno, name
                case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
                    yield path, node.lineno, name
                case _:
                    pass


def unfinished(top: Path, names: list[str]) -> list[str]:
    """Lines that say that something is still to be done."""
    own = Path(__file__).name
    return [found for found in _lines(top, names, UNFINISHED, (".py", *WRITTEN)) if own not in found]


def foreign_words(top: Path, names: list[str]) -> list[str]:
    """Lines for people, callers above all, with a word that we do not use."""
    return list(_lines(top, [name for name in names if not name.startswith("tests/")], NEVER_WRITTEN, WRITTEN))


def _lines(top: Path, names: list[str], wrong: re.Pattern[str], kinds: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        if name.endswith(kinds):
            for number, line in enumerate((top / name).read_text("utf-8").splitlines(), 1):
                if wrong.search(line):
                    yield f"{name}:{number}: {line.strip()}"


def swallowed(top: Path) -> list[str]:
    """Places where any exception at all is caught and nothing is done about it."""
    return [
        f"{path}:{node.lineno}"
        for path, tree in modules(top)
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and _catches_all(node) and _does_nothing(node.body)
    ]


def _catches_all(node: ast.ExceptHandler) -> bool:
    return node.type is None or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})


def _does_nothing(body: list[ast.stmt]) -> bool:
    return all(isinstance(step, ast.Pass | ast.Continue | ast.Expr) and not _calls(step) for step in body)


def _calls(step: ast.stmt) -> bool:
    return any(isinstance(node, ast.Call) for node in ast.walk(step))


def test_nothing_is_kept_in_a_drawer() -> None:
    assert drawers(files(TOP)) == []
    assert drawer_names(TOP) == []


@pytest.mark.parametrize("name", ["ivr/utils.py", "ivr/flow/common/words.py", "tests/helpers.py", "ivr/core.py"])
def test_a_drawer_is_seen(name: str) -> None:
    assert drawers([name]) == [name]


@pytest.mark.parametrize("name", ["CallManager", "RecordingHandler", "TextUtils"])
def test_a_class_named_after_nothing_is_seen(tmp_path: Path, name: str) -> None:
    plant(tmp_path, "ivr/new.py", f"class {name}:\n    pass\n")

    assert drawer_names(tmp_path) == [f"ivr/new.py:1: {name}"]


def test_names_use_our_words() -> None:
    assert foreign_names(TOP) == []


@pytest.mark.parametrize("name", ["ticket", "close_ticket", "CustomerCall", "user_id", "terminate_call"])
def test_a_foreign_name_is_seen(tmp_path: Path, name: str) -> None:
    plant(tmp_path, "ivr/new.py", f"{name} = 1\n")

    assert foreign_names(tmp_path) == [f"ivr/new.py:1: {name}"]


def test_people_read_and_hear_our_words() -> None:
    assert foreign_words(TOP, files(TOP)) == []


@pytest.mark.parametrize("line", ["Your ticket is open.", "This IVR system", "We terminate the call."])
def test_a_foreign_word_is_seen(tmp_path: Path, line: str) -> None:
    plant(tmp_path, "prompts/words/en-GB.yaml", f"{line}\n")

    assert foreign_words(tmp_path, files(tmp_path)) == [f"prompts/words/en-GB.yaml:1: {line}"]


def test_nothing_is_left_to_be_done() -> None:
    assert unfinished(TOP, files(TOP)) == []


@pytest.mark.parametrize("mark", ["TODO", "FIXME"])
def test_something_left_to_be_done_is_seen(tmp_path: Path, mark: str) -> None:
    plant(tmp_path, "ivr/new.py", f"# {mark}: the rest\n")

    assert unfinished(tmp_path, files(tmp_path)) == [f"ivr/new.py:1: # {mark}: the rest"]


def test_no_exception_is_swallowed() -> None:
    assert swallowed(TOP) == []


@pytest.mark.parametrize("how", ["except Exception:", "except:", "except BaseException as error:"])
def test_a_swallowed_exception_is_seen(tmp_path: Path, how: str) -> None:
    plant(tmp_path, "ivr/new.py", f"try:\n    call()\n{how}\n    pass\n")

    assert swallowed(tmp_path) == ["ivr/new.py:3"]
