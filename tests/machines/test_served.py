"""The line as it is served, seen by somebody who means harm: what it tells, and what it takes two requests for one."""

import re
import socket
import time
from contextlib import suppress
from pathlib import Path

import pytest

from ivr.factory import create_app
from ivr.phone.signature import sign
from tests.machines.serving import served

TOKEN, SECRET, KEY = "9f" * 16, "8e" * 32, "7d" * 32
GIVEN = {
    "TWILIO_ACCOUNT_SID": "AC" + "6c" * 16,
    "TWILIO_AUTH_TOKEN": TOKEN,
    "SECRET_KEY": SECRET,
    "ENCRYPTION_KEY": KEY,
    "PUBLIC_URL": "http://127.0.0.1",
}
STEMS = (
    *(
        "admin",
        "administrator",
        "api",
        "backup",
        "config",
        "console",
        "dashboard",
        "db",
        "debug",
        "docs",
        "dump",
        "env",
    ),
    *("graphql", "info", "line.db", "login", "logs", "manage", "metrics/", "openapi.json", "phpinfo.php", "private"),
    *("redoc", "robots.txt", "server-info", "server-status", "settings", "setup", "shell", "sitemap.xml", "spool"),
    *("static", "status", "swagger", "swagger.json", "test", "tmp", "trace", "upload", "uploads", "var", "wp-admin"),
    *("wp-login.php", "recordings", "secret.key", "encryption.key", "var/line.db", "var/spool", "id_rsa", "web.config"),
    *(
        ".git/config",
        ".git/HEAD",
        ".env",
        ".env.local",
        ".htaccess",
        ".DS_Store",
        ".svn/entries",
        ".ssh/id_rsa",
        ".venv",
    ),
    *(
        "actuator",
        "actuator/env",
        "actuator/health",
        "_profiler",
        "_debug_toolbar",
        "__debug__",
        "console/",
        "werkzeug",
    ),
    *("app.py", "dev.py", "ivr/config.py", "prompts/line.yaml", "package.json", "pyproject.toml", "gunicorn.conf.py"),
    *("pages/style.css.map", "staff/static/app.js.map", "audio/manifest.json", "audio/built/", "audio/", "pages/"),
)
ENDS = (
    *("", "~", ".bak", ".old", ".zip", ".tar.gz", ".sql", ".swp", "/", "%00", "%2e%2e%2f", "/..%2f..%2fetc%2fpasswd"),
    *(".orig", ".save", ".copy", ".1", ".txt", ".json", ".xml", ".yaml", ".yml", ".log", ".map", ".php", ".py", ".pyc"),
    *(".db", ".sqlite", ".env", ".key", ".pem", ".gz", ".rar", ".7z", ".csv", ".dump", ".asp", ".jsp", ".html", ".md"),
    *("/.git/config", "/.env", "/index.php", "/..;/", "%20", "%0a", ";"),
)
BEFORE = ("/", "/%2f", "/..;/", "/%2e%2e/", "/staff/", "/phone/", "/voice/", "/audio/")
PUBLIC = re.compile(r"/(staff|phone|voice)/(login|status|recordings|help)?/?")
INSIDE = re.compile(r"Traceback|File \"/|werkzeug|sqlalchemy|sqlite3?\.|/home/|site-packages|root:x:", re.IGNORECASE)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with served(tmp_path_factory.mktemp("served"), **GIVEN) as running:
        yield running


def said(server, raw, wait=0.6):
    """Everything that the server says to these bytes: what comes at last, and what comes so soon after it."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as caller:
        caller.sendall(raw)
        told = caller.recv(65536)
        caller.settimeout(wait)
        with suppress(TimeoutError):
            while piece := caller.recv(65536):
                told += piece
        return told


def statuses(told):
    return [int(number) for number in re.findall(rb"HTTP/1\.1 (\d{3})", told)]


def test_s49_no_secret_is_in_the_list_of_processes_or_the_log(server):
    seen = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in (server.process.pid, *server.workers())]
    assert len(seen) >= 3
    for text in (*seen, server.log().encode()):
        assert [word for word in (TOKEN, SECRET, KEY) if word.encode() in text] == []


def paths():
    for stem in STEMS:
        yield from (f"/{stem}{end}" for end in ENDS)
        yield from (f"{before}{stem}" for before in BEFORE[1:])


def test_s51_nothing_but_its_own_pages_is_there(server):
    """Some four thousand addresses that people try."""
    app = create_app(server.config)
    client, found, asked = app.test_client(), [], 0
    for path in paths():
        answer = client.open(path, method="GET", base_url="https://127.0.0.1")
        asked += 1
        if answer.status_code not in {400, 401, 403, 404, 405, 308} and not PUBLIC.fullmatch(path):
            found.append((path, answer.status_code))
        assert not INSIDE.search(answer.get_data(as_text=True)), path
    app.extensions["switchboard"].close()
    assert asked > 4000
    assert [one for one in found if not (one[1] in {302, 303} and one[0].startswith(("/staff/", "/phone/")))] == []


def signed(server, path, body):
    fields = [tuple(pair.split("=", 1)) for pair in body.split("&")]
    return sign(server.config.public_url + path, fields, TOKEN)


@pytest.mark.parametrize(
    "heads",
    [
        ("Content-Length: {inner}", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked", "Content-Length: {inner}"),
        ("Content-Length: 4", "Content-Length: {inner}"),
        ("Transfer-Encoding: chunked", "Transfer-Encoding: identity"),
        ("Transfer-Encoding: xchunked",),
        ("Transfer-Encoding : chunked", "Content-Length: 4"),
        ("Transfer-Encoding: \x0bchunked", "Content-Length: 4"),
        ("Content-Length: +4",),
        ("Content-Length: 4, {inner}",),
    ],
    ids=str,
)
def test_s52_two_requests_are_never_hidden_in_one(server, heads):
    """Where lengths disagree nothing after the head is taken for a request of its own."""
    hidden = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    body = "0\r\n\r\n" + hidden
    lines = ["POST /voice HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/x-www-form-urlencoded"]
    raw = "\r\n".join([*lines, *(head.format(inner=len(body)) for head in heads)]) + "\r\n\r\n" + body
    told = said(server, raw.encode("latin-1"))
    assert b"alive" not in told
    assert len(statuses(told)) == 1
    assert statuses(told)[0] in {400, 403, 411, 501}


def test_s52_what_is_hidden_would_be_seen(server):
    raw = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 2
    assert len(statuses(said(server, raw.encode()))) == 2


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PUT", "DELETE", "PATCH", "DEBUG"])
def test_s52_no_other_method_is_taken(server, method):
    for path in ("/", "/voice", "/staff/sign-in", "/healthz"):
        told = said(server, f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n".encode(), 0.3)
        assert statuses(told)[0] in {400, 403, 404, 405, 501}, (method, path)
        assert b"TRACE /" not in told.partition(b"\r\n\r\n")[2]


def test_s23_the_server_tells_no_version(server):
    told = said(server, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").partition(b"\r\n\r\n")[0].decode()
    assert not re.search(r"^Server: \S*\d", told, re.MULTILINE), told
    assert "X-Powered-By" not in told


def test_s44_slow_clients_hold_no_lock(server):
    """Two clients that never finish a body; a call beside them is answered at once."""
    slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(2)]
    try:
        for one in slow:
            one.sendall(b"POST /voice HTTP/1.1\r\nHost: x\r\nX-Twilio-Signature: x\r\nContent-Length: 60\r\n\r\nA=")
        body = f"AccountSid={GIVEN['TWILIO_ACCOUNT_SID']}&CallSid=CA{'1' * 32}&From=%2B447700900123"
        plain = body.replace("%2B", "+")
        lines = ["POST /voice HTTP/1.1", "Host: x", "Content-Type: application/x-www-form-urlencoded"]
        lines += [f"X-Twilio-Signature: {signed(server, '/voice', plain)}", f"Content-Length: {len(body)}"]
        begun = time.monotonic()
        told = said(server, ("\r\n".join([*lines, "Connection: close"]) + "\r\n\r\n" + body).encode(), 5)
        assert statuses(told) == [200]
        assert time.monotonic() - begun < 3
    finally:
        for one in slow:
            one.close()
