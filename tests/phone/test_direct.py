"""What is answered before Flask: the same as Flask would answer, byte for byte, and nothing that Flask would refuse."""

import io
from wsgiref.util import setup_testing_defaults

import pytest
from werkzeug.test import Client, run_wsgi_app

from ivr.phone.requests import LARGEST_BODY
from ivr.phone.signature import sign

from .signed import Line
from .test_webhook import PATHS, spoken


@pytest.fixture(scope="module")
def line(tmp_path_factory):
    running = Line(tmp_path_factory.mktemp("direct"))
    yield running
    running.app.extensions["switchboard"].close()


class Behind:
    """Flask, and how often it was asked."""

    def __init__(self, wsgi):
        self.wsgi = wsgi
        self.asked = 0

    def __call__(self, environ, start_response):
        self.asked += 1
        return self.wsgi(environ, start_response)


@pytest.fixture
def behind(line, monkeypatch):
    flask = Behind(line.app.wsgi_app.behind)
    monkeypatch.setattr(line.app.wsgi_app, "behind", flask)
    return flask


@pytest.mark.parametrize("path", PATHS)
def test_an_answer_is_the_one_that_flask_gives(line, behind, path):
    form = line.form(Digits="1")
    headers = {"X-Twilio-Signature": sign(line.config.public_url + path, list(form.items()), line.config.auth_token)}
    direct = line.client.post(path, data=form, headers=headers)
    assert behind.asked == 0

    flask = Client(line.app.wsgi_app.behind).post(path, data=form, headers=headers)
    assert behind.asked == 1
    assert (direct.status, direct.headers.to_wsgi_list(), direct.data) == (
        flask.status,
        flask.headers.to_wsgi_list(),
        flask.data,
    )


def test_a_call_is_answered_without_flask_to_its_reference(line, behind):
    for answer in line.call("2", "1", "1", "1", "2", "1", "*", "-", "0"):
        spoken(answer)
    assert behind.asked == 0


def raw(line, body, **given):
    """The status and the body of a request that no client would send."""
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/voice", "wsgi.input": io.BytesIO(body), **given}
    setup_testing_defaults(environ)
    answer, status, _ = run_wsgi_app(line.app.wsgi_app, environ, buffered=True)
    return status[:3], b"".join(answer)


ODD = {
    "no signature": {"HTTP_X_TWILIO_SIGNATURE": None},
    "an empty signature": {"HTTP_X_TWILIO_SIGNATURE": ""},
    "another signature": {"HTTP_X_TWILIO_SIGNATURE": "x"},
    "no length": {"CONTENT_LENGTH": None},
    "an empty length": {"CONTENT_LENGTH": ""},
    "a length that is none": {"CONTENT_LENGTH": "+12"},
    "a negative length": {"CONTENT_LENGTH": "-1"},
    "a length in other digits": {"CONTENT_LENGTH": "٣"},
    "too long": {"CONTENT_LENGTH": str(LARGEST_BODY + 1)},
    "cut short": {"CONTENT_LENGTH": "20"},
    "a body in pieces": {"HTTP_TRANSFER_ENCODING": "chunked"},
    "another method": {"REQUEST_METHOD": "PUT"},
    "another kind": {"CONTENT_TYPE": "application/json"},
    "another address": {"PATH_INFO": "/voice/nowhere"},
    "another query": {"QUERY_STRING": "s=1.main"},
}


@pytest.mark.parametrize("odd", ODD)
def test_what_is_odd_is_left_to_flask(line, behind, odd):
    form = list(line.form().items())
    body = "&".join(f"{name}={value.replace('+', '%2B')}" for name, value in form).encode()
    good = {
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_X_TWILIO_SIGNATURE": sign(line.config.public_url + "/voice", form, line.config.auth_token),
    }
    assert raw(line, body, **good)[0] == "200"
    assert behind.asked == 0

    given = {name: value for name, value in {**good, **ODD[odd]}.items() if value is not None}
    direct = raw(line, body, **given)
    assert behind.asked == 1
    line.app.wsgi_app, kept = behind, line.app.wsgi_app
    flask = raw(line, body, **given)
    line.app.wsgi_app = kept
    assert direct == flask


def test_what_works_beside_the_calls_begins_with_the_first_of_them(tmp_path):
    fresh = Line(tmp_path)
    begun = []
    fresh.app.extensions["switchboard"].beside.append(lambda: begun.append("begun"))
    fresh.post("/voice")
    assert begun == ["begun"]
    fresh.app.extensions["switchboard"].close()


class Unread(io.BytesIO):
    def read(self, _most=-1):
        raise AssertionError("the body of a request that nobody signed is read")


@pytest.mark.parametrize("signature", [{}, {"HTTP_X_TWILIO_SIGNATURE": ""}])
def test_without_a_signature_not_even_the_body_is_read(line, signature):
    given = {"CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": "20", **signature}
    assert raw(line, b"", **given, **{"wsgi.input": Unread()})[0] == "403"
