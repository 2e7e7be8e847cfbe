"""Twilio's REST service: hands text messages over, and asks what became of them. Only background work comes here."""

import json
import logging
import os
import queue
import threading
import time
from contextlib import suppress
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ivr.config import API, Config
from ivr.store import Delivery

if TYPE_CHECKING:
    from twilio.rest import Client  # type: ignore[import-untyped]

_log: Final = logging.getLogger(__name__)
CONNECT: Final = 3.0
READ: Final = 5.0
TOTAL: Final = 10.0
"""Most seconds for a whole request, from looking the name up to the last byte."""
LARGEST: Final = 1024 * 1024
"""Bytes; an answer about one text has about 1,000, a list of 50 about 50,000."""
LISTED: Final = 50
HOSTS: Final = (API, "https://voice.twilio.com", "https://pricing.twilio.com")
"""The only places that a request goes to."""
NO_TEXTS: Final = frozenset({21211, 21217, 21610, 21612, 21614, 21635, 60410, 60605})
"""Twilio's codes for a number that cannot or may not be sent texts: a landline, a wish to have none, a barred range."""


class _SlowError(Exception):
    """No whole answer in time, or far too much of one."""


class Texts:
    """Texts through Twilio's own client, which is loaded with the first of them."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._client: Client | None = None

    def send(self, number: str, body: str) -> Delivery:
        """Hand one text over. Anything but a clear answer is `unknown`: it may have been taken."""
        messages = self._messages()
        try:
            made = messages.create(to=number, body=body, **self._from())
        except Exception as error:  # noqa: BLE001 - libraries below raise of many kinds, with the number in their words
            return _refusal(error)
        return Delivery("sent", made.sid) if made.sid else Delivery("unknown", trouble="an answer without an id")

    def find(self, number: str, body: str, since: datetime) -> tuple[str, ...] | None:
        """Texts with these words taken since then, the newest first; None when Twilio does not say."""
        messages = self._messages()
        try:
            listed = messages.list(to=number, limit=LISTED)
        except Exception as error:  # noqa: BLE001 - as above; not knowing is an answer
            _log.warning("texts cannot be looked for: %s", _refusal(error).trouble)
            return None
        # A trial account puts words of its own before ours.
        same = [one for one in listed if (one.body or "").endswith(body) and one.date_created]
        return tuple(one.sid for one in same if one.date_created >= since and one.status not in {"failed", "canceled"})

    def _from(self) -> dict[str, str]:
        sender = self._config.text_from
        return {"messaging_service_sid": sender} if sender.startswith("MG") else {"from_": sender}

    def _messages(self) -> Any:
        if self._client is None:
            self._client = client(self._config)
        return self._client.messages


def client(config: Config) -> "Client":
    """Twilio's client with a connection of ours: no proxy, no redirect, no password file, and an end to waiting."""
    from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]  # noqa: PLC0415 - half a second, for background work only
    from twilio.http.response import Response  # type: ignore[import-untyped]  # noqa: PLC0415
    from twilio.rest import Client  # noqa: PLC0415

    class Connection(TwilioHttpClient):  # type: ignore[misc]  # it has no types
        """Sends everything to the one host, within one time limit."""

        def request(self, method: str, url: str, *_: object, **given: Any) -> Response:
            address = _address(config, url)
            sent = {name: given.get(name) for name in ("params", "data", "headers", "auth")}
            status, text, headers = _in_time(lambda end: _fetched(self.session, method, address, sent, end))
            return Response(status, text, headers)

    username, password = config.api_key or (config.account_sid, config.auth_token)
    connection = Connection()
    connection.session.trust_env = False
    return Client(username, password, config.account_sid, http_client=connection, environment={"": ""})


def _address(config: Config, url: str) -> str:
    """Where a request goes: to Twilio and nobody else, or all of it to the stand-in of a rehearsal."""
    host = next((host for host in HOSTS if url.startswith(f"{host}/")), None)
    if host is None:
        raise ValueError("an address that is not Twilio's")
    return url if config.api_url == API else config.api_url + url.removeprefix(host)


Answer = tuple[int, str, dict[str, str]]


def _fetched(session: Any, method: str, address: str, sent: dict[str, Any], end: float) -> Answer:
    """One request. Byte by byte, because a time limit for one read is none for a hundred."""
    limits = (CONNECT, READ)
    with session.request(method, address, **sent, timeout=limits, allow_redirects=False, stream=True) as response:
        body = bytearray()
        for byte in response.iter_content(1):
            body += byte
            if len(body) > LARGEST or time.monotonic() > end:
                raise _SlowError
        return response.status_code, body.decode("utf-8", "replace"), dict(response.headers)


def _in_time(fetch: Any) -> Answer:
    """The answer within the limit for everything; what is late is left to a thread that ends by itself."""
    end = time.monotonic() + TOTAL
    answers: queue.SimpleQueue[Answer | Exception] = queue.SimpleQueue()

    def run() -> None:
        try:
            answers.put(fetch(end))
        except Exception as error:  # noqa: BLE001 - it is raised where the answer is awaited
            answers.put(error)

    threading.Thread(target=run, name="twilio", daemon=True).start()
    with suppress(queue.Empty):
        answer = answers.get(timeout=TOTAL)
        if isinstance(answer, Exception):
            raise answer
        return answer
    raise _SlowError


def refused(error: Exception) -> str:
    """What went wrong with a request, without the words of the error: those may hold a number or a key."""
    status, code = getattr(error, "status", 0), getattr(error, "code", 0)
    return f"Twilio answered {status}, code {code}" if status else type(error).__name__


def _refusal(error: Exception) -> Delivery:
    """What a failed request means: only Twilio's own word that it took nothing allows another try."""
    status, code, trouble = getattr(error, "status", 0), getattr(error, "code", 0), refused(error)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Delivery("later", trouble=trouble)
    if code in NO_TEXTS:
        return Delivery("closed", trouble=trouble)
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.REQUEST_TIMEOUT:
        return Delivery("refused", trouble=trouble)
    return Delivery("unknown", trouble=trouble)


class TextsOnPaper:
    """A rehearsal's texts: one JSON object a line, in a file that nobody else can read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, number: str, body: str) -> Delivery:
        """Write one text down."""
        line = json.dumps({"to": number, "body": body}, ensure_ascii=False) + "\n"
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            file.write(line)
        return Delivery("sent")

    def find(self, number: str, body: str, since: datetime) -> tuple[str, ...] | None:  # noqa: ARG002 - as Texts has it
        """Whether it is written there already; a rehearsal keeps no times."""
        lines = self._path.read_text("utf-8").splitlines() if self._path.exists() else []
        return tuple("paper" for line in lines if json.loads(line) == {"to": number, "body": body})


def texts(config: Config) -> Texts | TextsOnPaper | None:
    """Who takes the texts of this line; None when it sends none."""
    if config.rehearsal and config.api_url == API:
        return TextsOnPaper(config.data_dir / "rehearsal" / "texts.jsonl")
    return Texts(config) if config.text_from else None
