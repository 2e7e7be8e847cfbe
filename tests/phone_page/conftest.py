"""The line served on this machine, and a real browser that plays sounds and has a microphone."""

import os
import shutil
from contextlib import contextmanager
from threading import Thread

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.browsing import driver
from tests.phone_page.served import Page, app_of, close

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
APT = "These tests need a browser: sudo apt-get install -y --no-install-recommends chromium fonts-dejavu-core"
FLAGS = [
    "--autoplay-policy=user-gesture-required",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


class _Quiet(WSGIRequestHandler):
    def log_request(self, code="-", size="-"):
        """Requests are not worth a line each."""


@pytest.fixture(scope="session")
def app(tmp_path_factory):
    made = app_of(tmp_path_factory.mktemp("line"))
    yield made
    close(made)


@pytest.fixture
def phone(app):
    """The page without a browser."""
    return Page(app.test_client()).open()


@contextmanager
def served(app):
    """The address of a line that is served here for as long as the context lasts."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def address(app):
    """Where the line is served."""
    with served(app) as place:
        yield place


@pytest.fixture
def own(tmp_path):
    """A line of the test's own, with an empty queue."""
    made = app_of(tmp_path)
    yield made
    close(made)


@pytest.fixture
def own_address(own):
    """Where that is served."""
    with served(own) as place:
        yield place


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        pytest.fail(APT)
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    running = driver().chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *(["--no-sandbox"] if root else [])])
    yield running
    running.close()


@pytest.fixture
def console():
    """What the browser has to say; a test takes out what it expects."""
    return []


@pytest.fixture
def page(browser, request, console):
    """A page of the size and colours that a test asks for; anything the browser has to say fails the test."""
    asked = getattr(request, "param", {})
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **asked})
    opened = context.new_page()
    opened.on("console", lambda message: console.append(message.text))
    opened.on("pageerror", lambda error: console.append(str(error)))
    yield opened
    context.close()
    assert console == []
