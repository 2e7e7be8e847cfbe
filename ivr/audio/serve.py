"""`GET /audio/…`: files of the library and nothing else, with an exact type, long caching and ranges."""

import re
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from flask import Blueprint, request
from werkzeug.utils import send_file
from werkzeug.wrappers import Response

from ivr.audio.clip import FILE_NAME
from ivr.audio.library import Library

A_YEAR: Final = 31_536_000
"""Seconds. A name holds the hash of its content, so a file never changes under its name."""
ONE_PART: Final = re.compile(r"bytes=(?P<start>[0-9]{0,15})-(?P<end>[0-9]{0,15})")


def audio_pages(library: Library) -> Blueprint:
    """The pages below `/audio/`. A name that is no file of the line, in any spelling, is 404."""
    pages = Blueprint("audio", __name__)

    @pages.get("/audio/<path:name>", merge_slashes=False)
    def play(name: str) -> Response:
        if not FILE_NAME.fullmatch(name):
            return _nothing()
        found = library.file(name)
        try:
            return _answer(Path(found[0]), found[1] or name[-20:-4]) if found else _nothing()
        except OSError:
            # Deleted a moment ago, or not to be read.
            return _nothing()

    return pages


def _nothing() -> Response:
    """Not to be kept: the file may come with the deploy that is going on."""
    return Response(
        "There is no such sound.\n", HTTPStatus.NOT_FOUND, {"Cache-Control": "no-store"}, mimetype="text/plain"
    )


def _answer(path: Path, etag: str) -> Response:
    response = send_file(
        path,
        environ=_asked(path.stat().st_size),
        mimetype="audio/wav",
        conditional=True,
        etag=etag,
        max_age=A_YEAR,
    )
    response.cache_control.public = True
    response.cache_control.no_cache = None
    response.cache_control.immutable = True
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Disposition"] = "inline"
    return response


def _asked(size: int) -> dict[str, Any]:
    """What is asked for, with a range only where RFC 9110 has one part sent: otherwise it is the whole file."""
    asked: dict[str, Any] = dict(request.environ)
    one = ONE_PART.fullmatch(asked.pop("HTTP_RANGE", "").strip())
    if one and request.method == "GET" and "HTTP_IF_NONE_MATCH" not in asked:
        start, end = one["start"], one["end"]
        if not start and end.lstrip("0"):
            # The last bytes of a file, however many are asked for, are at most all of it.
            asked["HTTP_RANGE"] = f"bytes={max(0, size - int(end))}-"
        elif start and (not end or int(start) <= int(end)):
            asked["HTTP_RANGE"] = one[0]
    return asked
