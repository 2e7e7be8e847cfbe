"""The shipped flow, read once, and a line behind gunicorn for each test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ivr.flow.line import Flow
from ivr.prompts.load import load
from ivr.store import Store
from tests.machines.crowd import Place, Tally, patient
from tests.machines.serving import Served, served


@pytest.fixture(scope="session")
def flow() -> Flow:
    return load(Path(__file__).parents[2] / "prompts")


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Starts lines, and stops them at the end."""
    with ExitStack() as running:
        yield lambda **given: running.enter_context(served(tmp_path, **given))


@pytest.fixture
def place(serve: Callable[..., Served]) -> Iterator[Callable[..., tuple[Served, Place, Tally]]]:
    """A line behind gunicorn, how callers reach it, and what they will have met."""
    with ExitStack() as stores:

        def made(**given: str) -> tuple[Served, Place, Tally]:
            server, tally = serve(**given), Tally()
            store = Store.open(server.config.database_url, server.folder / "spool")
            stores.callback(store.close)
            return server, Place(patient(server.reach, tally), store), tally

        yield made
