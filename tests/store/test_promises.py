"""What a caller was promised is stored once, whatever is sent again and whenever."""

import itertools
import random
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone

import pytest

from ivr.store import Kept, Request, Store, StoreUnavailable
from tests.store.conftest import CALL, DUE, LANDLINE, MOBILE, OTHER, facts


def only(store: Store) -> Request:
    (request,) = store.queue()
    return request


def test_a_wish_keeps_the_number_the_call_comes_from(store: Store, now: datetime) -> None:
    store.wish(facts(2, topic="mediation", needs="relay,slow"), now)
    request = only(store)
    assert (request.phone, request.status, request.due, request.confirmed) == (MOBILE, "incomplete", None, None)
    assert (request.topic, request.needs, request.safe_message) == ("mediation", ("relay", "slow"), "no")
    assert (request.created, request.calls, request.language, request.pace) == (now, 1, "en-GB", "normal")
    assert store.number_of(CALL) == MOBILE
    assert store.request_of(CALL) == request == store.request(request.id)


@pytest.mark.parametrize(
    "caller", ["", "anonymous", "client:ann", "+44", "07700900123", "+" + "4" * 40, "+٤٤٧٧٠٠٩٠٠١٢٣"]
)
def test_what_is_no_number_is_not_kept_as_one(store: Store, now: datetime, caller: str) -> None:
    store.wish(facts(2, caller=caller), now)
    assert only(store).phone == ""
    assert store.number_of(CALL) is None


def test_a_call_that_asked_for_nothing_has_no_number_and_no_request(store: Store) -> None:
    assert store.number_of(CALL) is None
    assert store.request_of(CALL) is None
    assert store.request("0" * 32) is None


def test_a_keyed_number_takes_the_place_of_the_one_before(store: Store, now: datetime) -> None:
    store.wish(facts(2), now)
    store.draft(facts(4), LANDLINE, now)
    store.draft(facts(6), "+442079460018", now)
    assert store.number_of(CALL) == only(store).phone == "+442079460018"
    assert only(store).status == "incomplete"


def test_a_keyed_number_alone_leaves_a_request(store: Store, now: datetime) -> None:
    store.draft(facts(4, caller="anonymous"), LANDLINE, now)
    assert (only(store).phone, only(store).status) == (LANDLINE, "incomplete")


@pytest.mark.parametrize("number", [None, LANDLINE])
def test_a_confirmed_number_is_a_new_request_with_a_day(store: Store, now: datetime, number: str | None) -> None:
    store.draft(facts(4), LANDLINE, now)
    kept = store.confirm(facts(5, council="north"), number, DUE, now)
    request = only(store)
    assert kept == Kept(request.reference, merged=False)
    assert (request.phone, request.status, request.due, request.confirmed) == (LANDLINE, "new", DUE, now)
    assert request.council == "north"


def test_a_number_needs_no_wish_before_it_is_confirmed(store: Store, now: datetime) -> None:
    kept = store.confirm(facts(5), MOBILE, DUE, now)
    assert only(store).reference == kept.reference


def test_without_any_number_nothing_is_confirmed(store: Store, now: datetime) -> None:
    for sid in ("", "anonymous"):
        with pytest.raises(LookupError):
            store.confirm(facts(5, caller=sid), None, DUE, now)
    assert store.queue() == []
    store.draft(facts(6), LANDLINE, now)
    assert not store.confirm(facts(5), None, DUE, now).merged, "the failed one left its key behind"


def test_answers_given_later_improve_the_request(store: Store, now: datetime, kept: Callable[..., str]) -> None:
    kept()
    for turn, (field, value) in enumerate(
        [("council", "north"), ("best_time", "morning"), ("safe_message", "yes"), ("topic", "mediation")], 6
    ):
        store.improve(facts(turn), field, value, now)
    request = only(store)
    assert (request.council, request.best_time, request.safe_message) == ("north", "morning", "yes")
    store.improve(facts(20), "topic", "appeals", now)
    store.improve(facts(21), "council", "west", now)
    assert (only(store).topic, only(store).council) == ("appeals", "west")


def test_needs_gather_and_each_is_kept_once(store: Store, now: datetime, kept: Callable[..., str]) -> None:
    kept()
    for turn, need in enumerate(["relay", "interpreter", "relay"], 6):
        store.improve(facts(turn), "needs", need, now)
    assert only(store).needs == ("relay", "interpreter")


def test_an_answer_without_a_request_is_refused_and_may_come_again(store: Store, now: datetime) -> None:
    with pytest.raises(LookupError):
        store.improve(facts(6), "council", "north", now)
    store.wish(facts(7), now)
    store.improve(facts(6), "council", "north", now)
    assert only(store).council == "north"


@pytest.mark.parametrize("field", ["phone", "status", "number", "id; DROP TABLE requests", ""])
def test_only_answers_are_improved(store: Store, now: datetime, kept: Callable[..., str], field: str) -> None:
    kept()
    with pytest.raises(LookupError):
        store.improve(facts(6), field, "x", now)


def test_a_spoken_message_is_kept_before_its_audio_is_known(
    store: Store, now: datetime, kept: Callable[..., str]
) -> None:
    kept()
    store.message(facts(6), None, 12, now)
    (message,) = only(store).messages
    assert (message.sid, message.seconds, message.status) == ("", 12, "expected")
    assert store.recording_of(CALL) is None


def test_the_last_recording_is_the_one_played_back(store: Store, now: datetime, kept: Callable[..., str]) -> None:
    kept()
    store.message(facts(6), "RE1", 12, now)
    store.message(facts(8), "RE0", 5, now)
    assert store.recording_of(CALL) == "RE0"
    assert [message.sid for message in only(store).messages] == ["RE1", "RE0"]


def test_somebody_who_only_spoke_is_in_the_queue(store: Store, now: datetime) -> None:
    store.message(facts(3), "RE1", 12, now)
    assert (only(store).status, only(store).phone, len(only(store).messages)) == ("incomplete", MOBILE, 1)


def test_the_request_is_finished_when_the_caller_heard_the_reference(
    store: Store, now: datetime, kept: Callable[..., str]
) -> None:
    with pytest.raises(LookupError):
        store.finished(facts(6), now)
    kept()
    store.finished(facts(6), now)
    store.finished(facts(9), now + timedelta(minutes=1))
    assert only(store).finished == now


def a_call(store: Store, now: datetime) -> list[Callable[[], object]]:
    """Every kind of promise, as one call makes them."""
    return [
        lambda: store.wish(facts(2), now),
        lambda: store.draft(facts(3), LANDLINE, now),
        lambda: store.draft(facts(5), "+442079460018", now),
        lambda: store.confirm(facts(6, topic="mediation", needs="relay"), None, DUE, now),
        lambda: store.improve(facts(7), "council", "north", now),
        lambda: store.improve(facts(8), "council", "west", now),
        lambda: store.improve(facts(9), "needs", "interpreter", now),
        lambda: store.message(facts(10), "RE1", 4, now),
        lambda: store.message(facts(11), None, 4, now),
        lambda: store.finished(facts(12), now),
    ]


def test_the_same_promise_twice_is_the_same_promise(store: Store, now: datetime, seen: Callable[[], object]) -> None:
    for promise in a_call(store, now):
        first = promise()
        before = seen()
        assert promise() == first
        assert seen() == before


def test_a_whole_call_sent_again_in_any_order_changes_nothing(
    store: Store, now: datetime, seen: Callable[[], object]
) -> None:
    later = now + timedelta(hours=3)
    first = [promise() for promise in a_call(store, now)]
    before = seen()
    again = list(zip(a_call(store, later), first, strict=True))
    random.Random(7).shuffle(again)
    for promise, outcome in again:
        assert promise() == outcome
    assert seen() == before


def test_a_reference_is_told_again_although_the_request_has_changed_since(
    store: Store, now: datetime, kept: Callable[..., str]
) -> None:
    reference = kept()
    store.draft(facts(7), LANDLINE, now)
    store.confirm(facts(8), None, DUE, now)
    assert store.confirm(facts(5), MOBILE, DUE, now) == Kept(reference, merged=False)
    assert only(store).phone == LANDLINE


def test_a_promised_number_changes_only_when_the_new_one_is_confirmed(
    store: Store, now: datetime, kept: Callable[..., str]
) -> None:
    reference = kept()
    store.draft(facts(7), LANDLINE, now)
    assert (only(store).phone, store.number_of(CALL)) == (MOBILE, LANDLINE)
    assert store.confirm(facts(8), None, date(2026, 12, 1), now) == Kept(reference, merged=False)
    assert (only(store).phone, only(store).due, store.number_of(CALL)) == (LANDLINE, DUE, LANDLINE)


def test_a_keyed_number_that_was_not_confirmed_is_forgotten(
    store: Store, now: datetime, kept: Callable[..., str]
) -> None:
    kept()
    store.draft(facts(7), LANDLINE, now)
    store.confirm(facts(8), MOBILE, DUE, now)
    assert store.number_of(CALL) == only(store).phone == MOBILE


def test_a_reference_that_was_told_is_never_taken_back(store: Store, now: datetime, kept: Callable[..., str]) -> None:
    reference = kept()
    kept(OTHER, LANDLINE)
    assert store.confirm(facts(8), LANDLINE, DUE, now) == Kept(reference, merged=False)
    assert len(store.queue()) == 2


def test_a_turn_counted_again_after_a_fault_may_bring_another_number(store: Store, now: datetime) -> None:
    store.draft(facts(1003), MOBILE, now)
    store.draft(facts(1003), LANDLINE, now)
    assert store.number_of(CALL) == LANDLINE


def test_a_day_of_another_zone_is_the_same_moment(store: Store, now: datetime) -> None:
    tokyo = timezone(timedelta(hours=9))
    store.wish(facts(2), now.astimezone(tokyo))
    assert only(store).created == now
    assert only(store).created.utcoffset() == timedelta(0)


def test_a_time_without_its_zone_is_refused(store: Store, now: datetime) -> None:
    with pytest.raises(StoreUnavailable):
        store.wish(facts(2), now.replace(tzinfo=None))
    assert store.queue() == []


def test_no_id_can_be_guessed_from_another(store: Store, now: datetime) -> None:
    for sid, number in itertools.product("abc", "12"):
        store.confirm(facts(5, sid + number), f"+44770090012{ord(sid) % 10}", DUE, now)
    ids = {request.id for request in store.queue()}
    assert all(len(row) == 32 for row in ids)
    assert len({row[:8] for row in ids}) == len(ids)


def test_a_call_that_begins_anew_and_confirms_another_number_is_rung_there(store: Store, now: datetime) -> None:
    """Something before us may send one call to the beginning twice; then its turns count from the start again."""
    store.draft(facts(4), LANDLINE, now)
    first = store.confirm(facts(5), None, DUE, now)
    store.draft(facts(4), "+442079460018", now)
    assert store.confirm(facts(5), None, DUE, now) == first
    assert (only(store).phone, only(store).status) == ("+442079460018", "new")
    assert store.confirm(facts(5), None, DUE, now) == first, "and the same request again is the same promise"
    assert only(store).phone == "+442079460018"
