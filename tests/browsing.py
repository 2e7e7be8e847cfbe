"""A real browser for the tests of pages, a line served on this machine, and what axe says of a page."""

import atexit
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first has no windows and no menus, which take others half of their time."""
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
APT = (
    "These tests need a browser: "
    "sudo apt-get install -y --no-install-recommends chromium-headless-shell fonts-dejavu-core"
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Requests are not worth a line each."""


def _let_go(app: Flask) -> "WSGIApplication":
    """Closes what is sent also where a browser goes away: Werkzeug's server, unlike the line's own, may forget it."""

    def answered(asked: "WSGIEnvironment", start_response: "StartResponse") -> Iterator[bytes]:
        sent = app(asked, start_response)
        try:
            yield from sent
        finally:
            getattr(sent, "close", lambda: None)()

    return answered


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address at which a line is served meanwhile."""
    server = make_server("127.0.0.1", 0, _let_go(app), threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def faults(page: Any) -> list[tuple[object, ...]]:
    """What axe finds, each with the place it is about."""
    found = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]}).response["violations"]
    return [(one["id"], node["target"], node.get("failureSummary")) for one in found for node in one["nodes"]]


FAINT = """() => {
  const parse = (text) => {
    const [red, green, blue, alpha = 1] = text.match(/[0-9.]+/g).map(Number)
    return { red, green, blue, alpha }
  }
  const light = ({ red, green, blue }) => [red, green, blue].map((one) => one / 255)
    .map((one) => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
    .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0)
  const behind = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const found = parse(getComputedStyle(at).backgroundColor)
      if (found.alpha > 0) return found
    }
    const scheme = getComputedStyle(document.documentElement).colorScheme
    return parse(scheme === 'dark' ? 'rgb(18, 18, 18)' : 'rgb(255, 255, 255)')
  }
  const shows = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0 &&
    !one.closest('.govuk-visually-hidden, .govuk-skip-link, audio')
  const words = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()) ||
    one.matches('input:not([type=hidden], [type=radio], [type=checkbox]), textarea, select, option')
  return [...document.body.querySelectorAll('*')].filter((one) => words(one) && shows(one)).map((one) => {
    const style = getComputedStyle(one)
    const [dark, bright] = [light(parse(style.color)), light(behind(one))].sort((a, b) => a - b)
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700)
    const ratio = (bright + 0.05) / (dark + 0.05)
    return ratio < (large ? 3 : 4.5) ? [one.tagName, one.className, one.textContent.trim().slice(0, 40), ratio] : null
  }).filter(Boolean)
}"""


def faint(page: Any) -> list[tuple[object, ...]]:
    """Words that can hardly be read, those among them that are of the very colour of what is behind them.

    Axe passes over the last, which is how a dark page once hid its words.
    """
    return [tuple(one) for one in page.evaluate(FAINT)]


def scrolls_sideways(page: Any) -> bool:
    """Whether a page is wider than its window."""
    wide, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    return bool(wide > room)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    yield from launched()


def launched(*flags: str) -> Iterator[Any]:
    """A browser, for as long as tests need it."""
    if CHROMIUM is None:
        pytest.fail(APT)
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    running = driver().chromium.launch(executable_path=CHROMIUM, args=[*flags, *(["--no-sandbox"] if root else [])])
    yield running
    running.close()


@cache
def driver() -> Any:
    """Playwright, once in a process: a second one beside it does not start."""
    started = sync_playwright().start()
    atexit.register(started.stop)
    return started


@pytest.fixture
def page(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page of the size and colours that a test asks for; anything the browser has to say fails the test.

    A test that asks for a page which answers with an error adds what the browser says of that to `page.expected`.
    """
    asked = getattr(request, "param", {})
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **asked})
    opened = context.new_page()
    told: list[str] = []
    opened.expected = []
    opened.on("console", lambda message: told.append(message.text))
    opened.on("pageerror", lambda error: told.append(str(error)))
    yield opened
    context.close()
    assert [text for text in told if not any(known in text for known in opened.expected)] == []
