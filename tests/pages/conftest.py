"""The real line served on this machine, and a real browser."""

import os
import shutil
from threading import Thread

import pytest
from playwright.sync_api import sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.pages.serving import app_of

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
APT = "These tests need a browser: sudo apt-get install -y --no-install-recommends chromium fonts-dejavu-core"


class _Quiet(WSGIRequestHandler):
    def log_request(self, code="-", size="-"):
        """Requests are not worth a line each."""


@pytest.fixture(scope="session")
def app(tmp_path_factory):
    made = app_of(tmp_path_factory.mktemp("line"))
    yield made
    made.extensions["switchboard"].close()


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture(scope="session")
def address(app):
    """Where the line is served."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        pytest.fail(APT)
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"] if root else [])
        yield running
        running.close()


@pytest.fixture
def page(browser, request):
    """A page of the size and colours that a test asks for; anything the browser has to say fails the test."""
    asked = getattr(request, "param", {})
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **asked})
    opened = context.new_page()
    told = []
    opened.on("console", lambda message: told.append(message.text))
    opened.on("pageerror", lambda error: told.append(str(error)))
    yield opened
    context.close()
    assert told == []
