"""What is kept long enough goes, and what a caller wants gone goes: every row, file and copy; nothing else does."""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from functools import partialmethod
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from ivr.cli import main
from ivr.jobs import PURGE, Days, Done, Purge, Runner, planned, works
from ivr.jobs.purge import day_of
from ivr.personal import Personal
from ivr.privacy import IN_LOG
from ivr.sealing import Sealing
from ivr.sounds import Sounds
from ivr.store import (
    Accounts,
    Audit,
    Caps,
    Counting,
    Deed,
    Drafts,
    Erasing,
    Listened,
    Marks,
    Place,
    StoreUnavailable,
    TextAsked,
    Wording,
    migrate,
)
from ivr.store.desk import Desk, Doing
from ivr.store.engine import Database
from ivr.store.tables import metadata
from tests.store.conftest import LANDLINE, MOBILE, OTHER, ask_sql, facts, run_sql

KEY, MARKS = "a" * 64, Marks("s" * 32)
SID, CALL = "RE" + "1" * 32, "CA" + "1" * 32
CANARY = "7700900123"
DAYS = timedelta(days=1)


@pytest.fixture
def erasing(store):
    return Erasing(store.database)


@pytest.fixture
def sounds(store, tmp_path):
    return Sounds(store, Sealing([KEY]), store.boxes(tmp_path / "recordings"))


@pytest.fixture
def audit(store):
    return Audit(store.database, [KEY])


def fill(store, sounds, now, sid=CALL, recording=SID, number=MOBILE):
    """A call that gave everything a call can give."""
    store.confirm(facts(5, sid, number), number, date(2026, 11, 26), now)
    store.message(facts(6, sid, number), recording, 9, now)
    store.recording_status(recording, sid, "completed", 9, None, now)
    store.call_status(sid, "completed", 60, 1, now)
    assert sounds.keep(store.sound_of(recording), b"a spoken message", 9, now)
    asked = TextAsked(sid, "text", number, MARKS("text", number), "words")
    assert store.ask_text(asked, Caps(), now)
    heard = Listened(sid, 1, now, "main", 0, "pressed", "normal", "en-GB")
    store.listened([heard], [Place(MARKS("place", number), "somewhere", now)])


def shut(url, at):
    run_sql(url, f"UPDATE requests SET status = 'done', closed = '{at:%Y-%m-%d %H:%M:%S}'")  # noqa: S608


def rows(url):
    """How many rows there are of each table but those of staff and of background work."""
    of_staff = {"audit", "audit_end", "audit_start"}
    every = {table.name for table in metadata.sorted_tables} - of_staff - {"jobs", "boxes", "counted"}
    counts = {name: ask_sql(url, f"SELECT count(*) FROM {name}")[0][0] for name in sorted(every)}  # noqa: S608
    return {name: count for name, count in counts.items() if count}


def test_every_table_is_looked_through_or_has_a_reason_not_to_be():
    of_callers = {"request_id", "call_sid"}
    others = {table.name for table in metadata.sorted_tables if not of_callers & set(table.c.keys())}
    assert others == {
        "places",  # by the mark of the number
        "boxes",  # with their recordings
        "jobs",  # hold ids only; those of recordings go with them
        "drafts",  # by the request in their path
        "counted",  # numbers of days, of nobody
        "audit", "audit_end", "audit_start",  # never hold a number or a caller's words
        "accounts", "invites", "recovery_codes", "staff_sessions", "sign_in_tries",  # of staff
        "privacy_words",  # of the line itself
        "notices", "notice_choices",  # of staff: numbers of requests, and what each of them wants to be told
    }  # fmt: skip


def test_a_number_is_forgotten_everywhere(url, store, sounds, audit, now, tmp_path):
    erasing = Erasing(store.database)
    fill(store, sounds, now)
    found = erasing.about(MOBILE, MARKS)
    assert set(found.counts) == {
        "requests", "calls", "promises", "messages", "recordings", "sounds", "texts", "places", "listened"
    }  # fmt: skip
    erased = erasing.erase(MOBILE, MARKS, now, audit.note)
    sounds.remove(erased.sounds)
    erasing.checkpoint()
    assert rows(url) == {}
    assert erasing.about(MOBILE, MARKS).counts == {}
    assert ask_sql(url, "SELECT count(*) FROM boxes") == [(0,)]
    assert [job.kind for job in store.jobs("waiting") if job.kind.startswith("recording")] == ["recording-copy"]
    (entry,) = audit.page()
    assert (entry.deed.what, entry.deed.detail["requests"]) == ("number-erased", "1")
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "encryption.key"]
    assert not [path.name for path in files if CANARY.encode() in path.read_bytes()]
    assert not list((tmp_path / "recordings").glob("*"))


def test_what_staff_wrote_goes_with_its_request_and_twilios_copy_too(url, store, sounds, audit, now):
    fill(store, sounds, now)
    (request,) = store.queue()
    sealing = Sealing([KEY])
    desk = Desk(store.database, sealing)
    assert desk.note(Doing(request.id, 0, "form", "ann"), "words of staff", now) == ""
    ann, _ = Accounts(store.database, audit).invite("Ann", "ann@example.org", "staff", "ivr", now)
    Drafts(store.database, sealing).keep(ann.id, f"/staff/requests/{request.id}", (("note", "half"),), now)
    found = Erasing(store.database).about(MOBILE, MARKS)
    assert found.counts["work"] == 1
    erased = Erasing(store.database).erase(MOBILE, MARKS, now, audit.note)
    assert (erased.counts["work"], erased.counts["drafts"]) == (1, 1)
    assert rows(url) == {"accounts": 1, "invites": 1}
    assert ask_sql(url, "SELECT key FROM jobs WHERE kind = 'recording-copy'") == [(f"recording-copy-{SID}",)]


def test_others_are_left_alone(url, store, erasing, sounds, audit, now):
    fill(store, sounds, now)
    fill(store, sounds, now, OTHER, "RE" + "2" * 32, "+447700900456")
    before = {name: count // 2 for name, count in rows(url).items()}
    sounds.remove(erasing.erase(MOBILE, MARKS, now, audit.note).sounds)
    assert rows(url) == before
    assert sounds.whole(store.sound_of("RE" + "2" * 32)) == b"a spoken message"


def test_what_is_held_stays_until_it_is_released(url, store, erasing, sounds, audit, now):
    fill(store, sounds, now)
    (request,) = store.queue()
    assert erasing.hold(request.reference, "a complaint", "ivr", now)
    assert not erasing.hold(request.reference, "again", "ivr", now)
    assert [one.why for one in erasing.about(MOBILE, MARKS).held] == ["a complaint"]
    erasing.erase(MOBILE, MARKS, now, audit.note)
    shut(url, now)
    later = now + DAYS
    erasing.purge(later, later, now)
    assert store.request(request.id)
    assert sounds.whole(store.sound_of(SID)) == b"a spoken message"
    assert erasing.release(request.reference)
    assert not erasing.release(request.reference)
    sounds.remove(erasing.purge(later, later, now).sounds)
    assert store.request(request.id) is None
    assert store.sound_of(SID) is None


def test_the_night_deletes_what_was_closed_long_enough_ago_and_no_open_request(url, store, erasing, sounds, now):
    fill(store, sounds, now)
    assert erasing.purge(now + 400 * DAYS, now - DAYS, now).counts.get("requests") is None, "somebody still has to ring"
    assert sounds.whole(store.sound_of(SID)) == b"a spoken message"
    shut(url, now)
    assert erasing.purge(now - DAYS, now - DAYS, now).counts == {}
    counts = erasing.purge(now + DAYS, now + DAYS, now).counts
    assert (counts["requests"], counts["sounds"]) == (1, 1)
    assert erasing.purge(now + DAYS, now + DAYS, now).counts == {}
    assert set(rows(url)) <= {"places"}


def test_what_never_came_to_be_a_request_goes_too(url, store, erasing, now):
    store.wish(facts(1), now)
    store.recording_status("RE" + "3" * 32, "CA" + "3" * 32, "completed", 5, None, now)
    store.call_status("CA" + "4" * 32, "completed", 5, 1, now)
    assert erasing.purge(now, now, now).counts == {}
    later = now + timedelta(seconds=1)
    erasing.purge(later, later, now)
    assert rows(url) == {}
    assert {job.kind for job in store.jobs("waiting")} == {"recording-copy"}


def test_many_are_deleted_in_batches_and_one_that_is_stopped_goes_on(url, store, erasing, now):
    for number in range(120):
        store.wish(facts(1, f"CA{number:032}"), now)
    later, written = now + timedelta(seconds=1), []
    write, erasing._write = (
        erasing._write,
        lambda work: written.append(1) or (write(work) if len(written) < 2 else 1 / 0),
    )
    with pytest.raises(ZeroDivisionError):
        erasing.purge(later, later, now)
    assert rows(url)["requests"] == 70
    erasing._write = write
    erasing.purge(later, later, now)
    assert rows(url) == {}


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-11-24T03:29:00", date(2026, 11, 23)),
        ("2026-11-24T03:30:00", date(2026, 11, 24)),
        ("2026-03-29T00:59:00", date(2026, 3, 28)),
        ("2026-03-29T02:31:00+00:00", date(2026, 3, 29)),
        ("2026-10-25T03:31:00", date(2026, 10, 25)),
    ],
)
def test_a_day_begins_at_half_past_three_by_londons_clocks(moment, day):
    found = datetime.fromisoformat(moment)
    assert day_of(found if found.tzinfo else found.replace(tzinfo=ZoneInfo("Europe/London"))) == day


def test_there_is_one_night_a_day_all_year_whatever_the_clocks_do():
    begun = datetime(2026, 1, 1, 12, tzinfo=UTC)
    days = [day_of(begun + timedelta(minutes=10 * step)) for step in range(6 * 24 * 365)]
    assert (sorted(set(days)) == days[:: 6 * 24] and len(set(days)) == 365) or len(set(days)) == 366
    assert days == sorted(days)


def test_the_nights_work_is_done_once_however_many_workers(store, now, tmp_path):
    clock, personal = [now], Personal.of(store, tmp_path, [KEY], "s" * 32)
    purge = Purge(Counting(store.database, dict), personal, Days(90, 90, 365, 365, 0), lambda: clock[0])
    done = works(store, None, lambda: clock[0], None, {PURGE: purge.work})
    workers = [Runner(store, done, lambda: clock[0], planned=planned) for _ in range(3)]
    for _ in range(3):
        for worker in workers:
            worker.plan()
            worker.once()
        clock[0] += timedelta(hours=24)
    assert [job.kind for job in store.jobs("done")] == [PURGE] * 3


def night(personal, now, **days):
    """One night's work, with nothing to be deleted but what is asked."""
    kept = Days(**{"requests": 9999, "recordings": 9999, "listening": 9999, "erased": 9999, "audit": 0} | days)
    return Purge(Counting(personal.store.database, dict), personal, kept, lambda: now).work(None)


def test_recordings_may_go_before_their_requests_once_these_are_closed(url, store, now, tmp_path):
    personal = Personal.of(store, tmp_path, [KEY], "s" * 32)
    fill(store, personal.sounds, now)
    night(personal, now + 8 * DAYS, recordings=7)
    assert personal.sounds.whole(store.sound_of(SID)) == b"a spoken message", "somebody still has to ring, and listen"
    shut(url, now)
    night(personal, now + 6 * DAYS, recordings=7)
    assert personal.sounds.whole(store.sound_of(SID)) == b"a spoken message"
    night(personal, now + 8 * DAYS, recordings=7)
    assert store.sound_of(SID).status == "erased"
    assert rows(url)["requests"] == 1
    assert not list((tmp_path / "recordings").glob("*"))
    assert ask_sql(url, "SELECT count(*) FROM boxes") == [(0,)]


def test_many_recordings_go_in_one_night(store, now, tmp_path):
    personal = Personal.of(store, tmp_path, [KEY], "s" * 32)
    for number in range(120):
        store.recording_status(f"RE{number:032}", f"CA{number:032}", "completed", 2, None, now)
    assert personal.sounds.erase_before(now + DAYS, now) == 120


def test_the_night_lets_old_entries_of_the_log_go_where_that_is_set(store, audit, now, tmp_path):
    personal = Personal.of(store, tmp_path, [KEY], "s" * 32)
    for days in (0, 5):
        audit.add(Deed("person", "deed"), now + days * DAYS)
    assert night(personal, now + 8 * DAYS) == Done()
    assert len(audit.page()) == 2
    assert night(personal, now + 8 * DAYS, audit=7) == Done()
    assert [entry.number for entry in audit.page()] == [3, 2]
    assert audit.verify().whole


def test_a_log_that_was_changed_is_told_by_the_night(url, store, audit, now, tmp_path):
    personal = Personal.of(store, tmp_path, [KEY], "s" * 32)
    audit.add(Deed("person", "deed"), now)
    run_sql(url, "UPDATE audit_end SET seal = 'x'")
    assert "the log of staff was changed" in night(personal, now + 8 * DAYS, audit=7).trouble


def test_the_night_deletes_again_what_a_backup_brought_back(url, store, now, tmp_path):
    personal = Personal.of(store, tmp_path, [KEY], "s" * 32)
    personal.erase(MOBILE, "ivr", now)
    fill(store, personal.sounds, now)
    night(personal, now + DAYS)
    assert rows(url) == {}
    night(personal, now + 8 * DAYS, erased=7)
    assert personal.gone.all() == []


def test_the_night_counts_before_it_deletes_however_short_anything_is_kept(store, now, url, tmp_path):
    personal = Personal.of(store, tmp_path, [KEY], "s" * 32)
    fill(store, personal.sounds, now)
    store.listened([Listened(OTHER, 0, now, "main", 0, "started", "normal", "en-GB", "mediation")])
    shut(url, now)
    clock = [now]
    counting = Counting(store.database, lambda: {"mediation": "mediation"})
    purge = Purge(counting, personal, Days(1, 1, 1, 9999, 0), lambda: clock[0])
    done = works(store, None, lambda: clock[0], None, {PURGE: purge.work})
    for days in range(4):
        clock[0] = now + days * DAYS
        worker = Runner(store, done, lambda: clock[0], planned=planned)
        worker.plan()
        while worker.once():
            continue
    assert ask_sql(url, "SELECT count(*) FROM calls") == ask_sql(url, "SELECT count(*) FROM requests") == [(0,)]
    found = counting.numbers(now.date(), now.date(), clock[0]).tally
    kinds = {f"{kind} {name}".strip(): number for (_, kind, name), number in found.items()}
    assert kinds["calls"] == 2
    assert kinds["topic mediation"] == 1
    assert sum(number for kind, number in kinds.items() if kind.startswith("promise ")) == 1


def practised_in(folder, opened, now, number):
    """A request that staff left while they practised; its database."""
    database = folder / "practice" / "line.db"
    database.parent.mkdir()
    migrate(f"sqlite:///{database}")
    opened(f"sqlite:///{database}").confirm(facts(5, OTHER, number), number, date(2026, 11, 26), now)
    return database


def test_the_night_empties_what_was_practised(store, now, tmp_path, opened):
    database = practised_in(tmp_path, opened, now, MOBILE)
    night(Personal.of(store, tmp_path, [KEY], "s" * 32), now)
    assert ask_sql(f"sqlite:///{database}", "SELECT count(*) FROM requests") == [(0,)]


def test_what_was_practised_and_cannot_be_reached_stops_no_deleting(store, now, tmp_path, opened):
    database = practised_in(tmp_path, opened, now, MOBILE)
    database.write_bytes(b"x" * 5000)
    personal = Personal.of(store, tmp_path, [KEY], "s" * 32)
    store.confirm(facts(5), MOBILE, date(2026, 11, 26), now)
    assert personal.erase(MOBILE, "ivr", now).in_log
    assert store.queue() == []
    night(personal, now)


def test_the_night_is_done_again_when_somebody_reads_what_it_deleted(store, now, tmp_path, monkeypatch):
    personal = Personal.of(store, tmp_path, [KEY], "s" * 32)
    monkeypatch.setattr(Erasing, "checkpoint", lambda _: False)
    with pytest.raises(StoreUnavailable, match="log"):
        Purge(Counting(store.database, dict), personal, Days(90, 90, 365, 365, 0), lambda: now).work(None)


@pytest.fixture
def ivr(sqlite_url, tmp_path, monkeypatch):
    for name, value in {"DATABASE_URL": sqlite_url, "DATA_DIR": str(tmp_path), "ENCRYPTION_KEY": KEY}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SECRET_KEY", "s" * 32)
    return lambda *words, **more: CliRunner().invoke(main, words, **more)


@pytest.fixture
def filled(sqlite_url, opened, tmp_path, now):
    store = opened(sqlite_url)
    fill(store, Sounds(store, Sealing([KEY]), store.boxes(tmp_path / "recordings")), now)
    return store


class TestCommands:
    def test_forget_shows_asks_and_proves(self, ivr, filled):
        refused = ivr("forget", "07700 900123", input="n\n")
        assert "requests: 1" in refused.output
        assert filled.counts() == {"new": 1}
        done = ivr("forget", "07700900123", "--yes")
        assert done.exit_code == 0
        assert "Nothing is kept any more." in done.output
        assert CANARY not in done.output
        assert filled.counts() == {}
        assert "nothing" in ivr("forget", MOBILE, "--yes").output

    @pytest.mark.usefixtures("filled")
    def test_forget_says_when_somebody_reads_what_is_deleted(self, ivr, sqlite_url, monkeypatch):
        monkeypatch.setattr(Database, "checkpoint", partialmethod(Database.checkpoint, 0.1))
        with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM requests").fetchone()
            done = ivr("forget", MOBILE, "--yes")
        assert (done.exit_code, IN_LOG in done.output) == (0, True)
        assert IN_LOG not in ivr("forget", LANDLINE, "--yes").output

    @pytest.mark.parametrize("number", [MOBILE, LANDLINE])
    @pytest.mark.usefixtures("filled")
    def test_forget_empties_what_was_practised_too(self, ivr, tmp_path, opened, now, number):
        """Whether the number rang the real line or not."""
        database = practised_in(tmp_path, opened, now, number)
        assert ivr("forget", number, "--yes").exit_code == 0
        assert ask_sql(f"sqlite:///{database}", "SELECT count(*) FROM requests") == [(0,)]
        assert number.encode() not in b"".join(path.read_bytes() for path in database.parent.iterdir())

    @pytest.mark.usefixtures("filled")
    def test_export_gives_the_caller_everything_and_nothing_of_ours(self, ivr, tmp_path):
        done = ivr("export", MOBILE, str(tmp_path / "out"))
        assert "1 recording(s)" in done.output
        kept = json.loads((tmp_path / "out" / "kept.json").read_text())
        assert kept["requests"][0]["phone"] == MOBILE
        assert MOBILE in (tmp_path / "out" / "kept.txt").read_text()
        assert (tmp_path / "out" / "message-1.wav").read_bytes() == b"a spoken message"
        assert {path.stat().st_mode & 0o77 for path in (tmp_path / "out").iterdir()} == {0}
        assert kept["requests"][0]["notice"] == "(it is not known which wording was told)"
        again = ivr("export", MOBILE, str(tmp_path / "out"))
        assert (again.exit_code, "is there already" in again.output) == (2, True)
        shutil.rmtree(tmp_path / "out")

    def test_export_says_which_privacy_notice_was_told(self, ivr, filled, tmp_path, now):
        filled.listened([], [], [Wording("3f9a2c1b", "en-GB", "Staff will see your number.", now)])
        for turn, version in ((7, "0123abcd"), (8, "3f9a2c1b")):
            filled.confirm(facts(turn, CALL, MOBILE, notice=version), MOBILE, date(2026, 11, 26), now)
            ivr("export", MOBILE, str(tmp_path / version))
        told = [json.loads((tmp_path / one / "kept.json").read_text()) for one in ("0123abcd", "3f9a2c1b")]
        assert [one["requests"][0]["notice"] for one in told] == [
            "(its words are not kept) [wording 0123abcd]",
            "Staff will see your number. [wording 3f9a2c1b]",
        ]

    @pytest.mark.parametrize("number", ["12", "soon", "+19005550100", "' OR 1=1--"])
    def test_what_is_no_number_is_refused(self, ivr, number):
        done = ivr("forget", number, "--yes")
        assert (done.exit_code, "no number" in done.output) == (2, True)

    def test_hold(self, ivr, filled):
        (request,) = filled.queue()
        assert ivr("hold", request.reference).exit_code == 2
        assert ivr("hold", request.reference, "--why", "a complaint").exit_code == 0
        assert "is held and stays: a complaint" in ivr("forget", MOBILE, "--yes").output
        assert filled.counts() == {"new": 1}
        assert ivr("hold", request.reference, "--release").exit_code == 0
        assert ivr("hold", "9999", "--release").exit_code == 2


def test_no_part_of_the_number_is_left_in_any_file(ivr, filled, tmp_path):
    assert any(CANARY.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert ivr("forget", MOBILE, "--yes").exit_code == 0
    left = [path for path in Path(tmp_path).rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]
    assert left == []
