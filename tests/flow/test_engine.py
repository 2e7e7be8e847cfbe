"""One event, one turn: what the line says and does next, whatever a caller does."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.engine import settle, step
from ivr.flow.events import Lost, MessageTaken, NoInput, NumberKeyed, Pressed, RingEnded, Said, Started
from ivr.flow.line import Notice
from ivr.flow.nodes import LanguageChoice
from ivr.flow.state import State, encode
from ivr.flow.turn import (
    CallersNumber,
    Confirm,
    Draft,
    End,
    Finished,
    Improve,
    Keep,
    Listen,
    Message,
    NotStored,
    Quiet,
    Ring,
    RingNoted,
    Say,
    SendText,
    Spell,
    Stored,
    TakeMessage,
    Wish,
)

from .toy import NOW, WEEKDAYS, option, toy

FLOW = toy()


def said(turn):
    """The prompts of a turn, in order."""
    return [word.prompt for word in turn.speech if isinstance(word, Say)]


def play(*events, flow=FLOW, caller="mobile", outcomes=(), now=NOW):
    """A call of these events; promises go as `outcomes` say, and well when they say nothing."""
    going = iter(outcomes)
    turn = step(flow, None, Started(caller), now)
    for event in events:
        turn = step(flow, turn.state, event, now)
        while isinstance(turn.action, Keep):
            turn = settle(flow, turn, next(going, Stored("4271")), now)
    return turn


def key(keys):
    return Pressed(keys)


def test_a_call_begins_with_the_welcome_and_the_main_menu_in_one_breath():
    turn = play()
    assert said(turn) == ["welcome", "main", "to-leaflet", "to-callback", "to-sure"]
    assert turn.action == Listen(10, hints=turn.action.hints)
    assert "mediation" in turn.action.hints


def test_each_choice_says_its_own_key_after_a_pause():
    speech = play().speech
    choices = [(before, word.key) for before, word in pairwise(speech) if isinstance(word, Say) and word.key]
    assert choices == [(Quiet(1), "1"), (Quiet(1), "2"), (Quiet(1), "3")]


def test_an_answer_starts_with_a_breath():
    assert play(key("1")).speech[0] == Quiet(1)


@pytest.mark.parametrize("events", [[key("1")], [Said("mediation", 0.9)], [Said("um the mediation one please", 0.8)]])
def test_a_key_or_words_choose(events):
    assert said(play(*events))[0] == "one"


def test_a_leaflet_goes_on_back_again_and_to_its_end():
    assert said(play(key("1"), key("1"))) == ["two", "go-on"]
    assert said(play(key("1"), Said("next"), Said("go back"))) == ["one", "go-on"]
    assert said(play(key("1"), key("1"), key("2"))) == ["one", "go-on"]
    assert said(play(key("1"), key("*"))) == ["one", "go-on"]
    assert said(play(key("1"), key("#")))[0] == "more"
    assert said(play(key("1"), key("1"), key("1")))[:2] == ["three", "more"]


def test_the_last_part_flows_into_what_follows_and_star_says_both_again():
    turn = play(key("1"), key("1"), key("1"), key("*"))
    assert said(turn) == ["three", "more", "to-main", "to-bye", "to-text"]
    assert said(play(key("1"), key("1"), key("1"), Said("go back"))) == ["two", "go-on"]


def test_quiet_of_a_part_follows_its_words():
    assert Quiet(3) in play(key("1"), key("1")).speech


def test_star_twice_is_slower_and_stays_slow():
    once, twice = play(key("*")), play(key("*"), key("*"))
    assert once.state.pace == "normal"
    assert said(once)[0] == "welcome"
    assert twice.state.pace == "slow"
    assert said(twice)[0] == "slower"
    later = play(key("*"), key("*"), key("1"))
    assert later.state.pace == "slow"
    assert later.action.wait > play(key("1")).action.wait
    assert play(Said("slower")).state.pace == "slow"
    assert play(Said("slower"), Said("normal speed")).state.pace == "normal"


def test_star_twice_with_a_choice_between_is_not_slower():
    assert play(key("*"), key("1"), key("*")).state.pace == "normal"


def test_star_ten_times_never_leads_away():
    turn = play(*[key("*")] * 10)
    assert said(turn)[0] == "welcome"
    assert turn.state.node == "main"


@pytest.mark.parametrize("events", [[], [key("1")], [key("3")], [key("2")], [key("2"), key("2")]])
def test_0_and_the_word_reach_a_person_from_anywhere(events):
    assert isinstance(play(*events, key("0")).action, Ring)


def test_a_person_is_rung_as_the_line_says():
    turn = play(key("0"))
    assert said(turn) == ["ringing"]
    assert turn.action == Ring("+441604367125", 30, None)
    whispering = toy(ringing=replace(FLOW.line.ringing, whisper=True))
    assert play(key("0"), flow=whispering).action.whisper == "whisper"


@pytest.mark.parametrize(
    ("outcome", "first"),
    [
        ("busy", "engaged"),
        ("no_answer", "unanswered"),
        ("failed", "broken"),
        ("refused", "unanswered"),
        ("odd", "broken"),
    ],
)
def test_anything_but_a_conversation_is_told_and_offers_a_callback(outcome, first):
    turn = play(key("0"), RingEnded(outcome))
    assert said(turn)[:3] == [first, "nobody", "to-callback"]
    assert turn.effects[0] == RingNoted(outcome)


def test_after_a_conversation_the_line_asks_what_else():
    assert said(play(key("0"), RingEnded("conversation")))[0] == "more"


def test_an_odd_request_during_a_transfer_counts_as_failed():
    assert said(play(key("0"), key("7")))[0] == "broken"


def test_silence_gets_a_cue_then_time_then_a_person():
    first, second, third = (play(*[NoInput()] * count) for count in (1, 2, 3))
    assert said(first)[:2] == ["silence-1", "welcome"]
    assert first.action.wait == 10
    assert said(second) == ["silence-2"]
    assert second.action.wait == 45
    assert isinstance(third.action, Ring)


def test_wrong_keys_share_their_tries_with_silence():
    assert said(play(key("8")))[:2] == ["pardon-1", "welcome"]
    assert said(play(NoInput(), key("8")))[0] == "pardon-2"
    assert isinstance(play(NoInput(), key("8"), Said("purple")).action, Ring)


@pytest.mark.parametrize("keys", ["9", "5", "12", "1*", "?", "11111111111111111111"])
def test_keys_that_are_no_choice_are_no_match(keys):
    assert said(play(key(keys)))[0] == "pardon-1"


def test_a_right_answer_forgets_the_tries():
    assert play(NoInput(), key("1")).state.tries == 0


def test_nobody_reached_and_silence_stays_with_an_offer_for_ever():
    silent = [NoInput()] * 3
    turn = play(*silent, RingEnded("no_answer"), *silent)
    assert said(turn) == ["waiting"]
    assert turn.action.wait == 60
    assert said(play(*silent, RingEnded("no_answer"), *silent, key("1")))[0] == "own"


def test_the_reminder_and_the_whole_offer_take_turns():
    silent = [*[NoInput()] * 3, RingEnded("no_answer"), *[NoInput()] * 3]
    heard = [said(play(*silent, *[NoInput()] * rounds))[0] for rounds in range(4)]
    assert heard == ["waiting", "nobody", "waiting", "nobody"]
    assert all(play(*silent, *[NoInput()] * rounds).action.wait == 60 for rounds in range(4))


def test_silence_elsewhere_after_nobody_was_reached_comes_back_to_the_offer_without_ringing_again():
    turn = play(key("0"), RingEnded("busy"), key("2"), *[NoInput()] * 3)
    assert said(turn)[0] == "nobody"


def test_more_time_waits_a_minute_at_the_same_place():
    turn = play(key("1"), Said("more time"))
    assert said(turn) == ["more-time"]
    assert turn.action.wait == 60
    assert said(step(FLOW, turn.state, key("1"), NOW))[0] == "two"


def test_help_explains_and_says_it_again():
    assert said(play(Said("help")))[:2] == ["main.help", "welcome"]
    assert said(play(key("3"), Said("help")))[:2] == ["help", "sure"]


def test_hash_goes_back_from_a_menu_and_says_the_same_again_at_the_first():
    assert said(play(key("3"), key("#")))[0] == "main"
    assert said(play(key("#")))[0] == "welcome"


def test_main_menu_by_word_from_anywhere():
    assert said(play(key("1"), Said("main menu")))[0] == "main"


def test_yes_and_no_are_understood_at_a_question_only():
    assert said(play(key("3"), Said("yes")))[0] == "one"
    assert isinstance(play(key("3"), Said("no")).action, End)
    assert said(play(Said("yes")))[0] == "pardon-1"


def test_an_unsure_word_is_asked_back_and_never_acted_on():
    doubt = play(Said("mediation", 0.2))
    assert said(doubt) == ["did-you-say", "yes-or-no"]
    assert doubt.speech[1] == Say("did-you-say", option="to-leaflet")
    assert said(step(FLOW, doubt.state, key("1"), NOW))[0] == "one"
    assert said(step(FLOW, doubt.state, Said("yes", 0.9), NOW))[0] == "one"
    assert said(step(FLOW, doubt.state, key("2"), NOW))[0] == "welcome"
    assert said(step(FLOW, doubt.state, Said("call me back", 0.9), NOW))[0] == "own"
    assert said(step(FLOW, doubt.state, NoInput(), NOW))[0] != "one"


def test_doubt_counts_as_a_try_so_it_cannot_go_on_for_ever():
    assert isinstance(play(*[Said("mediation", 0.2)] * 3).action, Ring)


def test_where_am_i_names_the_part_and_says_it_again():
    turn = play(key("1"), key("1"), Said("where am i"))
    assert turn.speech[1] == Say("where", place=(2, 3))
    assert said(turn) == ["where", "two", "go-on"]
    assert said(play(Said("where am i")))[0] == "welcome"


class TestDroppedCall:
    LEFT = encode(State("leaflet", part=1, pace="slow"))

    def rings_again(self, *events, left=LEFT, flow=FLOW):
        turn = step(flow, None, Started("mobile", left), NOW)
        for event in events:
            turn = step(flow, turn.state, event, NOW)
        return turn

    def test_is_offered_to_go_on_where_it_dropped_at_its_pace(self):
        assert said(self.rings_again())[0] == "resume"
        assert self.rings_again().state.pace == "slow"
        assert said(self.rings_again(key("1"))) == ["two", "go-on"]
        assert said(self.rings_again(Said("yes"))) == ["two", "go-on"]

    def test_or_to_start_again(self):
        assert said(self.rings_again(key("2")))[0] == "main"

    def test_after_a_repeat_the_place_is_still_known(self):
        assert said(self.rings_again(key("*"), key("1"))) == ["two", "go-on"]
        assert said(self.rings_again(NoInput(), key("1"))) == ["two", "go-on"]

    @pytest.mark.parametrize(
        "left", ["", "nonsense", *map(encode, (State("gone"), State("main"), State("done"), State("leaflet", part=9)))]
    )
    def test_a_place_that_is_gone_starts_from_the_start(self, left):
        assert said(self.rings_again(left=left))[0] == "welcome"

    def test_a_line_that_does_not_offer_it_starts_from_the_start(self):
        assert said(self.rings_again(flow=toy(resume=None)))[0] == "welcome"


class TestOnlyForMobiles:
    TEXTS = replace(
        FLOW.nodes["more"],
        options=(*FLOW.nodes["more"].options[:2], replace(FLOW.nodes["more"].options[2], only="mobile")),
    )
    FLOW = toy(nodes={"more": TEXTS})
    MORE = (key("1"), key("#"))

    def test_two_choices_may_share_a_key_between_them(self):
        other = replace(self.TEXTS.options[2], says="to-callback", goto="callback", only="others")
        flow = toy(nodes={"more": replace(self.TEXTS, options=(*self.TEXTS.options, other))})
        assert said(play(*self.MORE, key("3"), flow=flow))[0] == "sent"
        assert said(play(*self.MORE, key("3"), flow=flow, caller="landline"))[0] == "own"

    def test_a_choice_is_neither_said_nor_taken_elsewhere(self):
        assert "to-text" in said(play(*self.MORE, flow=self.FLOW))
        assert "to-text" not in said(play(*self.MORE, flow=self.FLOW, caller="landline"))
        assert said(play(*self.MORE, key("3"), flow=self.FLOW, caller="landline"))[0] == "pardon-1"
        assert said(play(*self.MORE, key("3"), flow=self.FLOW))[0] == "sent"


class TestLanguages:
    POLISH = replace(FLOW.words["en-GB"], title="Polski", universal={})
    ASKED = LanguageChoice(goto="main", other="callback", ask=("welcome",))

    def flow(self, status="approved"):
        flow = toy(nodes={"welcome": self.ASKED}, languages=("en-GB", "pl-PL"))
        words = {"en-GB": replace(flow.words["en-GB"], title="English"), "pl-PL": replace(self.POLISH, status=status)}
        return replace(flow, words=words)

    def test_each_approved_language_offers_itself(self):
        offers = [word for word in play(flow=self.flow()).speech if isinstance(word, Say) and word.language]
        assert offers == [
            Say("language.offer", key="1", language="en-GB"),
            Say("language.offer", key="2", language="pl-PL"),
        ]

    @pytest.mark.parametrize("event", [key("3"), Said("another tongue")])
    def test_a_language_that_the_line_does_not_speak_is_the_offer_of_a_callback(self, event):
        assert play().action
        assert Say("language.other", key="3") in play(flow=self.flow()).speech
        assert said(play(event, flow=self.flow()))[0] == "own"

    @pytest.mark.parametrize("event", [key("2"), Said("Polski")])
    def test_by_key_or_by_name(self, event):
        turn = play(event, flow=self.flow())
        assert turn.state.language == "pl-PL"
        assert said(turn)[0] == "main"

    def test_a_key_of_no_language_is_no_match(self):
        assert said(play(key("4"), flow=self.flow()))[0] == "pardon-1"

    def test_a_draft_is_never_offered(self):
        assert said(play(flow=self.flow("draft")))[0] == "main"


def test_goodbye_is_a_word_anywhere_where_the_line_says_so():
    assert isinstance(play(key("1"), Said("so long", 0.9)).action, End)
    assert not isinstance(play(key("1"), Said("so long", 0.2)).action, End)
    assert said(play(Said("so long", 0.9), flow=toy(goodbye=None)))[0] == "pardon-1"


def test_done_at_a_question_means_no():
    assert isinstance(play(key("3"), Said("all done", 0.9)).action, End)
    assert said(play(key("3"), key("#")))[0] == "main"


def test_the_question_back_expects_yes_or_no():
    assert set(play(Said("mediation", 0.2)).action.hints) == {"yes", "no"}


def test_goodbye_is_chosen():
    assert said(play(key("3"), key("2"))) == ["bye"]
    assert isinstance(play(key("3"), key("2")).action, End)


class TestCallback:
    def test_a_caller_with_a_number_of_their_own_is_asked_about_it_and_noted_at_once(self):
        turn = play(key("2"))
        assert said(turn)[0] == "own"
        assert CallersNumber("ending") in turn.speech
        assert turn.effects == (Wish(),)
        assert turn.state.progress == "wished"

    def test_the_wish_is_noted_once(self):
        assert play(key("2"), key("#"), key("2")).effects == ()

    def test_a_withheld_number_is_never_offered(self):
        turn = play(key("2"), caller="unknown")
        assert said(turn) == ["number"]
        assert turn.effects == ()
        assert turn.action == Listen(10, keys=0, speech=False)

    def test_yes_stores_the_request_before_a_word_about_it(self):
        wish = play(key("2"))
        turn = step(FLOW, wish.state, key("1"), NOW)
        assert turn.action == Keep(Confirm("own"))
        assert turn.speech == (Quiet(1),)
        kept = settle(FLOW, turn, Stored("4271"), NOW)
        assert said(kept)[:2] == ["kept", "council"]
        assert kept.state.reference == "4271"

    def test_a_request_added_to_an_earlier_one_is_told_so(self):
        assert said(play(key("2"), key("1"), outcomes=[Stored("4271", merged=True)]))[0] == "merged"

    def test_a_request_that_cannot_be_stored_is_never_promised(self):
        turn = play(key("2"), key("1"), outcomes=[NotStored()])
        assert said(turn) == ["not-kept", "ringing"]
        assert isinstance(turn.action, Ring)
        assert turn.state.progress == "wished"

    def test_a_keyed_number_is_stored_as_a_draft_then_read_back(self):
        asked = play(key("2"), key("2"))
        draft = step(FLOW, asked.state, NumberKeyed(valid=True), NOW)
        assert draft.action == Keep(Draft())
        back = settle(FLOW, draft, Stored(), NOW)
        assert CallersNumber("request") in back.speech
        assert step(FLOW, back.state, key("1"), NOW).action == Keep(Confirm("keyed"))
        assert said(step(FLOW, back.state, key("2"), NOW)) == ["number"]

    def test_a_draft_that_cannot_be_stored_leads_to_a_person(self):
        turn = play(key("2"), key("2"), NumberKeyed(valid=True), outcomes=[NotStored()])
        assert said(turn)[0] == "not-kept"

    def test_a_number_that_staff_cannot_ring_is_asked_for_again_then_a_person(self):
        asked = [key("2"), key("2")]
        bad = NumberKeyed(valid=False)
        assert said(play(*asked, bad)) == ["not-number-1", "number"]
        assert said(play(*asked, bad, bad)) == ["not-number-2", "number"]
        assert isinstance(play(*asked, bad, bad, bad).action, Ring)

    @pytest.mark.parametrize(("keys", "first"), [("0", "ringing"), ("*", "number"), ("#", "silence-1")])
    def test_universal_keys_work_while_keying(self, keys, first):
        assert said(play(key("2"), key("2"), key(keys)))[0] == first

    def test_own_number_after_all(self):
        own = play(key("2"), key("2"), NumberKeyed(valid=True), Said("main menu"), key("2"))
        assert step(FLOW, own.state, key("1"), NOW).action == Keep(Confirm("own"))

    def test_answers_before_the_request_go_with_it_and_later_ones_improve_it(self):
        kept = play(key("1"), key("#"), key("1"), key("2"), key("1"))
        assert ("topic", "mediation") in kept.state.answers
        improved = step(FLOW, kept.state, key("2"), NOW)
        assert improved.action == Keep(Improve("council", "west"))
        assert said(settle(FLOW, improved, Stored(), NOW))[0] == "needs"
        assert said(settle(FLOW, improved, NotStored(), NOW))[:2] == ["not-noted", "needs"]

    def test_needs_are_gathered(self):
        turn = play(key("2"), key("1"), key("1"), key("1"), key("2"))
        assert [value for name, value in turn.state.answers if name == "needs"] == ["relay", "slower"]

    def test_a_changed_mind_replaces_an_answer(self):
        turn = play(key("2"), key("1"), key("1"), key("#"), key("2"))
        assert [value for name, value in turn.state.answers if name == "council"] == ["west"]

    def test_there_is_no_way_back_to_before_the_promise(self):
        kept = play(key("2"), key("1"))
        assert kept.state.trail == ()
        assert said(step(FLOW, kept.state, key("#"), NOW))[0] == "kept"

    def test_a_message_is_recorded_and_the_reference_said(self):
        asked = play(key("2"), key("1"), key("1"), key("3"))
        assert asked.action == TakeMessage(120)
        taken = step(FLOW, asked.state, MessageTaken(9), NOW)
        assert taken.action == Keep(Message(9))
        done = settle(FLOW, taken, Stored(), NOW)
        assert [word for word in done.speech if isinstance(word, Spell)] == [Spell("4271"), Spell("4271")]
        assert Finished() in done.effects
        assert said(settle(FLOW, taken, NotStored(), NOW))[0] == "not-noted"

    def test_an_empty_message_still_ends_with_the_reference(self):
        assert said(play(key("2"), key("1"), key("1"), key("3"), NoInput()))[0] == "reference"

    def test_asking_twice_in_one_call_is_known(self):
        turn = play(key("2"), key("1"), Said("main menu"), key("2"))
        assert said(turn)[0] == "known"
        assert Spell("4271") in turn.speech

    def test_after_the_request_nobody_asks_again(self):
        turn = play(key("2"), key("1"), key("0"), RingEnded("busy"), key("1"))
        assert said(turn)[0] == "known"


class TestTextMessage:
    LEAF = (key("1"), key("#"), key("3"))

    def test_only_a_mobile_can_be_sent_one(self):
        assert said(play(*self.LEAF, caller="landline"))[0] == "unsent"

    def test_sent_or_not_is_told(self):
        asked = play(*self.LEAF[:2])
        assert step(FLOW, asked.state, key("3"), NOW).action == Keep(SendText("text"))
        assert said(play(*self.LEAF, outcomes=[Stored()]))[0] == "sent"
        assert said(play(*self.LEAF, outcomes=[NotStored()]))[0] == "unsent"


class TestClock:
    OPEN = toy(hours=(WEEKDAYS,), holidays={date(2026, 12, 25)}, closures=(date(2026, 12, 29),))
    LONDON = ZoneInfo("Europe/London")

    @pytest.mark.parametrize(
        ("moment", "rings"),
        [
            ("2026-11-24T08:59:59", False),
            ("2026-11-24T09:00:00", True),
            ("2026-11-24T16:59:59", True),
            ("2026-11-24T17:00:00", False),
            ("2026-11-28T12:00:00", False),
            ("2026-12-25T12:00:00", False),
            ("2026-12-29T12:00:00", False),
        ],
    )
    def test_a_person_is_rung_in_opening_hours_only(self, moment, rings):
        now = datetime.fromisoformat(moment).replace(tzinfo=self.LONDON)
        turn = play(key("0"), flow=self.OPEN, now=now)
        assert isinstance(turn.action, Ring) is rings
        if not rings:
            assert said(turn)[:2] == ["shut", "nobody"]

    def test_without_stated_hours_a_person_is_always_tried(self):
        assert isinstance(play(key("0"), now=NOW.replace(hour=3)).action, Ring)

    def test_silence_out_of_hours_ends_in_patience_not_in_a_circle(self):
        night = NOW.replace(hour=3)
        turn = play(*[NoInput()] * 6, flow=self.OPEN, now=night)
        assert said(turn) == ["waiting"]

    def test_a_dated_notice_is_said_first_while_it_lasts(self):
        notice = Notice(says="shut", starts=NOW.date(), ends=NOW.date())
        assert said(play(flow=toy(notice=notice)))[0] == "shut"
        assert said(play(flow=toy(notice=notice), now=NOW + timedelta(days=1)))[0] == "welcome"


class TestDeploy:
    @pytest.mark.parametrize(
        "place",
        [
            State("gone"),
            State("bye"),
            State("leaflet", part=7),
            State("main", language="fr-FR"),
            State("main", told="gone"),
            State("main", trail=("gone",)),
            State("store"),
        ],
    )
    def test_an_unknown_place_starts_again_at_the_main_menu_and_says_so(self, place):
        turn = step(FLOW, place, key("1"), NOW)
        assert said(turn)[:2] == ["restart", "main"]

    def test_what_is_still_known_stays(self):
        lost = State(
            "gone", pace="slow", progress="kept", reference="4271", caller="mobile", answers=(("council", "west"),)
        )
        turn = step(FLOW, lost, NoInput(), NOW)
        assert (turn.state.pace, turn.state.reference, turn.state.answers) == ("slow", "4271", (("council", "west"),))

    @pytest.mark.parametrize("last", [0, 7, 8_950, 9_999])
    def test_a_lost_place_counts_turns_from_afar(self, last):
        turn = step(FLOW, None, Lost("mobile", last), NOW)
        assert turn.state == step(FLOW, None, Lost("mobile", last), NOW.replace(hour=3)).state
        assert turn.state.turn == min(last + 100, 9_000)
        assert said(turn)[:2] == ["restart", "main"]


EVENTS = st.one_of(
    st.sampled_from([Pressed(k) for k in ("0", "1", "2", "3", "4", "9", "*", "**", "#", "12", "?")]),
    st.sampled_from([NoInput(), MessageTaken(3), NumberKeyed(valid=True), NumberKeyed(valid=False)]),
    st.sampled_from([RingEnded(o) for o in ("conversation", "busy", "no_answer", "failed", "refused", "odd")]),
    st.sampled_from([Said(w, c) for w in ("yes", "mediation", "main menu", "slower", "kjh") for c in (None, 0.1, 0.9)]),
)
OUTCOMES = st.sampled_from([Stored("4271"), Stored("4271", merged=True), NotStored()])


@given(
    st.lists(EVENTS, max_size=40),
    st.lists(OUTCOMES, max_size=40),
    st.sampled_from(["mobile", "landline", "unknown"]),
    st.booleans(),
)
def test_whatever_happens_there_is_a_way_on(events, outcomes, caller, closed):
    """No exception, no silence, an end only where goodbye was chosen, and 0 rings a person from every prompt."""
    flow = TestClock.OPEN if closed else FLOW
    now = NOW.replace(hour=3)
    going = iter(outcomes)
    turn = step(flow, None, Started(caller), now)
    for event in events:
        turn = step(flow, turn.state, event, now)
        while isinstance(turn.action, Keep):
            turn = settle(flow, turn, next(going, Stored("4271")), now)
        assert any(isinstance(word, Say) for word in turn.speech)
        if isinstance(turn.action, End):
            assert turn.state.node == "bye"
            return
        if isinstance(turn.action, Listen):
            assert turn.action.wait >= 10
            person = step(flow, turn.state, key("0"), now)
            assert isinstance(person.action, Ring) or said(person)[:2] == ["shut", "nobody"]


SLOWER = {Pressed("*"), Pressed("**"), *(Said("slower", confidence) for confidence in (None, 0.1, 0.9))}


@given(st.lists(EVENTS, max_size=15))
def test_slow_never_shortens_a_wait_or_a_pause(events):
    normal = step(FLOW, None, Started("mobile"), NOW)
    slow = replace(normal, state=normal.state._replace(pace="slow"))
    for event in events:
        if event in SLOWER:
            continue
        normal, slow = (_settled(step(FLOW, turn.state, event, NOW)) for turn in (normal, slow))
        if isinstance(normal.action, End):
            return
        assert [w for w in normal.speech if isinstance(w, Say)] == [w for w in slow.speech if isinstance(w, Say)]
        pauses = [[w.seconds for w in turn.speech if isinstance(w, Quiet)] for turn in (normal, slow)]
        assert all(quick < calm for quick, calm in zip(*pauses, strict=True))
        if isinstance(normal.action, Listen):
            assert normal.action.wait < slow.action.wait


def _settled(turn):
    while isinstance(turn.action, Keep):
        turn = settle(FLOW, turn, Stored("4271"), NOW)
    return turn


def test_only_a_promise_can_be_settled():
    with pytest.raises(TypeError):
        settle(FLOW, play(), Stored(), NOW)


@pytest.mark.parametrize("words", ["zero", "press zero", "nought"])
def test_a_spoken_0_is_a_person(words):
    assert isinstance(play(Said(words, 0.9)).action, Ring)


def test_an_unsure_call_for_a_person_or_again_is_obeyed_for_it_can_do_no_harm():
    assert isinstance(play(Said("operator", 0.2)).action, Ring)
    assert said(play(Said("say that again", 0.2)))[0] == "welcome"
    assert said(play(Said("main menu", 0.2)))[0] == "pardon-1"


def test_go_on_is_heard_in_a_leaflet_only():
    assert said(play(key("1"), Said("go on", 0.9)))[0] == "two"
    assert said(play(key("3"), Said("go on", 0.9)))[0] != "two"


def test_star_in_a_leaflet_reached_in_one_breath_says_the_part_again_and_not_the_way_to_it():
    way = replace(FLOW.nodes["kept"], goto="leaflet")
    flow = toy(
        nodes={
            "kept": way,
            "sure": replace(FLOW.nodes["sure"], options=(option("1", "yes", "kept"), option("2", "no", "bye"))),
        }
    )
    assert said(play(key("3"), key("1"), flow=flow)) == ["kept", "one", "go-on"]
    assert said(play(key("3"), key("1"), key("1"), key("*"), flow=flow)) == ["two", "go-on"]


def test_a_number_that_cannot_be_rung_is_asked_for_alone():
    flow = toy(
        nodes={
            "callback": replace(FLOW.nodes["callback"], other="kept"),
            "kept": replace(FLOW.nodes["kept"], goto="number"),
        }
    )
    asked = play(key("2"), flow=flow, caller="unknown")
    assert said(asked) == ["kept", "number"]
    assert said(step(flow, asked.state, NumberKeyed(valid=False), NOW)) == ["not-number-1", "number"]
