"""The Twilio number that callers ring, and the account behind it: read, and set only when asked to."""

from dataclasses import dataclass
from typing import Any, Final

from ivr.config import Config
from ivr.phone.rest import client, refused

COUNTRY: Final = "GB"
"""Where transfers and callbacks ring: no other country needs to be allowed."""
FIELDS: Final = {
    "A call comes in": ("voice_method", "voice_url"),
    "Primary handler fails": ("voice_fallback_method", "voice_fallback_url"),
    "Call status changes": ("status_callback_method", "status_callback"),
}
"""What Twilio's console calls each setting, and its client."""


class TwilioSilent(Exception):  # noqa: N818 - it tells what happened, like a word of the line
    """Twilio did not answer, or refused; the text says which, and holds no number and no secret."""


@dataclass(frozen=True, slots=True)
class Account:
    """What the account is: `status` is active, suspended or closed; a trial one rings only numbers it has verified."""

    status: str
    trial: bool


@dataclass(frozen=True, slots=True)
class Owned:
    """A number of the account: Twilio's id, and which address each kind of news goes to, `METHOD URL` or empty."""

    sid: str
    voice: str
    fallback: str
    status: str


@dataclass(frozen=True, slots=True)
class Change:
    """One setting of a number that is not as the line needs it."""

    what: str
    now: str
    wanted: str


class TwilioAccount:
    """One account, through Twilio's own client. Every method raises TwilioSilent."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._client = client(config)

    def account(self) -> Account:
        """The account that the token belongs to."""
        found = _asked(lambda: self._client.api.accounts(self._config.account_sid).fetch())
        return Account(str(found.status), str(found.type).lower() == "trial")

    def owned(self, number: str) -> Owned | None:
        """The number, when this account has it."""
        found = _asked(lambda: self._client.incoming_phone_numbers.list(phone_number=number, limit=1))
        return _owned(found[0]) if found else None

    def rings_home(self) -> bool:
        """Whether the account may ring ordinary numbers of the country."""
        country = _asked(lambda: self._client.voice.v1.dialing_permissions.countries(COUNTRY).fetch())
        return bool(country.low_risk_numbers_enabled)

    def direct(self, owned: Owned, wrong: tuple[Change, ...]) -> Owned:
        """Change these settings of the number, and no others. Returns how it is then, by Twilio's word."""
        given: dict[str, str] = {}
        for change in wrong:
            method, url = FIELDS[change.what]
            given[method], given[url] = change.wanted.split(" ", 1)
        return _owned(_asked(lambda: self._client.incoming_phone_numbers(owned.sid).update(**given)))


def wanted(config: Config) -> dict[str, str]:
    """Where a number's calls and news are to go, by what Twilio's console calls it."""
    paths = ("/voice", "/voice/fallback", "/voice/status")
    return {what: f"POST {config.public_url}{path}" for what, path in zip(FIELDS, paths, strict=True)}


def changes(config: Config, owned: Owned) -> tuple[Change, ...]:
    """What has to change so that the number's calls reach this line; a TwiML Bin may stay the fallback."""
    now = dict(zip(FIELDS, (owned.voice, owned.fallback, owned.status), strict=True))
    return tuple(
        Change(what, now[what], address)
        for what, address in wanted(config).items()
        if now[what] != address and not (what == "Primary handler fails" and is_bin(now[what]))
    )


def is_bin(address: str) -> bool:
    """Whether an address is a TwiML Bin: it answers even when every machine of ours is down."""
    return address.partition(" ")[2].startswith("https://handler.twilio.com/twiml/")


def _owned(found: Any) -> Owned:
    return Owned(
        found.sid,
        _address(found.voice_method, found.voice_url),
        _address(found.voice_fallback_method, found.voice_fallback_url),
        _address(found.status_callback_method, found.status_callback),
    )


def _address(method: str | None, url: str | None) -> str:
    return f"{method or 'POST'} {url}" if url else ""


def _asked(ask: Any) -> Any:
    try:
        return ask()
    except Exception as error:
        raise TwilioSilent(refused(error)) from error
