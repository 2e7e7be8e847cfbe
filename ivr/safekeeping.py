"""`ivr backup` and `ivr restore`: everything that was promised and left, in one file, and back again."""

import hashlib
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from ivr.config import Config
from ivr.line import clock

MANIFEST: Final = "manifest.json"
DATABASE: Final = "line.db"
LEFT_OUT: Final = ("secret.key", "encryption.key", "rehearsal.token", "rehearsal", "backups", "restored", "erased")
"""Keys are kept apart from what they open; a rehearsal's papers are nobody's; what was erased must stay known when a
backup is put back."""


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
        pieces = dict(_pieces(config, Path(draft)))
        with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                for name, path in pieces.items():
                    tar.add(path, name, recursive=False)
                _add_manifest(tar, Path(draft), {name: digest(path) for name, path in pieces.items()})
            file.flush()
            os.fsync(file.fileno())
        whole.rename(final)
    return final


def _pieces(config: Config, draft: Path) -> Iterator[tuple[str, Path]]:
    from ivr.store.backup import copy, database_file

    source = database_file(config.database_url)
    if source is not None:
        copy(source, draft / DATABASE)
        yield DATABASE, draft / DATABASE
    for path in sorted(config.data_dir.rglob("*")):
        name = path.relative_to(config.data_dir)
        own = source is not None and path.name.startswith(source.name)
        if path.is_file() and not path.is_symlink() and name.parts[0] not in LEFT_OUT and not own:
            yield str(name), path


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
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            (draft / one).rename(place)
    return aside


def _unpacked(file: Path, draft: Path) -> list[str]:
    """The names of the files, each whole as the manifest says; paths that lead elsewhere are refused by tarfile."""
    with tarfile.open(file) as tar:
        tar.extractall(draft, filter="data")
    digests: dict[str, str] = json.loads((draft / MANIFEST).read_text("utf-8"))["sha256"]
    for name, known in digests.items():
        if digest(draft / name) != known:
            raise ValueError(f"{name} is damaged")
    return list(digests)


def _put_aside(config: Config, target: Path | None, aside: Path, draft: Path) -> None:
    kept = {*LEFT_OUT, draft.name}
    for path in [one for one in config.data_dir.iterdir() if one.name not in kept]:
        path.rename(aside / path.name)
    for path in target.parent.glob(f"{target.name}*") if target and target.parent != config.data_dir else ():
        path.rename(aside / path.name)


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
