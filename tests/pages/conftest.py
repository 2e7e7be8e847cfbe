"""The real line served on this machine, for a real browser."""

import pytest

from tests.browsing import served
from tests.pages.serving import app_of


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
    with served(app) as found:
        yield found
