"""Staff's work: claimed by one, done once, never on a stale page, never lost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

import pytest

from ivr.store import Store
from ivr.store.desk import Desk, Doing, Next
from ivr.store.listing import Standing, Wanted
from ivr.store.working import DAY, DialCaps
from tests.store.conftest import DUE, MOBILE, OTHER, ask_sql, facts

_forms = count()


class Turned:
    """Words turned round, each tied to its request: sealed enough to see whether they were."""

    def close_words(self, words: str, context: str) -> str:
        return f"{context}|{words[::-1]}"

    def open_words(self, box: str, context: str) -> str:
        bound, _, words = box.partition("|")
        if bound != context:
            raise ValueError("of another request")
        return words[::-1]


@pytest.fixture
def noted() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def desk(store: Store, noted: list[tuple[str, str]]) -> Desk:
    return Desk(store.database, Turned(), lambda _, deed, __: noted.append((deed.what, deed.who)))


@pytest.fixture
def one(desk: Desk, kept: Callable[..., str], now: datetime) -> Callable[[], Standing]:
    """The one request there is, as it is at this moment."""
    kept()
    return lambda: desk.page(Wanted(now=now, today=now.date())).rows[0]


def doing(standing: Standing, staff: str = "ann", form: str = "") -> Doing:
    return Doing(standing.request.id, standing.version, form or f"form {next(_forms)}", staff)


def after(at: datetime, **more: float) -> Next:
    return Next(at + timedelta(**more), (at + timedelta(**more)).date())


class TestClaims:
    def test_the_first_has_it_and_the_second_sees_who(self, desk: Desk, one: Callable[[], Standing], now: datetime):
        first = one()
        assert desk.claim(doing(first), now) == ""
        assert desk.claim(doing(first, "bob"), now) == "taken"
        assert one().claimed_by == "ann"
        assert one().request.status == "claimed"

    def test_a_claim_lapses_and_goes_back_to_everybody(self, desk: Desk, one: Callable[[], Standing], now: datetime):
        desk.claim(doing(one()), now)
        late = now + timedelta(minutes=30)
        row = one().request.id
        seen = desk.one(row, late)
        assert seen
        assert seen.claimed_by == ""
        assert desk.claim(doing(seen, "bob"), late) == ""
        assert [did.staff for did in desk.history(row)] == ["bob", "ann"]

    def test_work_makes_a_claim_last(self, desk: Desk, one: Callable[[], Standing], now: datetime):
        desk.claim(doing(one()), now)
        later = now + timedelta(minutes=20)
        desk.note(doing(one()), "rings off", later)
        row = one().request.id
        assert (desk.one(row, now + timedelta(minutes=49)) or one()).claimed_by == "ann"

    def test_released_it_is_as_it_was(self, desk: Desk, one: Callable[[], Standing], now: datetime):
        desk.claim(doing(one()), now)
        assert desk.release(doing(one()), now) == ""
        assert (one().claimed_by, one().request.status) == ("", "new")

    def test_a_new_call_takes_nothing_from_who_works_on_it(
        self, desk: Desk, store: Store, one: Callable[[], Standing], now: datetime
    ):
        desk.claim(doing(one()), now)
        told = store.confirm(facts(5, OTHER, needs="relay"), MOBILE, DUE, now)
        assert told.merged
        assert (one().claimed_by, one().request.needs, one().request.calls) == ("ann", ("relay",), 2)

    def test_a_lapsed_incomplete_request_with_words_of_staff_is_kept(
        self, desk: Desk, store: Store, now: datetime
    ) -> None:
        store.wish(facts(2), now)
        wished = desk.page(Wanted(now=now, today=now.date())).rows[0]
        desk.note(doing(wished), "hung up twice", now)
        store.confirm(facts(5, OTHER), MOBILE, DUE, now)
        assert [did.words for did in desk.history(wished.request.id)] == ["hung up twice"]


class TestOnce:
    def test_a_form_sent_twice_is_done_once(
        self, desk: Desk, one: Callable[[], Standing], noted: list[tuple[str, str]], now: datetime
    ):
        twice = doing(one(), form="same")
        for _ in range(2):
            assert desk.attempt(twice, ("no_answer", "rang long"), after(now, hours=3), now) == ""
        assert one().attempts == 1
        assert len(desk.history(twice.request_id)) == 1
        assert noted == [("request-tried", "ann")]

    def test_a_stale_page_changes_nothing(self, desk: Desk, one: Callable[[], Standing], now: datetime):
        stale = one()
        desk.attempt(doing(stale), ("no_answer", ""), after(now, hours=3), now)
        assert desk.attempt(doing(stale), ("reached", ""), after(now), now) == "stale"
        assert desk.close(doing(stale), ("reached", ""), now) == "stale"
        assert one().attempts == 1

    def test_who_has_it_not_may_do_nothing(self, desk: Desk, one: Callable[[], Standing], now: datetime):
        desk.claim(doing(one()), now)
        theirs = one()
        assert desk.attempt(doing(theirs, "bob"), ("reached", ""), after(now), now) == "taken"
        assert desk.close(doing(theirs, "bob"), ("reached", ""), now) == "taken"
        assert desk.release(doing(theirs, "bob"), now) == "taken"
        assert desk.note(doing(theirs, "bob"), "mine", now) == "taken"

    def test_of_a_request_that_is_gone_nothing_is_done(self, desk: Desk, now: datetime) -> None:
        assert desk.claim(Doing("nobody", 0, "f", "ann"), now) == "gone"
        assert desk.note(Doing("nobody", 0, "f", "ann"), "words", now) == "gone"


class TestAttempts:
    @pytest.mark.parametrize(
        ("outcome", "status", "disposition"),
        [
            ("reached", "done", "reached"),
            ("wrong_number", "closed", "wrong_number"),
            ("not_wanted", "closed", "not_wanted"),
        ],
    )
    def test_some_outcomes_close_it(
        self, desk: Desk, one: Callable[[], Standing], now: datetime, outcome, status, disposition
    ):
        row = one().request.id
        desk.attempt(doing(one()), (outcome, ""), after(now), now)
        seen = desk.one(row, now)
        assert seen
        assert (seen.request.status, seen.disposition, seen.closed) == (status, disposition, now)
        assert desk.attempt(doing(seen), ("no_answer", ""), after(now), now) == "shut"

    def test_others_set_when_to_try_again_and_let_it_go(self, desk: Desk, one: Callable[[], Standing], now: datetime):
        desk.claim(doing(one()), now)
        desk.attempt(doing(one()), ("line_busy", "engaged"), after(now, days=3), now)
        seen = one()
        assert (seen.request.status, seen.claimed_by, seen.attempts) == ("attempted", "", 1)
        assert seen.again == now + timedelta(days=3)
        assert seen.spot.day == (now + timedelta(days=3)).date()

    def test_not_reached_takes_three_tries_on_two_days(self, desk: Desk, one: Callable[[], Standing], now: datetime):
        row = one().request.id

        def tried(at: datetime, outcome: str = "no_answer") -> str:
            desk.attempt(doing(one()), (outcome, ""), after(at, hours=1), at)  # type: ignore[arg-type]
            return desk.close(doing(one()), ("no_answer", ""), at)

        assert tried(now) == "too_soon"
        assert tried(now + timedelta(hours=3)) == "too_soon"
        assert tried(now + timedelta(hours=4)) == "too_soon"  # three, all today
        assert tried(now + timedelta(hours=30), "another_time") == "too_soon"  # that was no failure to reach them
        assert tried(now + timedelta(hours=31)) == ""
        seen = desk.one(row, now)
        assert seen
        assert (seen.request.status, seen.disposition) == ("closed", "no_answer")

    def test_midnight_is_london_s(self, desk: Desk, one: Callable[[], Standing]):
        summer = datetime.fromisoformat("2026-07-01T22:30:00+00:00")  # half past eleven there
        for minutes in (0, 10, 40):
            at = summer + timedelta(minutes=minutes)
            desk.attempt(doing(one()), ("no_answer", ""), after(at, hours=1), at)
        assert desk.close(doing(one()), ("no_answer", ""), summer) == ""

    def test_reopened_it_waits_again_and_counts_from_nothing(
        self, desk: Desk, one: Callable[[], Standing], now: datetime
    ):
        row = one().request.id
        for hours in (0, 1, 30):
            at = now + timedelta(hours=hours)
            desk.attempt(doing(one()), ("no_answer", ""), after(at, hours=1), at)
        later = now + timedelta(hours=31)
        assert desk.close(doing(one()), ("no_answer", ""), later) == ""
        shut = desk.one(row, later)
        assert shut
        assert desk.reopen(doing(shut), later) == ""
        assert one().request.status == "attempted"
        assert desk.close(doing(one()), ("no_answer", ""), later) == "too_soon"


class TestWords:
    def test_they_are_sealed_and_bound_to_their_request(
        self, desk: Desk, one: Callable[[], Standing], now: datetime, url: str
    ):
        desk.note(doing(one()), "<script>alert(1)</script> العربية 🙂", now)
        (stored,) = ask_sql(url, "SELECT words FROM work")
        assert "script>alert" not in str(stored)
        assert desk.history(one().request.id)[0].words == "<script>alert(1)</script> العربية 🙂"

    def test_words_of_another_key_are_shown_as_none(
        self, desk: Desk, store: Store, one: Callable[[], Standing], now: datetime
    ):
        desk.note(doing(one()), "kept", now)

        class Lost(Turned):
            def open_words(self, box: str, context: str) -> str:
                raise ValueError(f"another key than that of {context} for {box}")

        assert Desk(store.database, Lost()).history(one().request.id)[0].words is None

    def test_a_closed_request_still_takes_a_note(self, desk: Desk, one: Callable[[], Standing], now: datetime):
        row = one().request.id
        desk.attempt(doing(one()), ("reached", ""), after(now), now)
        shut = desk.one(row, now)
        assert shut
        assert desk.note(doing(shut), "they wrote to thank us", now) == ""
        assert {did.kind for did in desk.history(row)} == {"note", "attempt"}
        assert (desk.one(row, now) or shut).request.status == "done"

    def test_a_transcript_belongs_to_its_recording(self, desk: Desk, one: Callable[[], Standing], now: datetime):
        desk.transcript(doing(one()), "RE1", "please ring after four", now)
        (did,) = desk.history(one().request.id)
        assert (did.kind, did.about, did.words) == ("transcript", "RE1", "please ring after four")


class TestLapsedClaims:
    """Whoever had a claim that lapsed has no right over the others, though nobody has claimed it since."""

    def test_another_may_write_once_it_has_lapsed_and_not_before(
        self, desk: Desk, one: Callable[[], Standing], now: datetime
    ):
        desk.claim(doing(one()), now)
        seen, early, late = one(), now + timedelta(minutes=29), now + timedelta(minutes=30)
        assert desk.attempt(doing(seen, "bob"), ("no_answer", ""), after(early, hours=1), early) == "taken"
        assert desk.note(doing(seen, "bob"), "words", early) == "taken"
        assert desk.attempt(doing(seen, "bob"), ("no_answer", ""), after(late, hours=1), late) == ""

    def test_it_goes_on_while_it_is_worked_on_and_no_page_becomes_stale(
        self, desk: Desk, one: Callable[[], Standing], now: datetime
    ):
        desk.claim(doing(one()), now)
        seen = one()
        later = now + timedelta(minutes=20)
        assert desk.renew(seen.request.id, "ann", later) == later + timedelta(minutes=30)
        assert desk.claim(doing(seen, "bob"), now + timedelta(minutes=45)) == "taken"
        assert desk.attempt(doing(seen), ("no_answer", ""), after(later, hours=1), later) == ""

    @pytest.mark.parametrize(("staff", "minutes"), [("bob", 1), ("ann", 30), ("", 1)])
    def test_nobody_keeps_what_is_not_theirs(
        self, desk: Desk, one: Callable[[], Standing], now: datetime, staff: str, minutes: int
    ):
        desk.claim(doing(one()), now)
        at = now + timedelta(minutes=minutes)
        assert desk.renew(one().request.id, staff, at) is None
        assert desk.claim(doing(one(), "bob"), now + timedelta(minutes=30)) == ""

    def test_nor_what_was_given_back_or_closed(self, desk: Desk, one: Callable[[], Standing], now: datetime):
        desk.claim(doing(one()), now)
        desk.release(doing(one()), now)
        assert desk.renew(one().request.id, "ann", now) is None


class TestDialling:
    def test_only_who_has_claimed_it_may_dial(self, desk: Desk, one: Callable[[], Standing], now: datetime):
        assert desk.dial(doing(one()), DialCaps(), now) == "taken"
        desk.claim(doing(one()), now)
        form = doing(one(), form="dial it")
        assert desk.dial(form, DialCaps(), now) == ""
        desk.dial_told("dial it", "ringing", "CA9")
        did = desk.history(form.request_id)[0]
        assert (did.kind, did.outcome, did.about) == ("dial", "ringing", "CA9")

    @pytest.mark.parametrize("caps", [DialCaps(staff=2), DialCaps(line=2)])
    def test_a_day_has_an_end(self, desk: Desk, one: Callable[[], Standing], now: datetime, caps: DialCaps):
        desk.claim(doing(one()), now)
        assert [desk.dial(doing(one()), caps, now) for _ in range(3)] == ["", "", "cap"]
        tomorrow = now + DAY + timedelta(seconds=1)
        desk.claim(doing(one()), tomorrow)
        assert desk.dial(doing(one()), caps, tomorrow) == ""
