"""A small valid set of prompts, to be copied and broken."""

import shutil
from pathlib import Path

from ivr.prompts.findings import PromptsError
from ivr.prompts.load import load

SAMPLE = Path(__file__).parent / "sample"
SHIPPED = Path(__file__).resolve().parents[2] / "prompts"


def copied(folder: Path, source: Path = SAMPLE) -> Path:
    """A copy of a set of prompts, in a folder called `prompts`."""
    return Path(shutil.copytree(source, folder / "prompts"))


def edit(prompts: Path, file: str, old: str, new: str) -> None:
    """Replace the one place where `old` stands."""
    path = prompts / file
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    path.write_text(text.replace(old, new), "utf-8")


def mistakes(prompts: Path) -> list[str]:
    """Every mistake that the loader finds, as an author reads them."""
    try:
        load(prompts)
    except PromptsError as error:
        return str(error).splitlines()
    return []
