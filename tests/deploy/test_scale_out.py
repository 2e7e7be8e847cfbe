"""Two hosts, one PostgreSQL, and the shipped nginx in front: calls hop between hosts at every step, and one dies."""

import http.client
import shutil
import socket
import ssl
import subprocess
import threading
import time
from contextlib import closing
from urllib.parse import urlencode

import pytest

from ivr.prompts.yaml_text import read
from ivr.rehearsal.dialog import read_dialog
from ivr.rehearsal.reach import _reach
from ivr.rehearsal.replay import play
from ivr.rehearsal.transport import Transport, loopback
from ivr.rehearsal.twiml import Answer
from ivr.store import Store, migrate
from tests.deploy.certificate import certificate
from tests.machines.serving import TOP, Served, free_port
from tests.test_calls import NOW

NGINX = shutil.which("nginx")
STORIES = ("busy-then-callback", "withheld-number", "text-relay", "mediation-by-keys", "hang-up-in-recording")
SECRETS = {"TWILIO_AUTH_TOKEN": "f" * 32, "SECRET_KEY": "k" * 40, "TWILIO_ACCOUNT_SID": "AC" + "1" * 32}


@pytest.fixture(scope="module")
def hosts(tmp_path_factory, postgres_server):
    """Two hosts with the same settings, as behind a load balancer; nothing is shared but the database."""
    url = postgres_server.new_database()
    migrate(url)
    port = free_port()
    made = []
    for _ in range(2):
        settings = {**SECRETS, "DATABASE_URL": url, "PUBLIC_URL": f"http://127.0.0.1:{port}", "WORKER": "off"}
        made.append(Served(tmp_path_factory.mktemp("host"), **settings).start())
    yield made
    for host in made:
        host.stop()


@pytest.fixture
def both(hosts):
    """Both hosts, running."""
    for host in hosts:
        if host.process is None:
            host.start()
    return hosts


@pytest.fixture
def rows(both):
    """The callback requests of one number, as they are in the one database."""
    store = Store.open(both[0].config.database_url)
    yield lambda: store.queue(limit=1000)
    store.close()


@pytest.fixture
def proxy(both, tmp_path):
    """The shipped nginx.conf with its names changed, as its comments say; the address, and whose certificates count."""
    if NGINX is None:
        pytest.fail("nginx is missing: sudo apt-get install -y nginx-light")
    pem, port, plain = certificate(tmp_path), free_port(), free_port()
    text = (TOP / "deploy" / "nginx.conf").read_text("utf-8")
    servers = "\n".join(f"server 127.0.0.1:{host.port} max_fails=1 fail_timeout=5s;" for host in both)
    changes = {
        "server 127.0.0.1:8000 max_fails=1 fail_timeout=5s;  # CHANGE: one line for each host": servers,
        "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "line.example.org;  # CHANGE": "localhost;",
        "/etc/plainline/certificate.pem;  # CHANGE": f"{pem};",
        "/var/log/nginx/plainline": f"{tmp_path}/asked",
        "/etc/plainline/key.pem;  # CHANGE": f"{pem};",
    }
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    if _older_than_1_25():
        text = text.replace("    http2 on;\n", "")
    assert "CHANGE" not in text.partition("CHANGE. A test")[2]
    main = f"pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{}} http {{ access_log off;"
    temps = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "nginx.conf").write_text(f"{main}{temps}\n{text}\n}}")
    command = [NGINX, "-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path), "-g", "daemon off;"]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as running:
        _wait(port, running)
        yield f"https://localhost:{port}", ssl.create_default_context(cafile=str(pem))
        running.terminate()


def _older_than_1_25():
    """`http2 on` is how it is written since 1.25.1; Debian 12 has 1.22."""
    told = subprocess.run([NGINX, "-v"], capture_output=True, text=True, check=True).stderr
    return tuple(int(part) for part in told.split("/")[1].split()[0].split(".")[:2]) < (1, 25)


def _wait(port, running):
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if running.poll() is not None:
            pytest.fail(running.stderr.read().decode())
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("nginx did not start")


def through(address, trust):
    """A way to the line through the proxy."""

    def exchange(method, path, body, headers):
        connection = http.client.HTTPSConnection(address.removeprefix("https://"), context=trust, timeout=15)
        with closing(connection):
            connection.request(method, path, body, headers)
            reply = connection.getresponse()
            return reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read()

    return exchange


def dialog_of(name):
    return read_dialog(read(TOP / "tests" / "calls" / f"{name}.yaml"), name)


class Hopping:
    """Each request goes to the other host."""

    def __init__(self, hosts):
        self.ways = [loopback(f"http://127.0.0.1:{host.port}") for host in hosts]
        self.number = 0

    def transport(self):
        return Transport(self._post, self.ways[0].fetch)

    def _post(self, path, form, headers):
        self.number += 1
        return self.ways[self.number % len(self.ways)].post(path, form, headers)


CALLERS = (f"+447700900{number:03}" for number in range(1000))
"""Numbers kept for drama: each call of these tests has one of its own, so that no request is added to another's."""


def call(hosts, transport, dialog):
    """One call; the number it comes from, unless it is withheld."""
    reach = _reach(hosts[0].config, transport, hosts[0].config.public_url)
    caller = next(CALLERS) if dialog.caller.startswith("+447") else dialog.caller
    play(dialog, lambda: reach.call(caller, dialog.transfer, dialog.whisper, NOW), reach.words)
    return caller


@pytest.mark.parametrize("name", STORIES)
def test_a_call_hops_between_hosts_at_every_step(both, name):
    hopping = Hopping(both)
    call(both, hopping.transport(), dialog_of(name))

    assert hopping.number >= 3


def test_what_one_host_promised_the_other_shows(both, rows):
    caller = call(both, Hopping(both).transport(), dialog_of("busy-then-callback"))

    assert [row.status for row in rows() if row.phone == caller] == ["new"]


def test_a_host_dies_in_mid_call_and_the_call_goes_on(both, rows):
    ways = [loopback(f"http://127.0.0.1:{host.port}") for host in both]
    turn = iter(range(1000))

    def post(path, form, headers):
        number = next(turn)
        if number == 4:
            both[0].kill()
        return ways[1 if both[0].process is None else number % 2].post(path, form, headers)

    caller = call(both, Transport(post, ways[1].fetch), dialog_of("busy-then-callback"))

    assert both[0].process is None
    assert [row.status for row in rows() if row.phone == caller] == ["new"]


class TestProxy:
    def test_a_death_behind_the_proxy_is_not_heard(self, both, proxy):
        exchange = through(*proxy)
        errors = []

        def post(path, form, headers):
            sent = {"Content-Type": "application/x-www-form-urlencoded", **headers}
            status, told, body = exchange("POST", path, urlencode(form), sent)
            if status != 200:
                errors.append(status)
            return Answer(status, told, body)

        calls = [
            threading.Thread(target=call, args=(both, Transport(post, loopback("http://x").fetch), dialog_of(name)))
            for name in ("mediation-by-keys", "busy-then-callback", "text-relay")
        ]
        for one in calls:
            one.start()
        time.sleep(0.3)
        both[0].kill()
        for one in calls:
            one.join(60)

        assert errors == []
        assert not any(one.is_alive() for one in calls)

    def test_slow_clients_keep_nobody_waiting(self, proxy):
        address, trust = proxy
        host, port = address.removeprefix("https://").split(":")
        slow = []
        for _ in range(40):
            sealed = trust.wrap_socket(socket.create_connection((host, int(port)), 10), server_hostname=host)
            sealed.sendall(b"POST /voice HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\nCall")
            slow.append(sealed)
        began = time.monotonic()
        status, _, _ = through(address, trust)("GET", "/healthz", None, {})
        waited = time.monotonic() - began
        for one in slow:
            one.close()

        assert status == 200
        assert waited < 5

    def test_sounds_are_not_slowed_as_pages_are(self, proxy):
        exchange = through(*proxy)

        assert {exchange("GET", "/audio/no-such-sound.wav", None, {})[0] for _ in range(150)} == {404}

    def test_a_large_body_never_reaches_the_line(self, proxy):
        assert through(*proxy)("POST", "/voice", "x" * 70_000, {})[0] == 413

    def test_what_is_asked_is_logged_without_what_may_be_somebodys(self, proxy, both, tmp_path):
        exchange = through(*proxy)
        asked = ["/staff/invite/Quillonia", "/staff/queue/search?q=Quillonia", "/voice/turn?s=Quillonia", "/script"]
        for path in asked:
            exchange("GET", path, None, {"Referer": "https://x/Quillonia", "User-Agent": "Quillonia"})
        for host in both:
            host.kill()
        for path in asked:
            assert exchange("GET", path, None, {})[0] == 502

        lines = (tmp_path / "asked.log").read_text().splitlines()
        assert len(lines) == 8
        assert " GET /staff/invite/ 200 " in lines[0] or " GET /staff/invite/ 404 " in lines[0]
        assert "Quillonia" not in "".join(file.read_text(errors="replace") for file in tmp_path.glob("*.log"))

    def test_figures_are_not_to_be_had_here_and_strange_methods_for_nobody(self, proxy):
        exchange = through(*proxy)

        assert exchange("GET", "/metrics", None, {})[0] == 404
        assert exchange("TRACE", "/", None, {})[0] == 405
        assert exchange("GET", "/.git/config", None, {})[0] == 404

    def test_it_speaks_only_today_s_tls_and_says_so(self, proxy):
        address, trust = proxy
        _, headers, _ = through(address, trust)("GET", "/", None, {})
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        with pytest.warns(DeprecationWarning, match="TLSv1_1"):
            old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1

        assert headers["strict-transport-security"] == "max-age=31536000"
        assert "nginx/" not in headers["server"]
        with (
            pytest.raises((ssl.SSLError, OSError)),
            closing(http.client.HTTPSConnection(address[8:], context=old)) as one,
        ):
            one.request("GET", "/")
