"""A line of which the pages of staff are used: by clients and by a real browser, signed in as each role."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from ivr.staff import assets
from ivr.staff.desk import Desk
from ivr.store import Role
from tests.browsing import served
from tests.staff.people import Clock, Person, account_of, line_of
from tests.staff.requests import Requests

LOOKS = pytest.mark.parametrize(
    "page",
    [
        pytest.param({"viewport": {"width": 320, "height": 800}, "color_scheme": "dark"}, id="320-dark"),
        pytest.param({"viewport": {"width": 1280, "height": 900}}, id="1280", marks=pytest.mark.prove),
        pytest.param(
            {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4},
            id="400-per-cent",
            marks=pytest.mark.prove,
        ),
        pytest.param({"forced_colors": "active"}, id="forced-colours", marks=pytest.mark.prove),
    ],
    indirect=True,
)
"""A page as people see it who need it in another way: narrow and dark each time, the rest with --prove. As narrow as at
400 per cent it is at 320 pixels too; that words keep a person's own colours is looked at on every page in `test_dark`,
since axe does not see those colours."""
BY_KEYBOARD = pytest.mark.parametrize(
    "page",
    [
        pytest.param({"viewport": {"width": 320, "height": 800}}, id="320"),
        pytest.param({"viewport": {"width": 1280, "height": 900}}, id="1280", marks=pytest.mark.prove),
        pytest.param({"java_script_enabled": False, "viewport": {"width": 320, "height": 256}}, id="no-script"),
    ],
    indirect=True,
)
"""A page for whoever works with the keyboard alone: small, large, and without a script."""


@pytest.fixture(scope="session", autouse=True)
def _styled() -> None:
    """The style of the pages is there, as `dev.py test` has seen to; one test file run alone sees to it too."""
    assert assets.main([]) == 0


@pytest.fixture(scope="module")
def clock() -> Clock:
    """The time of the line `app`; it only goes on, and each file of tests has its own."""
    return Clock()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Iterator[Flask]:
    """A rehearsal. The tests of a file share it: each makes people and requests of its own."""
    made = line_of(tmp_path_factory.mktemp("line"), clock)
    yield made
    made.extensions["switchboard"].close()


@pytest.fixture
def desk(app: Flask) -> Desk:
    found: Desk = app.extensions["staff"]
    return found


@pytest.fixture
def anyone(app: Flask) -> Person:
    """Somebody who is not signed in."""
    return Person(app)


@pytest.fixture
def signed_in(app: Flask) -> Callable[[Role], Person]:
    """Makes a new person of a role, signed in: `signed_in("lead").get("/staff/audit")`."""
    return lambda role: Person(app, account_of(app, role)).begin()


@pytest.fixture
def requests(app: Flask) -> Requests:
    """Makes callback requests, in every state."""
    return Requests(app)


@pytest.fixture
def ann(signed_in: Callable[[Role], Person]) -> Person:
    """A member of staff."""
    return signed_in("staff")


@pytest.fixture
def row(requests: Requests, ann: Person) -> str:
    """A request that Ann has claimed; its id."""
    assert ann.account
    return requests.claimed(requests.confirmed(), ann.account.id)


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    """Where the line is served."""
    with served(app) as found:
        yield found


@pytest.fixture
def browse(app: Flask, page: Any, address: str) -> Callable[..., Any]:
    """Opens a page of staff in the browser, as a new person of a role: `page = browse("/staff/help", "staff")`.

    The browser's page is that of the fixture `page`, so a test can ask for its size and colours.
    """

    def open_page(path: str, role: Role | None = None) -> Any:
        if role is not None:
            into(page, Person(app, account_of(app, role)).begin(), address)
        page.goto(address + path)
        return page

    return open_page


def into(page: Any, person: Person, address: str) -> None:
    """Have a browser be at the place of this person."""
    name = person.app.config["SESSION_COOKIE_NAME"]
    page.context.add_cookies([{"name": name, "value": person.cookie(), "url": address, "httpOnly": True}])
