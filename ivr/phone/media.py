"""Fetches recordings from Twilio, and deletes them there. Only background work comes here.

The address is built from our own account and a checked id, and whatever Twilio's news said of an address is ignored.
"""

import re
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, TypeVar

from ivr.config import API, Config
from ivr.phone.rest import CONNECT, READ, client
from ivr.store.fetched import CallSeen, Fetched, NotFetched, RecordingSeen

if TYPE_CHECKING:
    from twilio.rest import Client  # type: ignore[import-untyped]

T = TypeVar("T")
TOTAL: Final = 60.0
"""Most seconds for a whole recording, from looking the name up to the last byte."""
LARGEST: Final = 16 * 1024 * 1024
"""Bytes: a quarter of an hour of telephone sound. A message has a few minutes at most."""
MANY: Final = {"limit": 5_000, "page_size": 200}
"""Most of what is listed, and how many at once: 200 calls are some 300,000 bytes."""
_PIECE: Final = 16 * 1024
_SID: Final = re.compile(r"RE[0-9a-f]{32}", re.ASCII)
_KINDS: Final = frozenset({"audio/x-wav", "audio/wav", "audio/wave", "audio/vnd.wave"})
_STOP: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


class Recordings:
    """Twilio's recordings of one account."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._client: Client | None = None

    def fetch(self, sid: str) -> Fetched | NotFetched:
        """The sound of a recording. Never raises."""
        if _SID.fullmatch(sid) is None:
            return NotFetched("wrong", "no id of a recording")
        try:
            return self._fetched(sid)
        except Exception as error:  # noqa: BLE001 - sockets, TLS and libraries raise of many kinds; all may pass
            return NotFetched("later", type(error).__name__)

    def delete(self, sid: str) -> NotFetched | None:
        """Delete Twilio's copy; None once there is none. Never raises."""
        if _SID.fullmatch(sid) is None:
            return NotFetched("wrong", "no id of a recording")
        if self._client is None:
            self._client = client(self._config)
        try:
            self._client.recordings(sid).delete()
        except Exception as error:  # noqa: BLE001 - as above
            status = getattr(error, "status", 0)
            return None if status == HTTPStatus.NOT_FOUND else _refusal(status, type(error).__name__)
        return None

    def calls(self, since: datetime) -> list[CallSeen] | NotFetched:
        """Calls to the line since then. Never raises."""
        return self._listed(lambda twilio: [_call(one) for one in twilio.calls.list(start_time_after=since, **MANY)])

    def recordings(self, since: datetime) -> list[RecordingSeen] | NotFetched:
        """Recordings since then. Never raises."""
        return self._listed(
            lambda twilio: [_recording(one) for one in twilio.recordings.list(date_created_after=since, **MANY)]
        )

    def _listed(self, ask: Callable[[Any], list[T]]) -> list[T] | NotFetched:
        if self._client is None:
            self._client = client(self._config)
        try:
            return ask(self._client)
        except Exception as error:  # noqa: BLE001 - as above
            return _refusal(_status(error), type(error).__name__)

    def _fetched(self, sid: str) -> Fetched | NotFetched:
        import requests  # noqa: PLC0415 - for background work only; twilio brings it

        address = f"{self._config.api_url}/2010-04-01/Accounts/{self._config.account_sid}/Recordings/{sid}.wav"
        login = self._config.api_key or (self._config.account_sid, self._config.auth_token)
        end = time.monotonic() + TOTAL
        with requests.Session() as session:
            session.trust_env = False  # no proxy, no password file, no certificates from the environment
            session.headers["Accept-Encoding"] = "identity"
            with session.get(
                address, auth=login, timeout=(CONNECT, READ), allow_redirects=False, stream=True
            ) as response:
                if response.status_code != HTTPStatus.OK:
                    return _refusal(response.status_code, "")
                return _named_wrong(response.headers) or _read(response.raw, end)


def _status(error: Exception) -> int:
    """What Twilio answered, if it did; of a list its client tells the whole response instead of the number."""
    told = getattr(error, "status", 0) or getattr(error.args[-1] if error.args else None, "status_code", 0)
    return int(told)


def _call(one: Any) -> CallSeen:
    return CallSeen(one.sid, str(one.status), int(one.duration or 0))


def _recording(one: Any) -> RecordingSeen:
    return RecordingSeen(one.sid, one.call_sid, str(one.status), int(one.duration or 0))


def _named_wrong(headers: Mapping[str, str]) -> NotFetched | None:
    """Whether what is to come is said to be something else than a recording of bearable length."""
    kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in _KINDS:
        return NotFetched("wrong", "not a sound, by its type")
    if headers.get("Content-Encoding", "identity") != "identity":
        return NotFetched("wrong", "packed, though it was not to be")
    return NotFetched("wrong", "far too long") if _length(headers) > LARGEST else None


def _read(raw: Any, end: float) -> Fetched | NotFetched:
    """All of it, as it comes: a limit for one read is none for a hundred, so the time is looked at after each.

    Another length than was said is an error of the library's.
    """
    data = bytearray()
    while piece := raw.read1(_PIECE):
        data += piece
        if time.monotonic() > end:
            return NotFetched("later", "too slow")
        if len(data) > LARGEST:
            return NotFetched("wrong", "far too long")
    return Fetched(bytes(data))


def _length(headers: Mapping[str, str]) -> int:
    text = headers.get("Content-Length", "")
    return int(text) if re.fullmatch(r"[0-9]{1,12}", text, re.ASCII) else -1


def _refusal(status: int, name: str) -> NotFetched:
    trouble = f"Twilio answered {status}" if status else name
    if status in _STOP:
        return NotFetched("refused", trouble)
    if status == HTTPStatus.NOT_FOUND:
        return NotFetched("later", "not ready at Twilio, or not there")
    return NotFetched("later", trouble)


def recordings(config: Config) -> Recordings | None:
    """Who has the recordings of this line; nobody where nobody can speak: in a rehearsal."""
    return None if config.rehearsal and config.api_url == API else Recordings(config)
