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
DRAMA_NUMBER: Final = "+442079460000"
"""A number that Ofcom keeps for drama, so a rehearsal never names a real telephone."""

_ACCOUNT: Final = re.compile(r"AC[0-9a-fA-F]{32}", re.ASCII)
_E164: Final = re.compile(r"\+[1-9][0-9]{7,14}", re.ASCII)
_ORIGIN: Final = re.compile(r"https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[1-9][0-9]{0,4})?", re.ASCII)
_KEPT: Final = re.compile(r"[0-9a-f]{32,64}", re.ASCII)
_PORT: Final = re.compile(r"[0-9]{1,5}", re.ASCII)
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost"})
_SHORTEST_KEY: Final = 32
_HIGHEST_PORT: Final = 65535


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
    caller_id: str
    """The line's own number in international form; empty when TWILIO_NUMBER is not set: then the number rung."""
    data_dir: Path
    prompts_dir: Path
    audio_dir: Path
    audio_url: str
    """What stands before /audio/… in an address; empty: the line itself serves it."""
    voice: Voice
    port: int
    production: bool
    rehearsal: bool

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
    port, data_dir = _port(given), _folder(given, "DATA_DIR", "var")
    return Config(
        account_sid="",
        auth_tokens=(),
        secret_key=_secret_key(given) if given("SECRET_KEY") else "",
        database_url=_database_url(given, data_dir),
        public_url=f"http://127.0.0.1:{port}",
        caller_id=_number(given),
        data_dir=data_dir,
        prompts_dir=_folder(given, "PROMPTS_DIR", "prompts"),
        audio_dir=_folder(given, "AUDIO_DIR", "audio"),
        audio_url=_audio_url(given),
        voice=_voice(given),
        port=port,
        production=_production(given),
        rehearsal=True,
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
    word = given("ENV").lower()
    given.check("ENV", "production, in full", right=word not in {"prod", "live"})
    return word == "production"


def _secret_key(given: _Given) -> str:
    long_enough = len(given("SECRET_KEY")) >= _SHORTEST_KEY
    what = f"at least {_SHORTEST_KEY} random characters, for example from: openssl rand -hex 32"
    return given.check("SECRET_KEY", what, right=long_enough)


def _public_url(given: _Given, *, production: bool) -> str:
    """The address that Twilio calls and signs. Plain http only to this machine itself, never in production."""
    url = given("PUBLIC_URL")
    parts = urlsplit(url if _is(_ORIGIN, url) else "")
    loopback = parts.hostname in _LOOPBACK and not production
    what = "the address that Twilio calls, such as https://line.example.org, with nothing after the name"
    return given.check("PUBLIC_URL", what, right=parts.scheme == "https" or loopback)


def _audio_url(given: _Given) -> str:
    url = given("AUDIO_URL")
    what = "an address such as https://audio.example.org, or leave it out: the line serves its audio itself"
    return given.check("AUDIO_URL", what, right=not url or (url.startswith("https://") and _is(_ORIGIN, url)))


def _number(given: _Given) -> str:
    number = given("TWILIO_NUMBER")
    what = "the line's own number in international form, such as +441604367125"
    return given.check("TWILIO_NUMBER", what, right=not number or _is(_E164, number))


def _voice(given: _Given) -> Voice:
    voice = given("VOICE", "shipped")
    right = voice in get_args(Voice)
    given.check("VOICE", f"one of {', '.join(get_args(Voice))}", right=right)
    return cast("Voice", voice) if right else "shipped"


def _port(given: _Given) -> int:
    port = given("PORT", "8000")
    right = _is(_PORT, port) and 1 <= int(port) <= _HIGHEST_PORT
    given.check("PORT", f"a number from 1 to {_HIGHEST_PORT}", right=right)
    return int(port) if right else 0


def _folder(given: _Given, name: str, default: str) -> Path:
    """A folder; a relative one is taken from where the command runs, the default from the top of the code."""
    return Path(given(name)).absolute() if given(name) else TOP / default


def _database_url(given: _Given, data_dir: Path) -> str:
    url = given("DATABASE_URL")
    what = "sqlite:////path/to/line.db or postgresql://user:password@host/name, or leave it out"
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
