"""Calls from the page without a browser: what it is told, what the line keeps, whichever worker answers."""

import os
import time
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask

from ivr.factory import phone_parts
from ivr.prompts.load import Watched, load
from ivr.prompts.yaml_text import data_of, parse
from ivr.rehearsal.browser import replays
from ivr.rehearsal.browser.carried import LONGEST
from ivr.rehearsal.browser.web import phone_pages
from ivr.rehearsal.browser.wishes import CALLERS, FAULTS, RANG, TRANSFERS
from ivr.rehearsal.dialog import read_dialog
from ivr.rehearsal.practice import practice
from ivr.rehearsal.reach import in_this_process
from ivr.rehearsal.replay import play
from ivr.rehearsal.transfer import OUTCOMES
from ivr.store import Store
from tests.phone_page.served import HERE, Page, app_of, close, config_of, requests_of
from tests.phone_page.test_gate import REAL
from tests.rehearsal.line import empty_database, real_line

TOP = Path(__file__).resolve().parents[2]
STORIES = sorted((TOP / "tests" / "calls").glob("*.yaml"))
OWN = "+447700900123"
CALLBACK = ("4", "1", "1", "1", "2", "2", "2", "2")
"""From the main menu to the end of a callback request, by keys: own number, north, afternoon, no to the rest."""
HALF = "A letter of this cannot be read. Please write it again."


@pytest.fixture
def alone(tmp_path):
    """A line of this test's own."""
    made = app_of(tmp_path)
    yield made
    close(made)


@pytest.fixture
def page(alone):
    return Page(alone.test_client()).open()


def test_a_callback_request_by_keys_is_in_the_queue(alone, page):
    page.dial()
    assert page.node == "main"
    page.press(*CALLBACK)

    assert [(one.phone, one.council, one.best_time) for one in requests_of(alone)] == [(OWN, "north", "afternoon")]
    assert requests_of(alone)[0].reference in page.heard.replace(" ", "")


def test_what_is_heard_is_the_lines_real_voice(alone, page):
    plays = page.dial().told["plays"]
    clips = [one for one in plays if one["kind"] == "clip"]

    assert len(clips) >= 5
    for one in clips:
        with alone.test_client().get(one["path"]) as sound:
            assert (sound.status_code, sound.mimetype) == (200, "audio/wav")
            # Mu-law: one byte is one of 8,000 samples a second.
            assert abs(len(sound.get_data()) / 8000 - one["seconds"]) < 0.1
    assert [one["stops"] for one in plays] == sorted(one["stops"] for one in plays)


def test_any_worker_goes_on_with_any_call(tmp_path):
    workers = [app_of(tmp_path) for _ in range(3)]
    page = Page(workers[0].test_client()).open()
    page.client = workers[1].test_client()
    page.dial()
    for number, key in enumerate(CALLBACK):
        page.client = workers[number % 3].test_client()
        page.press(key)
    found = requests_of(workers[0])
    for worker in workers:
        close(worker)

    assert [(one.phone, one.best_time) for one in found] == [(OWN, "afternoon")]


def test_the_same_step_sent_twice_keeps_one_request(alone, page):
    page.dial().press("4", "1")
    call = page.told["call"]
    first = page.post("act", call=call, wish={"kind": "press", "keys": "1"}).get_json()
    second = page.post("act", call=call, wish={"kind": "press", "keys": "1"}).get_json()

    assert first["plays"] == second["plays"]
    assert len(requests_of(alone)) == 1


def test_a_caller_speaks_and_is_understood(phone):
    phone.dial().do("say", words="I want to be called back", confidence=0.9)

    assert phone.node == "contact"


def test_nothing_said_is_nothing_the_line_gets_wrong(phone):
    assert phone.dial().do("wait").node == "main"
    assert phone.told["where"]["tries"] == 1


def test_a_hidden_number_is_asked_for_and_keyed(alone, page):
    page.dial(caller="withheld").press("4", "1")
    assert page.told["listens"]["digits"] == 0
    assert page.told["listens"]["finish"] == "#"
    page.do("press", keys="02079460018#").press("1")

    assert [one.phone for one in requests_of(alone)] == ["+442079460018"]


@pytest.mark.parametrize(
    ("typed", "phone"),
    [("07700 900456", "+447700900456"), ("01632 960 456", None), ("+44 7700-900456", "+447700900456")],
)
def test_another_number_is_taken_as_people_write_it(alone, page, typed, phone):
    page.dial(caller="own", number=typed).press("4", "1")
    carried = page.told["where"]["node"]
    if phone:
        page.press("1")
        assert requests_of(alone)[-1].phone == phone
    assert carried in {"callback-own", "callback-number"}


def test_the_clock_is_the_one_chosen(alone, page):
    page.dial(now="2026-12-24T10:30").press("4", "1", "1")

    # Two working days after Christmas Eve: past Christmas Day, Boxing Day (kept on Monday) and the days between.
    assert requests_of(alone)[0].due == date(2026, 12, 30)


@pytest.mark.parametrize(
    ("how", "node"),
    [("conversation", "after-person"), ("busy", "nobody"), ("no-answer", "nobody"), ("failed", "nobody")],
)
def test_a_transfer_ends_as_chosen(phone, how, node):
    phone.dial(transfer=how).press("0")
    assert phone.told["listens"] == {"kind": "ring", "how": TRANSFERS[how]}
    phone.do("ring")

    assert [one["how"] for one in phone.told["plays"] if one["kind"] == "ring"] == [RANG[how]]
    assert phone.node == node


def test_a_caller_may_hang_up_while_it_rings(phone):
    phone.dial().press("0").do("hang_up")

    assert phone.told["ended"] == "caller"
    assert phone.told["listens"] == {"kind": ""}


def test_a_message_is_left_and_heard_again_by_its_name(alone, page):
    page.dial().press("4", "1", "1", "1", "2", "2", "2", "1")
    assert page.told["listens"]["kind"] == "record"
    assert page.told["plays"][-1]["kind"] == "beep"
    page.do("message", seconds=7.4, key="#")
    sid = page.told["recorded"]
    page.press("2")

    assert [one["sid"] for one in page.told["plays"] if one["kind"] == "message"] == [sid]
    assert sid.startswith("RE")
    assert len(requests_of(alone)) == 1


def test_no_more_can_be_done_once_the_call_is_over(phone):
    phone.dial().do("hang_up")
    answer = phone.post("act", call=phone.told["call"], wish={"kind": "press", "keys": "1"})

    assert answer.status_code == 409
    assert answer.get_json()["problem"].startswith("That cannot be done now")


# Trouble on the line


def test_an_answer_that_comes_too_late_is_a_fault_that_the_caller_hears_of(phone):
    phone.dial().faults = ("late",)
    phone.press("4")

    assert {"kind": "quiet", "caption": "", "seconds": 15.0, "stops": False} in phone.told["plays"]
    assert "This line has a fault" in phone.heard
    assert phone.node == ""
    assert "did not answer within 15 seconds" in phone.told["refused"][0]
    assert phone.told["listens"]["kind"] == "ring"


def test_requests_that_come_twice_and_late_change_nothing(alone, page):
    page.faults = ("twice",)
    page.dial().press(*CALLBACK)
    page.do("hang_up")

    assert [one.best_time for one in requests_of(alone)] == ["afternoon"]


def test_news_that_is_lost_never_reaches_the_line(tmp_path):
    kept = {}
    for faults in ((), ("lost",)):
        app = app_of(tmp_path / str(len(faults)))
        page, posted = Page(app.test_client(), faults).open(), []
        wsgi = app.wsgi_app
        app.wsgi_app = lambda environ, start, posted=posted, wsgi=wsgi: (
            posted.append(environ["PATH_INFO"]),
            wsgi(environ, start),
        )[1]
        page.dial().press("4", "1", "1", "1", "2", "2", "2", "1").do("message", seconds=7, key="#").do("hang_up")
        kept[faults] = {path for path in posted if path in {"/voice/status", "/voice/recording"}}
        assert len(requests_of(app)) == 1
        close(app)

    assert kept == {(): {"/voice/status", "/voice/recording"}, ("lost",): set()}


def test_a_busy_database_loses_nothing_and_the_caller_is_not_lied_to(alone, page):
    page.dial().press("4", "1").faults = ("busy",)
    began = time.monotonic()
    page.press("1")

    assert time.monotonic() - began > 0.5, "the database was not busy"
    page.faults = ()
    promised = "I have your request" in page.heard
    if promised:
        assert _comes_true(lambda: [one.phone for one in requests_of(alone)] == [OWN])
    else:
        assert page.node in {"callback-failed", "nobody"} or page.told["listens"]["kind"] == "ring"


def _comes_true(holds, seconds=10):
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.1)
    return holds()


# Bad input


@pytest.mark.parametrize(
    "wishes",
    [
        {"caller": "own", "number": "badger"},
        {"caller": "own", "number": ""},
        {"caller": "+44'; drop"},
        {"caller": 7},
        {"transfer": "forever"},
        {"transfer": ["busy"]},
        {"now": "yesterday"},
        {"now": "2026-13-41T99:00"},
        {"caller": "x" * 100},
        {"faults": ["fire"]},
        {"faults": "late"},
        {"faults": [["late"]]},
        {"story": "no: dialog"},
        {"story": "a: [\n"},
        {"story": 7},
        {"story": "x" * 30_000},
    ],
)
def test_a_wish_that_cannot_be_is_answered_with_what_to_do(phone, wishes):
    answer = phone.client.post("/phone/dial", json={"page": phone.token, **wishes}, headers=HERE)

    assert answer.status_code == 400, answer.get_json()
    assert len(answer.get_json()["problem"]) > 10


@pytest.mark.parametrize(
    "wish",
    [
        None,
        [],
        {"kind": "fly"},
        {"kind": "press", "keys": "A"},
        {"kind": "press", "keys": ""},
        {"kind": "press", "keys": "1" * 99},
        {"kind": "press", "keys": "1", "after": -1},
        {"kind": "press", "keys": "1", "after": "soon"},
        {"kind": "press", "keys": "1", "after": True},
        {"kind": "say", "words": ""},
        {"kind": "say", "words": "x" * 501},
        {"kind": "say", "words": "hello", "confidence": 7},
        {"kind": "message", "seconds": 5},
        {"kind": "message", "seconds": 5, "key": "##"},
        {"kind": "ring"},
        {"kind": "hang_up", "seconds": 10**9},
    ],
)
def test_what_no_caller_can_do_now_is_refused_and_the_call_goes_on(phone, wish):
    phone.dial()
    answer = phone.post("act", call=phone.told["call"], wish=wish)

    assert answer.status_code in {400, 409}, answer.get_json()
    assert answer.get_json()["problem"].endswith(".")
    assert phone.press("4").node == "contact"


def test_captions_are_the_words_that_are_said_and_only_digits_alone_are_figures(phone):
    assert "Please press one of these keys." in phone.dial().press("9", "9").heard


@pytest.mark.parametrize("now", ["0001-01-01T00:05", "9999-12-31T23:59:59-12:00", "1999-12-31T23:59", "tomorrow"])
def test_a_day_that_no_line_knows_is_refused_before_it_rings(phone, now):
    answer = phone.post("dial", page=phone.token, now=now)
    assert (answer.status_code, answer.get_json()["problem"][:7]) == (400, "Write a")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b'"x"', b'{"page": {}}'])
def test_a_body_that_is_nothing_is_refused(phone, body):
    answer = phone.client.post("/phone/dial", data=body, headers=HERE, content_type="application/json")

    assert answer.status_code == 400


@pytest.mark.parametrize("step", ["dial", "act", "next", "story", "save"])
@pytest.mark.parametrize("body", [b"[" * 20_000, b'{"page":' * 5_000, b'{"a":' + b"[" * 900 + b"]" * 900 + b"}"])
def test_a_body_nested_without_end_is_refused(phone, step, body):
    answer = phone.client.post(f"/phone/{step}", data=body, headers=HERE, content_type="application/json")

    assert answer.status_code == 400
    assert answer.get_json()["problem"].endswith(".")


@pytest.mark.parametrize("name", ["page", "story", "call", "told", "number", "now", "wish", "\ud800"])
@pytest.mark.parametrize("step", ["dial", "act", "next", "story", "save"])
def test_half_a_letter_is_refused(phone, step, name):
    phone.dial()
    whole = {"page": phone.token, "call": phone.told["call"], "wish": {"kind": "wait"}, "caller": "own"}
    answer = phone.post(step, **{**whole, name: {"kind": "say", "words": "\ud800"} if name == "wish" else "\ud800"})

    assert (answer.status_code, answer.get_json()["problem"]) == (400, HALF)
    assert phone.press("4").node == "contact"


def test_a_very_long_call_is_brought_to_an_end_and_what_was_left_is_kept(alone, page, monkeypatch):
    monkeypatch.setattr("ivr.rehearsal.browser.carried.MOST_STEPS", 10)
    page.dial().press("4", "1", "1")
    answers = [page.post("act", call=page.told["call"], wish={"kind": "press", "keys": "*"}) for _ in range(1)]
    while answers[-1].status_code == 200:
        answers.append(page.post("act", call=answers[-1].get_json()["call"], wish={"kind": "press", "keys": "*"}))

    assert "very long" in answers[-1].get_json()["problem"]
    assert len(requests_of(alone)) == 1


def test_a_call_that_rested_too_long_is_not_gone_on_with(phone, monkeypatch):
    phone.dial()
    monkeypatch.setattr("ivr.rehearsal.browser.carried.LONGEST", -1)

    answer = phone.post("act", call=phone.told["call"], wish={"kind": "wait"})
    assert answer.status_code == 400
    assert "rested too long" in answer.get_json()["problem"]


def test_a_call_in_the_middle_fits_what_a_page_may_carry(phone):
    phone.dial().press(*CALLBACK)

    assert len(phone.told["call"]) < 6000


# Saved calls


def test_a_saved_call_is_a_dialog_that_goes_the_same_way(tmp_path, page):
    page.dial(transfer="busy").press("0").do("ring")
    page.press("1").do("say", words="yes").do("wait").press("1", "2", "2", "2", "2", "3")
    text = page.saved("A caller's call; it is saved.")
    dialog = _dialog(text)
    (tmp_path / "second").mkdir()
    line = real_line(tmp_path / "second", empty_database(tmp_path / "second"))
    played = play(dialog, lambda: line.reach.call(dialog.caller, dialog.transfer, "1", dialog.now), line.reach.words)
    line.close()

    assert dialog.story == "A caller's call; it is saved."
    assert played.ended == "line"
    assert played.rang == ("+441604367125",)
    assert text.count("hears_prompt") >= 8


def test_a_saved_call_tells_which_trouble_it_was_made_with(phone):
    phone.dial().faults = ("twice",)
    phone.press("4")

    assert phone.saved().startswith("# Made with trouble on the line: twice.\n")
    assert _dialog(phone.saved()).now is not None


def test_a_saved_call_forgets_who_called_only_where_they_hid(phone):
    assert 'caller: "withheld"' in phone.dial(caller="withheld").saved()


def _dialog(text):
    tree, findings = parse(text.encode(), "saved")
    assert findings == []
    return read_dialog(data_of(tree))


@pytest.mark.parametrize("file", STORIES, ids=[file.stem for file in STORIES])
def test_every_sample_dialog_is_replayed_step_by_step(alone, page, file):
    text = file.read_text("utf-8")
    read = page.post("story", page=page.token, story=text).get_json()
    page.dial(story=text)
    checks = list(page.told["story"]["checks"])
    steps = 0
    while not page.told["story"]["over"]:
        page.next(text)
        checks += page.told["story"]["checks"]
        steps += 1

    assert [check["wrong"] for check in checks if check["wrong"]] == []
    ends = [check["what"] for check in checks if check["what"] in ("The end", "The queue")]
    assert ends == ["The end", "The queue"] if "queue:" in text else ["The end"]
    assert read["steps"] == steps + len(checks) - len(ends)
    assert requests_of(alone) == []
    assert page.post("next", call=page.told["call"], story=text).status_code == 400


@pytest.mark.parametrize(
    ("lie", "told"),
    [
        ("steps:\n  - press: '4'\n  - hears: badgers\n", "step 2: did not hear 'badgers'"),
        ("steps:\n  - press: '4'\n  - hears_prompt: no.such\n", "step 2: the line has no such words"),
        ("steps:\n  - never_hears: choices\n", "step 1: heard 'choices'"),
        ("steps:\n  - press: '0'\nrang: []\n", "rang ['+441604367125'], not []"),
        ("steps:\n  - hangs_up: true\nended: line\n", "ended by caller, not by the line"),
        ("steps:\n  - press: '411'\nqueue: []\n", "1 callback requests, not 0"),
        (
            "steps:\n  - press: '411'\nqueue: [{phone: '+447700900456'}]\n",
            "phone is '+447700900123', not '+447700900456'",
        ),
    ],
)
def test_where_a_call_goes_another_way_it_is_told(phone, lie, told):
    text = f"story: A lie.\n{lie}"
    phone.dial(story=text)
    wrong = [check["wrong"] for check in phone.told["story"]["checks"]]
    while not phone.told["story"]["over"]:
        phone.next(text)
        wrong += [check["wrong"] for check in phone.told["story"]["checks"]]

    assert told in " ".join(wrong)


SAVED = """\
story: A parent asks to be rung.
steps:
  - press: "411"
  - hears_prompt: callback.saved
  - hangs_up: true
queue: [{phone: "+447700900123"}]
"""


def replayed(page, text):
    page.dial(story=text)
    checks = list(page.told["story"]["checks"])
    while not page.told["story"]["over"]:
        page.next(text)
        checks += page.told["story"]["checks"]
    return [check["wrong"] for check in checks if check["wrong"]]


def test_what_was_asked_for_before_does_not_change_how_a_replay_goes(alone, page):
    """The same number asked a minute ago, and in the replay before: each replay begins with an empty queue."""
    page.dial().press(*"411")
    before = requests_of(alone)
    assert replayed(page, SAVED) == replayed(page, SAVED) == []
    assert len(before) == 1
    assert requests_of(alone) == before
    page.dial().press(*"411")
    assert page.node != "callback-own"
    assert len(requests_of(alone)) == 1, "the line itself goes on to merge"


def test_any_worker_goes_on_with_a_replay_and_with_many_at_once(tmp_path):
    workers = [app_of(tmp_path) for _ in range(2)]
    pages = [Page(workers[0].test_client()).open().dial(story=SAVED) for _ in range(replays.OPEN + 2)]
    for worker in (1, 0, 1):
        for page in pages:
            page.client = workers[worker].test_client()
            if not page.told["story"]["over"]:
                page.next(SAVED)
            assert [check["wrong"] for check in page.told["story"]["checks"] if check["wrong"]] == []
    assert all(page.told["story"]["over"] for page in pages)
    for worker in workers:
        [held] = [one.__self__ for one in worker.extensions["switchboard"].closing if one.__name__ == "close"]
        assert 1 <= len(held._lines) <= replays.OPEN
        close(worker)
        assert not held._lines


def test_a_replay_that_nobody_can_go_on_with_is_deleted(alone, page, tmp_path):
    page.dial(story=SAVED)
    [old] = (tmp_path / replays.FOLDER).iterdir()
    close(alone)
    long_ago = time.time() - 2 * LONGEST - 60
    os.utime(old, (long_ago, long_ago))
    again = Page(app_of(tmp_path).test_client()).open().dial(story=SAVED)
    assert [folder for folder in (tmp_path / replays.FOLDER).iterdir() if folder == old] == []
    gone = again.post("next", call=page.told["call"], story=SAVED)
    assert gone.status_code == 400
    assert "replay is over" in gone.get_json()["problem"]


# The page's own words


def test_every_way_in_which_a_transfer_ends_has_its_words():
    assert set(TRANSFERS) == set(RANG) == set(OUTCOMES)


def test_the_page_offers_everything_that_can_be_chosen(phone):
    html = phone.client.get("/phone").text

    assert [name for name in (*CALLERS, *TRANSFERS, *FAULTS) if f'value="{name}"' not in html] == []


def test_where_you_are_is_told_with_the_lines_own_words(phone):
    flow = load(TOP / "prompts")
    choices = phone.dial().told["where"]["choices"]

    assert [choice["key"] for choice in choices] == [option.key for option in flow.nodes["main"].options]
    assert [choice["says"] for choice in choices if choice["says"] not in phone.heard] == []


# A real line


@pytest.fixture
def staffed(tmp_path):
    """The phone of a real line, for somebody who is let in."""
    real = app_of(tmp_path, **REAL)
    config = config_of(tmp_path, **REAL)
    library = SimpleNamespace(version="1")
    app = Flask(__name__)
    app.register_blueprint(phone_pages(phone_parts(real, config, Watched(config.prompts_dir), library), lambda: True))
    yield SimpleNamespace(real=real, page=Page(app.test_client()).open(), folder=tmp_path)
    close(real)


def test_staff_of_a_real_line_practise_beside_it_and_nothing_reaches_its_queue(staffed):
    staffed.page.dial(now="2026-12-24T10:30").press(*CALLBACK)
    practised = Store.open(f"sqlite:///{staffed.folder}/practice/line.db", staffed.folder / "practice" / "spool")
    found = practised.queue(None)
    practised.close()

    assert [(one.phone, one.due) for one in found] == [(OWN, date(2026, 12, 30))]
    assert requests_of(staffed.real) == []
    assert "practise" in staffed.page.client.get("/phone").text


def test_what_practising_signs_is_no_good_at_the_real_line(staffed):
    config = practice(config_of(staffed.folder, **REAL))
    call = in_this_process(config, lambda _: staffed.real).call(OWN, ("busy",))
    with pytest.raises(Exception, match="403"):
        call.dial()


def test_now_is_the_real_time_where_none_is_chosen(alone, page):
    page.dial().press("4", "1", "1")

    made = requests_of(alone)[0].created
    assert abs((datetime.now(made.tzinfo) - made).total_seconds()) < 60
