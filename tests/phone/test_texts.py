"""Texts: Twilio's own client over real sockets, however the far end breaks; and from the key to the text sent."""

import json
import logging
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qs

import pytest

from ivr.config import Config, ConfigError
from ivr.jobs import MOST_SENDS, Runner, works
from ivr.phone import rest
from ivr.promises import segments
from ivr.store import Caps, Delivery, Store, TextAsked
from tests.fresh import prepare

from .signed import action, words

ACCOUNT, NUMBER, SENDER = "AC" + "0a" * 16, "+447700900123", "+447700900999"
BODY = "Plainline: You asked for this message."


class Twilio:
    """A server that answers each request with the bytes it was given, piece by piece; then it closes."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.answers, self.requests = [], []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                caller, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.answer, args=(caller, self.answers.pop(0)), daemon=True).start()

    def answer(self, caller, pieces):
        with caller:
            self.requests.append(read(caller))
            for piece in pieces:
                if isinstance(piece, float):
                    time.sleep(piece)
                elif piece is RESET:
                    caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                else:
                    try:
                        caller.sendall(piece)
                    except OSError:
                        return

    def posts(self):
        return [parse_qs(body) for head, body in self.requests if head.startswith("POST")]


RESET = object()


def read(caller):
    """The head and the body of one request."""
    text = b""
    while b"\r\n\r\n" not in text:
        text += caller.recv(65536)
    head, _, body = text.partition(b"\r\n\r\n")
    length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    while length and len(body) < int(length[0].split(b":")[1]):
        body += caller.recv(65536)
    return head.decode(), body.decode()


def answer(status, payload, *headers, length=None):
    body = payload.encode() if isinstance(payload, str) else json.dumps(payload).encode()
    lines = (f"HTTP/1.1 {status} x", f"Content-Length: {len(body) if length is None else length}", "Connection: close")
    return "\r\n".join((*lines, *headers, "", "")).encode() + body


def message(sid="SM" + "1" * 32, body=BODY, at=None, **more):
    return {"sid": sid, "body": body, "date_created": format_datetime(at or datetime.now(UTC)), **more}


TAKEN = answer(201, message())


@pytest.fixture
def twilio():
    server = Twilio()
    yield server
    server.listener.close()


def config_for(server, tmp_path, **given):
    own = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": "t", "SECRET_KEY": "s" * 32, "DATA_DIR": str(tmp_path)}
    more = {"PUBLIC_URL": "https://line.example.org", "TWILIO_TEXT_FROM": SENDER, "TWILIO_API_URL": server.url}
    return Config.from_env({**own, **more, **given})


@pytest.fixture
def texts(twilio, tmp_path):
    return rest.texts(config_for(twilio, tmp_path))


class TestHandingOver:
    def test_a_text_is_posted_as_twilio_wants_it(self, twilio, texts):
        twilio.answers = [[TAKEN]]
        assert texts.send(NUMBER, BODY) == Delivery("sent", "SM" + "1" * 32)
        assert twilio.posts() == [{"To": [NUMBER], "From": [SENDER], "Body": [BODY]}]
        assert twilio.requests[0][0].startswith(f"POST /2010-04-01/Accounts/{ACCOUNT}/Messages.json ")

    def test_by_a_messaging_service_and_a_restricted_key(self, twilio, tmp_path):
        key = {"TWILIO_API_KEY": "SK" + "1" * 32, "TWILIO_API_SECRET": "hush"}
        service = "MG" + "2" * 32
        twilio.answers = [[TAKEN], [TAKEN]]
        rest.texts(config_for(twilio, tmp_path, TWILIO_TEXT_FROM=service, **key)).send(NUMBER, BODY)
        rest.texts(config_for(twilio, tmp_path)).send(NUMBER, BODY)
        assert twilio.posts()[0]["MessagingServiceSid"] == [service]
        logins = {
            line for head, _ in twilio.requests for line in head.split("\r\n") if line.startswith("Authorization")
        }
        assert len(logins) == 2

    @pytest.mark.parametrize(
        ("status", "code", "means"),
        [
            (429, 20429, "later"),
            (400, 21610, "closed"),
            (400, 21614, "closed"),
            (400, 21602, "refused"),
            (401, 20003, "refused"),
            (403, 20003, "refused"),
            (404, 20404, "refused"),
            (408, 0, "unknown"),
            (500, 20500, "unknown"),
            (503, 20503, "unknown"),
        ],
    )
    def test_each_refusal_means_something(self, twilio, texts, status, code, means):
        twilio.answers = [[answer(status, {"code": code, "message": f"{NUMBER} will not do", "status": status})]]
        delivery = texts.send(NUMBER, BODY)
        assert delivery.status == means
        assert str(status) in delivery.trouble
        assert "7700" not in delivery.trouble

    @pytest.mark.parametrize(
        "broken",
        [
            [answer(201, "<html>a proxy says hello</html>", "Content-Type: text/html")],
            [answer(200, "")],
            [answer(201, message(), length=9000)],
            [TAKEN[:-20]],
            [RESET],
            [b"HTTP/1.1 201 x\r\n", RESET],
            [b"nonsense\r\n\r\n"],
            [],
        ],
        ids=["html", "empty", "too short", "cut", "reset", "reset in the head", "nonsense", "closed"],
    )
    def test_without_a_clear_answer_it_is_unknown(self, twilio, texts, broken):
        twilio.answers = [broken]
        assert texts.send(NUMBER, BODY).status == "unknown"

    def test_a_redirect_is_not_followed(self, twilio, texts):
        twilio.answers = [[answer(307, "", f"Location: {twilio.url}/elsewhere")], [TAKEN]]
        assert texts.send(NUMBER, BODY).status == "unknown"
        assert len(twilio.requests) == 1

    @pytest.mark.parametrize("drip", [[TAKEN[:1], 0.1] * 40, [TAKEN[:-9], *[b" ", 0.1] * 40], [4.0, TAKEN]])
    def test_however_slowly_it_answers_there_is_an_end(self, twilio, texts, drip, monkeypatch):
        monkeypatch.setattr(rest, "TOTAL", 0.5)
        twilio.answers = [drip]
        begun = time.monotonic()
        assert texts.send(NUMBER, BODY).status == "unknown"
        assert time.monotonic() - begun < 3

    def test_an_endless_answer_is_not_read(self, twilio, texts, monkeypatch):
        monkeypatch.setattr(rest, "LARGEST", 1000)
        twilio.answers = [[answer(201, message(body="x" * 5000))]]
        assert texts.send(NUMBER, BODY).status == "unknown"

    def test_no_proxy_of_the_environment_is_used(self, twilio, texts, monkeypatch):
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")
        twilio.answers = [[TAKEN]]
        assert texts.send(NUMBER, BODY).status == "sent"


class TestLooking:
    def test_only_the_same_words_since_then_count(self, twilio, texts):
        now = datetime.now(UTC)
        listed = [
            message("SM1", f"Sent from your Twilio trial account - {BODY}", now),
            message("SM2", BODY, now - timedelta(hours=1)),
            message("SM3", "other words", now),
            message("SM4", BODY, now, status="failed"),
        ]
        twilio.answers = [[answer(200, {"messages": listed, "page_size": 50, "next_page_uri": None})]]
        assert texts.find(NUMBER, BODY, now - timedelta(minutes=1)) == ("SM1",)

    def test_not_knowing_is_not_none_there(self, twilio, texts, caplog):
        twilio.answers = [[answer(503, "busy")]]
        assert texts.find(NUMBER, BODY, datetime.now(UTC)) is None
        assert "7700" not in caplog.text


class Script:
    """A sender that answers from a list; the text may have arrived all the same."""

    def __init__(self, *answers, there=()):
        self.answers, self.there, self.sent = list(answers), there, []

    def send(self, number, body):
        self.sent.append((number, body))
        return self.answers.pop(0)

    def find(self, number, body, since):  # noqa: ARG002 - as a sender is asked
        return self.there


class Desk:
    """A store with one text asked for, and a runner whose clock is moved by hand."""

    def __init__(self, tmp_path, sender):
        url = f"sqlite:///{tmp_path / 'line.db'}"
        prepare(url)
        self.store, self.sender, self.now = Store.open(url), sender, datetime(2026, 11, 24, 10, tzinfo=UTC)
        self.ask("CA1")
        self.runner = Runner(self.store, works(self.store, sender, lambda: self.now), lambda: self.now)

    def ask(self, sid, prompt="text", mark="m", caps=Caps()):  # noqa: B008 - frozen
        return self.store.ask_text(TextAsked(sid, prompt, NUMBER, mark, BODY), caps, self.now)

    def work(self, minutes=60):
        for _ in range(minutes * 2):
            while self.runner.once():
                pass
            self.now += timedelta(seconds=30)
        return self.store.job_counts()


@pytest.fixture
def desk(tmp_path):
    made = []

    def make(*answers, **more):
        made.append(Desk(tmp_path, Script(*answers, **more)))
        return made[-1]

    yield make
    for one in made:
        one.store.close()


class TestJob:
    def test_is_sent_once_and_the_number_forgotten(self, desk):
        one = desk(Delivery("sent", "SM1"))
        assert one.work() == {"done": 1}
        assert one.sender.sent == [(NUMBER, BODY)]
        with one.store._reading() as connection:
            assert connection.exec_driver_sql("SELECT number, body, status, sid FROM texts").all() == [
                ("", "", "sent", "SM1")
            ]
            assert NUMBER not in str(connection.exec_driver_sql("SELECT * FROM jobs").all())

    def test_is_tried_again_when_twilio_is_too_busy(self, desk):
        one = desk(*[Delivery("later", trouble="429")] * 3, Delivery("sent", "SM1"))
        assert one.work() == {"done": 1}
        assert len(one.sender.sent) == 4

    def test_is_shown_to_staff_when_refused_and_closed_quietly_when_the_number_takes_none(self, desk, caplog):
        with caplog.at_level(logging.CRITICAL):
            one = desk(Delivery("refused", trouble="401"), Delivery("closed", trouble="21610"))
            assert one.work() == {"dead": 1}
        assert [text.status for text in one.store.texts_troubled()] == ["refused"]
        one.ask("CA2")
        assert one.work() == {"dead": 1, "done": 1}

    def test_an_answer_that_was_lost_is_looked_for_and_never_blindly_sent_again(self, desk):
        one = desk(Delivery("unknown", trouble="timeout"), there=("SM1",))
        assert one.work() == {"done": 1}
        assert len(one.sender.sent) == 1

    def test_while_nobody_can_look_it_is_not_sent_again(self, desk, caplog):
        with caplog.at_level(logging.CRITICAL):
            one = desk(Delivery("unknown", trouble="timeout"), there=None)
            assert one.work(120) == {"dead": 1}
        assert len(one.sender.sent) == 1
        assert [text.status for text in one.store.texts_troubled()] == ["unknown"]

    def test_one_that_is_nowhere_is_sent_again_and_then_given_up(self, desk, caplog):
        with caplog.at_level(logging.CRITICAL):
            one = desk(*[Delivery("unknown", trouble="timeout")] * 9)
            assert one.work(120) == {"dead": 1}
        assert len(one.sender.sent) == MOST_SENDS
        assert "7700" not in caplog.text

    def test_a_text_that_another_call_had_sent_is_not_taken_for_it(self, desk):
        one = desk(Delivery("sent", "SM1"), Delivery("unknown"), Delivery("sent", "SM2"))
        one.work(1)
        one.ask("CA2")
        one.sender.there = ("SM1",)
        assert one.work() == {"done": 2}
        assert len(one.sender.sent) == 3

    def test_a_worker_killed_while_sending_leaves_it_unknown(self, desk):
        one = desk(there=("SM1",))
        job = one.store.claim_job(["text"], one.now, one.now)
        assert one.store.text_sending(job.payload["text"], one.now)
        assert one.work() == {"done": 1}
        assert one.sender.sent == []

    def test_two_workers_cannot_both_send(self, desk):
        one = desk()
        (row,) = [job.payload["text"] for job in [one.store.claim_job(["text"], one.now, one.now)]]
        assert one.store.text_sending(row, one.now)
        assert not one.store.text_sending(row, one.now)

    def test_once_for_each_prompt_of_a_call_and_so_many_a_day(self, desk):
        one = desk()
        assert one.ask("CA1")
        assert one.store.job_counts() == {"waiting": 1}
        assert one.ask("CA2")
        assert one.ask("CA3", "other")
        assert not one.ask("CA4")
        assert one.ask("CA1")
        assert one.ask("CA5", mark="another number")
        assert not one.ask("CA6", mark="a third", caps=Caps(3, 4))
        one.now += timedelta(hours=24, seconds=1)
        assert one.ask("CA7")


@pytest.mark.parametrize(
    ("body", "number"),
    [("x" * 160, 1), ("x" * 161, 2), ("x" * 459, 3), ("x" * 460, 4), ("{" * 80, 1), ("ł" * 70, 1), ("ł" * 202, 4)],
)
def test_how_many_messages_a_text_is(body, number):
    assert segments(body) == number


KEYS = ("2", "1", "#", "4")
"""To the end of a leaflet, then: text me this."""


class TestFromKeyToText:
    def test_a_rehearsal_writes_it_down(self, line):
        told = line.call(*KEYS)
        assert "I am sending you a text message" in words(told[-1])
        paper = line.config.data_dir / "rehearsal" / "texts.jsonl"
        deadline = time.monotonic() + 20
        while not paper.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        (text,) = [json.loads(one) for one in paper.read_text("utf-8").splitlines()]
        assert text["to"] == "+447700900123"
        assert text["body"].startswith("Plainline: ")
        assert text["body"].endswith("/script")
        assert segments(text["body"]) <= 3

    def test_over_the_cap_the_caller_is_told(self, line):
        said = [words(line.call(*KEYS, CallSid=f"CA{number:032}")[-1]) for number in range(4)]
        assert ["I am sending" in one for one in said] == [True, True, True, False]
        assert "cannot send a text" in said[-1]

    def test_a_landline_is_not_offered_one(self, line):
        assert "text" not in words(line.call("2", "1", "#", From="+442079460018")[-1]).split("press")[-2]

    def test_without_a_sender_nobody_is(self, tmp_path):
        own = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": "t", "SECRET_KEY": "s" * 32}
        real = Config.from_env({**own, "PUBLIC_URL": "https://line.example.org", "DATA_DIR": str(tmp_path)})
        assert rest.texts(real) is None

    def test_without_a_database_none_is_promised(self, line, caplog):
        asked = line.call(*KEYS[:-1])[-1]
        line.app.extensions["switchboard"].closing[0]()
        line.app.extensions["switchboard"].store.close()
        line.database.unlink()
        with caplog.at_level(logging.CRITICAL):
            assert "cannot send a text" in words(line.post(action(asked), Digits="4"))


class TestSettings:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("TWILIO_TEXT_FROM", "07700 900123"),
            ("TWILIO_TEXT_FROM", "MG12"),
            ("TWILIO_API_KEY", "AC" + "1" * 32),
            ("TWILIO_API_URL", "https://api.twilio.com.evil.test"),
            ("TWILIO_API_URL", "https://evil.test"),
            ("WORKER", "maybe"),
            ("TEXTS_PER_NUMBER", "0"),
            ("TEXTS_PER_DAY", "many"),
        ],
    )
    def test_what_is_wrong_is_named(self, tmp_path, name, value):
        with pytest.raises(ConfigError, match=name):
            Config.from_env({"DATA_DIR": str(tmp_path), name: value})

    def test_no_other_host_in_production(self, twilio, tmp_path):
        with pytest.raises(ConfigError, match="TWILIO_API_URL"):
            config_for(twilio, tmp_path, ENV="production")

    def test_the_secret_of_a_key_is_not_shown(self, twilio, tmp_path):
        config = config_for(twilio, tmp_path, TWILIO_API_KEY="SK" + "1" * 32, TWILIO_API_SECRET="hush")
        assert "hush" not in repr(config)
