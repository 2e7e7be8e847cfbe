"""One number that asks twice in a day is rung once, and nobody's words are lost."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from ivr.store import Kept, Request, Store
from tests.store.conftest import CALL, DUE, LANDLINE, MOBILE, OTHER, THIRD, facts, run_sql

DAY = timedelta(hours=24)
LATER = date(2026, 12, 1)


@pytest.fixture
def marked(url: str) -> Callable[[str, str], None]:
    """Gives requests of a number another status, as staff will."""

    def mark(status: str, phone: str = MOBILE) -> None:
        run_sql(url, f"UPDATE requests SET status = '{status}' WHERE phone = '{phone}'")  # noqa: S608

    return mark


def only(store: Store) -> Request:
    (request,) = store.queue()
    return request


def test_a_second_call_adds_to_the_first_request(store: Store, now: datetime) -> None:
    first = store.confirm(facts(5, topic="mediation", council="north", needs="relay"), MOBILE, DUE, now)
    again = facts(5, OTHER, topic="appeals", council="west", needs="interpreter", best_time="evening")
    second = store.confirm(again, MOBILE, LATER, now + timedelta(hours=2))
    assert second == Kept(first.reference, merged=True)
    request = only(store)
    assert (request.due, request.confirmed, request.created, request.calls) == (DUE, now, now, 2)
    assert (request.topic, request.council, request.best_time) == ("mediation,appeals", "west", "evening")
    assert request.needs == ("relay", "interpreter")
    assert store.request_of(OTHER) == store.request_of(CALL)


def test_a_second_call_without_answers_takes_none_away(store: Store, now: datetime) -> None:
    store.confirm(facts(5, topic="mediation", council="north", safe_message="yes"), MOBILE, DUE, now)
    store.confirm(facts(5, OTHER), MOBILE, DUE, now)
    assert (only(store).topic, only(store).council, only(store).safe_message) == ("mediation", "north", "yes")


def test_what_the_second_call_says_later_belongs_to_the_first_request(store: Store, now: datetime) -> None:
    store.confirm(facts(5, topic="mediation"), MOBILE, DUE, now)
    store.confirm(facts(5, OTHER), MOBILE, DUE, now)
    store.improve(facts(6, OTHER), "topic", "appeals", now)
    store.improve(facts(7, OTHER), "best_time", "evening", now)
    store.message(facts(8, OTHER), "RE1", 4, now)
    store.finished(facts(9, OTHER), now)
    request = only(store)
    assert (request.topic, request.best_time, request.finished) == ("mediation,appeals", "evening", now)
    assert [message.sid for message in request.messages] == ["RE1"]


def test_its_own_unfinished_request_is_folded_away(store: Store, now: datetime, kept: Callable[..., str]) -> None:
    reference = kept()
    store.wish(facts(2, OTHER), now)
    store.message(facts(3, OTHER), "RE1", 4, now)
    assert len(store.queue()) == 2
    assert store.confirm(facts(5, OTHER), MOBILE, DUE, now).merged
    assert only(store).reference == reference
    assert [message.sid for message in only(store).messages] == ["RE1"]


@pytest.mark.parametrize(("after", "merged"), [(DAY - timedelta(seconds=1), True), (DAY, False)])
def test_a_day_later_it_is_another_request(
    store: Store, now: datetime, kept: Callable[..., str], after: timedelta, merged: bool
) -> None:
    kept()
    assert store.confirm(facts(5, OTHER), MOBILE, LATER, now + after).merged is merged
    assert len(store.queue()) == (1 if merged else 2)


@pytest.mark.parametrize(
    ("status", "merged"), [("new", True), ("claimed", True), ("attempted", True), ("done", False), ("closed", False)]
)
def test_only_an_open_request_is_added_to(
    store: Store,
    now: datetime,
    kept: Callable[..., str],
    marked: Callable[[str], None],
    status: str,
    merged: bool,
) -> None:
    kept()
    marked(status)
    assert store.confirm(facts(5, OTHER), MOBILE, LATER, now).merged is merged
    assert status in {request.status for request in store.queue()}


def test_another_number_is_another_request(store: Store, kept: Callable[..., str]) -> None:
    assert kept() != kept(OTHER, LANDLINE)
    assert len(store.queue()) == 2


def test_a_caller_who_hung_up_before_is_not_rung_twice(store: Store, now: datetime) -> None:
    store.wish(facts(2, OTHER, council="north", topic="appeals"), now)
    kept = store.confirm(facts(5, topic="mediation"), MOBILE, DUE, now + timedelta(hours=1))
    assert not kept.merged, "nothing was promised before"
    request = only(store)
    assert (request.reference, request.calls) == (kept.reference, 2)
    assert (request.council, request.topic) == ("north", "mediation"), "gaps are filled, answers are not"


def test_an_unfinished_request_of_the_day_before_stays(store: Store, now: datetime) -> None:
    store.wish(facts(2, OTHER), now)
    store.confirm(facts(5), MOBILE, DUE, now + DAY)
    assert len(store.queue()) == 2


def test_an_unfinished_request_that_staff_have_begun_is_kept_and_completed(
    store: Store, now: datetime, marked: Callable[[str], None]
) -> None:
    store.wish(facts(2, OTHER), now)
    marked("claimed")
    kept = store.confirm(facts(5), MOBILE, DUE, now)
    request = only(store)
    assert kept == Kept(request.reference, merged=False)
    assert (request.status, request.due, request.confirmed) == ("claimed", DUE, now)


def test_a_request_that_staff_have_begun_stays_begun(
    store: Store, now: datetime, marked: Callable[[str], None]
) -> None:
    store.wish(facts(2), now)
    marked("claimed")
    store.confirm(facts(5), MOBILE, DUE, now)
    assert only(store).status == "claimed"


def test_a_promise_made_anew_opens_a_closed_request(
    store: Store, now: datetime, kept: Callable[..., str], marked: Callable[[str], None]
) -> None:
    reference = kept()
    marked("closed")
    assert store.confirm(facts(9), MOBILE, LATER, now).reference == reference
    assert (only(store).status, only(store).due) == ("new", LATER)


def test_a_call_that_added_to_a_closed_request_gets_its_own(
    store: Store, now: datetime, kept: Callable[..., str], marked: Callable[[str], None]
) -> None:
    reference = kept()
    assert store.confirm(facts(5, OTHER), MOBILE, DUE, now).merged
    marked("closed")
    again = store.confirm(facts(9, OTHER), MOBILE, LATER, now)
    assert not again.merged
    assert again.reference != reference
    assert store.counts() == {"closed": 1, "new": 1}


def test_a_call_folded_into_another_may_still_confirm_the_number(
    store: Store, now: datetime, kept: Callable[..., str]
) -> None:
    store.wish(facts(2, OTHER), now)
    reference = kept()
    assert store.confirm(facts(5, OTHER), None, LATER, now) == Kept(reference, merged=True)
    assert only(store).due == DUE


@pytest.mark.parametrize("keyed", [True, False])
def test_a_call_folded_into_another_may_go_on_with_another_number(
    store: Store, now: datetime, kept: Callable[..., str], keyed: bool
) -> None:
    store.wish(facts(2, OTHER), now)
    kept()
    if keyed:
        store.draft(facts(4, OTHER), LANDLINE, now)
        assert store.number_of(OTHER) == LANDLINE
    second = store.confirm(facts(5, OTHER), None if keyed else LANDLINE, DUE, now)
    assert not second.merged
    assert {request.phone for request in store.queue()} == {MOBILE, LANDLINE}


def test_a_call_that_was_promised_somebody_elses_request_keeps_it_while_another_number_is_only_keyed(
    store: Store, now: datetime, kept: Callable[..., str]
) -> None:
    reference = kept()
    assert store.confirm(facts(5, OTHER), MOBILE, DUE, now) == Kept(reference, merged=True)
    store.draft(facts(7, OTHER), LANDLINE, now)
    store.message(facts(8, OTHER), "RE" + "1" * 32, 9, now)
    promised = store.request_of(OTHER)
    assert promised is not None
    assert (promised.reference, promised.phone, len(promised.messages)) == (reference, MOBILE, 1)
    assert (store.number_of(OTHER), len(store.queue())) == (LANDLINE, 1)
    second = store.confirm(facts(9, OTHER), None, DUE, now)
    assert not second.merged
    assert {request.phone for request in store.queue()} == {MOBILE, LANDLINE}


def test_a_late_copy_of_a_confirmation_promises_no_number_that_was_keyed_since(
    store: Store, now: datetime, kept: Callable[..., str]
) -> None:
    reference = kept()
    store.draft(facts(4, OTHER), MOBILE, now)
    first = store.confirm(facts(5, OTHER), None, DUE, now)
    store.draft(facts(107, OTHER), LANDLINE, now + timedelta(seconds=30))
    late = store.confirm(facts(5, OTHER), None, DUE, now + timedelta(seconds=40))
    assert late == first == Kept(reference, merged=True)
    assert MOBILE in {request.phone for request in store.queue()}
    assert "new" not in {request.status for request in store.queue() if request.phone == LANDLINE}


def test_a_late_copy_does_not_change_a_number_of_ones_own_either(
    store: Store, now: datetime, kept: Callable[..., str]
) -> None:
    store.draft(facts(4), MOBILE, now)
    first = store.confirm(facts(5), None, DUE, now)
    store.draft(facts(107), LANDLINE, now + timedelta(seconds=30))
    assert store.confirm(facts(5), None, DUE, now + timedelta(seconds=40)) == first
    assert [request.phone for request in store.queue()] == [MOBILE]
    store.confirm(facts(108), None, DUE, now + timedelta(seconds=50))
    assert [request.phone for request in store.queue()] == [LANDLINE]


@pytest.mark.parametrize("promised", [False, True])
def test_a_number_that_was_stuck_on_its_way_is_not_the_one_that_is_confirmed(
    store: Store, now: datetime, promised: bool
) -> None:
    """It was keyed before, and a frozen host stores it after the one that was keyed in its place."""
    store.draft(facts(8), LANDLINE, now + timedelta(seconds=20))
    if promised:
        store.confirm(facts(9), None, DUE, now + timedelta(seconds=25))
    store.draft(facts(5), MOBILE, now)
    assert store.number_of(CALL) == LANDLINE
    store.confirm(facts(9), None, DUE, now + timedelta(seconds=25))
    assert [request.phone for request in store.queue()] == [LANDLINE]


def test_a_call_whose_own_request_staff_work_on_may_join_another_and_then_ask_for_a_third_number(
    store: Store, url: str, now: datetime, kept: Callable[..., str]
) -> None:
    reference = kept()
    store.wish(facts(2, OTHER, caller="+442079460018"), now)
    run_sql(url, f"UPDATE requests SET status = 'attempted' WHERE call_sid = '{OTHER}'")  # noqa: S608 - our own id
    assert store.confirm(facts(5, OTHER), MOBILE, DUE, now) == Kept(reference, merged=True)
    store.draft(facts(7, OTHER), LANDLINE, now)
    second = store.confirm(facts(8, OTHER), None, DUE, now)
    assert not second.merged
    assert {request.phone: request.reference for request in store.queue()} == {
        MOBILE: reference,
        LANDLINE: second.reference,
    }


def test_once_what_was_promised_is_done_a_number_that_is_keyed_is_left_for_staff_to_see(
    store: Store, now: datetime, kept: Callable[..., str], marked: Callable[[str, str], None]
) -> None:
    kept()
    store.confirm(facts(5, OTHER), MOBILE, DUE, now)
    marked("done", MOBILE)
    store.draft(facts(7, OTHER), LANDLINE, now)
    assert {(request.phone, request.status) for request in store.queue()} == {
        (MOBILE, "done"),
        (LANDLINE, "incomplete"),
    }


def test_a_call_that_was_promised_nothing_leaves_the_number_that_it_keyed(
    store: Store, now: datetime, kept: Callable[..., str]
) -> None:
    """Its wish had become part of another call's request, since both came from one number."""
    store.wish(facts(2, OTHER), now)
    kept()
    store.draft(facts(4, OTHER), LANDLINE, now)
    assert {(request.phone, request.status) for request in store.queue()} == {(MOBILE, "new"), (LANDLINE, "incomplete")}


def test_requests_without_a_number_never_meet(store: Store, now: datetime) -> None:
    store.wish(facts(2, OTHER, caller="anonymous"), now)
    store.wish(facts(2, THIRD, caller=""), now)
    store.confirm(facts(5), MOBILE, DUE, now)
    assert len(store.queue()) == 3
