"""A stand-in for whatever the line sends to: Sentry, a collector of traces, Twilio. Real sockets; all is kept."""

import contextlib
import gzip
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver:
    """What was sent here, by path: heads and bodies, unpacked. With `hold` nothing is answered until that is set."""

    def __init__(self, hold=None):
        self.sent = []
        kept = self.sent

        class Answering(BaseHTTPRequestHandler):
            """Keeps a request; Twilio's are refused with their own words in the answer."""

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                kept.append((self.path, str(self.headers).encode(), unpacked(body, self.headers)))
                assert hold is None or hold.wait(60)
                twilio = self.path.startswith("/2010-04-01")
                answer = b'{"code": 20500, "message": "' + body + b'"}' if twilio else b"{}"
                self.send_response(500 if twilio else 200)
                self.send_header("Content-Length", str(len(answer)))
                with contextlib.suppress(ConnectionError):  # who was held up may have gone
                    self.end_headers()
                    self.wfile.write(answer)

            do_GET = do_POST  # noqa: N815 - as the library calls it

            def log_message(self, *_):
                """Nothing is written."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def bodies(self, start):
        return [body for path, _, body in self.sent if path.startswith(start)]

    def close(self):
        self._server.shutdown()
        self._server.server_close()


def unpacked(body, headers):
    match headers.get("Content-Encoding"):
        case "gzip":
            return gzip.decompress(body)
        case "deflate":
            return zlib.decompress(body)
        case _:
            return body


@contextlib.contextmanager
def receiving(hold=None):
    receiver = Receiver(hold)
    yield receiver
    receiver.close()
