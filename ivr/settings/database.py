"""The address of the database."""

import re
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote

from ivr.settings.given import Given, fits

FILE: Final = "sqlite:///"
_SERVER: Final = re.compile(
    r"postgresql://(?:[^:/]*(?::[^@]*)?@)?(?:\[[^\[\]/?]+\]|[^\[\]/:?]*)(?::(?P<port>[^/?]+))?(?:/[^?]*)?(?:\?(?P<more>.*))?",
    re.DOTALL,
)
"""As SQLAlchemy reads it: a password may hold what would elsewhere end the name of a host."""
_PORT: Final = re.compile(r"[0-9]{1,5}", re.ASCII)
_NO_TEXT: Final = frozenset("\0\ufffd")
"""What `%00`, and bytes that are no UTF-8, become."""
_WHAT: Final = "sqlite:////path/to/line.db or postgresql://user:password@host/name, or leave it out"


def database_url(given: Given, data_dir: Path) -> str:
    """The database that was given, or else a file in the line's own folder."""
    url = given("DATABASE_URL")
    given.check("DATABASE_URL", _WHAT, right=not url or _is_file(url) or _is_server(url))
    own = f"{FILE}{data_dir / 'line.db'}"
    given.check("DATA_DIR", "a folder without ? in its path", right=bool(url) or _is_file(own))
    return url or own


def _is_file(url: str) -> bool:
    """A database in memory remembers nothing, and how the file is opened is the line's own business."""
    path, _, more = url.removeprefix(FILE).partition("?")
    return url.startswith(FILE) and path not in {"", ":memory:"} and not more and "\0" not in unquote(path)


def _is_server(url: str) -> bool:
    found = _SERVER.fullmatch(url)
    if found is None or not _NO_TEXT.isdisjoint(unquote(url)):
        return False
    ports = [port for name, value in parse_qsl(found["more"] or "") if name == "port" for port in value.split(",")]
    return all(fits(_PORT, port) and 0 < int(port) < 1 << 16 for port in (found["port"] or "1", *ports))


def file_of(url: str) -> Path | None:
    """The file that an address names; None for a server."""
    return Path(unquote(url.removeprefix(FILE))).absolute() if url.startswith(FILE) else None
