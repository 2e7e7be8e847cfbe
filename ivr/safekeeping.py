"""`ivr backup` and `ivr restore`: everything that was promised and left, in one file, and back again."""

import hashlib
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO, BinaryIO, Final, cast

import click

from ivr.config import Config
from ivr.line import clock

MANIFEST: Final = "manifest.json"
DATABASE: Final = "line.db"
LEFT_OUT: Final = ("secret.key", "encryption.key", "rehearsal.token", "rehearsal", "backups", "restored", "erased")
"""Keys are kept apart from what they open; a rehearsal's papers are nobody's; what was erased must stay known when a
backup is put back."""
SPOOL: Final = "spool"
"""Promises on disk: what waits here is in no backup yet, and is taken into whichever database comes next."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False)
def backup(folder: Path | None) -> None:
    """Write everything the line keeps into one file, while calls are answered: requests, recordings, promises on disk.

    Keys are not in it: keep ENCRYPTION_KEY and SECRET_KEY elsewhere, or the recordings cannot be heard again.
    A PostgreSQL database is not in it either: pg_dump is its own program for that.

    \b
    Into DATA_DIR/backups:    ivr backup
    Onto another disk:        ivr backup /mnt/backups
    """
    config = Config.from_env()
    written = write_backup(config, folder or config.data_dir / "backups", clock())
    click.echo(f"Written: {written}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--yes", is_flag=True, help="Do not ask before what is there now is put aside.")
def restore(file: Path, *, yes: bool) -> None:
    """Put a backup back. Stop the line first. What is there now is put aside, not deleted.

    Callback requests that wait on disk for a database stay where they are, and go into the one that is put back.

    Afterwards the line asks Twilio for the calls and recordings of the last two days by itself, and what was deleted
    for callers since the backup is deleted again by `ivr db upgrade`.

    \b
    Look, then say yes or no:  ivr restore plainline-2026-11-25T1800.tar
    """
    config = Config.from_env()
    if not yes:
        click.confirm(f"Put what is in {config.data_dir} aside, and {file.name} in its place?", abort=True)
    try:
        aside = read_backup(config, file, clock())
    except (OSError, ValueError, tarfile.TarError) as error:
        raise click.ClickException(f"{file} cannot be restored: {error}. Nothing was changed.") from error
    click.echo(f"Restored. What was there before is in {aside}.\nNow: ivr db upgrade, start the line, ivr doctor")


def write_backup(config: Config, folder: Path, now: datetime) -> Path:
    """The file, flushed and complete. Raises StoreUnavailable or OSError; then no file of that name was made."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    final = folder / f"plainline-{now:%Y-%m-%dT%H%M%S}.tar"
    with tempfile.TemporaryDirectory(dir=folder, prefix=".draft") as draft:
        whole = Path(draft) / final.name
        pieces = _pieces(config, Path(draft))
        with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                added = {name: _added(tar, name, path) for name, path in pieces}
                _add_manifest(tar, Path(draft), {name: digest for name, digest in added.items() if digest})
            file.flush()
            os.fsync(file.fileno())
        whole.rename(final)
    return final


def _pieces(config: Config, draft: Path) -> Iterator[tuple[str, Path]]:
    """What a backup holds. Promises on disk before the database: one that is taken in meanwhile is then in both."""
    from ivr.store.backup import copy, database_file

    for path in _files(config.data_dir / SPOOL):
        name = path.relative_to(config.data_dir)
        (draft / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # taken in just now, so the database has it
            (draft / name).write_bytes(path.read_bytes())
            yield str(name), draft / name
    source = database_file(config.database_url)
    if source is not None:
        copy(source, draft / DATABASE)
        yield DATABASE, draft / DATABASE
    for path in _files(config.data_dir):
        name = path.relative_to(config.data_dir)
        own = source is not None and path.name.startswith(source.name)
        if name.parts[0] not in {*LEFT_OUT, SPOOL} and not own:
            yield str(name), path


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]


class _Hashed:
    """A file that is read once, and its SHA-256 so far."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self.sha256.update(piece)
        return piece


def _added(tar: tarfile.TarFile, name: str, path: Path) -> str:
    """The digest of what was added, in hexadecimal; empty when the file is gone, as one that was deleted meanwhile."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return ""
    with file:
        hashed = _Hashed(file)
        tar.addfile(tar.gettarinfo(arcname=name, fileobj=file), cast("IO[bytes]", hashed))
    return hashed.sha256.hexdigest()


def _add_manifest(tar: tarfile.TarFile, draft: Path, digests: dict[str, str]) -> None:
    path = draft / MANIFEST
    path.write_text(json.dumps({"sha256": digests}, indent=1), "utf-8")
    tar.add(path, MANIFEST)


def read_backup(config: Config, file: Path, now: datetime) -> Path:
    """Put a backup in the place of what is there; returns where that was put. Raises before anything is changed."""
    from ivr.store.backup import database_file, is_whole

    config.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = database_file(config.database_url)
    with tempfile.TemporaryDirectory(dir=config.data_dir, prefix=".restoring") as name:
        draft = Path(name)
        names = _unpacked(file, draft)
        if target is not None and not (DATABASE in names and is_whole(draft / DATABASE)):
            raise ValueError("it holds no sound database")
        aside = config.data_dir / "restored" / f"{now:%Y-%m-%dT%H%M%S}"
        aside.mkdir(mode=0o700, parents=True)
        _put_aside(config, target, aside, draft)
        for one in names:
            place = target if one == DATABASE and target is not None else config.data_dir / one
            if Path(one).parts[0] == SPOOL and place.exists():
                continue  # the same promise, as it waits here
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            (draft / one).rename(place)
    return aside


def _unpacked(file: Path, draft: Path) -> list[str]:
    """The names of the files, each whole as the manifest says; paths that lead elsewhere are refused by tarfile."""
    with tarfile.open(file) as tar:
        tar.extractall(draft, filter="data")
    digests = _digests(draft / MANIFEST)
    for name, known in digests.items():
        if ".." in Path(name).parts or Path(name).is_absolute() or digest(draft / name) != known:
            raise ValueError(f"{name} is damaged")
    return list(digests)


def _digests(manifest: Path) -> dict[str, str]:
    """The names of the files, and what is in them. Raises ValueError for anything else."""
    try:
        return {str(name): str(known) for name, known in json.loads(manifest.read_text("utf-8"))["sha256"].items()}
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"its list of files is none ({type(error).__name__})") from error


def _put_aside(config: Config, target: Path | None, aside: Path, draft: Path) -> None:
    kept = {*LEFT_OUT, SPOOL, draft.name}
    for path in [one for one in config.data_dir.iterdir() if one.name not in kept]:
        path.rename(aside / path.name)
    for path in target.parent.glob(f"{target.name}*") if target and target.parent != config.data_dir else ():
        path.rename(aside / path.name)


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
