"""A line of the log says what happened, on one line, and nothing that is somebody's."""

import io
import json
import logging
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
import sqlalchemy

from ivr.settings.given import ConfigError
from ivr.settings.watching import WatchingSettings
from ivr.store.trouble import StoreUnavailable, named_unavailable
from ivr.watching.lines import Form, Turns, Wanted, form
from ivr.watching.notes import NOTES, Answered, Counted
from ivr.watching.safe import HERE, Marks, clean
from tests.rules.source import TOP
from tests.watching.planted import ADDRESS, EMAIL, NAME, NOTE, NUMBER, SPEECH, SPELLINGS, found

MARKS = Marks("k" * 40)
SID = "CA" + "0123456789abcdef" * 2
EVERYTHING = [NUMBER, *SPELLINGS, NAME, SPEECH, ADDRESS, EMAIL, NOTE]


class Log:
    """What a handler of the line's has written of the records that it was given."""

    def __init__(self):
        self._stream = io.StringIO()
        self._handler = logging.StreamHandler(self._stream)
        self._handler.setFormatter(Form(MARKS, as_json=True))
        self._handler.addFilter(Wanted())

    def write(self, message, *values, name="ivr.phone.webhook", error=None, level=logging.ERROR, path=__file__):
        info = (type(error), error, error.__traceback__) if error else None
        self._handler.handle(logging.getLogger(name).makeRecord(name, level, path, 131, message, values, info))

    def own(self, message, *values, error=None):
        """As the line itself would, from one of its files."""
        self.write(message, *values, error=error, path=HERE + "phone/webhook.py")

    def __call__(self):
        return [json.loads(line) for line in self._stream.getvalue().splitlines()]


@pytest.fixture
def log():
    return Log()


def test_a_line_is_one_json_object_with_the_time_in_utc(log):
    log.own("promise %s of turn %d not stored", "Confirm", 5)
    (line,) = log()
    assert line.pop("at")[-1] == "Z"
    assert line == {"level": "error", "part": "phone.webhook", "text": "promise Confirm of turn 5 not stored"}


def test_a_line_tells_the_call_by_its_mark(log):
    NOTES.begin(SID)
    log.own("a turn failed")
    NOTES.answered("/turn", 0.0)
    log.own("another thing")
    marked, bare = log()
    assert marked["call"] == MARKS(SID)
    assert "call" not in bare
    assert (len(MARKS(SID)), MARKS(SID) == Marks("other")(SID), MARKS("")) == (12, False, "")


@pytest.mark.parametrize("ends", ["\r\n", "\n", "\x0b", "\x85", "\u2028", "\x1b[2J"])
def test_nothing_that_is_logged_begins_a_line_of_its_own(log, ends):
    log.own("a bad file: %s", f'x{ends}{{"level": "info", "text": "all is well"}}')
    (line,) = log()
    assert line["level"] == "error"
    assert not set(line["text"]) & set("\r\n\x0b\x85\u2028\x1b")


@pytest.mark.parametrize("word", [NUMBER, *SPELLINGS, EMAIL])
def test_a_number_or_an_address_that_slipped_in_is_left_out(log, word):
    log.own("it was %s there", word)
    log.own("it was %r there", [{"From": word}])
    assert not found([word], json.dumps(log()).encode())
    assert [line["text"].startswith("it was ") for line in log()] == [True, True]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (f"call {SID} ended", f"call CA~{MARKS(SID)} ended"),
        ("GET https://me:secret@host/a?From=%2B44&x=1 failed", "GET https://host/a?… failed"),
        ("token eyJhbGciOiJFUzI1NiJ9.eyJjYWxs kept", "token eyJhbGciOiJFUzI1NiJ9.eyJjYWxs kept"[:6] + "… kept"),
        ("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "…"),
        ("f" * 32, "…"),
        ("job 0f3a0f3a0f3a0f3a0f3a0f3a0f3a0f3a (text) is dead", "job 0f3a0f3a0f3a0f3a0f3a0f3a0f3a0f3a (text) is dead"),
        (
            "version e48fcdfee7bd, 12 promises, 4.25 seconds, turn 17",
            "version e48fcdfee7bd, 12 promises, 4.25 seconds, turn 17",
        ),
        ("the schema is 0004, not 0005: run `ivr db upgrade`", "the schema is 0004, not 0005: run `ivr db upgrade`"),
    ],
)
def test_what_is_taken_out_and_what_stays(said, told):
    assert clean(said, MARKS) == told


def test_an_exception_is_told_by_kind_and_place_without_its_words(log):
    def break_with(value):
        local = f"{value} in a local"
        raise ValueError(f"invalid: {value} {local}")

    try:
        try:
            break_with(SPEECH)
        except ValueError as first:
            raise LookupError(NAME) from first
    except LookupError as error:
        log.own("a turn failed", error=error)
    (line,) = log()
    assert [cause.partition(" ")[0] for cause in line["error"]] == ["LookupError", "ValueError"]
    assert "test_lines.py:" in line["error"][0]
    assert "break_with" in line["error"][1]
    assert not found([SPEECH, NAME], json.dumps(line).encode())


def test_a_database_error_tells_neither_statement_nor_values(log):
    engine = sqlalchemy.create_engine("sqlite://", poolclass=sqlalchemy.NullPool)
    with pytest.raises(StoreUnavailable) as caught, named_unavailable(), engine.connect() as connection:
        connection.execute(
            sqlalchemy.text("INSERT INTO requests VALUES (:phone, :note)"), {"phone": NUMBER, "note": NOTE}
        )
    log.own("not stored: %s", caught.value, error=caught.value)
    (line,) = log()
    assert "sqlite3.OperationalError" in line["text"]
    assert [cause.split(" ")[0].rpartition(".")[2] for cause in line["error"]] == [
        "StoreUnavailable", "OperationalError", "OperationalError"
    ]  # fmt: skip
    assert not found([NUMBER, NOTE], json.dumps(line).encode())
    assert "INSERT" not in json.dumps(line)


def test_our_own_exceptions_for_operators_keep_their_words(log):
    log.own(
        "it does not start",
        error=ConfigError("PUBLIC_URL is missing: set it to https://line.example.org\nPORT is wrong"),
    )
    assert "PUBLIC_URL is missing" in log()[0]["error"][0]
    assert "PORT is wrong" in log()[0]["error"][0]


@pytest.mark.parametrize(
    ("name", "message", "values", "told"),
    [
        ("urllib3.connectionpool", "Retrying (%r) after connection broken by '%r': %s",
         (3, "x", f"/Messages.json?To={NUMBER}"), "Retrying (3) after connection broken by '…': …"),
        ("twilio.http_client", f"POST Request: https://api.twilio.com/Messages.json {NAME}", (), "…"),
        ("sqlalchemy.engine.Engine", "[generated in 0.001s] %r", ({"phone": NUMBER},), "[generated in 0.001s] …"),
        ("gunicorn.error", "Error handling request %s", (f"/staff/invite/{NAME}",), "Error handling request …"),
        ("gunicorn.error", f"Invalid request from ip=192.0.2.1: {SPEECH}", (), "…"),
        ("ivr.factory", "Exception on %s [%s]", (f"/staff/invite/{NAME}", "GET"), "Exception on … […]"),
        ("any", "%(who)s rang %(times)d times", ({"who": NAME, "times": 3},), "… rang 3 times"),
        ("any", "%d", (NAME,), "%d"),
        ("any", "%d", (7700900123,), "%d"),
        ("any", ValueError(NAME), (), "…"),
    ],
)  # fmt: skip
def test_of_a_library_only_its_own_words_are_kept(log, name, message, values, told):
    log.write(message, *values, name=name, level=logging.WARNING)
    (line,) = log()
    assert line["text"] == told
    assert line["where"] == "test_lines:131"
    assert not found(EVERYTHING, json.dumps(line).encode())


def test_what_libraries_say_below_a_warning_is_not_written(log):
    for name in ("twilio.http_client", "urllib3.connectionpool", "sqlalchemy.engine.Engine", "authlib", "werkzeug"):
        log.write("%s", NUMBER, name=name, level=logging.INFO)
        log.write("%s", NUMBER, name=name, level=logging.DEBUG)
    assert log() == []


def test_text_for_a_terminal_says_the_same():
    record = logging.LogRecord("x", logging.ERROR, HERE + "store/spool.py", 1, "put aside: %s", (NUMBER,), None)
    with closing(sqlite3.connect(":memory:")) as opened, pytest.raises(sqlite3.OperationalError) as caught:
        opened.execute(NAME)
    record.exc_info = (caught.type, caught.value, caught.tb)
    first, second = Form(MARKS, as_json=False).format(record).splitlines()
    assert first[8:] == " error   store.spool: put aside: …"
    assert second.startswith("    sqlite3.OperationalError at test_lines.py:")


class _Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("logs", "stream", "as_json"),
    [
        ("auto", io.StringIO(), True),
        ("auto", _Terminal(), False),
        ("json", _Terminal(), True),
        ("text", io.StringIO(), False),
    ],
)
def test_a_terminal_gets_text_and_everything_else_json_unless_told(logs, stream, as_json):
    assert form(WatchingSettings(logs=logs), "k", stream).as_json is as_json


@pytest.mark.parametrize("as_json", [True, False])
def test_an_answer_is_one_line(as_json):
    stream = io.StringIO()
    note = Answered(1.0, 0.01234, SID, "/turn", "main", "pressed", "contact", "answered")
    Turns(Form(MARKS, as_json=as_json), stream).take(
        [note, Counted("refused", ("403",), 1), note._replace(node="", call="")]
    )
    first, second = stream.getvalue().splitlines()
    if as_json:
        told = json.loads(first)
        assert told.pop("at").endswith("Z")
        assert told == {
            "level": "info", "part": "turn", "call": MARKS(SID), "route": "/turn", "node": "main", "event": "pressed",
            "leads": "contact", "outcome": "answered", "ms": 12.3,
        }  # fmt: skip
        assert json.loads(second)["node"] == ""
    else:
        assert first[8:] == f" call {MARKS(SID)} /turn main pressed -> contact answered 12.3 ms"


HOOKS = """
import logging, sys, threading, warnings
from ivr.settings.given import ConfigError
from ivr.settings.watching import WatchingSettings
from ivr.watching.start import WATCH
WATCH.start(WatchingSettings(), "k" * 40)
def broken(): raise ValueError({name!r})
thread = threading.Thread(target=broken); thread.start(); thread.join()
class Dying:
    def __del__(self): raise ValueError({name!r})
Dying(); warnings.warn({name!r})
logging.getLogger("x").warning("%s %s", "too few")
"""


def test_threads_and_warnings_that_nobody_sees_are_told_in_the_same_way():
    done = subprocess.run(
        [sys.executable, "-c", HOOKS.format(name=NAME)], cwd=TOP, capture_output=True, text=True, check=True
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["text"] for line in lines] == ["a thread broke", "something broke unseen", "…", "%s %s"]
    assert not found([NAME], done.stderr.encode())


BROKEN = """
import logging
from ivr.settings.watching import WatchingSettings
from ivr.watching.start import WATCH
WATCH.start(WatchingSettings(), "k" * 40)
class Full:
    def write(self, text): raise OSError(28, "No space left on device")
    flush = write
logging.getLogger().handlers[0].stream = Full()
logging.getLogger("x").warning("%s rang", {name!r})
print("and goes on")
"""


def test_a_log_that_cannot_be_written_does_not_tell_elsewhere_what_it_would_have_held():
    code = BROKEN.format(name=NAME)
    done = subprocess.run([sys.executable, "-c", code], cwd=TOP, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("and goes on\n", "")
