"""The phone in a real browser: what is wrong is told where it is, a pause holds all, nobody waits without end."""

import re

import pytest

from tests.browsing import faults, scrolls_sideways
from tests.phone_page.driven import HURRY, NO_MICROPHONE, TONES, call, choose, keys, place, rings, said, state, until

DEAF = """
delete window.SpeechRecognition;
window.ears = [];
window.webkitSpeechRecognition = class {
  constructor() { window.ears.push(this); this.ended = 0; this.stopped = 0; }
  start() {}
  stop() { this.stopped += 1; }
  abort() { this.ended += 1; }
};
"""
"""A browser's ear that listens without end: it hears nothing, and tells nothing."""
SMALL_AND_LARGE = pytest.mark.parametrize(
    "page", [{"viewport": {"width": 320, "height": 800}}, {}], ids=["320", "1280"], indirect=True
)
CHOICES = "Who calls, when, and what goes wrong"


def dial(page):
    page.get_by_role("button", name="Call", exact=True).click()


def focused(page):
    return page.evaluate("document.activeElement.id")


def status(page):
    return page.locator("#status").inner_text()


def dials(page):
    """The requests to ring the line from now on."""
    asked = []
    page.on("request", lambda one: asked.append(one.post_data_json) if one.url.endswith("/dial") else None)
    return asked


# What is wrong with a choice


@SMALL_AND_LARGE
@pytest.mark.parametrize("typed", ["1999-12-31T23:59", "2100-01-01T00:00"])
def test_a_wrong_year_is_said_where_it_is_written_before_it_rings(page, address, typed):
    page.goto(f"{address}/phone")
    asked = dials(page)
    page.get_by_text(CHOICES).click()
    clock = page.get_by_label("Day and time at the line")
    clock.fill(typed)
    page.get_by_text(CHOICES).click()
    dial(page)
    told = page.get_by_text("Write a whole day and time, in a year from 2000 to 2099")
    assert told.is_visible()
    below = told.bounding_box()["y"] - (clock.bounding_box()["y"] + clock.bounding_box()["height"])
    assert 0 <= below <= 20
    assert (focused(page), clock.input_value(), clock.get_attribute("aria-invalid")) == ("now", typed, "true")
    assert clock.get_attribute("aria-describedby") == "now-wrong now-note"
    assert (status(page), asked, faults(page), scrolls_sideways(page)) == ("Ready. Press Call.", [], [], False)

    clock.fill("2026-12-25T10:30")
    assert told.is_hidden()
    assert clock.get_attribute("aria-describedby") == "now-note"
    dial(page)
    said(page, "Hello.")
    assert [one["now"] for one in asked] == ["2026-12-25T10:30"]


@pytest.mark.parametrize("typed", ["2099-12-31T23:59", "2000-01-01T00:00", "2026-12-25T10:30:15", ""])
def test_every_clock_that_the_line_takes_rings(page, address, typed):
    page.goto(f"{address}/phone")
    asked = dials(page)
    page.get_by_text(CHOICES).click()
    page.get_by_label("Day and time at the line").fill(typed)
    dial(page)
    said(page, "Hello.")

    assert len(asked) == 1


def test_half_a_clock_is_not_taken_for_an_empty_one(page, address):
    page.goto(f"{address}/phone")
    asked = dials(page)
    page.get_by_text(CHOICES).click()
    clock = page.get_by_label("Day and time at the line")
    clock.focus()
    page.keyboard.type("2512")
    dial(page)
    assert page.get_by_text("Write a whole day and time").is_visible()
    assert focused(page) == "now"
    page.wait_for_timeout(300)
    assert asked == []
    assert clock.evaluate("one => one.validity.badInput"), "what was typed is still there"


def test_the_first_of_two_wrong_choices_has_the_focus_and_both_are_told(page, address):
    page.goto(f"{address}/phone")
    page.get_by_text(CHOICES).click()
    page.get_by_label("Who calls", exact=True).select_option("own")
    page.get_by_label("The number that calls").fill("badger")
    page.get_by_label("Day and time at the line").fill("1999-12-31T23:59")
    dial(page)

    assert page.locator(".problem:visible").count() == 2
    assert (focused(page), page.get_by_label("The number that calls").input_value()) == ("number", "badger")


def test_nothing_is_read_as_wrong_before_it_is(page, address):
    page.goto(f"{address}/phone")

    assert page.locator("#number").get_attribute("aria-describedby") == "number-note"
    assert page.locator("#now").get_attribute("aria-describedby") == "now-note"


# Pause


def ringing(page, address):
    page.add_init_script(HURRY)
    page.add_init_script(TONES)
    call(page, address)
    page.keyboard.press("0")
    state(page, "Ringing a person")
    page.wait_for_timeout(300)  # the key has a tone of its own
    assert rings(page, 3)


def test_a_pause_silences_the_ringing_which_then_goes_on(page, address):
    ringing(page, address)
    page.get_by_role("button", name="Pause").click()
    page.wait_for_timeout(200)
    assert not rings(page, 4)
    assert status(page) == "Paused. Nothing runs out."
    page.get_by_role("button", name="Go on").click()
    assert rings(page, 3)


def test_without_sound_the_ringing_is_silent_too(page, address):
    ringing(page, address)
    page.get_by_role("button", name="Sound").click()
    page.wait_for_timeout(200)
    assert not rings(page, 1)
    page.get_by_role("button", name="Sound").click()
    assert rings(page, 3)


def test_after_a_pause_the_status_names_what_is_left_of_the_wait(page, address):
    page.add_init_script(HURRY)
    page.clock.install()
    call(page, address)
    state(page, "Your turn.")
    whole = int(re.fullmatch(r"Your turn\. The line waits (\d+) seconds\.", status(page))[1])
    page.clock.run_for(3000)
    page.get_by_role("button", name="Pause").click()
    page.clock.run_for(30_000)
    assert status(page) == "Paused. Nothing runs out."
    page.get_by_role("button", name="Go on").click()
    left = int(re.fullmatch(r"Your turn\. The line waits (\d+) more seconds\.", status(page))[1])
    assert whole - 5 <= left <= whole - 3
    page.clock.run_for((left - 1) * 1000)
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Go on").click()

    assert status(page) == "Your turn. The line waits 1 more second."
    page.clock.run_for(1500)
    said(page, "(silence)")


# Dimmed buttons


def pressed(page, name, why):
    """Press a button that is dimmed: it has the focus, and the phone's screen says why nothing happens."""
    button = page.get_by_role("button", name=name)
    assert button.get_attribute("aria-disabled") == "true"
    assert button.get_attribute("disabled") is None
    button.click(force=True)
    assert status(page) == why
    button.focus()
    page.keyboard.press("Enter")
    assert status(page) == why
    assert page.evaluate("document.activeElement.textContent") == name
    assert page.locator("#pause").inner_text() == "Pause"
    assert page.get_by_role("status").filter(has_text=why).count() == 1


def test_a_dimmed_button_says_why_before_and_after_a_call(page, address):
    page.add_init_script(HURRY)
    page.goto(f"{address}/phone")
    pressed(page, "Pause", "There is no call to pause yet. Press Call.")
    pressed(page, "Hear again", "Nothing was said yet. Press Call.")
    assert faults(page) == []
    dial(page)
    said(page, "Hello.")
    page.get_by_role("button", name="Hang up").click()
    state(page, "You hung up.")
    before = page.locator("#log").inner_text()
    pressed(page, "Pause", "The call is over: there is nothing to pause.")
    pressed(page, "Hear again", "The call is over. Its words are in “The call so far”.")
    assert page.locator("#log").inner_text() == before
    page.wait_for_timeout(600)  # a click on Call so soon after Hang up would not be for it
    dial(page)
    state(page, "The line is speaking.")


def test_a_dimmed_button_says_why_while_the_line_is_asked(page, address):
    page.add_init_script(HURRY)
    call(page, address)
    held = []
    page.route("**/phone/act", lambda route: held.append(route))  # noqa: PLW0108 - Playwright looks for its arguments
    page.keyboard.press("4")
    while not held:
        page.wait_for_timeout(10)
    pressed(page, "Pause", "The line is being asked. You can pause as soon as it speaks.")
    pressed(page, "Hear again", "The line is being asked. You can hear it again as soon as it speaks.")
    held[0].continue_()
    place(page, "contact")
    state(page, "The line is speaking.")


def test_a_dimmed_button_says_why_while_the_line_is_not_reached(page, address, console):
    call(page, address)
    page.route("**/phone/act", lambda route: route.abort(), times=1)
    page.keyboard.press("4")
    state(page, "The line was not reached.")
    pressed(page, "Pause", "The line was not reached, so there is nothing to pause. Try again, or hang up.")
    pressed(page, "Hear again", "The line was not reached, so there is nothing to hear again. Try again, or hang up.")
    page.get_by_role("button", name="Try again").click()
    place(page, "contact")
    assert "ERR_FAILED" in console.pop()


def test_a_dimmed_hear_again_leaves_ringing_and_recording_as_they_are(own_address, page):
    page.add_init_script(HURRY)
    page.add_init_script(NO_MICROPHONE)
    call(page, own_address)
    keys(page, *TO_MESSAGE)
    page.keyboard.press("1")
    state(page, "The line is recording.")
    page.get_by_label("Type what you would say").fill("Please ring after four")
    pressed(page, "Hear again", "The line is recording: nothing can be heard again now.")
    page.get_by_role("button", name="Finish").click()
    place(page, "message check")
    page.locator("#handset").focus()
    page.keyboard.press("0")
    state(page, "Ringing a person")
    pressed(page, "Hear again", "A person is being rung: nothing can be heard again now.")
    page.get_by_role("button", name="Hang up").click()
    state(page, "You hung up.")


def test_a_dimmed_hear_again_leaves_a_replay_as_it_is(page, address, tmp_path):
    choose(
        page, address, tmp_path / "call.yaml", "story: A call.\nsteps:\n  - press: '2'\n  - hears_prompt: ways.ask\n"
    )
    page.get_by_role("button", name="Replay it").click()
    said(page, "Hello.")
    pressed(page, "Hear again", "A replay goes on by itself. Stop it to hear words again.")
    assert page.get_by_role("button", name="Stop, and go on myself").is_visible()
    page.get_by_role("button", name="Hang up").click()
    state(page, "You hung up.")


TO_MESSAGE = (
    ("4", "contact"),
    ("1", "callback own"),
    ("1", "ask council"),
    ("1", "ask time"),
    ("2", "ask safe"),
    ("2", "ask needs"),
    ("2", "ask message"),
)

# To the telephone


@SMALL_AND_LARGE
def test_call_is_reached_by_two_keys(page, address):
    page.goto(f"{address}/phone")
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Skip to the telephone")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert link.bounding_box()["x"] >= 0
    assert (faults(page), scrolls_sideways(page)) == ([], False)
    page.keyboard.press("Enter")
    assert focused(page) == "dial"
    box = page.get_by_role("button", name="Call", exact=True).bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= page.viewport_size["height"]
    page.keyboard.press("Enter")
    said(page, "Hello.")


def test_a_click_after_a_key_of_tab_is_no_click_beside(page, address):
    """The link that Tab shows goes as soon as something else is pressed; nothing may move under the finger."""
    page.goto(f"{address}/phone")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Call", exact=True).click()
    said(page, "Hello.")


def test_call_is_in_sight_without_scrolling(page, address):
    page.goto(f"{address}/phone")
    box = page.get_by_role("button", name="Call", exact=True).bounding_box()

    assert box["y"] + box["height"] <= page.viewport_size["height"]


@pytest.mark.parametrize("page", [{"viewport": {"width": 320, "height": 640}}], indirect=True)
def test_on_a_small_phone_words_and_keys_are_in_sight_once_it_calls(page, address):
    call(page, address)
    for part in ("#screen", "#hang-up", "#keypad"):
        box = page.locator(part).bounding_box()
        assert box["y"] > -1, part
        assert box["y"] + box["height"] < page.viewport_size["height"] + 1, part


def test_in_a_call_the_skip_link_leads_to_the_phone_and_not_to_hanging_up(page, address):
    call(page, address)
    page.get_by_role("link", name="Skip to the telephone").focus()
    page.keyboard.press("Enter")
    assert focused(page) == "handset"
    page.keyboard.press("4")
    place(page, "contact")


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_without_javascript_the_skip_link_leads_to_what_is_there(page, address):
    page.goto(f"{address}/phone")
    page.get_by_role("link", name="Skip to the telephone").focus()
    page.keyboard.press("Enter")

    assert page.url.endswith("#main")


@SMALL_AND_LARGE
def test_the_order_of_tab_is_the_order_in_sight(page, address):
    page.goto(f"{address}/phone")
    boxes = page.evaluate(
        "[...document.querySelectorAll('#handset button, #handset input, #captions')]"
        ".filter(one => one.checkVisibility()).map(one => one.getBoundingClientRect())"
        ".map(box => [Math.round(box.top), Math.round(box.left)])"
    )
    order = page.evaluate("[...document.querySelectorAll('[tabindex]')].map(one => one.tabIndex).filter(at => at > 0)")

    assert len(boxes) >= 18
    assert boxes == sorted(boxes)
    assert order == []


@SMALL_AND_LARGE
def test_the_switch_for_screen_readers_is_found_before_call(page, address):
    page.goto(f"{address}/phone")
    switch = page.get_by_label("My screen reader reads the words of the line")
    assert switch.is_visible(), "in no closed section"
    assert page.locator("details #read-out").count() == 0
    page.locator("#dial").focus()
    page.keyboard.press("Shift+Tab")
    assert focused(page) == "read-out"
    told = page.evaluate(
        "document.getElementById(document.getElementById('dial').getAttribute('aria-describedby')).textContent"
    )
    assert "screen reader" in told
    page.keyboard.press("Space")
    assert page.locator("#captions").get_attribute("aria-live") == "off"
    page.keyboard.press("Space")
    assert page.locator("#captions").get_attribute("aria-live") == "polite"
    assert switch.locator("xpath=..").bounding_box()["height"] >= 44
    assert (faults(page), scrolls_sideways(page)) == ([], False)


# Speak


def speaking(page, address):
    """Listening by a browser's ear that never ends, time standing still; the seconds that its status names."""
    page.add_init_script(HURRY)
    page.add_init_script(DEAF)
    page.clock.install()
    call(page, address)
    state(page, "Your turn.")
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)
    page.get_by_role("button", name="Speak").click()
    return int(re.fullmatch(r"Speak now\. Listening ends after (\d+) seconds without a word\.", status(page))[1])


def test_listening_ends_by_itself_and_says_so(page, address):
    seconds = speaking(page, address)
    page.clock.run_for(seconds * 1000 - 500)
    assert page.evaluate("[ears[0].stopped, ears[0].ended]") == [0, 0]
    page.clock.run_for(2000)
    assert page.evaluate("[ears[0].stopped, ears[0].ended]") == [1, 0], "it may still say what it heard"
    page.clock.run_for(1000)
    assert page.evaluate("ears[0].ended") == 1
    assert status(page) == "Listening has ended by itself. Press Speak again, or type your words."
    words = page.get_by_label("Words, such as")
    words.fill("call me back")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('#log .did')?.textContent.includes('call me back')")


def test_whoever_speaks_is_listened_to_for_longer_but_not_without_end(page, address):
    seconds = speaking(page, address)
    page.clock.run_for((seconds - 2) * 1000)
    page.evaluate("ears[0].onspeechstart()")
    page.clock.run_for(19_500)
    assert page.evaluate("ears[0].stopped") == 0
    page.clock.run_for(2500)
    assert status(page) == "Listening has ended by itself. Press Speak again, or type your words."


def test_what_was_heard_at_the_last_moment_is_taken(page, address):
    seconds = speaking(page, address)
    page.clock.run_for((seconds + 0.5) * 1000)
    with page.expect_request("**/phone/act") as asked:
        page.evaluate("ears[0].onresult({ results: [[{ transcript: 'person', confidence: 0.8 }]] })")

    assert asked.value.post_data_json["wish"]["words"] == "person"


def test_listening_does_not_run_out_in_a_pause(page, address):
    seconds = speaking(page, address)
    page.clock.run_for(3000)
    page.get_by_role("button", name="Pause").click()
    page.clock.run_for((seconds + 30) * 1000)
    assert page.evaluate("ears[0].stopped") == 0
    assert status(page) == "Paused. Nothing runs out."
    page.get_by_role("button", name="Go on").click()
    left = int(re.search(r"Listening ends after (\d+) seconds", status(page))[1])
    assert left == seconds - 3
    page.clock.run_for((left + 2) * 1000)
    assert status(page).startswith("Listening has ended by itself.")


def test_a_second_press_on_speak_begins_anew(page, address):
    seconds = speaking(page, address)
    page.clock.run_for((seconds - 2) * 1000)
    page.get_by_role("button", name="Speak").click()
    assert page.evaluate("ears.map((one) => one.ended)") == [1, 0]
    page.clock.run_for(5000)
    assert status(page) == f"Speak now. Listening ends after {seconds} seconds without a word."
    page.clock.run_for(seconds * 1000)
    assert status(page).startswith("Listening has ended by itself.")


def test_keys_end_listening(own_address, page):
    page.add_init_script(HURRY)
    page.add_init_script(DEAF)
    page.goto(f"{own_address}/phone")
    page.get_by_text(CHOICES).click()
    page.get_by_label("Who calls", exact=True).select_option("withheld")
    dial(page)
    said(page, "Hello.")
    keys(page, ("4", "contact"), ("1", "callback number"))
    state(page, "Your turn.")
    page.get_by_role("button", name="Speak").click()
    page.locator("#handset").focus()
    page.keyboard.press("0")
    page.keyboard.press("2")
    page.wait_for_timeout(300)

    assert page.evaluate("ears[0].ended") == 1
    assert page.locator("#keyed").inner_text() == "02"


# A saved call that is broken


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("- press: '1'\n", "broken call.yaml:1:1: here is a list; write `story: What happens, in one sentence`"),
        ("story: x\nsteps:\n  - dance: yes\n", "broken call.yaml:3:5: unknown step 'dance'; known: hears,"),
        ("story: x\nsteps: [\n", "broken call.yaml:3:1: not valid YAML"),
        ("story: x\nstory: y\nnow: &a b\n", "broken call.yaml:2:1: 'story' is given twice (first on line 1); keep one"),
    ],
)
def test_a_broken_file_is_told_with_its_name_line_and_column(page, address, console, tmp_path, content, told):
    choose(page, address, tmp_path / "broken call.yaml", content)
    page.locator("#told-story").filter(has_text=told).wait_for()
    assert faults(page) == []
    assert not scrolls_sideways(page)
    assert page.get_by_role("button", name="Replay it").is_disabled()
    assert "400" in console.pop()


def test_each_mistake_has_a_line_of_its_own(page, address, console, tmp_path):
    choose(page, address, tmp_path / "call.yaml", "story: x\nstory: y\nnow: &a b\n")
    page.locator("#told-story").filter(has_text="anchor").wait_for()

    assert [line.split(" ")[0] for line in page.locator("#told-story").inner_text().splitlines()] == [
        "call.yaml:2:1:",
        "call.yaml:3:6:",
    ]
    console.clear()
