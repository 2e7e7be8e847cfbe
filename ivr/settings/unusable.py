"""What is said of a database that cannot be used: what is wrong, and the command or the setting that mends it."""

from typing import Final

from ivr.settings.database import file_of

_OWN: Final = "let the line's account read and write it, or set DATA_DIR or DATABASE_URL to another place"
_READY: Final = ("The database was not made ready for this version", "run `ivr db upgrade`")
_BUSY: Final = ("The database is busy", "try again in a minute")
_SQLITE: Final = (
    ("not a database", "The file of the database is none", "put a backup back: `ivr restore FILE`"),
    ("malformed", "The database is damaged", "put a backup back: `ivr restore FILE`"),
    ("no such", *_READY),
    ("has no column", *_READY),
    ("locked", *_BUSY),
    ("full", "The disk is full", "make room on it"),
    ("readonly", "The database can only be read", _OWN),
    ("unable to open", "The database cannot be opened", _OWN),
)
"""Words of SQLite's, what they mean, and what mends it."""
_POSTGRES: Final = {
    "UndefinedTable": _READY,
    "UndefinedColumn": _READY,
    "ReadOnlySqlTransaction": ("PostgreSQL can only be read", "set DATABASE_URL to the server that is written to"),
    "OperationalError": (
        "PostgreSQL does not answer, or does not let the line in",
        "see that it runs, and that DATABASE_URL is right",
    ),
}
_OTHER: Final = ("The database cannot be used", "run `ivr doctor`, and look into its own log")


def unusable(trouble: BaseException, url: str) -> tuple[str, str]:
    """What is wrong and what mends it. `url` is the database's; of a server it is not told, for it may hold a password.

    Without a cause, the trouble's own words say both.
    """
    cause = getattr(trouble.__cause__, "orig", None) or trouble.__cause__
    if cause is None:  # said in words where it was raised
        what, _, mend = str(trouble).partition(": ")
        return what, mend or "run `ivr doctor`"
    if isinstance(cause, OSError) and cause.strerror:
        return _on_disk(cause, url)
    module, name = type(cause).__module__.partition(".")[0], type(cause).__name__
    if module == "sqlite3":
        what, mend = next((told for part, *told in _SQLITE if part in str(cause)), _OTHER)
        return f"{what}: {file_of(url)}", mend
    return _BUSY if name == "TimeoutError" else _POSTGRES.get(name, _OTHER)


def _on_disk(cause: OSError, url: str) -> tuple[str, str]:
    if isinstance(cause, FileNotFoundError) and str(file_of(url)) == cause.filename:
        return f"There is no database at {cause.filename}", "run `ivr prepare`"
    return wrong_with(cause), "set DATA_DIR to a folder" if isinstance(cause, NotADirectoryError) else _OWN


def wrong_with(error: OSError) -> str:
    """What the system says of a file or a folder, and which it is."""
    names = " and ".join(str(name) for name in (error.filename, error.filename2) if name is not None)
    return f"{names or 'The system says'}: {error.strerror or error}"
