"""Reading our own source, for the rules about it. A rule takes the top of a tree, so that a copy can break it."""

import ast
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
NOT_OURS = frozenset({".git", ".venv", "var", "node_modules", "__pycache__", "built"})


def copy_of(top: Path, folder: Path, *names: str) -> Path:
    """A copy of parts of the tree in which a rule may be broken."""
    for name in names:
        if (top / name).is_dir():
            shutil.copytree(top / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(top / name, folder / name)
    return folder


def plant(top: Path, name: str, text: str) -> None:
    """Add a file to a copy, or lines to one of its files."""
    path = top / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def files(top: Path) -> list[str]:
    """Every file that is ours, relative to the top: those git keeps, or all but what is made on a machine."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=top, capture_output=True, text=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        return sorted(name for name in listed.stdout.split("\0") if name and (top / name).exists())
    found = (path.relative_to(top) for path in top.rglob("*") if path.is_file())
    return sorted(str(path) for path in found if NOT_OURS.isdisjoint(path.parts))


def modules(top: Path, folder: str = "ivr") -> Iterator[tuple[str, ast.Module]]:
    """Every module below a folder: its path from the top, and its syntax tree."""
    for path in sorted((top / folder).rglob("*.py")):
        yield path.relative_to(top).as_posix(), ast.parse(path.read_text("utf-8"))


def imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every imported module by its full name, wherever in the file, with its line."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name) for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)
            case ast.ImportFrom():
                yield node.lineno, "."
            case ast.Call(func=func, args=[ast.Constant(value=str(name)), *_]) if dotted(func).endswith(
                "import_module"
            ):
                yield node.lineno, name
            case _:
                pass


def dotted(node: ast.expr) -> str:
    """`a.b.c` as it is written, or nothing for another expression."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            return f"{dotted(value)}.{attr}"
        case _:
            return ""
