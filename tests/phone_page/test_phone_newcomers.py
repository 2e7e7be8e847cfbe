"""The phone in a real browser, as newcomers meet it, and those who only hear it: what is in sight, what is said."""

import time

import pytest

from tests.browsing import faults, scrolls_sideways
from tests.phone_page.driven import HURRY, TONES, call, choose, keys, place, rings, said, state, until

LAPTOPS = pytest.mark.parametrize(
    "page",
    [{"viewport": {"width": 1366, "height": 650}}, {"viewport": {"width": 1280, "height": 800}}],
    ids=["1366x650", "1280x800"],
    indirect=True,
)
SMALL_AND_LARGE = pytest.mark.parametrize(
    "page", [{"viewport": {"width": 320, "height": 800}}, {}], ids=["320", "1280"], indirect=True
)
ALOUD = """
window.aloud = [];
new MutationObserver(() => {
  const words = document.getElementById("aloud")?.textContent;
  if (words && words !== window.aloud.at(-1)) window.aloud.push(words);
  if (words === "") window.aloud.push("");
}).observe(document, { childList: true, characterData: true, subtree: true });
window.told = () => window.aloud.filter(Boolean);
"""
"""What a screen reader is told of the status, in order; the same words count again once nothing stood between."""
NOTHING_KEPT = """
for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, { get() { throw new DOMException("No.", "SecurityError"); } });
"""
SWITCH = "My screen reader reads the words of the line"


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def status(page):
    return page.locator("#status").inner_text()


def in_sight(page, place):
    """Whether all of it can be seen without scrolling."""
    box = place.bounding_box()
    return box["y"] >= 0 and box["y"] + box["height"] <= page.viewport_size["height"]


def hang_up(page):
    button(page, "Hang up").click()
    state(page, "You hung up.")


# What is in sight


@LAPTOPS
@pytest.mark.parametrize("practising", [False, True])
def test_call_hang_up_and_the_words_are_in_sight_on_a_laptop(page, address, practising):
    page.goto(f"{address}/phone")
    if practising:
        page.evaluate(
            "document.querySelector('.lead').insertAdjacentHTML('afterend', '<p class=\"note practising\">You ring"
            " a line to practise on. It says the same words, and its requests never reach the queue of staff.</p>')"
        )
    assert in_sight(page, button(page, "Call"))
    button(page, "Call").click()
    said(page, "Hello.")
    assert in_sight(page, button(page, "Hang up"))
    assert in_sight(page, page.locator("#captions"))
    assert page.locator("#captions").bounding_box()["height"] > 55
    assert page.evaluate("scrollY") == 0


@SMALL_AND_LARGE
def test_the_switch_and_call_come_after_the_words_and_before_the_keys(page, address):
    page.goto(f"{address}/phone")
    order = page.evaluate(
        "[...document.querySelectorAll('#captions, #read-out, #dial, .key[data-key=\"1\"], #keys-note, #pause')]"
        ".map(one => [one.id || one.dataset.key, one.getBoundingClientRect().top])"
    )

    assert [name for name, _ in order] == ["captions", "read-out", "dial", "1", "keys-note", "pause"]
    assert order == sorted(order, key=lambda one: one[1])


@SMALL_AND_LARGE
def test_how_else_keys_are_pressed_stands_by_them(page, address):
    page.goto(f"{address}/phone")

    note = page.get_by_text(
        "You can also type 0 to 9, * and #. With a screen reader, use these keys or “Say something”."
    )
    assert note.is_visible()
    assert page.get_by_role("group", name="Keys").get_attribute("aria-describedby") == note.get_attribute("id")


# Links in mid-call


@SMALL_AND_LARGE
def test_only_links_that_leave_the_call_open_in_a_new_tab(page, address):
    call(page, address)
    stay = page.locator(".skip, .top [aria-current]")
    assert stay.count() == 2
    for link in stay.all():
        assert not link.get_attribute("target")
        assert "new tab" not in link.text_content()
    arrows = page.locator(".top .arrow")
    assert arrows.count() == page.locator(".top a[target=_blank]").count() >= 3
    for arrow in arrows.all():
        box = arrow.bounding_box()
        assert 0 < box["x"] < box["x"] + box["width"] <= page.viewport_size["width"]
    assert (faults(page), scrolls_sideways(page)) == ([], False)
    hang_up(page)
    assert arrows.count() == 0


@SMALL_AND_LARGE
def test_the_words_of_a_call_do_not_move_when_links_say_so(page, address):
    page.goto(f"{address}/phone")
    before = page.locator("header").bounding_box()
    button(page, "Call").click()
    said(page, "Hello.")

    assert page.locator("header").bounding_box()["height"] == before["height"]


# What is remembered


def test_the_switches_are_as_they_were_left(page, address):
    page.goto(f"{address}/phone")
    assert page.get_by_label(SWITCH).is_checked()
    assert button(page, "Sound").get_attribute("aria-pressed") == "true"
    page.get_by_label(SWITCH).uncheck()
    button(page, "Sound").click()
    page.reload()
    assert not page.get_by_label(SWITCH).is_checked()
    assert page.locator("#captions").get_attribute("aria-live") == "off"
    assert button(page, "Sound").get_attribute("aria-pressed") == "false"
    page.get_by_label(SWITCH).check()
    page.reload()
    assert page.get_by_label(SWITCH).is_checked()
    assert page.locator("#captions").get_attribute("aria-live") == "polite"
    assert button(page, "Sound").get_attribute("aria-pressed") == "false"


def test_sound_that_was_off_stays_silent_in_the_next_call(page, address):
    page.add_init_script(TONES)
    page.goto(f"{address}/phone")
    button(page, "Sound").click()
    page.reload()
    button(page, "Call").click()
    assert not rings(page, 1)
    said(page, "Hello.")


def test_a_browser_that_keeps_nothing_calls_all_the_same(page, address):
    page.add_init_script(NOTHING_KEPT)
    page.goto(f"{address}/phone")
    page.get_by_label(SWITCH).uncheck()
    button(page, "Sound").click()
    button(page, "Call").click()
    said(page, "Hello.")
    page.reload()

    assert status(page) == "Ready. Press Call."


@pytest.mark.parametrize(
    ("reads", "sounds", "told"),
    [
        (
            True,
            True,
            (
                "You hear the line’s own voice, and your screen reader reads its words. "
                "For one voice only, untick the switch or turn Sound off."
            ),
        ),
        (
            True,
            False,
            "Your screen reader reads the words of the line. Its own voice is off; to hear it, turn Sound on.",
        ),
        (
            False,
            True,
            "You hear the line’s own voice. Your screen reader does not read its words; for that, tick the switch.",
        ),
        (
            False,
            False,
            (
                "You hear nothing: Sound is off, and your screen reader does not read the words. "
                "Tick the switch or turn Sound on."
            ),
        ),
    ],
)
def test_call_says_what_will_be_heard(page, address, reads, sounds, told):
    page.goto(f"{address}/phone")
    page.get_by_label(SWITCH).set_checked(reads)
    if not sounds:
        button(page, "Sound").click()

    assert page.locator(f"#{button(page, 'Call').get_attribute('aria-describedby')}").text_content() == told


# A person is rung


def test_a_person_is_rung_audibly_and_not_for_long(page, address):
    page.add_init_script(HURRY)
    page.add_init_script(TONES)
    call(page, address)
    page.keyboard.press("0")
    state(page, "Ringing a person")
    began = time.monotonic()
    page.wait_for_timeout(300)  # the key has a tone of its own
    assert rings(page, 1)
    state(page, "Rehearsal: it rang, somebody answered, and you talked. No real phone rang.")
    said(page, "What would you like next?")
    assert time.monotonic() - began < 4.5  # three seconds, and the line's own second of rest


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        ("busy", "Rehearsal: the number was busy. No real phone rang."),
        ("no-answer", "Rehearsal: it rang, and nobody answered. No real phone rang."),
        ("caller-leaves", "You hung up. No real phone rang."),
    ],
)
def test_how_the_ringing_ended_is_told(page, address, outcome, told):
    page.add_init_script(HURRY)
    page.add_init_script(ALOUD)
    page.goto(f"{address}/phone")
    page.get_by_text("Who calls, when, and what goes wrong").click()
    page.get_by_label("When the line rings a person").select_option(outcome)
    button(page, "Call").click()
    said(page, "Hello.")
    page.locator("#handset").focus()
    page.keyboard.press("0")
    state(page, told)
    assert status(page) == told
    assert [words for words in page.evaluate("told()") if "No real phone rang." in words] == [told], "said once"


def test_nothing_rings_after_hanging_up(page, address):
    page.add_init_script(HURRY)
    page.add_init_script(TONES)
    call(page, address)
    page.keyboard.press("0")
    state(page, "Ringing a person")
    button(page, "Hang up").click()
    page.wait_for_timeout(400)
    assert not rings(page, 1.5)
    state(page, "You hung up.")


def test_the_next_person_is_rung_audibly_too(page, address):
    """Also after a call that was hung up."""
    page.add_init_script(HURRY)
    page.add_init_script(TONES)
    call(page, address)
    hang_up(page)
    page.wait_for_timeout(600)  # a click on Call so soon after Hang up would not be for it
    button(page, "Call").click()
    said(page, "Hello.")
    page.keyboard.press("0")
    state(page, "Ringing a person")
    page.wait_for_timeout(300)
    assert rings(page, 1)


def test_in_a_replay_a_person_is_rung_audibly_too(page, address, tmp_path):
    page.add_init_script(HURRY)
    page.add_init_script(TONES)
    story = "story: A person is rung.\nsteps:\n  - press: '0'\n  - hears_prompt: person.after\n"
    choose(page, address, tmp_path / "call.yaml", story)
    button(page, "Replay it").click()
    state(page, "Rehearsal: it rang, somebody answered, and you talked.")
    assert rings(page, 3)


# Keys and words without a call


@pytest.mark.parametrize("press", [lambda page: page.keyboard.press("4"), lambda page: button(page, "4").click()])
def test_a_key_without_a_call_says_why_nothing_happens(page, address, press):
    page.goto(f"{address}/phone")
    press(page)
    assert status(page) == "There is no call yet. Press Call first."
    button(page, "Call").click()
    said(page, "Hello.")
    assert page.locator("#log .did").count() == 0, "the key is not kept for the call"
    hang_up(page)
    press(page)
    assert status(page) == "The call is over. Press Call to ring again."


@SMALL_AND_LARGE
def test_nothing_typed_is_said_below_the_field(page, address):
    page.goto(f"{address}/phone")
    words = page.get_by_label("Words, such as")
    told = page.get_by_text("Write what you want to say first.")
    assert told.is_hidden()
    words.fill("  ")
    button(page, "Say it").click()
    assert told.is_visible()
    assert page.get_by_role("alert").inner_text() == told.inner_text()
    assert 0 <= told.bounding_box()["y"] - words.bounding_box()["y"] - words.bounding_box()["height"] <= 70
    assert (words.get_attribute("aria-invalid"), words.get_attribute("aria-describedby")) == ("true", "words-wrong")
    assert (faults(page), scrolls_sideways(page)) == ([], False)
    words.fill("person")
    assert told.is_hidden()
    assert (words.get_attribute("aria-invalid"), words.get_attribute("aria-describedby")) == ("false", None)


# What a screen reader is told


def keying(page, address):
    """A call in which a number is keyed, time standing still."""
    page.add_init_script(HURRY)
    page.add_init_script(ALOUD)
    page.clock.install()
    page.goto(f"{address}/phone")
    page.get_by_text("Who calls, when, and what goes wrong").click()
    page.get_by_label("Who calls", exact=True).select_option("withheld")
    button(page, "Call").click()
    said(page, "Hello.")
    keys(page, ("4", "contact"), ("1", "callback number"))
    state(page, "Your turn.")
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)
    page.evaluate("window.aloud = []")


@pytest.mark.parametrize("page", [{"viewport": {"width": 320, "height": 800}}], indirect=True)
def test_a_number_is_read_whole_and_said_digit_by_digit(own_address, page):
    keying(page, own_address)
    for key in "0277":
        page.keyboard.press(key)
        page.clock.run_for(500)
    assert page.evaluate("told()") == ["0", "2", "7", "7"]
    assert page.locator("#keyed").inner_text() == "0277"
    assert " ".join(status(page).split()).endswith("End with #.")
    assert "0277" not in page.locator("#log").text_content()
    page.clock.run_for(2000)
    assert page.evaluate("told()") == ["0", "2", "7", "7", "End with #."]
    assert status(page).count("End with #.") == 1
    page.keyboard.press("9")
    page.clock.run_for(4000)
    assert page.evaluate("told()") == ["0", "2", "7", "7", "End with #.", "9"], "the end is said once"
    assert page.locator("#keyed").inner_text() == "02779"
    page.clock.resume()
    assert (faults(page), scrolls_sideways(page)) == ([], False)


def test_digits_keyed_fast_are_all_said(own_address, page):
    keying(page, own_address)
    page.keyboard.press("0")
    page.keyboard.press("7")
    page.clock.run_for(500)

    assert page.evaluate("told()") == ["0 7"]


def test_what_was_keyed_goes_from_the_screen_once_it_is_sent(own_address, page):
    keying(page, own_address)
    for key in "02079460018#":
        page.keyboard.press(key)
    page.clock.resume()
    place(page, "callback check")

    assert page.locator("#keyed").inner_text() == ""
    assert page.locator("#aloud").get_attribute("class") == ""
    state(page, "Your turn.")
    assert page.locator("#aloud").is_visible()


def test_that_the_line_speaks_is_seen_and_not_said(page, address):
    page.add_init_script(HURRY)
    page.add_init_script(ALOUD)
    call(page, address)
    assert page.get_by_text("The line is speaking.").is_visible()
    button(page, "Pause").click()
    button(page, "Go on").click()
    assert page.get_by_text("The line is speaking.").is_visible()
    state(page, "Your turn.")
    told = page.evaluate("told()")

    assert [words.split(".")[0] for words in told] == ["Ready", "Calling …", "Paused", "Your turn"]


# Leaving the page


def test_whoever_comes_back_is_told_that_the_call_ended(page, address):
    call(page, address)
    page.get_by_role("link", name="Phone", exact=True).click()
    until(page, "document.getElementById('status').textContent.includes('left')")
    assert status(page) == "Your last call ended when this page was left. Press Call to ring again."
    page.reload()
    assert status(page) == "Ready. Press Call.", "it is told once"


def test_no_call_is_missed_where_none_was_left(page, address):
    page.goto(f"{address}/phone")
    page.reload()
    assert status(page) == "Ready. Press Call."
    button(page, "Call").click()
    said(page, "Hello.")
    hang_up(page)
    page.goto(f"{address}/script")
    page.goto(f"{address}/phone")

    assert status(page) == "Ready. Press Call."
