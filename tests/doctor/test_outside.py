"""What the world sees of the line, by a real server with a real certificate."""

import http.server
import ssl
import threading

import pytest

from ivr.config import Config
from ivr.doctor.outside import outside
from tests.deploy.certificate import NOW, certificate


class _Line(http.server.BaseHTTPRequestHandler):
    ready, unsigned = 200, 403

    def do_GET(self):
        self._answer(self.ready if self.path == "/readyz" else 404)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(self.unsigned if self.path == "/voice" else 404)

    def _answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        """Nothing to say."""


@pytest.fixture
def line(tmp_path):
    """Serves a line by https; gives back its settings and whose certificates count."""
    running = []

    def serve(days=90, **answers):
        pem = certificate(tmp_path, days)
        handler = type("Line", (_Line,), answers)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        sealing = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        sealing.load_cert_chain(pem)
        server.socket = sealing.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return settings(f"https://localhost:{server.server_port}"), ssl.create_default_context(cafile=str(pem))

    yield serve
    for server in running:
        server.shutdown()
        server.server_close()


def settings(url, **given):
    return Config.from_env(
        {
            "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
            "TWILIO_AUTH_TOKEN": "f" * 32,
            "SECRET_KEY": "k" * 40,
            "PUBLIC_URL": url,
            **given,
        }
    )


def states(found):
    return [(one.name, one.state) for one in found]


def test_a_line_that_answers_as_it_should(line):
    config, trust = line()
    assert states(outside(config, NOW, trust)) == [
        ("certificate", "good"),
        ("public address", "good"),
        ("signatures", "good"),
    ]


def test_a_certificate_that_ends_soon(line):
    config, trust = line(days=5)

    assert states(outside(config, NOW, trust))[0] == ("certificate", "think")


def test_a_certificate_that_nobody_trusts(line):
    config, _ = line()
    (found,) = outside(config, NOW)

    assert (found.state, "has a certificate that is not trusted" in found.told) == ("mend", True)


@pytest.mark.parametrize(("answers", "name"), [({"ready": 503}, "public address"), ({"unsigned": 200}, "signatures")])
def test_an_answer_that_is_not_ours(line, answers, name):
    config, trust = line(**answers)

    assert (name, "mend") in states(outside(config, NOW, trust))


@pytest.mark.parametrize(
    ("url", "why"), [("https://localhost:9", "refuses connections"), ("https://no.such.name.invalid", "not known")]
)
def test_an_address_where_nobody_is(url, why, monkeypatch):
    (found,) = outside(settings(url), NOW)

    assert why in found.told


def test_an_address_without_https():
    found = list(outside(settings("http://localhost:9"), NOW))

    assert states(found)[0] == ("certificate", "mend")


def test_a_rehearsal_has_no_outside(tmp_path):
    assert list(outside(Config.from_env({"DATA_DIR": str(tmp_path)}), NOW)) == []
