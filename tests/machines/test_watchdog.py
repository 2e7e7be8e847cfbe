"""A step that hangs is answered for within five seconds, behind real gunicorn; what it says later reaches nobody."""

import http.client
import logging
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest

from ivr.phone.signature import sign
from ivr.phone.watchdog import LOOK, Watchdog
from tests.machines.hanging import HANGS, SECONDS
from tests.machines.serving import Served, served

BUDGET = 5.0


@pytest.fixture(scope="module")
def line(tmp_path_factory):
    folder: Path = tmp_path_factory.mktemp("hanging")
    with served(folder, "tests.machines.hanging:app") as running:
        yield running


def ask(line: Served, path: str, caller: str) -> tuple[ET.Element, float]:
    """The document that a step answers, and the seconds that this took."""
    config = line.config
    form = {"AccountSid": config.account_sid, "CallSid": "CA" + "1" * 32, "From": caller, "To": config.caller_id}
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Twilio-Signature": sign(config.public_url + path, list(form.items()), config.auth_token),
    }
    connection = http.client.HTTPConnection("127.0.0.1", line.port, timeout=15)
    begun = time.monotonic()
    connection.request("POST", path, urlencode(form), headers)
    answer = connection.getresponse()
    body = answer.read()
    took = time.monotonic() - begun
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
    connection.close()
    return ET.fromstring(body), took


def test_the_steps_that_hang_are_answered_in_time_and_the_line_serves_on(line, figures):
    # One fewer than the threads of a worker: whichever worker the caller who is well meets has one left.
    paths = ["/voice", "/voice/turn?s=1.main.1.0.0.nmn00.en-GB.....", "/voice/message"]
    with ThreadPoolExecutor(6) as threads:
        hung = [threads.submit(ask, line, path, HANGS) for path in paths]
        time.sleep(1)
        well, quick = threads.submit(ask, line, "/voice", "+447700900123").result()
    assert well.find("Gather") is not None
    assert quick < 2
    slowest = max(answer.result()[1] for answer in hung)
    for answer in hung:
        document, took = answer.result()
        assert document.find("Dial") is not None
        assert "done nothing wrong" in "".join(document.itertext())
        assert 3.9 < took < BUDGET
    figures("steps that hang are answered for", steps=len(hung), slowest_s=round(slowest, 2))
    time.sleep(SECONDS - slowest + 0.5)
    assert ask(line, "/voice", "+447700900123")[1] < 2, "the threads are free again"
    assert line.log().count("the caller hears the fallback") == len(paths)
    assert "Traceback" not in line.log()


def connected():
    ours, theirs = socket.socketpair()
    theirs.settimeout(3)
    return ours, theirs


def test_words_are_sent_once_and_the_connection_is_closed(caplog):
    ours, theirs = connected()
    with caplog.at_level(logging.CRITICAL), Watchdog(0.1).watching(ours, lambda: b"<Response/>"):
        head, _, body = theirs.recv(1000).partition(b"\r\n\r\n")
        assert (body, theirs.recv(10)) == (b"<Response/>", b"")
    assert b"Content-Length: 11\r\nConnection: close" in head
    with pytest.raises(BrokenPipeError):
        ours.sendall(b"too late")
    theirs.close()
    ours.close()


def test_a_step_in_time_is_left_alone():
    ours, theirs = connected()
    dog = Watchdog(0.2)
    with dog.watching(ours, lambda: b"words"):
        pass
    time.sleep(0.2 + 2 * LOOK)
    ours.sendall(b"the answer")
    assert theirs.recv(100) == b"the answer"
    theirs.close()
    ours.close()


def test_one_that_cannot_be_answered_stops_no_other(caplog):
    dog, (ours, theirs) = Watchdog(0.1), connected()
    gone, other = connected()
    other.close()
    gone.close()
    with caplog.at_level(logging.CRITICAL), dog.watching(gone, lambda: b"words"), dog.watching(ours, lambda: 1 / 0):
        time.sleep(0.2 + 2 * LOOK)
        with dog.watching(ours, lambda: b"words"):
            assert theirs.recv(1000).endswith(b"words")
    theirs.close()
    ours.close()


def test_without_a_connection_there_is_nothing_to_watch():
    before = threading.active_count()
    with Watchdog(0.0).watching(None, lambda: b""):
        pass
    assert threading.active_count() == before
