"""Wires the line together, once: settings in, a Flask application out."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Final

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from ivr.audio.folder import AudioFolder
from ivr.audio.lexicon import LexiconError, Word, read_lexicon
from ivr.audio.library import Library
from ivr.audio.serve import audio_pages
from ivr.config import Config
from ivr.flow.spoken import digits_of
from ivr.health.readiness import Readiness
from ivr.health.web import health_pages
from ivr.jobs import PATIENCE, PURGE, SWEEP, Days, Fetching, Purge, Runner, Sender, Sweep, notices, planned, works
from ivr.jobs.telling import telling
from ivr.line import Switchboard, clock
from ivr.pages.reports import security_pages
from ivr.pages.web import About, public_pages
from ivr.personal import Personal
from ivr.phone.admission import Twilio
from ivr.phone.calls import calls
from ivr.phone.desk import Desk, Dialled
from ivr.phone.fallback import fallback
from ivr.phone.media import recordings
from ivr.phone.own_message import OwnMessages, at_twilio, message_pages
from ivr.phone.rest import texts
from ivr.phone.twiml import Place, Voice, Writer
from ivr.phone.webhook import answer_twilio
from ivr.promises import Texting
from ivr.prompts.load import Watched
from ivr.rehearsal.browser.gate import at_this_machine
from ivr.rehearsal.browser.replays import Replays
from ivr.rehearsal.browser.web import Parts, phone_pages
from ivr.rehearsal.practice import practice
from ivr.rehearsal.reach import Reach, in_this_process
from ivr.sealing import Sealing
from ivr.sounds import Sounds
from ivr.staff.web import desk_of, staff_pages
from ivr.store import Caps, Counting, Marks, Store, migrate, occupied
from ivr.store.desk import Desk as Work
from ivr.watching import NOTES, SILENT
from ivr.watching.slots import SLOTS
from ivr.watching.start import WATCH

_log: Final = logging.getLogger(__name__)
_Kept = tuple[Store, Callable[[], datetime]]
"""What is remembered, and the time."""


class _Sessions(SecureCookieSessionInterface):
    """Sessions of people who sign in. A call carries its state in its address and audio needs none: no cookie there."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """None, which Flask takes for no session, where no person signs in."""
        return None if request.path.startswith(("/voice", "/audio/")) else super().open_session(app, request)


def create_app(config: Config, now: Callable[[], datetime] = clock) -> Flask:
    """The line as a WSGI application; `now` gives the time, UTC.

    Raises PromptsError, with every mistake, when the prompts cannot be used.
    """
    app = Flask(__name__, static_folder=None)
    app.config.update(SECRET_KEY=config.secret_key, MAX_CONTENT_LENGTH=64 * 1024)
    app.session_interface = _Sessions()
    app.url_map.strict_slashes = False
    app.url_map.redirect_defaults = False
    app.url_map.merge_slashes = False
    flows = Watched(config.prompts_dir)
    store = Store.open(config.database_url, config.data_dir / "spool", Sealing(config.encryption_keys))
    library = Library.open(config.audio_dir, config.audio_url or config.public_url)
    _answer_twilio(app, config, flows, (store, now), library)
    app.register_blueprint(audio_pages(library))
    app.register_blueprint(message_pages(own_messages(config, store, now)))
    number, keeping = "" if config.rehearsal else config.caller_id, config.keeping
    app.register_blueprint(public_pages(flows, About(number, keeping.contact, keeping.requests)))
    origin = "" if config.rehearsal else config.public_url
    app.register_blueprint(security_pages(config.security_contacts, origin, now))
    desk = desk_of(config, store, now)
    app.register_blueprint(staff_pages(desk))
    app.extensions["staff"] = desk
    if (dialler := calls(config)) is not None:
        app.extensions["dialler"] = dialler
    _lend_phone(app, config, phone_parts(app, config, flows, library), desk.access.is_staff)
    _tell_health(app, config, flows, (store, now))
    _count_pages(app)
    return app


def _lend_phone(app: Flask, config: Config, parts: Parts, is_staff: Callable[[], bool]) -> None:
    """The phone in the browser, for staff who are signed in; in a rehearsal for any browser on this machine too."""

    def allowed() -> bool:
        return (config.rehearsal and at_this_machine()) or is_staff()

    app.register_blueprint(phone_pages(parts, allowed))


def phone_parts(app: Flask, config: Config, flows: Watched, library: Library) -> Parts:
    """What the phone rings. A rehearsal rings itself.

    A real line is never rung by it: beside it a line to practise on is made when first needed, for staff.
    """
    own = config if config.rehearsal else practice(config)

    @lru_cache(maxsize=1)
    def reached(_version: str) -> Reach:
        """Read anew when the audio changes, so that the phone knows how long each sound is."""
        return in_this_process(own, lambda _: app if own is config else _practising(app, own))

    replays = Replays(own, create_app)
    app.extensions["switchboard"].closing.append(replays.close)
    return Parts(
        line=lambda: reached(library.version),
        flow=lambda: flows.flow,
        busy=lambda: occupied(own.database_url),
        secret=config.secret_key,
        replays=replays,
        practice=own is not config,
    )


_practice_making: Final = Lock()


def _practising(app: Flask, config: Config) -> Flask:
    """The line to practise on, one a worker, closed with the real one."""
    with _practice_making:
        if "practice" not in app.extensions:
            migrate(config.database_url)
            app.extensions["practice"] = made = create_app(config)
            app.extensions["switchboard"].closing.append(made.extensions["switchboard"].close)
    found: Flask = app.extensions["practice"]
    return found


def _dialled(config: Config, store: Store, now: Callable[[], datetime]) -> Dialled:
    """Looks up whom a member of staff asked to be connected with."""
    work = Work(store.database, Sealing(config.encryption_keys))
    return lambda token: work.number_to_ring(token, now())


def _answer_twilio(app: Flask, config: Config, flows: Watched, kept: _Kept, library: Library) -> None:
    switchboard = _switchboard(app, config, flows, kept)
    place = Place(config.public_url, config.caller_id)
    writer = Writer(place, Voice(None if config.voice == "twilio" else library, lexicon(config.audio_dir)))
    number = flows.flow.line.ringing.number
    ready = fallback(place, number, digits_of(number))
    twilio = Twilio(config.account_sid, config.auth_tokens, config.public_url, config.rehearsal)
    desk = Desk(switchboard, writer, ready, _dialled(config, *kept), config.numbers)
    answer_twilio(app, desk, twilio, switchboard.awake)
    app.extensions["switchboard"] = switchboard


def lexicon(folder: Path) -> tuple[Word, ...]:
    """How words are pronounced. A mistake in the lexicon is told, and costs a caller nothing but the pronunciation."""
    try:
        return read_lexicon(AudioFolder(folder).lexicon)
    except LexiconError as problem:
        _log.error("%s; Twilio's voice reads every word as it is written", problem)
        return ()


def _switchboard(app: Flask, config: Config, flows: Watched, kept: _Kept) -> Switchboard:
    """The use case, and beside it the background work, which begins with the first request: after any fork."""
    store, now = kept
    sender, marks = texts(config), Marks(config.secret_key)
    runner = runner_of(config, store, sender)
    texting = Texting(marks, f"{config.public_url}/script", Caps(*config.text_caps), runner.wake) if sender else None
    noted = NOTES if config.watching.metrics or config.watching.turns else SILENT
    switchboard = Switchboard(flows, store, now, marks=marks, texting=texting, watch=noted)
    switchboard.playing = (
        at_twilio(config.account_sid) if config.rehearsal else own_messages(config, store, now).address
    )
    app.before_request(switchboard.awake)
    if config.worker:
        switchboard.beside.append(runner.start)
        switchboard.closing.append(runner.stop)
    return switchboard


def sounds(config: Config, store: Store) -> Sounds:
    """The recordings of this line: sealed, in files beside SQLite, else in the database."""
    return Sounds(store, Sealing(config.encryption_keys), store.boxes(config.data_dir / "recordings"))


def own_messages(config: Config, store: Store, now: Callable[[], datetime]) -> OwnMessages:
    """What callers spoke, for themselves to hear again during their call."""
    return OwnMessages(sounds(config, store), Marks(config.secret_key), config.public_url, now)


def runner_of(config: Config, store: Store, sender: Sender | None) -> Runner:
    """Whoever does this line's background work, of every kind."""
    kept, flows = config.keeping, lru_cache(maxsize=1)(lambda: Watched(config.prompts_dir))
    counting = Counting(store.database, lambda: flows().flow.topics)
    days = Days(kept.requests, kept.recordings, kept.listening, kept.erased, kept.audit)
    personal = Personal.of(store, config.data_dir, config.encryption_keys, config.secret_key)
    purge = Purge(counting, personal, days, clock)
    source = recordings(config)
    own = {PURGE: purge.work} | ({SWEEP: Sweep(store, source, clock).work} if source else {})
    own |= telling(config, store, texts=sender is not None)
    fetching = Fetching(sounds(config, store), source, clock) if source else None

    def due(now: datetime) -> dict[str, str]:
        return planned(now) | notices.planned(now, config.notices)

    return Runner(store, works(store, sender, clock, fetching, own), patience=PATIENCE, planned=due)


def watch(config: Config) -> None:
    """Write the log and keep figures, in the process that serves this line or works for it."""
    WATCH.start(config.watching, config.secret_key, SLOTS.folder, SLOTS.mine)


def _tell_health(app: Flask, config: Config, flows: Watched, kept: _Kept) -> None:
    store, now = kept
    ready = Readiness(store)
    app.register_blueprint(health_pages(ready))
    if config.watching.metrics:  # without figures the package that keeps them is not even loaded
        from ivr.health.figures import figure_pages
        from ivr.health.standing import Standing

        standing = Standing(store, now, config.data_dir, lambda: flows.flow.version, ready)
        app.register_blueprint(figure_pages(standing, at_this_machine, config.watching.metrics_token))


def _count_pages(app: Flask) -> None:
    """Count how pages that people ask for are answered; what Twilio asks for is counted in its own place."""

    def counted(response: Response) -> Response:
        NOTES.count("pages", f"{response.status_code // 100}xx")
        return response

    for name in app.blueprints.keys() - {"voice", "health", "figures", "audio", "message"}:
        app.after_request_funcs.setdefault(name, []).append(counted)
