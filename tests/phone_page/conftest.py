"""The line served on this machine, and a real browser that plays sounds and has a microphone."""

import pytest

from tests.browsing import launched, served
from tests.phone_page.served import Page, app_of, close

FLAGS = [
    "--autoplay-policy=user-gesture-required",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


@pytest.fixture(scope="session")
def app(tmp_path_factory):
    made = app_of(tmp_path_factory.mktemp("line"))
    yield made
    close(made)


@pytest.fixture
def phone(app):
    """The page without a browser."""
    return Page(app.test_client()).open()


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
    yield from launched(*FLAGS)


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
