"""Nothing of anybody's is where it should not be: in no log, address or file in the clear, nowhere once forgotten."""

import base64
import json
import re
import time
from contextlib import ExitStack, contextmanager

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests import postgres
from tests.machines.serving import served
from tests.mail.post_office import open_office
from tests.phone.test_webhook import PATHS
from tests.store.conftest import ask_sql
from tests.watching.day import Day
from tests.watching.planted import ADDRESS, EMAIL, MOBILE, NAME, NOTE, NUMBER, PASSWORD, SPEECH, SPELLINGS, found
from tests.watching.receiver import receiving

SECRETS = {
    "PUBLIC_URL": "http://127.0.0.1:{port}",
    "TWILIO_ACCOUNT_SID": "AC" + "0a" * 16,
    "TWILIO_AUTH_TOKEN": "canary0token0of0twilio0" * 2,
    "TWILIO_AUTH_TOKEN_OLD": "canary0token0before0that" * 2,
    "TWILIO_TEXT_FROM": "+447700900999",
    "SECRET_KEY": "canary0secret0key0of0the0line0" * 2,
    "ENCRYPTION_KEY": "c0ffee" * 10 + "beef",
    "METRICS_TOKEN": "canary0token0of0figures0",
}
CALLERS = (NUMBER, *SPELLINGS, NAME, SPEECH, ADDRESS, EMAIL, NOTE, "quillonia", "marchbanks", "tamsin", "ottoline")
KEYS = tuple(value for name, value in SECRETS.items() if "TOKEN" in name or "KEY" in name)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.prove)])
def day(tmp_path_factory, request):
    folder = tmp_path_factory.mktemp("line")
    with ExitStack() as held:
        receiver = held.enter_context(receiving())
        office, port = held.enter_context(open_office(None))
        database = held.enter_context(contextmanager(postgres._served)()) if request.param == "postgresql" else None
        given = {
            **SECRETS, "SENTRY_DSN": receiver.url.replace("://", f"://{'5e' * 16}@") + "/7",
            "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url, "TWILIO_API_URL": receiver.url,
            "GUNICORN_CMD_ARGS": "--access-logfile -",
            "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(port), "SMTP_TLS": "off", "SMTP_FROM": "line@example.org",
            "DIGEST_AT": "00:00", "NEAR_AT": "00:00",
        }  # fmt: skip
        if database:
            given["DATABASE_URL"] = database.new_database()
        made = Day(held.enter_context(served(folder, "tests.watching.breaking:app", **given)), office, database)
        made.receiver = receiver
        made.secrets["media token"] = "canary0token0of0media0"
        yield made.whole()


@pytest.fixture(scope="module")
def receiver(day):
    return day.receiver


@pytest.fixture(scope="module")
def planted(day):
    """Everything that belongs to somebody: twenty and more words, and what the day itself made."""
    assert set(day.secrets) == {
        "media token", "invitation", "second step", "code on paper", "used code on paper", "session"
    }  # fmt: skip
    return (*CALLERS, MOBILE, PASSWORD, *KEYS, *day.secrets.values())


@pytest.fixture(scope="module")
def log(day):
    return day.server.log()


@pytest.mark.parametrize(
    ("word", "text"),
    [
        (NUMBER, b"x 7700 900123 x"),
        (NUMBER, b"3210090077"),
        (NUMBER, b"%2B447700900123"),
        (NUMBER, b"7.7.0.0.9.0.0.1.2.3"),
        (NAME, b"Quillonia%20Marchbanks"),
        (NAME, b"Quillonia+Marchbanks"),
        (NAME, b"QUILLONIA MARCHBANKS"),
        (NAME, NAME.encode().hex().encode()),
        *((NAME, base64.b64encode(f"{'x' * before}{NAME}.".encode())) for before in range(3)),
        (SPEECH, json.dumps({"said": SPEECH}).encode()),
    ],
)
def test_the_search_finds_every_spelling(word, text):
    assert found([word], b"before " + text + b" after") == [word]
    assert found([word], b"before and after, 7700 900 and Quill") == []


TOLD = [
    "phone.desk: a turn failed",
    "phone.desk: a signed request is not what Twilio sends",
    "intake: ",
    "jobs.runner: job",
    "staff.problems: ",
    "health.readiness: promises are kept now",
    "gunicorn: Error handling",
    "gunicorn: Worker (pid:",
    "flask: …",
    "watching.served: POST voice 200",
    "watching.served: GET staff",
    "watching.lines: a thread broke",
    "py: …",
    "twilio: ",
    "urllib3: ",
]


class TestLog:
    def test_it_holds_nothing_of_anybodys(self, planted, log):
        assert len(planted) > 20
        assert found(planted, log.encode()) == []

    def test_every_line_is_one_object_of_known_fields(self, log):
        lines = [json.loads(line) for line in log.splitlines()]
        assert len(lines) > 60
        fields = {"at", "level", "part", "text", "where", "call", "error", "route", "node", "event", "leads", "outcome"}
        assert {name for line in lines for name in line} == {*fields, "ms"}

    def test_it_tells_all_that_happened(self, log):
        """A log that holds nothing at all would be as clean."""
        lines = [json.loads(line) for line in log.splitlines()]
        told = "\n".join(f"{line['part']}: {line.get('text', '')}" for line in lines)
        for part in TOLD:
            assert part in told, part
        assert {line["outcome"] for line in lines if line["part"] == "turn"} == {"answered", "fault", "odd"}

    def test_an_error_is_told_with_its_kind_and_place_and_the_call(self, log):
        lines = [json.loads(line) for line in log.splitlines()]
        fault = next(line for line in lines if line.get("text", "").startswith("a turn failed"))
        assert fault["error"][0].startswith("RuntimeError at breaking.py:")
        assert fault["error"][1].startswith("ValueError at breaking.py:")
        turn = next(line for line in lines if line.get("outcome") == "fault")
        assert re.fullmatch(r"[0-9a-f]{12}", fault["call"])
        assert fault["call"] == turn["call"]

    def test_no_call_of_twilios_is_named(self, log):
        assert re.findall(r"\b(?:CA|RE|AC|SM)[0-9a-f]{32}", log) == []


class TestAddresses:
    def test_no_address_that_the_line_gives_holds_anything_of_anybodys(self, day, planted):
        """But for the invitation itself, and the link by which whoever claimed a request dials its number."""
        assert len(day.urls) > 100
        own = day.secrets["invitation"]
        urls = [url for url in day.urls if not url.startswith("tel:")]
        assert found([word for word in planted if word != own], "\n".join(urls).encode()) == []
        assert {url for url in day.urls if own in url} <= {f"/staff/invite/{own}"}


def in_clear(day, words):
    """Which words are in which files, and in which tables where the database is a server."""
    hits = {}
    for path in sorted(day.server.folder.rglob("*")):
        if path.is_file() and path.name != "log" and (hit := found(words, path.read_bytes())):
            hits[str(path.relative_to(day.server.folder))] = hit
    for name, text in tables(day) if day.database else ():
        if hit := found(words, text):
            hits[f"line.db, {name}"] = hit
    return hits


def tables(day):
    """Every row of every table, as text."""
    url = day.server.config.database_url
    listed = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    for (name,) in ask_sql(url, listed if day.database else "SELECT name FROM sqlite_schema WHERE type = 'table'"):
        rows = ask_sql(url, f'SELECT * FROM "{name}"')  # noqa: S608 - a name that the database gave
        yield name, repr(rows).encode()


class TestKept:
    def test_what_is_promised_to_be_sealed_or_hashed_is_not_in_the_clear(self, day, planted):
        """Numbers are kept as they are, names and addresses of staff too; see docs/privacy.md. Nothing else is."""
        staff, numbers = (NAME, EMAIL, "quillonia", "marchbanks"), (NUMBER, *SPELLINGS)
        asked = (f"{NAME}: {SPEECH}", MOBILE)  # texts that wait to be sent
        sealed = [word for word in planted if word not in (*staff, *numbers, SPEECH, "tamsin", *asked)]
        assert in_clear(day, sealed) == {}

    def test_the_number_at_which_staff_want_texts_is_sealed_but_in_a_text_that_waits(self, day):
        assert {name for name, text in tables(day) if found([MOBILE], text)} == {"texts"}

    def test_the_search_would_have_found_it(self, day):
        assert "line.db" in "".join(in_clear(day, [NUMBER]))

    def test_once_forgotten_nothing_is_kept_of_the_callers(self, day):
        said = day.ivr("forget", NUMBER, "--yes")
        assert "Nothing is kept any more." in said
        assert found([NUMBER, *SPELLINGS], said.encode()) == []
        callers = (NUMBER, *SPELLINGS, SPEECH, "tamsin", ADDRESS, NOTE, "ottoline")
        assert in_clear(day, callers) == {}


def spans_of(receiver):
    """Every span that has come so far."""
    return [
        span
        for body in receiver.bodies("/v1/traces")
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


class TestSentElsewhere:
    def test_sentry_gets_kinds_and_places_and_nothing_of_anybodys(self, receiver, planted):
        envelopes = receiver.bodies("/api/7/")
        assert len(envelopes) > 5
        assert found(planted, b"\n".join(envelopes)) == []
        events = [json.loads(body.splitlines()[2]) for body in envelopes]
        fault = next(one for one in events if one["logentry"]["formatted"].startswith("a turn failed"))
        assert [value["type"] for value in fault["exception"]["values"]] == ["ValueError", "RuntimeError"]
        frames = fault["exception"]["values"][1]["stacktrace"]["frames"]
        assert all(set(frame) <= {"filename", "lineno", "function", "in_app"} for frame in frames)
        assert frames[-1]["function"] == "broken"
        allowed = {"event_id", "timestamp", "platform", "level", "logger", "release", "environment", "logentry"}
        assert {name for one in events for name in one} <= {*allowed, "exception", "tags"}
        assert {name for one in events for name in one["tags"]} == {"call"}

    def test_a_collector_gets_turns_and_nothing_of_anybodys(self, receiver, planted):
        end = time.monotonic() + 15
        while len(spans_of(receiver)) < 20 and time.monotonic() < end:
            time.sleep(0.2)
        assert found(planted, b"\n".join(receiver.bodies("/v1/traces"))) == []
        spans = spans_of(receiver)
        assert len(spans) >= 20  # a worker that is killed takes a few with it
        assert {span.name for span in spans} <= {path.removeprefix("/voice") or "/" for path in PATHS}
        assert {one.key for span in spans for one in span.attributes} == {
            f"plainline.{name}" for name in ("call", "node", "event", "leads", "outcome")
        }
        assert all(0 < span.end_time_unix_nano - span.start_time_unix_nano < 60e9 for span in spans)

    def test_letters_to_staff_say_how_many_wait_and_nothing_of_anybodys_but_to_whom_they_go(self, day, planted):
        told, summary = sorted((letter for _, letter in day.office.letters), key=lambda one: "The queue" in str(one))
        assert "the promise is overdue." in told.get_content()
        assert "Waiting for a call:" in summary.get_content()
        for letter in (told, summary):
            assert str(letter["To"]) == EMAIL
            del letter["To"]
            assert found(planted, letter.as_bytes() + letter.get_content().encode()) == []
        assert found(planted, "\n".join(day.office.words).encode()) == []

    def test_no_head_of_a_request_holds_anything_of_anybodys(self, receiver, planted):
        heads = [head for path, head, _ in receiver.sent if not path.startswith("/2010")]
        assert found(planted, b"\n".join(heads)) == []
