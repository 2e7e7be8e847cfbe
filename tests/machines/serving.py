"""The real line behind real gunicorn, two workers of four threads, on this machine."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ivr.config import Config
from ivr.rehearsal.reach import Reach, running
from tests.fresh import prepare

TOP = Path(__file__).parents[2]
WORKERS, THREADS = 2, 4
START = 180.0
"""Most seconds until it answers, on a machine that is busy with other tests: once importing took one a minute."""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Served:
    """A server of our own; its data is in one folder."""

    def __init__(self, folder: Path, app: str = "app:app", **given: str) -> None:
        self.folder = folder
        self.app = app
        self.port = free_port()
        given = {name: value.replace("{port}", str(self.port)) for name, value in given.items()}
        self.environment = {"DATA_DIR": str(folder), "PORT": str(self.port), "VOICE": "twilio", **given}
        self.config = Config.from_env(self.environment)
        self.process: subprocess.Popen[bytes] | None = None
        self.reach: Reach = running(self.config, f"http://127.0.0.1:{self.port}")

    def start(self) -> "Served":
        """Returns once it answers."""
        how = ["-k", "gthread", "-w", str(WORKERS), "--threads", str(THREADS), "--no-control-socket"]
        address = ["-b", f"127.0.0.1:{self.port}", "--log-level", "warning", "--graceful-timeout", "5"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", *how, *address, self.app],
                cwd=TOP,
                env={**os.environ, **self.environment},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(self.log()[-3000:])
            time.sleep(0.05)
        return self

    def answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as caller:
                caller.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
                return b"200" in caller.recv(100)
        except OSError:
            return False

    def workers(self) -> list[int]:
        """The ids of the processes that answer now."""
        assert self.process
        with contextlib.suppress(OSError):
            children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
            return [int(pid) for pid in children.split()]
        return []

    def busy_workers(self) -> list[int]:
        """Those of them that have begun to answer calls: they have the database open."""
        return [pid for pid in self.workers() if self._has_open(pid, "line.db")]

    @staticmethod
    def _has_open(pid: int, name: str) -> bool:
        with contextlib.suppress(OSError):
            return any(handle.readlink().name == name for handle in Path(f"/proc/{pid}/fd").iterdir())
        return False

    def kill(self) -> None:
        """All of it at once, as when the machine stops."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
        self.process = None

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")


@contextmanager
def served(folder: Path, app: str = "app:app", **given: str) -> Iterator[Served]:
    """A line that answers until the block ends."""
    server = Served(folder, app, **given)
    prepare(server.config.database_url)
    try:
        yield server.start()
    finally:
        server.stop()
