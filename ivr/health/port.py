"""A small port of its own for a process that serves no line, such as `ivr worker`: its figures, and nothing else.

One request at a time, each for a moment: whoever asks slowly keeps others from the figures, and nobody from work.
"""

import logging
import socketserver
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from flask import Flask

from ivr.health.figures import figure_pages
from ivr.health.standing import Built
from ivr.settings.watching import WatchingSettings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

ASKED: Final = 3.0
"""Seconds between two parts of a request, at most."""
_log: Final = logging.getLogger(__name__)


class _Asked(WSGIRequestHandler):
    timeout = ASKED

    def log_message(self, *_: object) -> None:
        """Requests are not worth a line each."""


class Port(WSGIServer):
    """Answers at an address of this machine, from a thread of its own. Raises OSError where it cannot be had."""

    def __init__(self, where: tuple[str, int], app: "WSGIApplication") -> None:
        super().__init__(where, _Asked)
        self.set_app(app)
        threading.Thread(target=self.serve_forever, name="figures", daemon=True).start()

    def server_bind(self) -> None:
        """As the library's own, but without asking anybody what this machine is called."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "localhost", self.server_address[1]
        self.setup_environ()

    def handle_error(self, _request: Any, _client: object) -> None:
        """Told as everything that breaks is, without a word of whoever asked."""
        _log.exception("figures were not told")


def tell_figures(settings: WatchingSettings, is_near: Callable[[], bool]) -> None:
    """Have the figures of this process told where the settings say. Without that port work goes on all the same."""
    if settings.worker is None:
        return
    app = Flask(__name__, static_folder=None)
    app.register_blueprint(figure_pages(Built(), is_near, settings.metrics_token))
    try:
        Port(settings.worker, app)
    except OSError as trouble:
        _log.error("there is no port for the figures of this worker: %s", trouble.strerror)
