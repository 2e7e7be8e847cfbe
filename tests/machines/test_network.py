"""Between us and Twilio everything may break: a text is sent once, or not at all and staff see it; nothing hangs."""

import json
import logging
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs

import pytest

from ivr.config import Config
from ivr.jobs import Runner, works
from ivr.phone import rest
from ivr.store import Caps, Store, TextAsked, migrate
from tests.machines.proxy import FAULTS, Proxy

NUMBER, BODY = "+447700900123", "Plainline: You asked for this message."
TOTAL = 1.0
"""Seconds for a request in this test; the line's own limit is ten."""


class Twilio(BaseHTTPRequestHandler):
    """Takes texts, and lists those it took. `at` is the clock of the test."""

    taken: ClassVar[list[dict[str, str]]]
    at = datetime.now(UTC)

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        text = {"sid": f"SM{len(self.taken):032}", "body": form["Body"][0], "to": form["To"][0], "status": "queued"}
        self.taken.append({**text, "date_created": format_datetime(type(self).at)})
        self.say(201, self.taken[-1])

    def do_GET(self):
        self.say(200, {"messages": self.taken[::-1], "page_size": 50, "next_page_uri": None})

    def say(self, status, payload):
        body = json.dumps(payload).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nothing."""


@pytest.fixture
def twilio():
    mine = type("Mine", (Twilio,), {"taken": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), mine)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    proxy = Proxy(server.server_address)
    yield proxy, mine
    proxy.close()
    server.shutdown()
    server.server_close()


class Work:
    """A text asked for, and a worker whose clock is moved by hand."""

    def __init__(self, folder, proxy, twilio):
        self.twilio, self.now = twilio, datetime(2026, 11, 24, 10, tzinfo=UTC)
        own = {"TWILIO_ACCOUNT_SID": "AC" + "0a" * 16, "TWILIO_AUTH_TOKEN": "t", "SECRET_KEY": "s" * 32}
        place = {"PUBLIC_URL": "https://line.example.org", "TWILIO_API_URL": f"http://127.0.0.1:{proxy.port}"}
        given = {"DATA_DIR": str(folder), "TWILIO_TEXT_FROM": "+447700900999"}
        config = Config.from_env({**own, **place, **given})
        migrate(config.database_url)
        self.store = Store.open(config.database_url)
        sender = rest.texts(config)
        self.runner = Runner(self.store, works(self.store, sender, lambda: self.now), lambda: self.now)
        self.store.ask_text(TextAsked("CA1", "text", NUMBER, "m", BODY), Caps(), self.now)
        self.slowest = 0.0

    def work(self, minutes):
        for _ in range(minutes * 2):
            self.twilio.at = self.now
            begun = time.monotonic()
            while self.runner.once():
                self.slowest = max(self.slowest, time.monotonic() - begun)
                begun = time.monotonic()
            self.now += timedelta(seconds=30)


@pytest.mark.parametrize("fault", FAULTS)
def test_however_the_network_breaks_a_text_is_sent_once(fault, twilio, tmp_path, monkeypatch, caplog, figures):
    """It breaks for three attempts, then it is mended. What Twilio took before an answer was lost counts."""
    caplog.set_level(logging.CRITICAL)
    monkeypatch.setattr(rest, "TOTAL", TOTAL)
    proxy, server = twilio
    work = Work(tmp_path, proxy, server)
    try:
        proxy.fault = fault
        work.work(2)
        proxy.fault = "none"
        work.work(60)
        assert len(server.taken) == 1, server.taken
        assert work.store.job_counts() == {"done": 1}
        assert work.store.texts_troubled() == []
        assert work.slowest < 2 * TOTAL + 1
    finally:
        work.store.close()
    figures("network faults between us and Twilio", faults=1, texts=1, sent_twice=0, slowest_s=round(work.slowest, 2))
