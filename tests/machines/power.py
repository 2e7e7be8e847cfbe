"""Lines that lose their power: a mother process, with the disk of power.c, forks one after another.

Each line of its input is `folder shadow acknowledged how`; it answers with the process to kill, and once that is gone
with `gone`. What callers were told is appended to the file `acknowledged`, which no cut of power takes away.
"""

import copy
import logging
import os
import re
import sys
import threading
from pathlib import Path

from ivr.flow.state import decode
from ivr.store import spool, sqlite
from tests.phone.signed import Line, action

THREADS = 3
LEAST = {"normal": "synchronous=NORMAL"}
"""Ways that must lose what they acknowledged, so that the test is known to see it."""


def spoil(how: str) -> None:
    """What would be wrong with a line: only to show that this is seen."""
    if how == "normal":
        sqlite._SETTINGS = tuple(LEAST.get(how, word) if "synchronous" in word else word for word in sqlite._SETTINGS)
    if how == "names not flushed":
        spool.flush_folder = lambda _folder: None


def flush_all(folder: Path) -> None:
    """What is there when the line starts is on the disk."""
    for path in (*folder.rglob("*"), folder):
        handle = os.open(path, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)


def callers(line: Line, thread: int, told: int) -> None:
    """Calls without end; what each was told is noted when the answer is there, as a caller hears it."""
    line = copy.copy(line)
    line.client = line.app.test_client()
    for number in range(1_000_000):
        sid, caller = f"CA{thread:08x}{number:024x}", f"+44740{thread}{number:06}"
        answer = line.call("4", "1", "1", CallSid=sid, From=caller)[-1]
        if "I have your request." in answer.get_data(as_text=True):
            state = decode(re.findall(r"s=(.*)", action(answer))[0])
            os.write(told, f"{sid} {state.reference}\n".encode())


def run(folder: str, shadow: str, acknowledged: str, how: str) -> None:
    """One line, until its power is cut."""
    os.environ.update({"POWER_WATCH": folder, "POWER_SHADOW": shadow})
    logging.disable()
    spoil(how)
    flush_all(Path(folder))
    line = Line(Path(folder), as_it_is=True)
    told = os.open(acknowledged, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for thread in range(THREADS):
        threading.Thread(target=callers, args=(line, thread, told), daemon=True).start()
    threading.Event().wait()


def main() -> None:
    for order in sys.stdin:
        child = os.fork()
        if not child:
            run(*order.rstrip("\n").split("\t"))
        print(child, flush=True)
        os.waitpid(child, 0)
        print("gone", flush=True)


def rebuilt(shadow: Path, number: int, into: Path) -> None:
    """The folder of that number as the disk has it after the power came back."""
    into.mkdir()
    names = shadow / f"d-{number}"
    for line in names.read_text().splitlines() if names.exists() else ():
        kind, inner, name = line.split(" ", 2)
        if kind == "d":
            rebuilt(shadow, int(inner), into / name)
        else:
            kept = shadow / f"f-{inner}"
            (into / name).write_bytes(kept.read_bytes() if kept.exists() else b"")


if __name__ == "__main__":
    main()
