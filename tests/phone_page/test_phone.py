"""The phone in a real browser: heard, keyed, spoken to, recorded, by everybody, at every size."""

import re
import time

import pytest

from tests.browsing import faults, served
from tests.phone_page.driven import HURRY, LISTEN, NO_MICROPHONE, call, choose, keys, place, said, state, until
from tests.phone_page.served import requests_of

SIZES = {"320": (320, 800), "1280": (1280, 900), "1280-at-400-per-cent": (320, 256)}
EAR = """
window.webkitSpeechRecognition = class {
  start() { setTimeout(() => this.onresult({ results: [[{ transcript: "call me back", confidence: 0.93 }]] }), 200); }
  abort() {}
};
"""
"""The edge of the browser's own ear, which needs its maker's servers: it hears these words."""
LOOKS = pytest.mark.parametrize(
    "page",
    [
        pytest.param(
            {"viewport": {"width": width, "height": height}, "color_scheme": scheme},
            id=f"{name}-{scheme}",
            marks=[] if (name, scheme) == ("320", "dark") else [pytest.mark.prove],
        )
        for name, (width, height) in SIZES.items()
        for scheme in ("light", "dark")
        if (name, scheme) != ("1280-at-400-per-cent", "dark")
    ],
    indirect=True,
)


TO_MESSAGE = (
    ("4", "contact"),
    ("1", "callback own"),
    ("1", "ask council"),
    ("1", "ask time"),
    ("2", "ask safe"),
    ("2", "ask needs"),
    ("2", "ask message"),
)


def test_the_lines_voice_really_plays(page, address):
    page.add_init_script(LISTEN)
    call(page, address)
    until(page, "sounds[0].currentTime > 0.3")
    first = page.evaluate("[sounds[0].currentTime, sounds[0].currentSrc, sounds[0].duration, sounds[0].muted]")
    page.wait_for_timeout(300)
    later = page.evaluate("[sounds[0].currentTime, sounds[0].error]")

    assert later[0] > first[0]
    assert later[1] is None
    assert re.search(r"/audio/en-GB/welcome-normal-[0-9a-f]{16}\.wav$", first[1])
    assert first[2] > 5
    assert first[3] is False


def test_slower_is_slower_and_silence_is_silent(page, address):
    page.add_init_script(LISTEN)
    call(page, address)
    page.get_by_role("button", name="Slower").click()
    page.get_by_role("button", name="Sound").click()

    assert page.evaluate("[sounds[0].playbackRate, sounds[0].muted, sounds[0].preservesPitch]") == [0.75, True, True]
    page.get_by_role("button", name="Slower").click()
    page.get_by_role("button", name="Sound").click()
    assert page.evaluate("[sounds[0].playbackRate, sounds[0].muted]") == [1, False]


def test_a_pause_holds_the_voice_and_the_wait(page, address):
    page.add_init_script(LISTEN)
    call(page, address)
    until(page, "sounds[0].currentTime > 0.2")
    page.get_by_role("button", name="Pause").click()
    held = page.evaluate("sounds[0].currentTime")
    page.wait_for_timeout(600)

    assert page.evaluate("[sounds[0].currentTime, sounds[0].paused]") == [held, True]
    assert page.locator("#status").inner_text() == "Paused. Nothing runs out."
    page.get_by_role("button", name="Go on").click()
    until(page, "held => sounds[0].currentTime > held", arg=held)


def test_a_key_goes_on_after_a_pause(page, address):
    page.add_init_script(LISTEN)
    call(page, address)
    page.get_by_role("button", name="Pause").click()
    page.keyboard.press("4")
    place(page, "contact")
    until(page, "!sounds[0].paused && sounds[0].currentTime > 0.2")

    assert page.locator("#pause").inner_text() == "Pause"
    page.keyboard.press("0")
    state(page, "Ringing a person")
    page.get_by_role("button", name="Pause").click()
    state(page, "Paused.")
    page.get_by_role("button", name="Go on").click()

    assert page.locator("#status").inner_text() == "Ringing a person …"


def test_hear_again_says_the_same_once_more_and_asks_nothing_of_the_line(page, address):
    call(page, address)
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/phone/" in request.url else None)
    before = page.locator("#captions").inner_text()
    page.get_by_role("button", name="Hear again").click()
    until(page, "document.querySelectorAll('#log .said').length === 1")

    assert page.locator("#captions").inner_text() == before
    assert asked == []


def test_a_whole_callback_by_keyboard_alone(own, own_address, page):
    before = len(requests_of(own))
    page.goto(f"{own_address}/phone")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the telephone"
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    said(page, "Hello.")
    assert page.evaluate("document.activeElement.id") == "handset"
    keys(page, *TO_MESSAGE, ("2", "after callback"))
    assert len(requests_of(own)) == before + 1
    page.keyboard.press("3")
    said(page, "Goodbye")
    state(page, "The line has hung up.")

    assert page.evaluate("document.activeElement.id") in {"dial", "handset"}
    assert page.get_by_role("button", name="Call", exact=True).is_visible()
    assert requests_of(own)[-1].best_time == "afternoon"


def test_keys_by_mouse_and_by_touch(browser, address):
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    page = context.new_page()
    call(page, address)
    page.get_by_role("button", name="4", exact=True).tap()
    place(page, "contact")
    page.get_by_role("button", name="Star: again").click()
    until(page, "document.querySelectorAll('#log .did').length === 2")
    context.close()


def test_keys_pressed_in_a_row_are_all_heard(own_address, page):
    call(page, own_address)
    for key in "411":
        page.keyboard.press(key)
    place(page, "ask council")

    assert page.locator("#log .did").all_inner_texts() == ["You:\n4", "You:\n1", "You:\n1"]


def test_a_number_is_keyed_to_its_end(own, own_address, page):
    page.add_init_script(HURRY)
    page.goto(f"{own_address}/phone")
    page.get_by_text("Who calls, when, and what goes wrong").click()
    page.get_by_label("Who calls").select_option("withheld")
    page.get_by_role("button", name="Call", exact=True).click()
    said(page, "Hello.")
    keys(page, ("4", "contact"), ("1", "callback number"))
    said(page, "hash")
    for key in "02079460018":
        page.keyboard.press(key)
    state(page, "02079460018")
    keys(page, ("#", "callback check"), ("1", "ask council"))

    assert requests_of(own)[-1].phone == "+442079460018"


def test_keys_typed_into_words_press_nothing_and_the_shortcut_can_be_turned_off(page, address):
    call(page, address)
    words = page.get_by_label("Words, such as")
    words.fill("")
    words.press_sequentially("42")
    assert page.locator("#where-node").inner_text() == "main"
    page.get_by_text("Who calls, when, and what goes wrong").click()
    page.get_by_label("My keyboard’s 0 to 9").uncheck()
    page.locator("#handset").focus()
    page.keyboard.press("4")
    page.wait_for_timeout(300)

    assert page.locator("#log .did").count() == 0
    assert page.locator("#where-node").inner_text() == "main"


def test_a_ticked_box_takes_no_digits(page, address):
    page.add_init_script(HURRY)
    call(page, address)
    page.get_by_text("Who calls, when, and what goes wrong").click()
    page.get_by_label("Each request arrives twice").check()
    assert page.evaluate("document.activeElement.type") == "checkbox"
    page.keyboard.press("4")
    place(page, "contact")


def test_words_are_typed_where_the_browser_has_no_ear(page, address):
    page.add_init_script(HURRY)
    page.add_init_script("delete window.webkitSpeechRecognition; delete window.SpeechRecognition;")
    call(page, address)
    assert page.get_by_role("button", name="Speak").is_hidden()
    until(page, "document.getElementById('captions').children.length > 1", timeout=20_000)
    page.get_by_label("Words, such as").fill("call me back")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('#log .did')?.textContent.includes('call me back')")

    assert page.locator("#where-node").inner_text() != ""


def test_words_that_the_line_does_not_take_are_kept(page, address):
    page.goto(f"{address}/phone")
    words = page.get_by_label("Words, such as")
    words.fill("call me back")
    page.keyboard.press("Enter")
    state(page, "There is no call yet. Press Call first.")

    assert words.input_value() == "call me back"


def test_no_silence_runs_while_words_are_typed(page, address):
    page.add_init_script(HURRY)
    page.clock.install()
    call(page, address)
    state(page, "Your turn.")
    words = page.get_by_label("Words, such as")
    words.fill("call me ba")
    page.clock.run_for(30_000)
    assert "(silence)" not in page.locator("#log").text_content()
    words.fill("")
    page.clock.run_for(11_000)
    said(page, "(silence)")


def test_words_are_spoken_where_it_has_one(page, address):
    page.add_init_script(HURRY)
    page.add_init_script(f"delete window.SpeechRecognition; {EAR}")
    call(page, address)
    until(page, "document.getElementById('captions').children.length > 1", timeout=20_000)
    with page.expect_request("**/phone/act") as asked:
        page.get_by_role("button", name="Speak").click()

    wish = asked.value.post_data_json["wish"]
    assert (wish["kind"], wish["words"], wish["confidence"]) == ("say", "call me back", 0.93)


def test_a_message_is_recorded_heard_again_and_never_sent(own, own_address, page):
    page.add_init_script(LISTEN)
    call(page, own_address)
    sent = []
    page.on("request", lambda request: sent.append(len(request.post_data or "")))
    keys(page, *TO_MESSAGE)
    page.keyboard.press("1")
    state(page, "The line is recording.")
    page.wait_for_timeout(2500)
    page.get_by_role("button", name="Finish").click()
    place(page, "message check")
    page.keyboard.press("2")
    until(page, "sounds.some(one => one.currentSrc.startsWith('blob:') && one.currentTime > 0.1)", timeout=20_000)

    assert page.evaluate("document.activeElement !== document.body")
    assert max(sent) < 20_000
    assert requests_of(own)[-1].reference


def test_a_message_is_typed_where_there_is_no_microphone(own_address, page):
    page.add_init_script(HURRY)
    page.add_init_script(NO_MICROPHONE)
    call(page, own_address)
    keys(page, *TO_MESSAGE)
    page.keyboard.press("1")
    state(page, "The line is recording.")
    typed = page.get_by_label("Type what you would say")
    typed.wait_for()
    assert page.evaluate("document.activeElement.id") == "typed-words"
    typed.fill("Please ring after four about my son’s school")
    page.get_by_role("button", name="Finish").click()
    place(page, "message check")
    page.keyboard.press("2")
    said(page, "(your message)")


def test_nothing_typed_is_nothing_recorded(own_address, page):
    page.add_init_script(HURRY)
    page.add_init_script(NO_MICROPHONE)
    call(page, own_address)
    keys(page, *TO_MESSAGE)
    page.keyboard.press("1")
    state(page, "The line is recording.")
    page.get_by_role("button", name="Finish").click()

    until(page, "document.getElementById('where-node').textContent !== 'record'")
    assert "(silence)" in page.locator("#log").inner_text()


def test_a_person_is_rung_and_the_caller_may_leave_while_it_rings(page, address):
    page.add_init_script(HURRY)
    call(page, address)
    page.keyboard.press("0")
    state(page, "Ringing a person")
    page.get_by_role("button", name="Hang up").click()
    state(page, "You hung up.")

    assert page.locator("#where-none").inner_text() == "The call is over."


def test_a_second_click_on_call_does_not_hang_up(page, address):
    page.goto(f"{address}/phone")
    page.get_by_role("button", name="Call", exact=True).dblclick()
    said(page, "Hello.")

    assert page.get_by_role("button", name="Hang up").is_visible()


@pytest.mark.parametrize("seconds", [0, 2])
def test_a_call_that_is_given_up_before_it_is_answered_is_hung_up(page, address, seconds):
    page.route("**/phone/dial", lambda asked: (page.wait_for_timeout(seconds * 1000), asked.continue_()))
    page.goto(f"{address}/phone")
    done = []
    page.on("request", lambda asked: done.append(asked.post_data_json["wish"]) if asked.url.endswith("/act") else None)
    page.get_by_role("button", name="Call", exact=True).click()
    page.wait_for_timeout(700)
    page.get_by_role("button", name="Hang up").click()
    state(page, "You hung up.")
    page.wait_for_timeout(2500)

    assert done == [{"kind": "hang_up", "seconds": 0}]
    assert page.locator("#status").inner_text() == "You hung up."
    assert page.get_by_role("button", name="Call", exact=True).is_visible()
    assert page.locator("#captions p").count() == 0


def _hold_enter(page, times=6):
    """Enter held down: the keyboard repeats it."""
    for _ in range(times):
        page.keyboard.down("Enter")
        page.wait_for_timeout(120)
    page.keyboard.up("Enter")


def test_a_held_enter_is_one_press(page, address):
    page.add_init_script(HURRY)
    call(page, address)
    asked = []
    page.on(
        "request", lambda one: asked.append(one.post_data_json) if "/act" in one.url or "/dial" in one.url else None
    )
    page.locator(".key[data-key='4']").focus()
    _hold_enter(page)
    place(page, "contact")
    page.get_by_role("button", name="Hang up").focus()
    _hold_enter(page, 12)
    state(page, "You hung up.")

    assert [one.get("wish", {}).get("kind") for one in asked] == ["press", "hang_up"]


def test_trouble_on_the_line_is_shown_behind_it(page, address):
    page.add_init_script(HURRY)
    call(page, address)
    page.get_by_text("Who calls, when, and what goes wrong").click()
    page.get_by_label("The line answers too late").check()
    page.locator("#handset").focus()
    page.keyboard.press("4")
    said(page, "This line has a fault.")

    assert "did not answer within 15 seconds" in page.locator("#behind-list").inner_text()
    assert faults(page) == []


@pytest.mark.parametrize("typed", ["", "badger", "0770"])
def test_a_wrong_number_is_said_where_it_is_written_before_it_rings(page, address, typed):
    page.goto(f"{address}/phone")
    asked = []
    page.on("request", lambda one: asked.append(one.url) if one.url.endswith("/dial") else None)
    page.get_by_text("Who calls, when, and what goes wrong").click()
    page.get_by_label("Who calls", exact=True).select_option("own")
    number = page.get_by_label("The number that calls")
    number.fill(typed)
    page.get_by_text("Who calls, when, and what goes wrong").click()
    page.get_by_role("button", name="Call", exact=True).click()
    assert page.get_by_text("Write the number that rings").is_visible()
    assert page.evaluate("document.activeElement.id") == "number"
    assert number.get_attribute("aria-invalid") == "true"
    assert (asked, faults(page)) == ([], [])
    number.fill("07700 900456")
    assert page.get_by_text("Write the number that rings").is_hidden()
    page.get_by_role("button", name="Call", exact=True).click()
    said(page, "Hello.")


def test_in_mid_call_links_open_in_a_new_tab_and_say_so(page, address):
    call(page, address)
    links = page.locator(".top a:not(.skip, [aria-current]), #where-link:visible")
    assert links.count() >= 4
    for link in links.all():
        assert link.get_attribute("target") == "_blank"
        assert "(opens in a new tab)" in link.text_content()
    with page.context.expect_page() as opened:
        page.locator("#where-link").click()
    assert "/script#node-main" in opened.value.url
    assert page.get_by_role("button", name="Hang up").is_visible()
    page.get_by_role("button", name="Hang up").click()
    state(page, "You hung up.")
    assert page.locator(".apart").count() == 0
    assert page.locator("a[target=_blank]").count() == 0


def test_a_line_that_went_away_is_said_so(own, page, console):
    with served(own) as there:
        call(page, there)
    page.keyboard.press("4")
    state(page, "The line was not reached.")
    page.get_by_role("button", name="Hang up").click()
    state(page, "Is it still running?")

    assert page.get_by_role("button", name="Call", exact=True).is_visible()
    assert {"ERR_CONNECTION" in told for told in console} == {True}
    console.clear()


def test_one_lost_answer_ends_no_call(page, address, console):
    page.add_init_script(HURRY)
    call(page, address)
    page.route("**/phone/act", lambda route: route.abort(), times=1)
    page.keyboard.press("4")
    state(page, "The line was not reached. Try again, or hang up.")
    page.wait_for_timeout(500)  # a key that was pressed takes its time to look as before
    assert faults(page) == []
    page.get_by_role("button", name="Try again").click()
    place(page, "contact")

    assert page.get_by_role("button", name="Hang up").is_visible()
    assert page.evaluate("document.activeElement.id") == "handset"
    assert "ERR_FAILED" in console.pop()


@pytest.mark.parametrize("name", ["Pause", "Hear again"])
def test_the_focus_stays_where_it_is_while_the_line_is_asked(page, address, name):
    page.goto(f"{address}/phone")
    page.get_by_role("button", name="Call", exact=True).click()
    said(page, "Hello.")
    page.get_by_role("button", name=name).focus()
    page.keyboard.press("4")
    state(page, "The line is speaking.")
    place(page, "contact")

    assert page.evaluate("document.activeElement.textContent") == name


def test_a_replay_is_taken_over_before_the_line_has_answered(page, address, tmp_path):
    page.add_init_script(HURRY)
    choose(page, address, tmp_path / "call.yaml", "story: A call.\nsteps:\n  - press: '2'\n")
    page.get_by_role("button", name="Replay it").click()
    page.get_by_role("button", name="Stop, and go on myself").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "handset"
    state(page, "Your turn.")
    page.keyboard.press("4")
    place(page, "contact")


def test_a_quick_replay_is_without_sound_to_its_end(page, address, tmp_path):
    page.add_init_script(LISTEN)
    steps = "story: A call.\nsteps:\n  - press: '2'\n  - hears_prompt: ways.ask\n"
    choose(page, address, tmp_path / "call.yaml", steps)
    page.get_by_label("Quickly, without the sound").check()
    page.get_by_role("button", name="Replay it").click()
    page.get_by_text("The call went as it was saved.").wait_for()
    state(page, "Your turn.")

    assert page.evaluate("sounds.filter((one) => one.currentSrc).length") == 0


@pytest.mark.parametrize("size", [30_000, 100_000])
def test_a_file_that_is_too_large_is_said_so(page, address, tmp_path, size):
    choose(page, address, tmp_path / "call.yaml", "#" * size)
    page.get_by_text("The file is too large for a saved call.").wait_for()

    assert page.get_by_role("button", name="Replay it").is_disabled()


def test_a_call_is_saved_and_replayed(own_address, page, tmp_path):
    call(page, own_address)
    keys(page, ("2", "ways"), ("#", "main"))
    page.get_by_role("button", name="Hang up").click()
    state(page, "You hung up.")
    page.get_by_text("Save this call, or replay a saved one").click()
    page.get_by_label("What happens, in one sentence").fill("A parent asks about mediation.")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the call").click()
    file = tmp_path / "call.yaml"
    saved.value.save_as(file)
    assert 'story: "A parent asks about mediation."' in file.read_text("utf-8")

    page.get_by_label("A saved call").set_input_files(file)
    page.get_by_text("A parent asks about mediation. It has").wait_for()
    page.get_by_label("Quickly, without the sound").check()
    page.get_by_role("button", name="Replay it").click()
    page.get_by_text("The call went as it was saved.").wait_for()
    assert page.locator("#checks .wrong").count() == 0
    assert page.locator("#checks .right").count() >= 3

    lie = tmp_path / "lie.yaml"
    lie.write_text("story: It lies.\nsteps:\n  - press: '2'\n  - hears: badgers\n")
    page.get_by_label("A saved call").set_input_files(lie)
    page.get_by_text("It lies. It has 2 steps.").wait_for()
    page.get_by_role("button", name="Replay it").click()
    page.get_by_text("The call went another way in 1 place.").wait_for()
    assert "did not hear 'badgers'" in page.locator("#checks .wrong").inner_text()
    assert faults(page) == []


def test_a_replay_with_sound_can_be_taken_over(page, address, tmp_path):
    page.add_init_script(LISTEN)
    steps = "story: Slowly.\nsteps:\n  - press: '2'\n  - hears_prompt: ways.ask\n  - press: '1'\n"
    choose(page, address, tmp_path / "call.yaml", steps)
    page.get_by_role("button", name="Replay it").click()
    until(page, "sounds[0].currentTime > 0.2")
    page.get_by_role("button", name="Stop, and go on myself").click()
    until(page, "document.getElementById('log').children.length > 0")
    page.locator("#handset").focus()
    said(page, "You have four choices")
    page.keyboard.press("4")
    place(page, "contact")


def test_a_file_that_is_no_call_is_explained(page, address, console, tmp_path):
    choose(page, address, tmp_path / "call.yaml", "story: It lies.\nsteps:\n  - dance: yes\n")
    page.get_by_text("unknown step 'dance'").wait_for()

    assert page.get_by_role("button", name="Replay it").is_disabled()
    assert "400" in console.pop()


# For everybody


@LOOKS
def test_no_rule_of_access_is_broken_in_any_state(own_address, page):
    page.add_init_script(HURRY)
    page.add_init_script(NO_MICROPHONE)
    page.goto(f"{own_address}/phone")
    found = {"ready": faults(page)}
    for summary in page.locator("summary").all():
        summary.click()
    page.get_by_label("Who calls", exact=True).select_option("own")
    found["open"] = faults(page)
    page.get_by_label("Who calls", exact=True).select_option("withheld")
    page.get_by_role("button", name="Call", exact=True).click()
    said(page, "Hello.")
    found["speaking"] = faults(page)
    page.get_by_role("button", name="Pause").click()
    found["paused"] = faults(page)
    page.get_by_role("button", name="Go on").click()
    page.locator("#handset").focus()
    page.keyboard.press("0")
    state(page, "Ringing a person")
    found["ringing"] = faults(page)
    page.get_by_role("button", name="Hang up").click()
    state(page, "You hung up.")
    found["over"] = faults(page)
    _is_recording(page)
    found["recording"] = faults(page)

    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert _wide(page) <= page.viewport_size["width"]


def _is_recording(page):
    page.get_by_label("Who calls", exact=True).select_option("+447700900123")
    page.wait_for_timeout(600)  # Call stands where Hang up stood: a click so soon after that is not for it
    page.get_by_role("button", name="Call", exact=True).click()
    said(page, "Hello.")
    keys(page, *TO_MESSAGE)
    page.keyboard.press("1")
    page.get_by_label("Type what you would say").wait_for()


def _wide(page):
    return page.evaluate("document.documentElement.scrollWidth")


def test_a_locked_phone_breaks_no_rule(browser, address):
    context = browser.new_context(extra_http_headers={"X-Forwarded-For": "192.0.2.1"})
    page = context.new_page()
    page.goto(f"{address}/phone")

    assert page.locator("h1").inner_text() == "This phone is locked"
    assert faults(page) == []
    context.close()


@pytest.mark.parametrize("page", [{"viewport": {"width": 320, "height": 800}}, {}], indirect=True)
def test_everything_that_is_pressed_is_large_enough(page, address):
    page.goto(f"{address}/phone")
    for summary in page.locator("summary").all():
        summary.click()
    small = page.evaluate(
        "[...document.querySelectorAll('button, select, textarea, summary, .top a, input, label.check')]"
        ".filter(one => one.type !== 'checkbox' && one.getClientRects().length)"
        ".map(one => [one.id || one.textContent.trim(), one.getBoundingClientRect()])"
        ".filter(([, box]) => box.height < 44 || box.width < 44).map(([name, box]) => [name, box.width, box.height])"
    )

    assert small == []


@pytest.mark.parametrize("page", [{"viewport": {"width": 320, "height": 256}}], indirect=True)
def test_everything_is_reached_by_tab_and_shows_that_it_is(page, address):
    call(page, address)
    page.get_by_role("button", name="Pause").click()
    wanted = page.evaluate(
        "[...document.querySelectorAll('#with button, #with input, #with a, #with summary, #captions')]"
        ".filter(one => one.checkVisibility() && !one.disabled).length"
    )
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    page.locator("h1").click()
    seen = []
    for _ in range(wanted + 12):
        page.keyboard.press("Tab")
        at = page.evaluate(
            "(() => { const one = document.activeElement, how = getComputedStyle(one);"
            " const box = one.getBoundingClientRect();"
            " return [one.id || one.textContent.trim(), how.outlineStyle, parseFloat(how.outlineWidth),"
            " Boolean(one.closest('#with')), box.bottom > 0 && box.top < innerHeight] })()"
        )
        if at[3]:
            assert (at[1], at[4]) == ("solid", True), at
            assert at[2] >= 3, at
            seen.append(at[0])

    assert len(set(seen)) == wanted


def test_the_newest_words_stay_in_sight_when_it_is_your_turn(page, address):
    page.add_init_script(HURRY)
    call(page, address)
    state(page, "Your turn.")
    page.wait_for_timeout(100)
    hidden = page.evaluate(
        "(({ scrollHeight, scrollTop, clientHeight }) => [scrollHeight > clientHeight,"
        " scrollHeight - scrollTop - clientHeight])(document.getElementById('captions'))"
    )

    assert hidden[0]
    assert hidden[1] < 2


def test_screen_readers_are_told_each_sentence_once(page, address):
    page.add_init_script(HURRY)
    call(page, address)
    until(page, "document.getElementById('captions').children.length > 1", timeout=20_000)
    live = page.evaluate(
        "[...document.querySelectorAll('[aria-live], [role=status], [role=log], [role=alert]')]"
        ".filter(one => one.getAttribute('aria-live') !== 'off').map(one => [one.id, one.innerText])"
    )
    sentence = page.locator("#captions p").first.inner_text()

    assert [name for name, text in live if sentence in text] == ["captions"]
    assert page.locator("#log").inner_text().count(sentence) == 0
    page.get_by_label("My screen reader reads").uncheck()
    assert page.locator("#captions").get_attribute("aria-live") == "off"


@pytest.mark.parametrize("page", [{"reduced_motion": "reduce"}], indirect=True)
def test_nothing_moves_for_those_who_want_no_motion(page, address):
    page.goto(f"{address}/phone")

    assert (
        page.evaluate(
            "[...document.querySelectorAll('*')].filter(one => { const how = getComputedStyle(one);"
            " return how.animationName !== 'none' || parseFloat(how.transitionDuration) > 0 }).length"
        )
        == 0
    )


@pytest.mark.parametrize("page", [{"forced_colors": "active"}], indirect=True)
def test_forced_colours_keep_the_phone_in_sight(page, address):
    call(page, address)
    edges = page.evaluate(
        "['.handset', '.screen', '#hang-up', '.key', '#slower'].map(name =>"
        " parseFloat(getComputedStyle(document.querySelector(name)).borderTopWidth))"
    )

    assert min(edges) >= 1
    assert faults(page) == []
    page.locator(".key.works").first.focus()
    page.keyboard.press("Tab")
    ring = page.evaluate(
        "(how => [how.outlineStyle, parseFloat(how.outlineOffset)])(getComputedStyle(document.activeElement))"
    )
    assert ring[0] == "dashed", "focus looks like a key that works"
    assert ring[1] > 0


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_without_javascript_it_says_so_and_how_to_go_on(page, address):
    page.goto(f"{address}/phone")

    assert page.get_by_text("This phone needs JavaScript.").is_visible()
    assert page.get_by_text(".venv/bin/ivr call").is_visible()
    assert page.get_by_role("button").count() == 0


def test_the_first_minute_of_a_newcomer(own, own_address, page):
    before = len(requests_of(own))
    began = time.monotonic()
    page.goto(f"{own_address}/")
    page.get_by_role("link", name="Hear the line").click()
    page.get_by_role("button", name="Call", exact=True).click()
    said(page, "Hello.")
    page.wait_for_timeout(5000)
    told = page.context.new_page()
    told.goto(f"{own_address}/")
    steps = told.locator(".steps kbd").all_inner_texts()
    told.close()
    for key in steps:
        page.keyboard.press(key)
        page.wait_for_timeout(1500)
    said(page, "I have your request")
    page.get_by_role("button", name="Hang up").click()
    waiting = requests_of(own)

    assert len(steps) == 3
    assert len(waiting) == before + 1
    assert (waiting[-1].phone, waiting[-1].status) == ("+447700900123", "new")
    assert time.monotonic() - began < 60
