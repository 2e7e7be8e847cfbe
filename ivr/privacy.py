"""`ivr export`, `ivr forget`, `ivr hold`: what a caller may ask of us, and what the law may ask of us."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ivr.config import Config

if TYPE_CHECKING:
    from ivr.personal import Personal
    from ivr.store import Found

IN_LOG: Final = (
    "Somebody was reading the database just then, so its own log may hold some of it until tonight, when it is emptied."
)
BACKUPS: Final = (
    "Backups made before now still hold it, and so does what `ivr restore` put aside into DATA_DIR/restored. Delete"
    " them when you can; if a backup is put back, the line deletes it again."
)


@contextmanager
def _personal() -> "Iterator[Personal]":
    from ivr.personal import Personal
    from ivr.sealing import Sealing
    from ivr.store import Store

    config = Config.from_env()
    sealing = Sealing(config.encryption_keys)
    store = Store.open(config.database_url, config.data_dir / "spool", sealing)
    try:
        yield Personal.of(store, config.data_dir, config.encryption_keys, config.secret_key)
    finally:
        store.close()


@click.command()
@click.argument("number")
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(number: str, *, yes: bool) -> None:
    """Delete everything that is kept about a number: requests, messages, notes, and Twilio's copies of recordings.

    \b
    Shows what there is, then asks:  ivr forget 07700900123
    Keep what it prints as proof: it holds no number.
    """
    from ivr.line import clock
    from ivr.personal import number_of

    given = number_of(number)
    with _personal() as personal:
        found = personal.about(given, clock())
        click.echo(_shown(found))
        if not any(name != "holds" for name in found.counts):
            personal.forget_practised()
            return
        if not yes:
            click.confirm("Delete all of it, for good?", abort=True)
        erased = personal.erase(given, "ivr", clock())
        click.echo(_proof(erased.counts, personal.about(given, clock()), clock()))
        if erased.in_log:
            click.echo(IN_LOG)


def _shown(found: "Found") -> str:
    rows = [f"  {name}: {count}" for name, count in found.counts.items()] or ["  nothing"]
    held = [f"Request {one.reference} is held and stays: {one.why}" for one in found.held]
    return "\n".join(("Kept about this number:", *rows, *held))


def _proof(counts: Mapping[str, int], left: "Found", now: datetime) -> str:
    """What was done, for whoever asked for it."""
    gone = [f"  {name}: {count}" for name, count in sorted(counts.items())]
    there = (
        f"Still kept, because it is held: {len(left.held)} request(s)." if left.held else "Nothing is kept any more."
    )
    twilio = "Twilio's copies of recordings are deleted by the next background work; `ivr jobs` shows any that stay."
    when = f"Deleted on {now:%d %B %Y at %H:%M} UTC, and noted in the log of staff:"
    return "\n".join((when, *gone, there, twilio, BACKUPS))


@click.command()
@click.argument("number")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def export(number: str, folder: Path) -> None:
    """Write everything that is kept about a number into a new folder: as text, as JSON, and its recordings.

    \b
    For a caller who asks what is kept:  ivr export 07700900123 for-the-caller
    Make sure first that whoever asks is the caller. Send it safely, then delete the folder.
    """
    from ivr.line import clock
    from ivr.personal import PrivacyError, number_of

    given = number_of(number)
    with _personal() as personal:
        found = personal.about(given, clock())
        try:
            folder.mkdir(mode=0o700, parents=True)
        except FileExistsError as error:
            raise PrivacyError(f"{folder} is there already: name a new folder") from error
        names = [_write(folder / name, data) for name, data in personal.files(given, found)]
        personal.exported(names, "ivr", clock())
    click.echo(f"{folder}: kept.txt, kept.json, and {len(names) - 2} recording(s).")


def _write(path: Path, data: bytes) -> str:
    """A new file that only this account may read; its name."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
        file.write(data)
    return path.name


@click.command()
@click.argument("reference")
@click.option("--why", help="Why it must stay, in a few words without names.")
@click.option("--release", is_flag=True, help="It need not stay any longer.")
def hold(reference: str, why: str | None, *, release: bool) -> None:
    """Keep a request whatever is asked or due, for example while a complaint is looked into.

    \b
    Keep it:             ivr hold 4711 --why "a complaint is looked into"
    Keep it no longer:   ivr hold 4711 --release
    """
    from ivr.line import clock
    from ivr.personal import PrivacyError

    if not release and not why:
        raise PrivacyError("Say why it must stay: --why …")
    with _personal() as personal:
        if release:
            personal.release(reference, "ivr", clock())
        else:
            personal.hold(reference, why or "", "ivr", clock())
    click.echo("It need not stay any longer." if release else "It stays until you release it.")
