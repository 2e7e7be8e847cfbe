"""Members of staff for the tests: accounts of every role, signed in with a client or in a browser."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ivr.config import Config
from ivr.factory import create_app
from ivr.staff.desk import Desk
from ivr.staff.passwords import hashed
from ivr.store import Account, Role
from tests.fresh import prepare

PASSWORD = "walrus ladder 93 teapot"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
REAL = {
    "TWILIO_ACCOUNT_SID": "AC" + "0a" * 16,
    "TWILIO_AUTH_TOKEN": "a-token-of-twilio",
    "PUBLIC_URL": "https://line.example.org",
    "SECRET_KEY": "s" * 32,
    "ENCRYPTION_KEY": "0a" * 32,
}
_NUMBERS = count(1)


@dataclass(slots=True)
class Clock:
    """Time that passes when a test says so."""

    now: datetime = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **much: float) -> None:
        self.now += timedelta(**much)


def line_of(folder: Path, clock: Clock, **given: str) -> Flask:
    """The whole line with a database of its own; background work is left out, as these tests are not about it."""
    config = Config.from_env({"DATA_DIR": str(folder), "VOICE": "twilio", "WORKER": "off", **given})
    prepare(config.database_url)
    return create_app(config, now=clock)


@dataclass(slots=True)
class Person:
    """Somebody at a browser of their own, signed in or not. `post` sends the token that their pages carry."""

    app: Flask
    account: Account | None = None
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    @property
    def desk(self) -> Desk:
        found: Desk = self.app.extensions["staff"]
        return found

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, base_url=self._base(), **more)

    def post(self, path: str, data: dict[str, str] | None = None, **more: Any) -> TestResponse:
        token = self.token()
        return self.client.post(path, data={"csrf_token": token, **(data or {})}, base_url=self._base(), **more)

    def searched(self, words: str) -> str:
        """The address at which this person finds what they look for."""
        return self.post("/staff/queue/search", {"q": words}).headers["Location"]

    def token(self) -> str:
        """The token of a page that anyone may see."""
        found = TOKEN.search(self.get("/staff/sign-in").text)
        assert found
        return found[1]

    def begin(self, stage: Any = "full") -> "Person":
        """Sign in without the pages of signing in, which have tests of their own."""
        assert self.account
        word = self.desk.access.sessions.begin(self.account.id, stage, self.desk.now())
        with self.client.session_transaction(base_url=self._base()) as session:
            session["word"] = word
        return self

    def cookie(self) -> str:
        """The cookie of the session."""
        found = self.client.get_cookie(self.app.config["SESSION_COOKIE_NAME"], *self._domain())
        assert found
        return found.value

    def _base(self) -> str:
        config = self.desk.config
        return config.public_url if not config.rehearsal else "http://127.0.0.1"

    def _domain(self) -> tuple[str, ...]:
        return (self._base().split("://")[1],)


def account_of(app: Flask, role: Role, name: str = "", password: str = PASSWORD) -> Account:
    """A new account that is in use, without a second step yet."""
    desk: Desk = app.extensions["staff"]
    number = next(_NUMBERS)
    made, word = desk.accounts.invite(
        name or f"Sam {role} {number}", f"sam{number}@example.org", role, "ivr", desk.now()
    )
    accepted = desk.accounts.accept(word, _hash_of(password), desk.now())
    assert accepted
    assert accepted.id == made.id
    return accepted


def _hash_of(password: str, known: dict[str, str] = {}) -> str:  # noqa: B006 - hashing is slow on purpose: once each
    if password not in known:
        known[password] = hashed(password)
    return known[password]
