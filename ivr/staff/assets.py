"""What the pages of staff look like: GOV.UK Frontend, fetched once and made ready for a line that is not GOV.UK.

`python -m ivr.staff.assets` makes it, `--made` tells whether it is there. Nothing here is needed to answer a call.
Its crown, crest and typeface belong to GOV.UK and its licence to use them: none of the three is kept.
"""

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

TOP: Final = Path(__file__).resolve().parents[2]
MADE: Final = Path(__file__).parent / "static" / "govuk"
STYLE: Final = "govuk-frontend.min.css"
SCRIPT: Final = "govuk-frontend.min.js"
_PINS: Final = ("package.json", "package-lock.json", ".npmrc")
_DIST: Final = Path("node_modules", "govuk-frontend", "dist", "govuk")
_STAMP: Final = "made-from"
_BRANDS: Final = re.compile(
    r"GDS Transport|govuk-crest|@font-face|/assets/|crown-copyright|url\((?!\"?data:)", re.IGNORECASE
)
_LONGEST: Final = 300
"""Most seconds that npm may take."""


class AssetsError(Exception):
    """The style could not be made; the text says why, and what mends it."""


def made() -> bool:
    """Whether the style is there, made from what is pinned now."""
    files = all((MADE / name).is_file() for name in (STYLE, SCRIPT))
    stamp = MADE / _STAMP
    return files and stamp.is_file() and stamp.read_text("ascii") == _stamp()


def make() -> None:
    """Fetch GOV.UK Frontend by npm and lay it ready. Raises AssetsError."""
    with tempfile.TemporaryDirectory() as folder:
        _fetch(Path(folder))
        dist = Path(folder) / _DIST
        _lay(unbranded(_read(dist / STYLE)), without_map(_read(dist / SCRIPT)))


def unbranded(style: str) -> str:
    """The style without what is GOV.UK's own. Raises AssetsError when any of it is left."""
    style = re.sub(r"@font-face\{[^}]*\}", "", style)
    style = style.replace("GDS Transport,", "")
    style = re.sub(r"(?:-webkit-)?(?:mask|background)-image:url\(/assets/images/govuk-crest\.svg\);?", "", style)
    style = without_map(style)
    left = sorted(set(_BRANDS.findall(style)))
    if left:
        raise AssetsError(f"GOV.UK Frontend has more of its own brand than we know to take out: {', '.join(left)}")
    return style


def without_map(text: str) -> str:
    """A file without the line that names its source map, which nobody is to ask for."""
    return re.sub(r"\n?(?://|/\*)# sourceMappingURL=[^\n*]*(?:\*/)?\n?", "\n", text)


def _stamp() -> str:
    """What the result depends on."""
    sources = [*(TOP / name for name in _PINS), Path(__file__)]
    return hashlib.sha256(b"\0".join(source.read_bytes() for source in sources)).hexdigest()


def _fetch(folder: Path) -> None:
    npm = shutil.which("npm") or shutil.which("npm", path=str(Path(sys.executable).parent))
    if npm is None:
        raise AssetsError("The pages of staff need npm once. On Debian or Ubuntu: sudo apt-get install -y npm")
    for name in _PINS:
        shutil.copy(TOP / name, folder / name)
    try:
        done = subprocess.run(  # noqa: S603 - npm by its path, arguments of ours
            [npm, "ci"], cwd=folder, check=False, capture_output=True, text=True, timeout=_LONGEST
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AssetsError(f"npm did not finish ({type(error).__name__}): try again when the network is back") from error
    if done.returncode:
        told = "\n".join(done.stderr.strip().splitlines()[:6])
        raise AssetsError(f"{told}\nnpm could not fetch GOV.UK Frontend. It needs the npm registry, once.")


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise AssetsError(f"GOV.UK Frontend has no {path.name}: is package-lock.json the right one?") from error


def _lay(style: str, script: str) -> None:
    MADE.mkdir(parents=True, exist_ok=True)
    for name, text in ((STYLE, style), (SCRIPT, script), (_STAMP, _stamp())):
        draft = MADE / f".{name}"
        draft.write_text(text, "utf-8")
        draft.replace(MADE / name)


def main(arguments: list[str]) -> int:
    """Make the style where it is not there yet; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m ivr.staff.assets", description=__doc__.splitlines()[0])
    parser.add_argument("--made", action="store_true", help="only tell, by the exit code, whether it is there")
    only_tell = parser.parse_args(arguments).made
    if made() or only_tell:
        return 0 if made() else 1
    try:
        make()
    except AssetsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
