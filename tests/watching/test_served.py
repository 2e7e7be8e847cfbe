"""Figures behind real gunicorn: one count over all workers, whoever of them dies, and nothing left behind."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families as parsed

from ivr.phone.signature import sign
from tests.machines.serving import served

MEMORY = Path("/dev") / "shm"
CALLS = 24


def ring(server, number):
    home, config = f"http://127.0.0.1:{server.port}", server.config
    form = {
        "AccountSid": config.account_sid,
        "CallSid": f"CA{number:032}",
        "From": "+447700900123",
        "To": "+442079460000",
    }
    signed = sign(f"{home}/voice", list(form.items()), config.auth_token)
    assert (
        requests.post(f"{home}/voice", data=form, headers={"X-Twilio-Signature": signed}, timeout=20).status_code == 200
    )


def told(server):
    text = requests.get(f"http://127.0.0.1:{server.port}/metrics", timeout=20).text
    return {sample.name: sample.value for family in parsed(text) for sample in family.samples if not sample.labels}


def folders(server):
    """Those of this server."""
    return list(MEMORY.glob(f"plainline-figures-{server.process.pid}-*"))


def until(true, seconds=30):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_workers_count_together_and_the_dead_leave_neither_a_gap_nor_a_file(tmp_path):
    with served(tmp_path) as server:
        (folder,) = folders(server)
        for number in range(CALLS):
            ring(server, number)
        until(lambda: told(server)["plainline_calls_total"] == CALLS)
        for _ in range(3):
            before = server.workers()
            os.kill(before[0], signal.SIGKILL)
            until(lambda before=before: len(server.workers()) == 2 and server.workers() != before)
            until(server.answers)
            assert told(server)["plainline_calls_total"] == CALLS
        for number in range(4):
            ring(server, CALLS + number)
        until(lambda: told(server)["plainline_calls_total"] == CALLS + 4)
        names = sorted(path.name for path in folder.iterdir())
        assert names == [f"{kind}_{slot}.db" for kind in ("counter", "histogram") for slot in (0, 1)]
        server.stop()
        assert not folder.exists()


@pytest.mark.prove
def test_what_a_killed_server_left_is_taken_away_by_the_next(tmp_path):
    with served(tmp_path) as server:
        (folder,) = folders(server)
        server.kill()
        assert folder.exists()
        server.start()
        assert not folder.exists()


def test_off_is_off_and_not_even_loaded(tmp_path):
    """Python itself tells what the server and its workers load."""
    with served(tmp_path, METRICS="off", LOG_TURNS="off", LOGS="text", PYTHONPROFILEIMPORTTIME="1") as server:
        assert folders(server) == []
        ring(server, 1)
        assert requests.get(f"http://127.0.0.1:{server.port}/metrics", timeout=20).status_code == 404
        maps = subprocess.run(["cat", f"/proc/{server.workers()[0]}/maps"], capture_output=True, text=True, check=True)
        assert "plainline-figures" not in maps.stdout
        lines = server.log().splitlines()
    loaded = [line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")]
    assert [line for line in server.log().splitlines() if "call " in line and not line.startswith("import time:")] == []
    assert loaded.count("ivr.watching.slots") == 1, "the server's own are told"
    assert loaded.count("ivr.health.web") == 2, "and those of both workers"
    assert [name for name in loaded if name.startswith("prometheus_client")] == []
