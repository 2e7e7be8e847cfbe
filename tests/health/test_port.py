"""The figures of `ivr worker`: at a port of its own, where one is set, for whoever may read them."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime

import pytest
import requests

from ivr.health.port import Port, _Asked, tell_figures
from ivr.jobs import PURGE
from ivr.settings.watching import WatchingSettings
from ivr.store import Store
from tests.fresh import prepare
from tests.machines.serving import free_port
from tests.rules.source import TOP
from tests.watching.test_alerts import promtool

TOKEN = "0123456789abcdef" * 3


class Worker:
    """A real `ivr worker`, with one piece of work to do."""

    def __init__(self, folder, **given):
        self.port, url = free_port(), f"sqlite:///{folder / 'line.db'}"
        prepare(url)
        with contextlib.closing(Store.open(url)) as store:
            store.enqueue(PURGE, "tonight", {}, datetime.now(UTC))
        given = {name: value.format(port=self.port) for name, value in given.items()}
        settings = {"DATA_DIR": str(folder), "DATABASE_URL": url, "PATH": os.environ["PATH"], **given}
        command = [sys.executable, "-c", "from ivr.cli import main; main()", "worker"]
        self.process = subprocess.Popen(
            command, cwd=TOP, env=settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert "Background work" in self.process.stdout.readline()

    def ask(self, path="/metrics", **headers):
        return requests.get(f"http://127.0.0.1:{self.port}{path}", headers=headers, timeout=20)

    def figures(self, wanted, **headers):
        """What it tells, once this is in it."""
        end = time.monotonic() + 30
        while wanted not in (told := self.ask(**headers).text):
            assert time.monotonic() < end, told
            time.sleep(0.1)
        return told

    def stop(self):
        """What it had to say, after it has stopped."""
        self.process.send_signal(signal.SIGTERM)
        _, said = self.process.communicate(timeout=20)
        assert self.process.returncode == 0
        return said


@contextlib.contextmanager
def working(folder, **given):
    worker = Worker(folder, **given)
    try:
        yield worker
    finally:
        worker.process.kill()
        worker.process.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to send")
def test_it_tells_what_it_did_and_stops_while_somebody_asks_slowly(tmp_path):
    """This machine itself may read it, and others with the token; there is nothing else to be had."""
    with working(tmp_path, WORKER_METRICS="0.0.0.0:{port}", METRICS_TOKEN=TOKEN) as worker:
        told = worker.figures('plainline_jobs_total{kind="purge",outcome="done"}')
        assert "plainline_build_info{" in told
        assert "plainline_requests" not in told, "how much there is to do, the served line tells"
        checked = promtool("check", "metrics", given=told)
        assert checked.returncode == 0, checked.stdout + checked.stderr
        assert [worker.ask(path).status_code for path in ("/", "/healthz", "/staff", "/voice")] == [404] * 4
        assert worker.ask(**{"X-Forwarded-For": "192.0.2.7"}).status_code == 404
        assert worker.ask(Host="worker").status_code == 404
        assert worker.ask(Host="worker", Authorization="Bearer x").status_code == 404
        assert worker.ask(Host="worker", Authorization=f"Bearer {TOKEN}").status_code == 200
        with socket.create_connection(("127.0.0.1", worker.port)):
            began = time.monotonic()
            assert '"level": "error"' not in worker.stop()
            assert time.monotonic() - began < 10


def test_a_port_that_cannot_be_had_is_told_and_work_goes_on(caplog):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        tell_figures(WatchingSettings(worker=taken.getsockname()), lambda: True)
    assert "there is no port for the figures of this worker" in caplog.text


def test_where_none_is_set_none_is_opened():
    threads = threading.active_count()
    tell_figures(WatchingSettings(), lambda: True)
    assert threading.active_count() == threads


def test_one_who_asks_and_says_nothing_is_let_go(monkeypatch):
    assert 0 < _Asked.timeout <= 5
    monkeypatch.setattr(_Asked, "timeout", 0.2)
    with Port(("127.0.0.1", 0), lambda _environ, start: [start("200 OK", []), b"here"][1:]) as port:
        with socket.create_connection(port.server_address):
            answer = requests.get(f"http://127.0.0.1:{port.server_port}/", timeout=20)
        assert answer.status_code == 200
        port.shutdown()
