"""The commands that belong to the line as a whole: `ivr prepare`, `ivr queue`, `ivr worker`, `ivr db`."""

import json
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ivr.config import Config

if TYPE_CHECKING:
    from ivr.flow.line import Flow
    from ivr.store import Request, Store

STATUSES: Final = ("incomplete", "new", "claimed", "attempted", "done", "closed")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For a machine: one JSON list.")
@click.option("--status", multiple=True, type=click.Choice(STATUSES), help="Only these; may be given again.")
def queue(status: tuple[str, ...], *, as_json: bool) -> None:
    """List callback requests, the one due first at the top.

    \b
    Everything still waiting:  ivr queue
    Only new requests:         ivr queue --status new
    For a spreadsheet:         ivr queue --json > queue.json
    """
    rows = [_row(request) for request in _requests(status)]
    click.echo(json.dumps(rows, ensure_ascii=False, indent=2) if as_json else _table(rows))


_PAGE: Final = 200
_SHOWN: Final = ("reference", "phone", "status", "council", "topic", "best_time", "safe_message", "due")


def _requests(status: tuple[str, ...]) -> "list[Request]":
    from ivr.store import Store

    config = Config.from_env()
    with closing(Store.open(config.database_url, config.data_dir / "spool")) as store:
        click.echo(str(store.spooled()), nl=False, err=True)
        return list(_all(store, status))


def _all(store: "Store", status: tuple[str, ...]) -> "Iterator[Request]":
    page = store.queue(status or None, None, _PAGE)
    while page:
        yield from page
        page = store.queue(status or None, page[-1].cursor, _PAGE)


def _row(request: "Request") -> dict[str, object]:
    """A request as a machine reads it: times in ISO form, UTC; the due day as a date."""
    return {
        "reference": request.reference,
        "phone": request.phone,
        "status": request.status,
        "council": request.council,
        "topic": request.topic,
        "best_time": request.best_time,
        "safe_message": request.safe_message,
        "needs": list(request.needs),
        "language": request.language,
        "created": request.created.isoformat(),
        "due": request.due.isoformat() if request.due else None,
    }


def _table(rows: list[dict[str, object]]) -> str:
    if not rows:
        return "No callback request."
    lines = [_SHOWN, *(tuple(str(row[name] or "-") for name in _SHOWN) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_SHOWN))]
    return "\n".join(_spaced(line, widths) for line in lines)


def _spaced(line: Iterable[str], widths: list[int]) -> str:
    return "  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip()


@click.command()
def prepare() -> None:
    """Make data and audio ready, before the line is served; then say where to call it. Safe to repeat.

    \b
    The usual one:         ivr prepare
    With another voice:    VOICE=gtts ivr prepare
    """
    from ivr.prompts.load import load
    from ivr.store import migrate

    config = Config.from_env()
    migrate(config.database_url)
    _erase_again(config)
    _build_audio(load(config.prompts_dir), config)
    click.echo(_where_to_call(config))
    if first := _first_sign_in(config):
        click.echo(first)


def _erase_again(config: Config) -> None:
    """A backup may have been put back: what was deleted for callers since goes again, before the line is served."""
    from ivr.line import clock
    from ivr.personal import Personal
    from ivr.store import Store

    with closing(Store.open(config.database_url, config.data_dir / "spool")) as store:
        personal = Personal.of(store, config.data_dir, config.encryption_keys, config.secret_key)
        if again := personal.erase_again(clock()):
            click.echo(f"Deleted again, as it had been before a backup was put back: {sum(again.values())} row(s).")


def _build_audio(flow: "Flow", config: Config) -> None:
    """Audio that cannot be made now stops nothing: the line has other voices for those words."""
    from ivr.audio.build import advice, build
    from ivr.audio.voice import RESERVE, VoiceError

    if config.voice == "twilio":
        return
    try:
        report = build(flow, config.audio_dir, RESERVE if config.voice == "shipped" else config.voice)
    except VoiceError as error:
        click.echo(f"Some words have no audio yet; Twilio's voice says them. {error}", err=True)
        return
    click.echo("".join(f"{told}\n" for told in advice(report)), nl=False)


def _where_to_call(config: Config) -> str:
    here = f"http://127.0.0.1:{config.port}"
    if not config.rehearsal:
        return f"The line is at {here}. In Twilio, the number's voice webhook is POST {config.public_url}/voice"
    command = Path(sys.argv[0])
    shown = command.relative_to(Path.cwd()) if command.is_relative_to(Path.cwd()) else command
    return "\n".join(
        (
            f"A rehearsal of the line is at {here}: no telephone reaches it.",
            f"Phone it in a browser:          {here}/phone",
            f"Phone it from a terminal:       {shown} call",
            f"See who waits to be rung:       {here}/staff",
            f"Where Twilio would call it:     POST {here}/voice",
        )
    )


def _first_sign_in(config: Config) -> str:
    """How staff sign in, as long as nobody has."""
    from ivr.staff.commands import desk

    with desk(config) as found:
        if any(account.status == "active" for account in found.accounts.everybody()):
            return ""
    add = 'ivr staff add "NAME" E-MAIL'
    if config.rehearsal:
        return f"There, one button signs you in. For an account of your own:  {add}"
    return f"Nobody can sign in yet at {config.public_url}/staff. For the first administrator:  {add}"


@click.group()
def db() -> None:
    """Make the database ready.

    \b
    Make it, or bring it up to date:  ivr db upgrade
    """


@db.command()
def upgrade() -> None:
    """Make the database, or bring it up to date. Safe to repeat. After a restore, delete again what had been deleted.

    \b
    The usual one:  ivr db upgrade
    Another:        DATABASE_URL=postgresql://line@db.example.org/line ivr db upgrade
    """
    from ivr.store import migrate

    config = Config.from_env()
    migrate(config.database_url)
    _erase_again(config)
    click.echo("The database is ready.")


@click.command()
def worker() -> None:
    """Do background work until stopped. The served line does it itself, unless it is served with WORKER=off.

    \b
    The usual one:  ivr worker
    """
    from ivr.factory import runner_of, watch
    from ivr.phone.rest import texts
    from ivr.store import Store

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    config = Config.from_env()
    watch(config)
    if config.watching.metrics:
        from ivr.health.port import tell_figures
        from ivr.rehearsal.browser.gate import at_this_machine

        tell_figures(config.watching, at_this_machine)
    store = Store.open(config.database_url)
    runner = runner_of(config, store, texts(config))
    runner.start()
    with suppress(KeyboardInterrupt):
        click.echo("Background work is being done. To stop: Ctrl-C.")
        threading.Event().wait()
    runner.stop()
    store.close()
