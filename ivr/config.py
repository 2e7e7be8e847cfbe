"""Settings, read once at start and then frozen. The only place that reads environment variables.

Without TWILIO_AUTH_TOKEN the line runs as a rehearsal only: it makes a token and a secret key of its own and keeps
them under DATA_DIR. Nothing here, or anywhere, turns the check of signatures off.
"""

import hashlib
import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal, cast, get_args
from urllib.parse import urlsplit

Voice = Literal["shipped", "nanotts", "gtts", "twilio"]
"""What callers hear: the audio in git, a voice that reads words just changed, or Twilio's own."""

TOP: Final = Path(__file__).resolve().parent.parent
API: Final = "https://api.twilio.com"
DRAMA_NUMBER: Final = "+442079460000"  # Ofcom keeps it for drama: a rehearsal never names a real telephone

_ACCOUNT: Final = re.compile(r"AC[0-9a-fA-F]{32}", re.ASCII)
_E164: Final = re.compile(r"\+[1-9][0-9]{7,14}", re.ASCII)
_ORIGIN: Final = re.compile(r"https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[1-9][0-9]{0,4})?", re.ASCII)
_KEPT: Final = re.compile(r"[0-9a-f]{32,64}", re.ASCII)
_WHOLE: Final = re.compile(r"[0-9]{1,6}", re.ASCII)
_SENDER: Final = re.compile(r"(\+[1-9][0-9]{7,14}|MG[0-9a-fA-F]{32})?", re.ASCII)
_KEY: Final = re.compile(r"SK[0-9a-fA-F]{32}", re.ASCII)
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost"})
_SHORTEST_KEY: Final = 32


class ConfigError(Exception):
    """Settings are missing or wrong; the text names all of them, one a line, each with what to set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Every setting of the line. Secrets are left out of its `repr`."""

    account_sid: str
    auth_tokens: tuple[str, ...] = field(repr=False)
    secret_key: str = field(repr=False)
    database_url: str = field(repr=False)
    public_url: str
    caller_id: str  # the line's own number in international form; empty: the number that was rung
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
    worker: bool  # whether the served line does its background work itself

    @property
    def auth_token(self) -> str:
        """The token in use; the others are still accepted while it is changed."""
        return self.auth_tokens[0]

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "Config":
        """Read the settings. Raises ConfigError that names everything missing or wrong."""
        given = _Given(environ, [])
        shared = _shared(given)
        real = bool(given("TWILIO_AUTH_TOKEN")) or shared.production
        config = _with_twilio(given, shared) if real else shared
        if given.wrong:
            raise ConfigError("\n".join(given.wrong))
        return config if real else _with_own_secrets(config)


@dataclass(frozen=True, slots=True)
class _Given:
    """The environment, and what was found wrong with it so far."""

    environ: Mapping[str, str]
    wrong: list[str]

    def __call__(self, name: str, default: str = "") -> str:
        return self.environ.get(name, "").strip() or default

    def check(self, name: str, what: str, *, right: bool) -> str:
        """The value of a setting; where it is not right, note what to set instead."""
        if not right:
            self.wrong.append(f"{name} is {'not right' if self(name) else 'missing'}: set it to {what}")
        return self(name)


def _shared(given: _Given) -> Config:
    """The settings of every line; the rest as a rehearsal has them, its secrets still to be made."""
    number, sender = given("TWILIO_NUMBER"), given("TWILIO_TEXT_FROM")
    port, data_dir = _whole(given, "PORT", "8000", 65535), _folder(given, "DATA_DIR", "var")
    return Config(
        account_sid="",
        auth_tokens=(),
        secret_key=_secret_key(given) if given("SECRET_KEY") else "",
        database_url=_database_url(given, data_dir),
        public_url=f"http://127.0.0.1:{port}",
        caller_id=given.check(
            "TWILIO_NUMBER", "a number such as +441604367125", right=_is(_E164, number or DRAMA_NUMBER)
        ),
        data_dir=data_dir,
        prompts_dir=_folder(given, "PROMPTS_DIR", "prompts"),
        audio_dir=_folder(given, "AUDIO_DIR", "audio"),
        audio_url=_audio_url(given),
        voice=_voice(given),
        port=port,
        production=_production(given),
        rehearsal=True,
        text_from=given.check("TWILIO_TEXT_FROM", "a number such as +447700900123, or MG…", right=_is(_SENDER, sender)),
        text_caps=(_whole(given, "TEXTS_PER_NUMBER", "3", 100), _whole(given, "TEXTS_PER_DAY", "500", 100_000)),
        api_key=_api_key(given),
        api_url=_api_url(given),
        worker=given.check("WORKER", "on or off", right=given("WORKER", "on") in {"on", "off"}) != "off",
    )


def _with_twilio(given: _Given, shared: Config) -> Config:
    token = given("TWILIO_AUTH_TOKEN")
    given.check("TWILIO_AUTH_TOKEN", "the auth token of the Twilio account", right=bool(token))
    sid = given("TWILIO_ACCOUNT_SID")
    return replace(
        shared,
        account_sid=given.check("TWILIO_ACCOUNT_SID", "AC and 32 hexadecimal digits", right=_is(_ACCOUNT, sid)),
        auth_tokens=tuple(word for word in (token, given("TWILIO_AUTH_TOKEN_OLD")) if word),
        secret_key=shared.secret_key or _secret_key(given),
        public_url=_public_url(given, production=shared.production),
        rehearsal=False,
    )


def _with_own_secrets(shared: Config) -> Config:
    token = _kept(shared.data_dir / "rehearsal.token", 16)
    return replace(
        shared,
        account_sid="AC" + hashlib.sha256(b"account of " + token.encode()).hexdigest()[:32],
        auth_tokens=(token,),
        caller_id=shared.caller_id or DRAMA_NUMBER,
        secret_key=shared.secret_key or _kept(shared.data_dir / "secret.key", 32),
    )


def _is(shape: re.Pattern[str], text: str) -> bool:
    return shape.fullmatch(text) is not None


def _production(given: _Given) -> bool:
    return (
        given.check("ENV", "production, in full", right=given("ENV").lower() not in {"prod", "live"}).lower()
        == "production"
    )


def _secret_key(given: _Given) -> str:
    what = f"at least {_SHORTEST_KEY} random characters, for example from: openssl rand -hex 32"
    return given.check("SECRET_KEY", what, right=len(given("SECRET_KEY")) >= _SHORTEST_KEY)


def _public_url(given: _Given, *, production: bool) -> str:
    """The address that Twilio calls and signs. Plain http only to this machine itself, never in production."""
    url = given("PUBLIC_URL")
    parts = urlsplit(url if _is(_ORIGIN, url) else "")
    loopback = parts.hostname in _LOOPBACK and not production
    what = "the address that Twilio calls, such as https://line.example.org, with nothing after the name"
    return given.check("PUBLIC_URL", what, right=parts.scheme == "https" or loopback)


def _audio_url(given: _Given) -> str:
    url, what = (
        given("AUDIO_URL"),
        "an address such as https://audio.example.org, or leave it out: the line serves its audio itself",
    )
    return given.check("AUDIO_URL", what, right=not url or (url.startswith("https://") and _is(_ORIGIN, url)))


def _voice(given: _Given) -> Voice:
    voice = given("VOICE", "shipped")
    given.check("VOICE", f"one of {', '.join(get_args(Voice))}", right=voice in get_args(Voice))
    return cast("Voice", voice)


def _whole(given: _Given, name: str, default: str, most: int) -> int:
    number = given(name, default)
    right = _is(_WHOLE, number) and 1 <= int(number) <= most
    given.check(name, f"a number from 1 to {most}", right=right)
    return int(number) if right else 0


def _api_key(given: _Given) -> tuple[str, str] | None:
    key, secret = given("TWILIO_API_KEY"), given("TWILIO_API_SECRET")
    given.check("TWILIO_API_KEY", "SK and 32 hexadecimal digits", right=_is(_KEY, key) or not key + secret)
    given.check("TWILIO_API_SECRET", "the secret of TWILIO_API_KEY", right=bool(secret) or not key)
    return (key, secret) if key else None


def _api_url(given: _Given) -> str:
    """Where Twilio's REST service is; another place only to rehearse, on this machine."""
    url = given("TWILIO_API_URL", API)
    here = _is(_ORIGIN, url) and urlsplit(url).hostname in _LOOPBACK and given("ENV").lower() != "production"
    return given.check("TWILIO_API_URL", "nothing: leave it out", right=url == API or here) or API


def _folder(given: _Given, name: str, default: str) -> Path:
    """A folder; a relative one is taken from where the command runs, the default from the top of the code."""
    return Path(given(name)).absolute() if given(name) else TOP / default


def _database_url(given: _Given, data_dir: Path) -> str:
    url, what = (
        given("DATABASE_URL"),
        "sqlite:////path/to/line.db or postgresql://user:password@host/name, or leave it out",
    )
    given.check("DATABASE_URL", what, right=not url or url.startswith(("sqlite:///", "postgresql://")))
    return url or f"sqlite:///{data_dir / 'line.db'}"


def _kept(path: Path, size: int) -> str:
    """A secret of our own: `size` random bytes as text, made at most once even when two workers start together."""
    try:
        if not path.exists():
            _make(path, secrets.token_hex(size))
        text = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be used ({error}): set DATA_DIR to a folder of the line's own") from error
    if not _is(_KEPT, text):
        raise ConfigError(f"{path} is damaged: delete it, and the line makes another")
    return text


def _make(path: Path, secret: str) -> None:
    """Write the whole file beside its place, then link it there: the first worker wins, nobody reads half of one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secret)
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        Path(draft).unlink()
