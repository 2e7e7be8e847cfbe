"""The style and scripts of the pages of staff; their addresses change with their content, so they are kept for ever."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, abort

from ivr.staff.access import may
from ivr.staff.assets import MADE, SCRIPT, STYLE

HERE: Final = Path(__file__).parent / "static"
KINDS: Final = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
FOR_EVER: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    kind: str


class Files:
    """The files as they are at the start. Without those of GOV.UK Frontend the pages work, plainly, and say so."""

    def __init__(self, made: Path = MADE) -> None:
        own = [path for path in sorted(HERE.iterdir()) if path.is_file()]
        fetched = [path for path in (made / STYLE, made / SCRIPT) if path.is_file()]
        self.complete: Final = len(fetched) == len((STYLE, SCRIPT))
        self._files: Final = dict(_named(path) for path in (*own, *fetched))

    def address(self, name: str) -> str:
        """Where a file is served; empty when it is not there."""
        stem, _, rest = name.partition(".")
        return next((f"/staff/static/{one}" for one in self._files if one.startswith(f"{stem}-{rest}-")), "")

    def serve(self, pages: Blueprint) -> None:
        """Add the route."""

        @pages.get("/static/<name>")
        @may("anyone")
        def static(name: str) -> Response:
            found = self._files.get(name) or abort(404)
            return Response(found.content, content_type=found.kind, headers={"Cache-Control": FOR_EVER})


def _named(path: Path) -> tuple[str, _File]:
    content = path.read_bytes()
    stem, _, rest = path.name.partition(".")
    digest = hashlib.sha256(content).hexdigest()[:12]
    return f"{stem}-{rest}-{digest}{path.suffix}", _File(content, KINDS[path.suffix])
