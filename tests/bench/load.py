"""A small load generator: so many calls at a time, each on a connection that stays open, every answer looked at."""

import gc
import selectors
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from .calls import Sent

PATIENCE = 30.0
"""Seconds after which a server that does not answer is broken."""
TRIES = 20
_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


@dataclass(slots=True)
class Taken:
    """What a round took. Times in seconds, one for each answer; `wrong`: answers that were not the right ones."""

    times: list[float] = field(default_factory=list)
    seconds: float = 0.0
    processor: float = 0.0
    """Seconds of processor time that the generator itself used."""
    calls: int = 0
    wrong: int = 0
    sample: bytes = b""
    """The first wrong answer."""

    @property
    def rate(self) -> float:
        """Right answers a second."""
        return (len(self.times) - self.wrong) / self.seconds

    def within(self, share: float) -> float:
        """Milliseconds within which this share of the answers came."""
        return sorted(self.times)[min(int(len(self.times) * share), len(self.times) - 1)] * 1000


@dataclass(slots=True)
class _Line:
    """One connection and the call on it."""

    connection: socket.socket
    call: Iterator[Sent]
    sent: Sent
    began: float
    answer: bytes = b""


def load(connections: Iterable[socket.socket], calls: Iterable[list[Sent]], seconds: float, *, strict: bool) -> Taken:
    """Make calls, one after the other on each connection, for so long. `strict`: answers must be those of the line."""
    taken, more = Taken(), iter(calls)
    with selectors.DefaultSelector() as waiting:
        for connection in connections:
            _next_call(waiting, connection, more)
        gc.disable()
        began, processor = time.perf_counter(), time.process_time()
        for key in list(waiting.get_map().values()):
            _send(key.data)
        _answer_all(waiting, more, taken, began + seconds, strict=strict)
        taken.seconds, taken.processor = time.perf_counter() - began, time.process_time() - processor
        gc.enable()
    return taken


def _answer_all(
    waiting: selectors.BaseSelector, more: Iterator[list[Sent]], taken: Taken, until: float, *, strict: bool
) -> None:
    while waiting.get_map():
        ready = waiting.select(PATIENCE)
        if not ready:
            raise RuntimeError("a server does not answer any more")
        for key, _ in ready:
            line: _Line = key.data
            if not _is_whole(line):
                continue
            now = time.perf_counter()
            _note(taken, line, now, strict=strict)
            line.sent = next(line.call, None)
            if line.sent is None:
                waiting.unregister(line.connection)
                taken.calls += 1
                if now < until:
                    _next_call(waiting, line.connection, more)
                    line = waiting.get_key(line.connection).data if line.connection in waiting.get_map() else None
            if line is not None and line.sent is not None:
                _send(line)


def _next_call(waiting: selectors.BaseSelector, connection: socket.socket, more: Iterator[list[Sent]]) -> None:
    steps = next(more, None)
    if steps is not None:
        call = iter(steps)
        waiting.register(connection, selectors.EVENT_READ, _Line(connection, call, next(call), 0.0))


def _send(line: _Line) -> None:
    line.answer = b""
    line.began = time.perf_counter()
    line.connection.sendall(line.sent.raw)


def _is_whole(line: _Line) -> bool:
    piece = line.connection.recv(65536)
    if not piece:
        raise RuntimeError(f"a server hung up after {line.answer[:200]!r}")
    line.answer += piece
    head = line.answer.find(_END)
    if head < 0:
        return False
    at = line.answer[:head].lower().find(_LENGTH) + len(_LENGTH)
    return len(line.answer) >= head + len(_END) + int(line.answer[at : line.answer.find(b"\r", at)])


def _note(taken: Taken, line: _Line, now: float, *, strict: bool) -> None:
    taken.times.append(now - line.began)
    if not line.answer.startswith(b"HTTP/1.1 200") or (strict and line.sent.expected not in line.answer):
        taken.wrong += 1
        taken.sample = taken.sample or line.answer + b" instead of " + line.sent.expected


def connect(port: int, number: int, share: Callable[[], list[int]]) -> list[socket.socket]:
    """So many connections, spread evenly over the workers: chance would give one of them more to do all the time.

    `share` tells how many connections each worker has. One that the wrong worker takes is held aside until the others
    are made; after many tries an uneven spread is taken too.
    """
    before = _quiet(share)
    most = -(-number // len(before)) + number // 16
    room, kept, aside = [most] * len(before), list[socket.socket](), list[socket.socket]()
    for _ in range(number * TRIES):
        taker, one = _taken(port, share)
        if room[taker] > 0:
            room[taker] -= 1
            kept.append(one)
        else:
            aside.append(one)
        if len(kept) == number:
            break
    missing = number - len(kept)
    kept += aside[:missing]
    _close(aside[missing:])
    for connection in kept:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return kept


def _taken(port: int, share: Callable[[], list[int]]) -> tuple[int, socket.socket]:
    """A connection, and which worker took it."""
    before = share()
    one = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    _settled(share, sum(before) + 1)
    grown = [now - then for now, then in zip(share(), before, strict=True)]
    return grown.index(max(grown)), one


def _close(opened: list[socket.socket]) -> None:
    for connection in opened:
        connection.close()


def _quiet(share: Callable[[], list[int]]) -> list[int]:
    """The workers' sockets once those of the round before are closed."""
    seen, times = share(), 0
    while times < 5:
        time.sleep(0.01)
        now = share()
        seen, times = now, times + 1 if now == seen else 0
    return seen


def _settled(share: Callable[[], list[int]], total: int) -> bool:
    """Whether the workers have so many connections within a moment."""
    for _ in range(200):
        if sum(share()) == total:
            return True
        time.sleep(0.005)
    return False
