"""Reports in a real browser: for everybody, at every size, by keyboard, on paper, with and without a script."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect

from ivr.store import Filters
from tests.browsing import faults, scrolls_sideways, served
from tests.staff.conftest import LOOKS, into
from tests.staff.counted import Calls
from tests.staff.people import Clock, Person, account_of, line_of
from tests.staff.requests import AWKWARD, Requests

TODAY = date(2026, 11, 24)
MONDAY = date(2026, 11, 16)


@pytest.fixture(scope="module")
def filled(app: Flask) -> Calls:
    """Five weeks of calls over the day on which the clocks change, and requests with awkward words."""
    calls, requests = Calls(app), Requests(app)
    calls.on(date(2026, 10, 25), 7, "main pressed ways", "ways pressed mediation", "mediation again mediation")
    calls.on(MONDAY, 20, "main pressed ways", "ways pressed mediation", "mediation slower mediation")
    calls.on(MONDAY + timedelta(days=1), 3, "main noinput main")
    calls.on(MONDAY + timedelta(days=2), 9, "main pressed transfer", "transfer transfer_busy busy")
    calls.count_up()
    for _ in range(6):
        requests.confirmed(council=AWKWARD, topic="school,a topic that the flow has no more" * 3)
    requests.confirmed(council="north", topic="school")
    return calls


@pytest.fixture
def lead(app: Flask, page: Any, address: str, filled: Calls) -> Person:
    """Who sits at the browser."""
    assert filled
    person = Person(app, account_of(app, "lead")).begin()
    into(page, person, address)
    return person


@LOOKS
@pytest.mark.parametrize(
    "path",
    [
        "",
        pytest.param("?from=2025-11-25&to=2026-11-24", marks=pytest.mark.prove),
        "?from=24/11/2026&to=24/11/2026",
        "?from=1/1/2021&to=2/1/2021",
        "?from=x&to=x",
    ],
)
def test_no_rule_of_access_is_broken_and_nothing_scrolls_sideways(
    page: Any, address: str, lead: Person, path: str
) -> None:
    page.goto(f"{address}/staff/reports{path}")
    for closed in page.locator("main details").all():
        closed.evaluate("one => one.open = true")
    assert faults(page) == []
    assert not scrolls_sideways(page)
    assert page.evaluate("window.__x") is None


def test_a_line_without_a_call_has_a_report(page: Any, tmp_path: Path) -> None:
    app = line_of(tmp_path, Clock())
    with served(app) as address:
        into(page, Person(app, account_of(app, "administrator")).begin(), address)
        page.goto(f"{address}/staff/reports")
        assert "Nothing was counted on these days." in page.locator("main").inner_text()
        assert faults(page) == []
    app.extensions["switchboard"].close()


@pytest.mark.parametrize("page", [{"java_script_enabled": False}, {}], indirect=True, ids=["plain", "script"])
def test_other_days_by_keyboard(page: Any, address: str, lead: Person) -> None:
    page.goto(f"{address}/staff/queue")
    page.get_by_role("link", name="Reports").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/reports")
    for label, day in (("First day", "16/11/2026"), ("Last day", "2026-11-22")):
        page.get_by_label(label).fill("")
        page.get_by_label(label).focus()
        page.keyboard.type(day)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "16/11/2026 to 22/11/2026" in page.get_by_role("heading", level=2).all_inner_texts()
    days = {row.split("\t")[0]: row.split("\t")[1] for row in rows(page, "Day by day")}
    assert days["Monday 16 November 2026"] == "20"
    assert days["Tuesday 17 November 2026"] == "under 5"
    assert days["Wednesday 18 November 2026"] == "hidden"
    assert [row.split("\t") for row in rows(page, "Week by week")] == [["16 to 22 November 2026", "32", "0", "0"]]


def rows(page: Any, name: str) -> list[str]:
    """The rows of a table, each as its cells with tabs."""
    found = page.get_by_role("table", name=name, exact=True).locator("tbody tr").all()
    return ["\t".join(row.locator("th, td").all_inner_texts()) for row in found]


@pytest.mark.parametrize(
    ("since", "until", "told"),
    [
        ("", "", ["Enter the first day like this: 24/11/2026", "Enter the last day like this: 24/11/2026"]),
        ("31/02/2026", "24/11/2026", ["Enter the first day like this: 24/11/2026"]),
        ("30/02/2028", "29/02/2024", ["Enter the first day like this: 24/11/2026"]),
        ("24/11/2026", "23/11/2026", ["The last day must be the same as the first day, or later"]),
        ("24/11/2026", "25/11/2026", ["The last day must be today, 24/11/2026, or earlier"]),
        ("23/11/2025", "24/11/2026", ["Choose at most 366 days: a year"]),
        ("01/01/0001", "01/01/0001", ["The first day must be 01/01/2020 or later"]),
        ("１/１/2026", "24/11/2026", ["Enter the first day like this: 24/11/2026"]),
        ("24/11/2026", "9" * 500, ["Enter the last day like this: 24/11/2026"]),
        ("<script>", "24/11/2026", ["Enter the first day like this: 24/11/2026"]),
    ],
)  # fmt: skip
def test_days_that_cannot_be_are_told_in_words(
    signed_in: Callable[..., Person], since: str, until: str, told: list[str]
) -> None:
    lead = signed_in("lead")
    answer = lead.get("/staff/reports", query_string={"from": since, "to": until})
    assert answer.status_code == 200
    summary = answer.text.split("govuk-error-summary__list")[1].split("</ul>")[0]
    assert [words for words in told if words not in summary] == []
    assert summary.count("<a ") == len(told)
    assert "<table" not in answer.text
    assert "<script>" not in answer.text.split("<main")[1]
    assert lead.get("/staff/reports/weeks.csv", query_string={"from": since, "to": until}).status_code == 404


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_a_mistake_leads_to_its_field(page: Any, address: str, lead: Person) -> None:
    page.goto(f"{address}/staff/reports?from=24/11/2026&to=23/11/2026")
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_role("link", name="The last day must be the same as the first day, or later").click()
    assert page.url.endswith("#to")
    assert page.get_by_label("Last day").input_value() == "23/11/2026"


def test_a_leap_day_and_a_whole_leap_year_can_be_asked_for(signed_in: Callable[..., Person]) -> None:
    lead = signed_in("lead")
    for days in ("from=29/02/2024&to=29/02/2024", "from=2024-01-01&to=2024-12-31"):
        assert "govuk-error-summary" not in lead.get(f"/staff/reports?{days}").text


@LOOKS
def test_a_chart_is_a_picture_with_a_name_and_is_seen_in_few_colours(page: Any, address: str, lead: Person) -> None:
    page.goto(f"{address}/staff/reports")
    picture = page.get_by_role("img", name="Week by week: calls")
    assert "The highest is" in page.locator("#weeks-told").text_content()
    assert picture.bounding_box()["width"] > 200
    bar = picture.locator(".chart__bar").first
    filled = bar.evaluate("one => getComputedStyle(one).fill")
    behind = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert filled not in {"none", behind}
    words = picture.locator("text").first.evaluate(
        "one => [getComputedStyle(one).fill, getComputedStyle(one).fontSize]"
    )
    assert words[0] != behind
    assert words[1] == "14px"
    boxes = [one.bounding_box() for one in picture.locator("text").all() if one.is_visible()]
    wide = page.evaluate("document.documentElement.clientWidth")
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= wide + 1 for box in boxes)
    page.emulate_media(media="print")
    assert picture.is_visible()
    assert not page.get_by_role("button", name="Show these days").is_visible()


def test_each_table_is_a_file_and_taking_it_is_noted(signed_in: Callable[..., Person], filled: Calls) -> None:
    lead = signed_in("lead")
    assert lead.account
    days = "from=2026-10-01&to=2026-11-24"
    page = lead.get(f"/staff/reports?{days}").text
    names = ["weeks", "days", "topics", "councils", "endings", "did", "transfers", "promises", "reach"]
    for name in names:
        assert f"/staff/reports/{name}.csv?from=2026-10-01&amp;to=2026-11-24" in page
        answer = lead.get(f"/staff/reports/{name}.csv?{days}")
        written = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
        assert len(written) > 2
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}-2026-10-01-to-2026-11-24.csv"'
        assert answer.headers["Cache-Control"] == "no-store"
        (entry, *_) = filled.desk.audit.page(Filters(what="report-exported"))
        detail = {"table": name, "from": "2026-10-01", "to": "2026-11-24"}
        assert (entry.deed.who, dict(entry.deed.detail)) == (lead.account.id, detail)
    assert lead.get(f"/staff/reports/nothing.csv?{days}").status_code == 404
    dangerous = lead.get(f"/staff/reports/councils.csv?{days}").text
    assert "=HYPERLINK" in dangerous
    assert ',"=' not in dangerous


def test_nobody_is_in_a_report(signed_in: Callable[..., Person], filled: Calls) -> None:
    assert filled
    page = signed_in("lead").get("/staff/reports?from=2025-11-25&to=2026-11-24").text.split("<main")[1]
    assert [words for words in ("7700", "CC0", "CA0", "+44") if words in page] == []


def test_staff_have_no_reports(signed_in: Callable[..., Person]) -> None:
    staff = signed_in("staff")
    assert "/staff/reports" not in staff.get("/staff/queue").text
    assert staff.get("/staff/reports").status_code == 403


@pytest.fixture(scope="module", autouse=True)
def _closed(app: Flask) -> Iterator[None]:
    yield
    app.extensions["switchboard"].listening.close()
