"""Sentry and OpenTelemetry: never in the way of a caller, whatever becomes of whoever receives their news."""

import json
import logging
import re
import socket
import subprocess
import sys
import threading
import time

import pytest
import requests

from ivr.phone.signature import sign
from ivr.watching.abroad import event, only_ours, own_trouble
from ivr.watching.safe import HERE, Marks
from tests.machines.serving import served
from tests.rules.source import TOP
from tests.watching.planted import NAME, NUMBER, SPEECH, found
from tests.watching.receiver import receiving

MARKS = Marks("k" * 40)
DSN = "5e" * 16


class Deaf:
    """Takes connections, and never says a word, nor hangs up."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1000)
        self.port, self.held = self._listener.getsockname()[1], []
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self):
        while True:
            try:
                self.held.append(self._listener.accept()[0])
            except OSError:
                return

    def close(self):
        self._listener.close()
        for one in self.held:
            one.close()


def nobody():
    """A port at which nothing answers."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def ask(server, **fields):
    """One request of Twilio's; how long its answer took, in seconds."""
    home, config = f"http://127.0.0.1:{server.port}", server.config
    form = {"AccountSid": config.account_sid, "CallSid": "CA" + "1" * 32, "From": NUMBER, "To": NUMBER, **fields}
    signed = sign(f"{home}/voice/turn?s=x", list(form.items()), config.auth_token)
    began = time.monotonic()
    answer = requests.post(f"{home}/voice/turn?s=x", data=form, headers={"X-Twilio-Signature": signed}, timeout=20)
    assert answer.status_code == 200
    return time.monotonic() - began


@pytest.mark.parametrize("how", ["deaf", pytest.param("gone", marks=pytest.mark.prove)])
def test_a_receiver_that_is_slow_or_gone_is_waited_for_by_no_caller(tmp_path, how):
    deaf = Deaf()
    port = deaf.port if how == "deaf" else nobody()
    url = f"http://127.0.0.1:{port}"
    given = {"SENTRY_DSN": f"http://{DSN}@127.0.0.1:{port}/1", "OTEL_EXPORTER_OTLP_ENDPOINT": url}
    with served(tmp_path, "tests.watching.breaking:app", **given) as server:
        slowest = max(ask(server, SpeechResult="wolverine " + SPEECH, Confidence="1") for _ in range(60))
        time.sleep(1.5)
        slowest = max(slowest, *(ask(server, Digits="1") for _ in range(20)))
        assert '"outcome": "fault"' in server.log()
        began = time.monotonic()
        server.stop()
        stopped = time.monotonic() - began
    deaf.close()
    assert slowest < 1.0
    assert stopped < 10
    assert how == "gone" or len(deaf.held) >= 2, "both have tried to send"
    assert found([NAME, SPEECH, NUMBER], server.log().encode()) == []


MISSING = """
import sys
sys.modules["sentry_sdk"] = sys.modules["opentelemetry.sdk.trace"] = None
import logging
from ivr.settings.watching import WatchingSettings
from ivr.watching.start import WATCH
WATCH.start(WatchingSettings(**{given!r}), "k" * 40)
logging.getLogger("x").error("it goes on")
"""


@pytest.mark.parametrize(
    ("given", "package"),
    [
        ({"sentry_dsn": f"http://{DSN}@127.0.0.1:9/1"}, "sentry_sdk"),
        ({"otel_url": "http://127.0.0.1:9"}, "opentelemetry"),
    ],
)
def test_a_package_that_is_missing_is_told_and_the_line_goes_on(given, package):
    done = subprocess.run(
        [sys.executable, "-c", MISSING.format(given=given)], cwd=TOP, capture_output=True, text=True, check=True
    )
    told, after = [json.loads(line) for line in done.stderr.splitlines()]
    assert re.match(rf"{package}\S* is not installed; .*requirements/watching.txt", told["text"])
    assert after["part"] == "x"


def test_without_their_settings_neither_package_is_loaded():
    code = "import sys; from ivr.watching.start import WATCH; from ivr.settings.watching import WatchingSettings as W;"
    code += "WATCH.start(W(), 'k'); print([n for n in sys.modules if n.startswith(('sentry_sdk', 'opentelemetry'))])"
    done = subprocess.run([sys.executable, "-c", code], cwd=TOP, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_where_nothing_is_watched_nothing_is_loaded_or_noted():
    code = """
import sys
from ivr.settings.watching import WatchingSettings
from ivr.watching import NOTES
from ivr.watching.start import WATCH
WATCH.start(WatchingSettings(metrics=False, turns=False), "k")
NOTES.begin("x"); NOTES.answered("/turn", 0.0); NOTES.count("refused", "403")
print(WATCH.metrics, NOTES._thread, len(NOTES._notes))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=TOP, capture_output=True, text=True, check=True)
    assert done.stdout == "None None 0\n"


def test_what_a_package_adds_of_its_own_stays_here():
    record = logging.LogRecord("ivr.x", logging.ERROR, HERE + "x.py", 1, "a turn failed", (), None)
    made = event(record, MARKS)
    added = dict.fromkeys(
        ("server_name", "transaction", "request", "user", "contexts", "extra", "modules", "sdk"), NAME
    )
    step = {"function": "f", "lineno": 1, "filename": "f.py"}
    more = {"vars": {"x": NAME}, "context_line": NAME, "pre_context": [NAME], "abs_path": NAME}
    value = {
        "type": "ValueError",
        "value": "",
        "module": NAME,
        "mechanism": NAME,
        "stacktrace": {"frames": [step | more]},
    }
    added |= {"exception": {"values": [value]}, "tags": {"call": "0123456789ab", "url": NAME}, "breadcrumbs": [NAME]}
    kept = only_ours({**made, **added})
    assert found([NAME], json.dumps(kept).encode()) == []
    assert kept["tags"] == {"call": "0123456789ab"}
    assert kept["exception"]["values"][0]["stacktrace"]["frames"] == [
        {"filename": "f.py", "lineno": 1, "function": "f"}
    ]


def test_what_sentry_says_of_itself_is_not_sent_to_sentry():
    names = ["sentry_sdk.errors", "urllib3.connectionpool", "ivr.line", "gunicorn.error"]
    records = [logging.LogRecord(name, logging.ERROR, "x", 1, "x", (), None) for name in names]
    assert [own_trouble(record) for record in records] == [False, False, True, True]


DROPPING = """
import logging, sys, time
from ivr.watching.abroad import Errors
from ivr.watching.notes import NOTES
from ivr.watching.safe import HERE, Marks
taken = []
NOTES.take(taken.extend)
errors = Errors(sys.argv[1], Marks("k" * 40), "rehearsal")
began = time.monotonic()
for number in range(150):
    errors.handle(logging.LogRecord("x", logging.ERROR, HERE + "x.py", 1, "trouble %d", (number,), None))
errors.handle(logging.LogRecord("x", logging.ERROR, HERE + "x.py", 1, "%d", ("no number",), None))
took = time.monotonic() - began
lost, end = lambda: sum(note.times for note in taken if note[:2] == ("news_dropped", ("sentry",))), began + 20
while lost() < 49 and time.monotonic() < end:
    time.sleep(0.05)
    NOTES.now()
began = time.monotonic()
errors.stop()
print(lost(), took < 1, time.monotonic() - began < 4)
"""


def test_errors_that_sentry_does_not_take_are_counted_and_cost_whoever_logs_nothing():
    """It keeps 100, and has one in hand; a line that cannot be told is lost, and its writer goes on."""
    hold = threading.Event()
    with receiving(hold) as receiver:
        dsn = receiver.url.replace("://", f"://{DSN}@") + "/1"
        done = subprocess.run(
            [sys.executable, "-c", DROPPING, dsn], cwd=TOP, capture_output=True, text=True, check=False
        )
        hold.set()
    assert done.stdout == "49 True True\n", done.stderr
