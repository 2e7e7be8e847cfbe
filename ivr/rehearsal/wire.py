"""The wire between the stand-in and the line: signed requests out, documents that Twilio would play back."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urldefrag, urljoin, urlsplit

from ivr.rehearsal.faults import Faults
from ivr.rehearsal.signature import sign
from ivr.rehearsal.transport import PATIENCE, Post
from ivr.rehearsal.twiml import Answer, Element, TwilioRefuses, read

HEADERS: Final = {"User-Agent": "TwilioProxy/1.1", "Accept": "*/*", "X-Home-Region": "us1"}
TWILIO: Final = "api.twilio.com"
NEWS_TAKEN: Final = range(200, 300)
FORBIDDEN: Final = 403


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer; `took` is real time in seconds."""

    path: str
    form: dict[str, str]
    answer: Answer
    took: float


@dataclass(frozen=True, slots=True)
class Played:
    """A document that Twilio would play, and the exchange that brought it."""

    document: Element
    exchange: Exchange


@dataclass(slots=True)
class Wire:
    """Sends the requests of one call."""

    post: Post
    token: str
    public_url: str
    extra_headers: Callable[[], Mapping[str, str]] = dict
    faults: Faults = field(default_factory=Faults)
    exchanges: list[Exchange] = field(default_factory=list)

    def path_of(self, address: str, document: str) -> str:
        """Path and query of an address found in the document at path `document`; TwilioRefuses when it leaves us."""
        url = urldefrag(urljoin(self.public_url.rstrip("/") + document, address)).url
        place, home = urlsplit(url), urlsplit(self.public_url)
        if (place.scheme, place.netloc) != (home.scheme, home.netloc):
            raise TwilioRefuses(f"the line sends the call away to {place.scheme}://{place.netloc}", 11200)
        return place.path + (f"?{place.query}" if place.query else "")

    def sound_path(self, address: str, document: str) -> str:
        """Path of a sound, wherever it is served; an address at Twilio's own keeps its host."""
        place = urlsplit(urljoin(self.public_url.rstrip("/") + document, address.strip()))
        return f"//{place.netloc}{place.path}" if place.netloc == TWILIO else place.path

    def ask(self, path: str, form: dict[str, str], *, whisper: bool = False) -> Played:
        """The document that answers a request. With faults, the request may arrive twice or an old one once more."""
        exchange = self.send(path, form)
        document = read(exchange.answer, whisper=whisper)
        if self.faults.strikes(self.faults.resend):
            self._again(exchange)
        if self.faults.strikes(self.faults.late):
            self._late(self.faults.random.choice(self.exchanges))
        return Played(document, exchange)

    def tell(self, path: str, form: dict[str, str]) -> None:
        """Bring news for which no document is played; any status of success will do."""
        exchange = self.send(path, form)
        if exchange.answer.status not in NEWS_TAKEN:
            raise TwilioRefuses(f"the line answers news at {path} with status {exchange.answer.status}", 11200)

    def send(self, path: str, form: dict[str, str], token: str = "") -> Exchange:
        """One signed POST. `token` distinguishes tries of the same request."""
        started = time.monotonic()
        answer = self.post(path, form, self._headers(path, form, token or secrets.token_hex(16)))
        exchange = Exchange(path, form, answer, time.monotonic() - started)
        if exchange.took > PATIENCE:
            raise TwilioRefuses(f"the line took {exchange.took:.0f} seconds to answer", 11200)
        self.exchanges.append(exchange)
        return exchange

    def _headers(self, path: str, form: Mapping[str, str], token: str) -> dict[str, str]:
        signature = sign(self.token, self.public_url.rstrip("/") + path, form)
        return {**HEADERS, **self.extra_headers(), "X-Twilio-Signature": signature, "I-Twilio-Idempotency-Token": token}

    def _again(self, exchange: Exchange) -> None:
        second = self.send(exchange.path, exchange.form)
        if second.answer.body != exchange.answer.body:
            raise TwilioRefuses(f"the same request to {urlsplit(exchange.path).path} got two different answers")

    def _late(self, exchange: Exchange) -> None:
        answer = self.send(exchange.path, exchange.form).answer
        if answer.status not in NEWS_TAKEN and answer.status != FORBIDDEN:
            raise TwilioRefuses(f"an old request that came again got status {answer.status}", 11200)
