"""A small sound set of prompts, to be copied and broken, and what an author reads about the copy."""

import shutil
from datetime import date
from pathlib import Path

from ivr.prompts.findings import PromptsError
from ivr.prompts.load import load_with_positions
from ivr.prompts.proving import prove

SAMPLE = Path(__file__).parent / "sample"
SHIPPED = Path(__file__).resolve().parents[2] / "prompts"
TODAY = date(2026, 11, 24)

Edit = tuple[str, str, str]
"""A file, what stands there once, and what is put in its place; nothing stands there in a new file."""


def broken(folder: Path, *edits: Edit) -> Path:
    """A copy of the sample with edits."""
    prompts = Path(shutil.copytree(SAMPLE, folder / "prompts"))
    for file, old, new in edits:
        path = prompts / file
        text = path.read_text("utf-8") if old else ""
        assert not old or text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new) if old else new, "utf-8")
    return prompts


def told(prompts: Path, today: date = TODAY) -> list[str]:
    """Everything that is found, as an author reads it: by the loader first, then by the check."""
    try:
        loaded = load_with_positions(prompts)
    except PromptsError as error:
        return str(error).splitlines()
    return [str(finding) for finding in prove(loaded, today).findings]
