"""The files of `prompts/`: which there are, which should not be there, and their content."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ivr.flow.nodes import NodeId
from ivr.prompts.annotations import good_id
from ivr.prompts.findings import Finding, Place, found
from ivr.prompts.yaml_text import MOST_BYTES

LANGUAGE: Final = re.compile(r"[a-z]{2}-[A-Z]{2}")
_TOP: Final = ("line.yaml", "facts.yaml", "menus", "words")
_ALLOWED: Final = re.compile(r"README\.md|[a-z]{1,40}\.schema\.json")


@dataclass(frozen=True, slots=True)
class Sources:
    """The content of the files, by path inside the folder (`menus/main.yaml`), and what is wrong with the files."""

    name: str
    files: dict[str, bytes]
    findings: tuple[Finding, ...]

    def shown(self, file: str) -> str:
        """A file as it is named to an author: `prompts/menus/main.yaml`."""
        return f"{self.name}/{file}"


def sources(folder: Path) -> Sources:
    """Read every file of the folder. Nothing is raised: what cannot be read is a finding."""
    name, files, findings = folder.absolute().name, {}, []
    try:
        listed = list(_listed(folder))
    except OSError as error:
        return Sources(name, {}, (found(name, Place(), f"this folder cannot be read: {error.strerror}"),))
    for file, stray in listed:
        content, wrong = (b"", stray) if stray else _content(folder / file)
        if wrong:
            findings.append(found(f"{name}/{file}", Place(), wrong))
        else:
            files[file] = content
    return Sources(name, files, tuple(findings))


def _content(path: Path) -> tuple[bytes, str]:
    """One byte more than allowed is read, so that the reader refuses it without holding it all."""
    try:
        with path.open("rb") as stream:
            return stream.read(MOST_BYTES + 1), ""
    except OSError as error:
        return b"", f"cannot be read: {error.strerror}"


def _listed(folder: Path) -> Iterator[tuple[str, str]]:
    """Each file to read, and each thing that should not be there, with what is wrong about it."""
    for name in ("line.yaml", "facts.yaml"):
        if not (folder / name).exists():
            yield name, "this file is missing"
    for entry in _entries(folder):
        if entry.name in _TOP[2:] and entry.is_dir() and not entry.is_symlink():
            yield from ((f"{entry.name}/{inner.name}", _wrong(inner, entry.name)) for inner in _yaml(entry))
        elif not _is_extra(entry):
            yield entry.name, _wrong(entry, "")


def _yaml(folder: Path) -> Iterator[Path]:
    return (entry for entry in _entries(folder) if not _is_extra(entry))


def _entries(folder: Path) -> list[Path]:
    """What is in a folder, in order; hidden files and editors' copies are nobody's business."""
    try:
        return sorted(entry for entry in folder.iterdir() if not entry.name.startswith(".") and entry.name[-1] != "~")
    except OSError:
        return []


def _is_extra(entry: Path) -> bool:
    return _ALLOWED.fullmatch(entry.name) is not None and entry.is_file() and not entry.is_symlink()


def _wrong(entry: Path, inside: str) -> str:
    """What is wrong with a file as such, or nothing."""
    if entry.is_symlink():
        return "a symbolic link; put the file itself here"
    if not entry.is_file():
        return "not a file; only line.yaml, facts.yaml, menus/ and words/ belong here"
    if not inside:
        return (
            "" if entry.name in _TOP[:2] else "a stray file; only line.yaml, facts.yaml, menus/ and words/ belong here"
        )
    if entry.suffix != ".yaml":
        return "a stray file; only files ending in .yaml belong here"
    if inside == "menus" and not good_id(entry.stem, NodeId):
        return "no name for a node: small letters, digits and - only, at most 24"
    if inside == "words" and not LANGUAGE.fullmatch(entry.stem):
        return "no name for a language; write it as en-GB.yaml"
    return ""
