"""A whole line of its own for each test."""

import pytest

from .signed import Line


@pytest.fixture
def line(tmp_path):
    running = Line(tmp_path)
    yield running
    running.app.extensions["switchboard"].close()
