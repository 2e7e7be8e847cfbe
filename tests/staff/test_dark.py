"""Pages on a dark screen: every word can be read, in every state, and nothing is as light as paper."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.browsing import faint, faults, scrolls_sideways
from tests.staff.conftest import into
from tests.staff.people import Person, account_of
from tests.staff.requests import Requests

DARK = {"color_scheme": "dark"}
SCHEMES = pytest.mark.parametrize(
    "page",
    [
        DARK,
        *(
            pytest.param(one, marks=pytest.mark.prove)
            for one in ({"color_scheme": "light"}, {"forced_colors": "active"})
        ),
    ],
    indirect=True,
    ids=str,
)
STATES = (
    "/staff/queue?overdue=1",
    "/staff/audit?from=never",
    "/staff/invite/nothing",
    "/staff/nothing",
)
"""Pages in a state that they are in when asked for something, or for what is not there."""
NO_PAGES = {"staff.news"}
LIGHT = "one => getComputedStyle(one).backgroundColor.match(/[0-9]+/g).slice(0, 3).map(Number)"


def every_page(app: Flask) -> list[str]:
    """Every page of staff that is at one address, whatever is added later."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("staff.") and not rule.arguments]
    paths = {str(rule) for rule in rules if "GET" in (rule.methods or ()) and rule.endpoint not in NO_PAGES}
    assert {"/staff/queue", "/staff/account", "/staff/privacy", "/staff/help"} <= paths
    return [*sorted(path for path in paths if not path.endswith(".csv")), *STATES]


@pytest.fixture
def me(app: Flask, page: Any, address: str) -> Person:
    person = Person(app, account_of(app, "administrator")).begin()
    into(page, person, address)
    return person


@SCHEMES
def test_every_word_can_be_read(page: Any, address: str, me: Person, app: Flask) -> None:
    page.expected.append("the server responded with a status of 40")
    requests = Requests(app)
    assert me.account
    row = requests.noted(
        requests.claimed(requests.confirmed(said="completed", needs="relay"), me.account.id), me.account.id
    )
    for path in (*every_page(app), me.searched("000"), f"/staff/requests/{row}"):
        page.goto(address + path)
        assert (path, faint(page), faults(page)) == (path, [], [])
        assert not scrolls_sideways(page), path
    with page.expect_navigation():
        page.get_by_role("button", name="Save this try").click()
    page.get_by_role("alert").get_by_text("There is a problem").wait_for()
    page.get_by_label("Anything to remember").fill("typed")
    assert (faint(page), faults(page)) == ([], [])
    page.goto(f"{address}/staff/people/new")
    with page.expect_navigation():
        page.get_by_role("button", name="Make the link").click()
    page.locator(".govuk-error-summary").wait_for()
    page.get_by_label("Email address").fill("typed")
    assert (faint(page), faults(page)) == ([], [])


@pytest.mark.parametrize("page", [DARK], indirect=True)
def test_what_is_pointed_at_and_focused_can_be_read_too(page: Any, address: str, me: Person) -> None:
    page.goto(f"{address}/staff/account")
    for one in page.locator("main a, main button, main input:not([type=hidden]), footer button").all():
        one.hover()
        assert faint(page) == []
        one.focus()
        assert faint(page) == []


@pytest.mark.parametrize("page", [DARK], indirect=True)
def test_nothing_is_as_light_as_paper(page: Any, address: str, me: Person) -> None:
    page.goto(f"{address}/staff/people/new")
    for part in ("html", "body", "footer .govuk-footer", "#name", ".govuk-service-navigation"):
        colour = page.locator(part).first.evaluate(LIGHT)
        assert max(colour) < 100, (part, colour)


def test_paper_is_light(page: Any, browse: Callable[..., Any]) -> None:
    """Whoever prints from a dark screen gets dark words on white."""
    page.emulate_media(color_scheme="dark", media="print")
    browse("/staff/account", "staff")
    assert page.locator("h1").evaluate("one => getComputedStyle(one).color") == "rgb(0, 0, 0)"
    assert faint(page) == []


@pytest.mark.parametrize("page", [{"forced_colors": "active", **DARK}], indirect=True)
def test_colours_of_ones_own_are_kept_on_a_dark_screen(page: Any, address: str, me: Person, app: Flask) -> None:
    """Where a person has set all colours, words are in theirs. Axe reads those that the page asked for."""
    page.expected.append("the server responded with a status of 40")
    for path in every_page(app):
        page.goto(address + path)
        assert (path, faint(page)) == (path, [])


def test_a_word_of_the_colour_of_its_ground_is_found(page: Any) -> None:
    """The finder itself: axe passes over the first of these."""
    page.set_content(
        "<html lang=en><title>x</title><main><h1>Seen</h1><p style='color:#fff;background:#fff'>hidden</p>"
        "<p style='color:#999;background:#fff'>faint</p>"
        "<input aria-label=x value=typed style='color:#eee;background:#fff'>"
    )
    assert [one[0] for one in faint(page)] == ["P", "P", "INPUT"]
