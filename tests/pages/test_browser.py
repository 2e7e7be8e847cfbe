"""The pages in a real browser: for everybody, at every size, in light and dark, by keyboard, without any script."""

import pytest

from tests.browsing import faults
from tests.pages.serving import PAGES

LONG = {(page, look) for page in ("/script", "/map") for look in ("320-light", "1280-light", "1280-dark")}
"""Long pages take long to look at: narrow and dark each time, the rest with --prove."""
LOOKS = [
    pytest.param(
        path,
        {"viewport": {"width": width, "height": 800}, "color_scheme": scheme},
        id=f"{path}-{width}-{scheme}",
        marks=[pytest.mark.prove] if (path, f"{width}-{scheme}") in LONG else [],
    )
    for path in PAGES
    for width in (320, 1280)
    for scheme in ("light", "dark")
]
NARROW = pytest.mark.parametrize(
    "page",
    [
        pytest.param({"viewport": {"width": 320, "height": 800}}, id="320"),
        pytest.param({"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4}, id="1280-at-400-per-cent"),
        pytest.param({"viewport": {"width": 1280, "height": 800}}, id="1280"),
    ],
    indirect=True,
)


@pytest.mark.parametrize(("path", "page"), LOOKS, indirect=["page"])
def test_no_rule_of_access_is_broken(page, address, path):
    page.goto(address + path)

    assert faults(page) == []


@pytest.mark.parametrize("page", [{"bypass_csp": True}], indirect=True)
def test_a_broken_rule_is_seen(page, address):
    page.goto(f"{address}/privacy")
    page.evaluate("document.documentElement.removeAttribute('lang'); document.querySelector('h1').remove()")
    page.evaluate("document.querySelector('main p').style.color = '#999'")

    assert {"html-has-lang", "page-has-heading-one", "color-contrast"} <= {fault[0] for fault in faults(page)}


@NARROW
@pytest.mark.parametrize("path", PAGES)
def test_no_page_scrolls_sideways(page, address, path):
    page.goto(address + path)

    wide, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= room


@pytest.mark.parametrize("page", [{"viewport": {"width": 320, "height": 800}}], indirect=True)
def test_the_picture_scrolls_inside_its_own_region_by_keyboard(page, address):
    page.goto(f"{address}/map")
    region = page.get_by_role("region", name="The picture")
    region.focus()
    page.keyboard.press("ArrowRight")

    assert _in_time(page, lambda: region.evaluate("one => one.scrollLeft") > 0)
    assert region.evaluate("one => one.scrollWidth > one.clientWidth")


def _in_time(page, true):
    """Whether something comes true within five seconds; a smooth scroll takes a moment."""
    return any(true() or page.wait_for_timeout(50) for _ in range(100))


@pytest.mark.parametrize("page", [{"viewport": {"width": 320, "height": 400}}], indirect=True)
@pytest.mark.parametrize("path", ["/", "/privacy"])
def test_every_link_is_reached_in_order_and_shows_that_it_is(page, address, path):
    page.goto(address + path)
    links = page.evaluate("[...document.querySelectorAll('a')].map(link => link.getAttribute('href'))")
    reached = []
    for _ in range(len(links) + 2):
        page.keyboard.press("Tab")
        at = page.evaluate(
            "(() => { const one = document.activeElement, seen = getComputedStyle(one);"
            " return [one.getAttribute('href'), seen.outlineStyle, one.getBoundingClientRect().height > 0] })()"
        )
        if at[0]:
            assert at[1:] == ["solid", True], at
            reached.append(at[0])

    assert reached[: len(links)] == links


def test_the_first_key_offers_to_skip_to_the_content(page, address):
    page.goto(f"{address}/script")
    before = page.locator("main").bounding_box()
    page.keyboard.press("Tab")
    assert page.locator("main").bounding_box() == before, "what moves while it is clicked is missed"
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"


def test_a_box_of_the_map_leads_to_its_words(page, address):
    page.goto(f"{address}/map")
    box = page.get_by_role("link", name="3.2 Mediation", exact=True).first
    box.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/script#node-mediation")

    assert page.locator(":target h3").inner_text() == "3.2 Mediation"


def test_every_box_holds_its_words_and_covers_no_other(page, address):
    page.goto(f"{address}/map")
    boxes = page.evaluate(
        "[...document.querySelectorAll('svg a')].map(link => { const box = link.querySelector('rect').getBBox();"
        " const ends = [...link.querySelectorAll('text')].map(one => one.getBBox());"
        " return [box.x, box.y, box.x + box.width, box.y + box.height,"
        " Math.max(...ends.map(one => one.x + one.width)), Math.max(...ends.map(one => one.y + one.height))] })"
    )

    assert [box for box in boxes if box[4] > box[2] or box[5] > box[3] + 1] == []
    assert [(a, b) for a in boxes for b in boxes if a < b and _cover(a, b)] == []


def _cover(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_without_javascript(page, address, path):
    page.goto(address + path)

    assert page.locator("h1").is_visible()
    assert page.locator("script, [style], [onclick]").count() == 0


@pytest.mark.parametrize("page", [{"forced_colors": "active"}], indirect=True)
def test_the_map_keeps_its_boxes_in_forced_colours(page, address):
    page.goto(f"{address}/map")
    box = "document.querySelector('svg a.leaflet rect')"

    assert page.evaluate(f"getComputedStyle({box}).fill !== getComputedStyle({box}).stroke")


def test_nothing_is_asked_of_any_other_place(page, address):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for path in PAGES:
        page.goto(address + path)

    assert [url for url in asked if not url.startswith(address + "/")] == []
