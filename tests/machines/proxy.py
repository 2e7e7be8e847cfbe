"""A network that breaks: between us and a server on this machine, byte by byte. Every fault is one word."""

import socket
import threading
import time
from contextlib import suppress

FAULTS = (
    *("none", "latency", "drip", "cut in the head", "cut in the body", "reset after the request"),
    *("reset before the request", "huge", "html", "redirect", "silence", "down", "wrong length", "nonsense"),
)
DRIP = 0.05
"""Seconds between two bytes of a slow answer."""
HUGE = 8 * 1024 * 1024


def page(status, body, *headers):
    lines = (f"HTTP/1.1 {status} x", f"Content-Length: {len(body)}", "Connection: close", *headers, "", "")
    return "\r\n".join(lines).encode() + body


REPLACED = {
    "html": page(200, b"<html><title>Sign in to the guest network</title></html>", "Content-Type: text/html"),
    "redirect": page(307, b"", "Location: http://127.0.0.1:9/elsewhere"),
    "huge": page(200, b"x" * HUGE, "Content-Type: application/json"),
    "nonsense": b"\x15\x03\x01 what is this\r\n\r\n",
}


class Proxy:
    """Passes connections on to `target`, each with the fault that is set when it comes."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.target, self.fault = target, "none"
        self.passed = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self.listener.close()

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._pass, args=(caller, self.fault), daemon=True).start()

    def _pass(self, caller: socket.socket, fault: str) -> None:
        with caller, suppress(OSError):
            if fault in {"down", "reset before the request"}:
                reset(caller)
                return
            request = whole(caller)
            answer = self._asked(request)
            if fault == "silence":
                time.sleep(5)
            elif fault == "reset after the request":
                reset(caller)
            else:
                self._answer(caller, REPLACED.get(fault, answer), fault)

    def _answer(self, caller: socket.socket, answer: bytes, fault: str) -> None:
        head = answer.index(b"\r\n\r\n") + 4
        match fault:
            case "latency":
                time.sleep(0.3)
                caller.sendall(answer)
            case "drip":
                for number in range(len(answer)):
                    caller.sendall(answer[number : number + 1])
                    time.sleep(DRIP)
            case "cut in the head":
                caller.sendall(answer[: head // 2])
            case "cut in the body":
                caller.sendall(answer[: (head + len(answer)) // 2])
            case "wrong length":
                caller.sendall(answer.replace(b"Content-Length: ", b"Content-Length: 9"))
            case _:
                caller.sendall(answer)

    def _asked(self, request: bytes) -> bytes:
        """The target's own answer: whatever the fault, the request has arrived there and had its effect."""
        with socket.create_connection(self.target, timeout=5) as server:
            server.sendall(request)
            self.passed += 1
            answer = b""
            while piece := server.recv(65536):
                answer += piece
        return answer


def reset(caller: socket.socket) -> None:
    """Close it so that the other side gets an error, not an end."""
    caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def whole(caller: socket.socket) -> bytes:
    """A request with its body; the connection is asked to end after it."""
    text = b""
    while b"\r\n\r\n" not in text:
        text += caller.recv(65536)
    head, _, body = text.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    lengths = [line for line in lines if line.lower().startswith(b"content-length:")]
    while lengths and len(body) < int(lengths[0].split(b":")[1]):
        body += caller.recv(65536)
    return b"\r\n".join([*lines, b"Connection: close", b"", b""]) + body
