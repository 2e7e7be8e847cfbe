"""`ivr export`, `ivr forget`, `ivr hold`: what a caller may ask of us, and what the law may ask of us."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ivr.config import Config

if TYPE_CHECKING:
    from ivr.sounds import Sounds
    from ivr.store import Audit, Erasing, Found, Marks, Store

LEFT_OUT: Final = frozenset({"mark", "lease", "form", "box", "version", "waits", "turn_day", "turn_at", "ending"})
"""Columns that say nothing of a caller: how the line finds its rows."""
BACKUPS: Final = "Backups made before now still hold it: delete them, or do this again after one is put back."


class PrivacyError(Exception):
    """It cannot be done; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where everything about a number may be."""

    config: Config
    store: "Store"
    erasing: "Erasing"
    marks: "Marks"
    sounds: "Sounds"
    audit: "Audit"

    def about(self, number: str) -> "Found":
        return self.erasing.about(number, self.marks)


@contextmanager
def _place() -> Iterator[_Place]:
    from ivr.line import clock
    from ivr.sealing import Sealing
    from ivr.sounds import Sounds
    from ivr.store import Audit, Erasing, Marks, Store

    config = Config.from_env()
    store = Store.open(config.database_url, config.data_dir / "spool")
    try:
        store.take_in(clock())
        if store.spooled().promises:
            raise PrivacyError("Answers of callers wait on disk for the database. Try again once they are taken in.")
        sounds = Sounds(store, Sealing(config.encryption_keys), store.boxes(config.data_dir / "recordings"))
        audit = Audit(store.database, config.encryption_keys)
        yield _Place(config, store, Erasing(store.database), Marks(config.secret_key), sounds, audit)
    finally:
        store.close()


def _number(text: str) -> str:
    from ivr.numbers import ringable

    number = ringable(text)
    if number is None:
        raise PrivacyError("That is no number that the line can have kept. Write it as 07700 900123 or +447700900123.")
    return number


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

    given = _number(number)
    with _place() as place:
        found = place.about(given)
        click.echo(_shown(found))
        if not any(name != "holds" for name in found.counts):
            return
        if not yes:
            click.confirm("Delete all of it, for good?", abort=True)
        erased = place.erasing.erase(given, place.marks, clock(), place.audit.note)
        place.sounds.remove(erased.sounds)
        place.erasing.checkpoint()
        click.echo(_proof(erased.counts, place.about(given), clock()))


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
    from ivr.store import Deed

    given = _number(number)
    with _place() as place:
        found = place.about(given)
        rows = {name: [_plain(place, name, row) for row in some] for name, some in found.rows.items() if some}
        try:
            folder.mkdir(mode=0o700, parents=True)
        except FileExistsError as error:
            raise PrivacyError(f"{folder} is there already: name a new folder") from error
        _write(folder / "kept.json", json.dumps(rows, ensure_ascii=False, indent=2, default=str).encode())
        _write(folder / "kept.txt", _text(given, rows).encode())
        heard = _recordings(place, found, folder)
        place.audit.add(Deed("ivr", "number-exported", detail={"recordings": str(heard)}), clock())
    click.echo(f"{folder}: kept.txt, kept.json, and {heard} recording(s).")


def _plain(place: _Place, table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row without what only the line needs, and with words that staff typed opened."""
    shown = {name: value for name, value in row.items() if name not in LEFT_OUT and value not in (None, "")}
    if table == "work" and row["words"]:
        shown["words"] = place.sounds.sealing.open_words(row["words"], f"work {row['request_id']}")
    return shown


def _text(number: str, rows: Mapping[str, list[dict[str, Any]]]) -> str:
    lines = [f"What the line keeps about {number}", ""]
    for name, some in rows.items():
        lines.append(f"{name} ({len(some)})")
        for row in some:
            lines += [f"  {column}: {value}" for column, value in row.items()]
            lines.append("")
    return "\n".join(lines if rows else [*lines, "Nothing."]) + "\n"


def _recordings(place: _Place, found: "Found", folder: Path) -> int:
    here = [sound for sound in found.sounds if sound.status == "kept"]
    for count, sound in enumerate(here, 1):
        _write(folder / f"message-{count}.wav", place.sounds.whole(sound))
    return len(here)


def _write(path: Path, data: bytes) -> None:
    """A new file that only this account may read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
        file.write(data)


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
    from ivr.store import Deed

    if not release and not why:
        raise PrivacyError("Say why it must stay: --why …")
    with _place() as place:
        now = clock()
        done = place.erasing.release(reference) if release else place.erasing.hold(reference, why or "", "ivr", now)
        if not done:
            raise PrivacyError("It is not held." if release else "There is no such request, or it is held already.")
        place.audit.add(Deed("ivr", "request-released" if release else "request-held", f"reference:{reference}"), now)
    click.echo("It need not stay any longer." if release else "It stays until you release it.")
