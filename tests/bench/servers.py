"""Servers on this machine, each as `dev.py run` serves the line: gunicorn, two workers of four threads."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dev

from .calls import SETTINGS

TOP = Path(__file__).resolve().parents[2]
START = 60.0
"""Most seconds until a server answers, on a busy machine."""
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


class Server:
    """One running server. What it says of itself is read from /proc."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
        self.process = process
        self.port = port
        self.folder = folder

    @property
    def workers(self) -> list[int]:
        """Its processes that answer, in the order in which they were started."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text("ascii")
        return sorted(map(int, children.split()))

    def processor(self) -> float:
        """Seconds of processor time that its workers have used."""
        return sum(sum(map(int, _stat(pid)[11:13])) for pid in self.workers) / _TICKS

    def sockets(self) -> list[int]:
        """How many sockets each worker has open."""
        return [sum(1 for _ in _sockets(pid)) for pid in self.workers]

    def memory(self) -> list[float]:
        """Megabytes that each worker has in memory, those that it shares with the other included."""
        return [_kilobytes(pid) / 1024 for pid in self.workers]


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()


def _sockets(pid: int) -> Iterator[str]:
    for entry in os.scandir(f"/proc/{pid}/fd"):
        with contextlib.suppress(OSError):
            if os.readlink(entry.path).startswith("socket:"):  # noqa: PTH115
                yield entry.name


def _kilobytes(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


@contextmanager
def serving(app: str, folder: Path, **given: str) -> Iterator[Server]:
    """Serve an application as long as the block lasts; its data and its log are in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    environment = {**os.environ, **SETTINGS, "DATA_DIR": str(folder), "PORT": str(port), **given}
    command = [
        sys.executable,
        "-m",
        *dev.SERVER,
        "--log-level",
        "warning",
        "--keep-alive",
        "900",
        "-b",
        f"127.0.0.1:{port}",
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*command, app], cwd=TOP, env=environment, stdout=log, stderr=log)
    server = Server(process, port, folder)
    try:
        _wait(server)
        yield server
    finally:
        process.terminate()
        process.wait(30)


def _wait(server: Server) -> None:
    deadline = time.monotonic() + START
    while time.monotonic() < deadline and server.process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", server.port), timeout=2) as caller:
            caller.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            if caller.recv(100) and len(server.workers) == int(dev.SERVER[dev.SERVER.index("-w") + 1]):
                return
        time.sleep(0.05)
    raise RuntimeError((server.folder / "log").read_text("utf-8", "replace")[-3000:])


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
