"""Settings, read once at start and then frozen. The only place that reads environment variables.

Without TWILIO_AUTH_TOKEN the line runs as a rehearsal only: it makes a token and a secret key of its own and keeps
them under DATA_DIR. Nothing here, or anywhere, turns the check of signatures off.
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal, cast, get_args

from ivr.settings import sealing, twilio
from ivr.settings.database import database_url
from ivr.settings.given import ELSEWHERE, TOP, ConfigError, Given, fits
from ivr.settings.keeping import KeepingSettings, keeping_settings
from ivr.settings.kept import kept
from ivr.settings.mail import NoticeSettings, notice_settings
from ivr.settings.reports import security_contacts
from ivr.settings.staff import StaffSettings, staff_settings
from ivr.settings.twilio import API
from ivr.settings.watching import WatchingSettings, watching_settings

__all__ = ["API", "DRAMA_NUMBER", "TOP", "Config", "ConfigError", "Voice"]

Voice = Literal["shipped", "nanotts", "gtts", "twilio"]
"""What callers hear: the audio in git, a voice that reads words just changed, or Twilio's own."""

DRAMA_NUMBER: Final = "+442079460000"  # Ofcom keeps it for drama: a rehearsal never names a real telephone
_SHORTEST_KEY: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Every setting of the line. Secrets are left out of its `repr`."""

    account_sid: str
    auth_tokens: tuple[str, ...] = field(repr=False)
    secret_key: str = field(repr=False)
    encryption_keys: tuple[str, ...] = field(repr=False)  # the one in use, then those that only open
    database_url: str = field(repr=False)
    public_url: str
    caller_id: str  # the line's own number in international form; empty: the number that was rung
    more_numbers: tuple[str, ...]  # further ones that callers ring
    data_dir: Path
    prompts_dir: Path
    audio_dir: Path
    audio_url: str  # what stands before /audio/… in an address; empty: the line itself serves it
    voice: Voice
    port: int
    production: bool
    rehearsal: bool
    text_from: str  # a number, or a messaging service MG…; empty: no text messages
    text_caps: tuple[int, int]  # most texts in 24 hours: to one number, and of the whole line
    api_key: tuple[str, str] | None = field(repr=False)  # and its secret; None: the account and its token
    api_url: str
    staff: StaffSettings
    claim_minutes: int  # how long a request stays with whoever claimed it, from when they last worked on it
    keeping: KeepingSettings
    notices: NoticeSettings
    security_contacts: tuple[str, ...]
    """Whom to tell of a weakness; see security.txt."""
    watching: WatchingSettings
    worker: bool  # whether the served line does its background work itself

    @property
    def numbers(self) -> frozenset[str]:
        """The numbers that callers ring; empty where that is not known, as in a rehearsal."""
        return frozenset((self.caller_id, *self.more_numbers) if self.caller_id and not self.rehearsal else ())

    @property
    def auth_token(self) -> str:
        """The token in use; the others are still accepted while it is changed."""
        return self.auth_tokens[0]

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "Config":
        """Read the settings. Raises ConfigError that names everything missing or wrong."""
        given = Given(environ, [])
        shared = _shared(given)
        real = bool(given("TWILIO_AUTH_TOKEN")) or shared.production
        config = _with_twilio(given, shared) if real else shared
        if given.wrong:
            raise ConfigError("\n".join(given.wrong))
        return _with_own_key(config if real else _with_own_secrets(config))


def watching_of(environ: Mapping[str, str] = os.environ) -> tuple[WatchingSettings, str]:
    """How gunicorn is to watch, before there is a line, and the secret that marks calls; mistakes are told later."""
    given = Given(environ, [])
    return watching_settings(given), given("SECRET_KEY")


def _shared(given: Given) -> Config:
    """The settings of every line; the rest as a rehearsal has them, its secrets still to be made."""
    port, data_dir = given.whole("PORT", "8000", 65535), given.folder("DATA_DIR", "var")
    return Config(
        account_sid="",
        auth_tokens=(),
        secret_key=_secret_key(given) if given("SECRET_KEY") else "",
        encryption_keys=sealing.encryption_keys(given),
        database_url=database_url(given, data_dir),
        public_url=f"http://127.0.0.1:{port}",
        caller_id=twilio.number(given),
        more_numbers=twilio.more_numbers(given),
        data_dir=data_dir,
        prompts_dir=given.folder("PROMPTS_DIR", "prompts"),
        audio_dir=given.folder("AUDIO_DIR", "audio"),
        audio_url=_audio_url(given),
        voice=_voice(given),
        port=port,
        production=_production(given),
        rehearsal=True,
        text_from=twilio.text_from(given),
        text_caps=(given.whole("TEXTS_PER_NUMBER", "3", 100), given.whole("TEXTS_PER_DAY", "500", 100_000)),
        api_key=twilio.api_key(given),
        api_url=twilio.api_url(given),
        staff=staff_settings(given),
        claim_minutes=given.whole("CLAIM_MINUTES", "30", 480),
        keeping=keeping_settings(given),
        notices=notice_settings(given),
        security_contacts=security_contacts(given),
        watching=watching_settings(given),
        worker=given.switch("WORKER", "on"),
    )


def _with_twilio(given: Given, shared: Config) -> Config:
    return replace(
        shared,
        auth_tokens=twilio.auth_tokens(given),
        account_sid=twilio.account_sid(given),
        secret_key=shared.secret_key or _secret_key(given),
        public_url=twilio.public_url(given),
        rehearsal=False,
    )


def _with_own_secrets(shared: Config) -> Config:
    token = kept(shared.data_dir / "rehearsal.token", 16)
    return replace(
        shared,
        account_sid="AC" + hashlib.sha256(b"account of " + token.encode()).hexdigest()[:32],
        auth_tokens=(token,),
        caller_id=shared.caller_id or DRAMA_NUMBER,
        secret_key=shared.secret_key or kept(shared.data_dir / "secret.key", 32),
    )


def _with_own_key(config: Config) -> Config:
    """Outside production a line without a key makes its own: what is kept is sealed always."""
    return config if config.encryption_keys else replace(config, encryption_keys=(_own_key(config),))


def _own_key(config: Config) -> str:
    mend = "put it back from a copy; delete it only if nothing that it sealed is needed any more"
    return kept(config.data_dir / "encryption.key", 32, mend)


def _production(given: Given) -> bool:
    given.check("ENV", "production, in full", right=given("ENV").lower() not in {"prod", "live"})
    return given.production


def _secret_key(given: Given) -> str:
    what = f"at least {_SHORTEST_KEY} random characters, for example from: openssl rand -hex 32"
    return given.check("SECRET_KEY", what, right=len(given("SECRET_KEY")) >= _SHORTEST_KEY)


def _audio_url(given: Given) -> str:
    url = given("AUDIO_URL")
    what = (
        "an address such as https://audio.example.org/plainline, where /audio/… of this line can be had, "
        "or leave it out: the line serves its audio itself"
    )
    return given.check("AUDIO_URL", what, right=not url or fits(ELSEWHERE, url)).rstrip("/")


def _voice(given: Given) -> Voice:
    voice = given("VOICE", "shipped")
    given.check("VOICE", f"one of {', '.join(get_args(Voice))}", right=voice in get_args(Voice))
    return cast("Voice", voice)
