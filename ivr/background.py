"""The commands about background work: `ivr jobs`, `ivr reseal`."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import click

from ivr.config import Config

if TYPE_CHECKING:
    from ivr.store import Backlog, JobSeen, Store

_STATUSES: Final = ("dead", "waiting", "running", "done")


class NoSuchJobError(Exception):
    """No job of that id is dead."""


@contextmanager
def _store() -> "Iterator[tuple[Store, Config]]":
    from ivr.store import Store

    config = Config.from_env()
    with closing(Store.open(config.database_url)) as store:
        yield store, config


@click.command()
@click.option("--status", type=click.Choice(_STATUSES), default="dead", help="Those of another status.")
@click.option("--again", metavar="ID", help="Have a dead job tried again, from its first attempt.")
@click.option("--give-up", metavar="ID", help="Have nobody try a dead job any more.")
@click.option("--json", "as_json", is_flag=True, help="For a machine: one JSON list.")
def jobs(status: str, again: str | None, give_up: str | None, *, as_json: bool) -> None:
    """List background work that was given up, and have it tried again, or not. A page of staff does the same.

    \b
    What was given up:     ivr jobs
    What waits:            ivr jobs --status waiting
    Try one again:         ivr jobs --again 0f3a…
    Let go of one:         ivr jobs --give-up 0f3a…
    """
    with _store() as (store, config):
        if again or give_up:
            click.echo(_changed(_backlog(store, config), again, give_up))
            return
        found = store.jobs(status, 1000)  # type: ignore[arg-type]  # click lets no other word pass
        click.echo(_json(found) if as_json else _lines(found, status))


def _backlog(store: "Store", config: Config) -> "Backlog":
    from ivr.store import Audit, Backlog

    return Backlog(store.database, Audit(store.database, config.encryption_keys).note)


def _changed(backlog: "Backlog", again: str | None, give_up: str | None) -> str:
    from ivr.line import clock

    did = backlog.again(again, "ivr", clock()) if again else backlog.let_go(give_up or "", "ivr", clock())
    if not did:
        raise NoSuchJobError("No job of that id was given up. See them: ivr jobs")
    return "It is tried again." if again else "Nobody tries it any more."


def _json(found: "list[JobSeen]") -> str:
    return json.dumps([asdict(one) for one in found], default=lambda value: value.isoformat(), indent=2)


def _lines(found: "list[JobSeen]", status: str) -> str:
    if not found:
        return f"No job is {status}."
    return "\n".join(f"{one.id}  {one.kind:<15} {one.attempts:>3} tries  {one.trouble or '-'}" for one in found)


@click.command()
def reseal() -> None:
    """Close every recording with the key in use, after ENCRYPTION_KEY was changed. Safe to stop and to repeat.

    \b
    1. Set ENCRYPTION_KEY to a new key, and ENCRYPTION_KEY_OLD to the one before.
    2. Serve the line with them, then:  ivr reseal
    Keep the old key set: notes of staff and the log were closed with it too.
    """
    from ivr.line import clock
    from ivr.sealing import Sealing
    from ivr.sounds import Sounds

    with _store() as (store, config):
        sounds = Sounds(store, Sealing(config.encryption_keys), store.boxes(config.data_dir / "recordings"))
        every, anew = sounds.reseal(clock())
    click.echo(f"Recordings: {every}. Closed anew with key {sounds.sealing.key_id}: {anew}.")
