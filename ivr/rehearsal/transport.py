"""Ways to reach the line: in this process (WSGI) or over HTTP on the loopback."""

import http.client
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit

from werkzeug.test import Client, TestResponse

from ivr.rehearsal.twiml import Answer, TwilioRefuses

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

PATIENCE: Final = 15.0
"""Seconds after which Twilio gives up on an answer."""
FORM: Final = "application/x-www-form-urlencoded; charset=UTF-8"

Post = Callable[[str, Mapping[str, str], Mapping[str, str]], Answer]
"""Post a form to a path and query, with headers."""
Fetch = Callable[[str], Answer]
"""Get a path, as Twilio gets a sound."""


@dataclass(frozen=True, slots=True)
class Transport:
    """One way to the line: `post` for calls, `fetch` for sounds."""

    post: Post
    fetch: Fetch


def wsgi(app: "WSGIApplication", base_url: str = "http://127.0.0.1") -> Transport:
    """Reach a WSGI application in this process."""
    client = Client(app, use_cookies=False)

    def post(path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        kept = {"content_type": FORM, "base_url": base_url, "headers": dict(headers)}
        reply = client.post(path, data=urlencode(form).encode(), **kept)
        return _wsgi_answer(reply)

    def fetch(path: str) -> Answer:
        return _wsgi_answer(client.get(path, base_url=base_url))

    return Transport(post, fetch)


def _wsgi_answer(reply: TestResponse) -> Answer:
    headers = {name.lower(): value for name, value in reply.headers.items()}
    with reply:
        return Answer(reply.status_code, headers, reply.get_data())


def loopback(base_url: str) -> Transport:
    """Reach a server at `base_url`, one connection a request, as Twilio's proxies do."""

    def post(path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        return _exchange(base_url, "POST", path, urlencode(form).encode(), {"Content-Type": FORM, **headers})

    def fetch(path: str) -> Answer:
        return _exchange(base_url, "GET", path, None, {})

    return Transport(post, fetch)


def _exchange(base_url: str, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
    place = urlsplit(base_url)
    kind = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
    connection = kind(place.hostname or "", place.port, timeout=PATIENCE)
    try:
        connection.request(method, path, body, dict(headers))
        reply = connection.getresponse()
        return Answer(reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read())
    except (OSError, http.client.HTTPException) as trouble:
        raise TwilioRefuses(f"the line at {base_url} did not answer: {trouble}", 11200) from trouble
    finally:
        connection.close()
