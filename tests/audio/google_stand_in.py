"""A stand-in for Google Translate's voice on this machine: it answers, stalls, refuses and cuts off."""

import base64
import io
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import soundfile

Answer = Callable[[BaseHTTPRequestHandler], None]


def quiet() -> bytes:
    """Three seconds of nothing as MP3."""
    return mp3(loud=0.0)


def mp3(seconds: float = 3.0, loud: float = 0.3) -> bytes:
    """A tone in syllables as MP3."""
    time_line = np.arange(int(seconds * 24000)) / 24000
    sound = loud * np.sin(2 * np.pi * 700 * time_line) * np.clip(np.sin(2 * np.pi * 4 * time_line), 0, 1)
    out = io.BytesIO()
    soundfile.write(out, sound, 24000, format="MP3")
    return out.getvalue()


def page(sound: bytes) -> bytes:
    """Sound as Google's answer holds it."""
    inner = json.dumps([base64.b64encode(sound).decode()])
    return b")]}'\n\n" + json.dumps([["wrb.fr", "jQ1olc", inner]], separators=(",", ":")).encode() + b"\n"


def answers(content: bytes, status: int = 200, **headers: str) -> Answer:
    """Answer with this."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    return answer


def cuts_off(request: BaseHTTPRequestHandler) -> None:
    """Promise a long answer and hang up in the middle."""
    request.send_response(200)
    request.send_header("Content-Length", "100000")
    request.end_headers()
    request.wfile.write(page(mp3())[:500])
    request.wfile.flush()
    request.connection.shutdown(socket.SHUT_RDWR)


def stalls(request: BaseHTTPRequestHandler) -> None:
    """Accept the request and say nothing for a while."""
    time.sleep(1.5)


def drips(request: BaseHTTPRequestHandler) -> None:
    """One byte now and then: no wait is long, the whole takes ten seconds."""
    request.send_response(200)
    request.end_headers()
    _drip(request, b"x")


def drips_headers(request: BaseHTTPRequestHandler) -> None:
    """The same, before there is a body."""
    request.wfile.write(b"HTTP/1.1 200 OK\r\n")
    _drip(request, b"X: y\r\n")


def drips_a_chunk(request: BaseHTTPRequestHandler) -> None:
    """The same, inside one piece of a body in pieces."""
    request.protocol_version = "HTTP/1.1"
    request.send_response(200)
    request.send_header("Transfer-Encoding", "chunked")
    request.end_headers()
    _drip(request, b"1000\r\n", b"x")


def _drip(request: BaseHTTPRequestHandler, *drops: bytes) -> None:
    for number in range(50):
        request.wfile.write(drops[min(number, len(drops) - 1)])
        request.wfile.flush()
        time.sleep(0.2)


@contextmanager
def google(*turns: Answer) -> Iterator[tuple[str, list[str]]]:
    """Serve these answers one after the other, the last for ever; gives the address and the requests that came."""
    left, came = list(turns), []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            turn = left.pop(0) if len(left) > 1 else left[0]
            try:
                turn(self)
            except OSError:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", came
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
