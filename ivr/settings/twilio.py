"""Settings of the Twilio account, and of where Twilio finds the line."""

import re
from typing import Final
from urllib.parse import urlsplit

from ivr.settings.given import E164, ORIGIN, Given, fits, is_here

API: Final = "https://api.twilio.com"
ACCOUNT: Final = re.compile(r"AC[0-9a-fA-F]{32}", re.ASCII)
_SENDER: Final = re.compile(r"(\+[1-9][0-9]{7,14}|MG[0-9a-fA-F]{32})?", re.ASCII)
_KEY: Final = re.compile(r"SK[0-9a-fA-F]{32}", re.ASCII)


def account_sid(given: Given) -> str:
    """The account's id."""
    right = fits(ACCOUNT, given("TWILIO_ACCOUNT_SID"))
    return given.check("TWILIO_ACCOUNT_SID", "AC and 32 hexadecimal digits", right=right)


def auth_tokens(given: Given) -> tuple[str, ...]:
    """The token in use, and the one before it while it is changed."""
    token = given("TWILIO_AUTH_TOKEN")
    given.check("TWILIO_AUTH_TOKEN", "the auth token of the Twilio account", right=bool(token))
    return tuple(word for word in (token, given("TWILIO_AUTH_TOKEN_OLD")) if word)


def number(given: Given) -> str:
    """The line's own number in international form, or empty."""
    right = not given("TWILIO_NUMBER") or fits(E164, given("TWILIO_NUMBER"))
    return given.check("TWILIO_NUMBER", "a number such as +441604367125", right=right)


def more_numbers(given: Given) -> tuple[str, ...]:
    """Further numbers that callers ring for this line."""
    words = tuple(word.strip() for word in given("TWILIO_MORE_NUMBERS").split(",") if word.strip())
    right = all(fits(E164, word) for word in words)
    given.check("TWILIO_MORE_NUMBERS", "numbers such as +441604367125, with commas between them", right=right)
    return words


def text_from(given: Given) -> str:
    """Where texts come from: a number, a messaging service, or nowhere."""
    right = fits(_SENDER, given("TWILIO_TEXT_FROM"))
    return given.check("TWILIO_TEXT_FROM", "a number such as +447700900123, or MG…", right=right)


def api_key(given: Given) -> tuple[str, str] | None:
    """A restricted key and its secret."""
    key, secret = given("TWILIO_API_KEY"), given("TWILIO_API_SECRET")
    given.check("TWILIO_API_KEY", "SK and 32 hexadecimal digits", right=fits(_KEY, key) or not key + secret)
    given.check("TWILIO_API_SECRET", "the secret of TWILIO_API_KEY", right=bool(secret) or not key)
    return (key, secret) if key else None


def api_url(given: Given) -> str:
    """Where Twilio's REST service is; another place only to rehearse, on this machine."""
    url = given("TWILIO_API_URL", API)
    here = is_here(url) and not given.production
    return given.check("TWILIO_API_URL", "nothing: leave it out", right=url == API or here) or API


def public_url(given: Given) -> str:
    """The address that Twilio calls and signs. Plain http only to this machine itself, never in production."""
    url = given("PUBLIC_URL")
    https = fits(ORIGIN, url) and urlsplit(url).scheme == "https"
    what = "the address that Twilio calls, such as https://line.example.org, with nothing after the name"
    return given.check("PUBLIC_URL", what, right=https or (is_here(url) and not given.production))
