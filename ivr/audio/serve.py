"""`GET /audio/…`: files of the library and nothing else, with an exact type, long caching and ranges."""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, abort, request, send_file

from ivr.audio.clip import FILE_NAME
from ivr.audio.library import Library

A_YEAR: Final = 31_536_000
"""Seconds. A name holds the hash of its content, so a file never changes under its name."""


def audio_pages(library: Library) -> Blueprint:
    """The pages below `/audio/`. A name that is no file of the line, in any spelling, is 404."""
    pages = Blueprint("audio", __name__)

    @pages.get("/audio/<path:name>", merge_slashes=False)
    def play(name: str) -> Response:
        if request.path != f"/audio/{name}" or not FILE_NAME.fullmatch(name):
            abort(HTTPStatus.NOT_FOUND)
        return _answer(library, name)

    return pages


def _answer(library: Library, name: str) -> Response:
    found = library.file(name)
    path, etag = found or (library.older(name), name[-20:-4])
    if path is None:
        abort(HTTPStatus.NOT_FOUND)
    response = send_file(path.resolve(), mimetype="audio/wav", conditional=True, etag=etag, max_age=A_YEAR)
    response.cache_control.public = True
    response.cache_control.no_cache = None
    response.cache_control.immutable = True
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Disposition"] = "inline"
    return response
