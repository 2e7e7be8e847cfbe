"""Alive, ready, and how it is: for machines, honest, quick, and nobody else's business."""

import logging
import shutil
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families as parsed

from ivr.health.lately import Lately
from ivr.health.readiness import Readiness
from ivr.watching import NOTES
from ivr.watching.metrics import COUNTED, Metrics
from ivr.watching.start import WATCH
from tests.phone.signed import SID, Line, action, words
from tests.store.conftest import MOBILE, facts

TOKEN = "0123456789abcdef" * 3


@pytest.fixture
def watched():
    """This process keeps figures, as one that serves the line does."""
    WATCH.metrics = Metrics()
    NOTES.take(WATCH.metrics.take)
    yield
    NOTES.now()
    NOTES.take()
    WATCH.metrics = None


@pytest.fixture
def line(tmp_path, watched):  # the figures are kept before there is a line
    running = Line(tmp_path, METRICS_TOKEN=TOKEN)
    yield running
    running.app.extensions["switchboard"].close()


def figures(line, **headers):
    answer = line.client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}", **headers})
    assert answer.status_code == 200, answer.data
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in parsed(answer.get_data(as_text=True))
        for sample in family.samples
    }


class TestWhoMayReadFigures:
    @pytest.mark.parametrize(
        ("near", "headers", "status"),
        [
            ("127.0.0.1", {}, 200),
            ("::1", {}, 200),
            ("192.0.2.7", {}, 404),
            ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 404),
            ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}, 404),
            ("127.0.0.1", {"Via": "1.1 proxy"}, 404),
            ("127.0.0.1", {"Host": "evil.example"}, 404),
            ("192.0.2.7", {"X-Forwarded-For": "127.0.0.1"}, 404),
            ("192.0.2.7", {"Authorization": f"Bearer {TOKEN}"}, 200),
            ("192.0.2.7", {"Authorization": f"bearer {TOKEN}"}, 404),
            ("192.0.2.7", {"Authorization": f"Bearer {TOKEN}x"}, 404),
            ("192.0.2.7", {"Authorization": TOKEN}, 404),
            ("192.0.2.7", {"Authorization": "Bearer "}, 404),
            ("192.0.2.7", {"Authorization": "Bearer é"}, 404),
            ("127.0.0.1", {"Authorization": "Bearer guess"}, 404),
        ],
    )
    def test_this_machine_itself_or_who_has_the_token(self, line, near, headers, status):
        answer = line.client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": near})
        assert answer.status_code == status
        assert (b"plainline" in answer.data) == (status == 200)

    @pytest.mark.usefixtures("watched")
    def test_without_a_token_no_word_opens(self, tmp_path):
        line = Line(tmp_path)
        for given in ("Bearer ", "Bearer", "", "Bearer None"):
            answer = line.client.get(
                "/metrics", headers={"Authorization": given}, environ_base={"REMOTE_ADDR": "192.0.2.7"}
            )
            assert answer.status_code == 404
        line.app.extensions["switchboard"].close()

    def test_a_line_without_figures_has_no_such_page(self, line):
        WATCH.metrics = None
        assert line.client.get("/metrics").status_code == 404

    def test_nothing_but_asking_is_possible(self, line):
        assert [line.client.post(f"/{name}").status_code for name in ("metrics", "readyz", "healthz")] == [405] * 3


class TestFigures:
    def test_a_call_moves_them(self, line):
        line.call("4", "1", "1")
        line.client.post("/voice", data={"x": "1"})
        line.post("/voice/turn", CallSid="")
        line.post("/voice/fallback")
        found = figures(line)
        assert found[("plainline_calls_total",)] == 1
        assert found[("plainline_turns_total", "started", "main")] == 1
        assert found[("plainline_turns_total", "pressed", "main")] == 1
        assert found[("plainline_refused_total", "403")] == 1
        assert found[("plainline_fallbacks_total", "odd")] == 1
        assert found[("plainline_fallbacks_total", "asked")] == 1
        assert found[("plainline_answer_seconds_count", "/turn")] == 4
        assert found[("plainline_requests", "new")] == 1
        assert found[("plainline_keeps", "database")] == 1

    def test_a_place_that_the_flow_has_not_is_no_label(self, line):
        line.post("/voice/turn?s=1.somewhere.1.0.0.nmn00.en-GB.....", Digits="1")
        assert ("plainline_turns_total", "pressed", "gone") in figures(line)
        assert b"somewhere" not in line.client.get("/metrics").data

    def test_pages_are_counted_by_the_hundred(self, line):
        for path in ("/script", "/staff/sign-in", "/staff", "/staff/nowhere"):
            line.client.get(path)
        found = figures(line)
        assert found[("plainline_pages_total", "2xx")] == 2
        assert found[("plainline_pages_total", "3xx")] >= 1

    @pytest.mark.usefixtures("watched")
    def test_the_practice_line_of_staff_is_not_among_them(self, tmp_path):
        line = Line(tmp_path, METRICS="off", LOG_TURNS="off")
        line.call("4")
        NOTES.now()
        assert "plainline_turns_total{" not in WATCH.metrics.text().decode()
        line.app.extensions["switchboard"].close()

    def test_everything_has_words_and_a_type(self, line):
        line.call("4", "1", "1")
        text = line.client.get("/metrics").get_data(as_text=True)
        names = [part.split()[2] for part in text.splitlines() if part.startswith("# TYPE")]
        assert len(names) == len(set(names)) > 25
        assert all(family.documentation and family.type != "unknown" for family in parsed(text))
        assert {f"plainline_{name}" for name in COUNTED} <= {family.name for family in parsed(text)}

    def test_no_label_is_anybodys(self, line):
        line.call("4", "1", "2", "07700900123", "1", CallSid=SID)
        text = line.client.get("/metrics").get_data(as_text=True)
        assert not [word for word in ("7700900", SID, "CA1", "+44") if word in text]


def gone(line):
    """The database is away, as when its disk is."""
    line.database.rename(line.database.with_suffix(".gone"))


class TestQueue:
    def test_what_waits_and_what_is_late(self, line):
        """The line's own clock counts; what is looked up is tested in tests/store/test_figures.py."""
        store, now = line.app.extensions["switchboard"].store, datetime.now(UTC)
        day = timedelta(days=1)
        store.confirm(facts(1), MOBILE, (now - 3 * day).date(), now - 5 * day)
        store.enqueue("text", "a", {}, now - timedelta(minutes=10))
        store.enqueue("purge", "b", {}, now + day)
        found = figures(line)
        assert found[("plainline_requests", "new")] == found[("plainline_requests_overdue",)] == 1
        assert found[("plainline_longest_overdue_days",)] in {2, 3, 4}
        assert found[("plainline_oldest_request_seconds",)] == pytest.approx(5 * 86400, abs=60)
        assert found[("plainline_jobs_now", "text", "waiting")] == 1
        assert found[("plainline_job_late_seconds",)] == pytest.approx(600, abs=60)
        assert found[("plainline_deeds_last_hour", "number-exported")] == 0

    def test_a_database_that_is_away_leaves_a_gap_and_the_rest(self, line):
        line.call("4", "1", "1")
        gone(line)
        found = figures(line)
        assert found[("plainline_database_up",)] == 0
        assert found[("plainline_keeps", "disk")] == 1
        assert found[("plainline_turns_total", "pressed", "main")] == 1
        assert ("plainline_requests", "new") not in found
        assert figures(line)[("plainline_database_trouble_total", "FileNotFoundError")] >= 1

    def test_promises_on_disk_are_told(self, line):
        answers = line.call("4", "1")
        gone(line)
        assert "I have your request" in words(line.post(action(answers[-1]), Digits="1"))
        found = figures(line)
        assert found[("plainline_promises_on_disk",)] == 1
        assert found[("plainline_promises_spooled_total",)] == 1

    def test_a_database_that_keeps_one_waiting_keeps_nobody_for_long(self, line, monkeypatch):
        monkeypatch.setattr("ivr.health.standing.LIMIT", 0.2)
        running, let_go = Line(line.database.parent), threading.Event()
        store = running.app.extensions["switchboard"].store
        monkeypatch.setattr(type(store), "figures", lambda *_: let_go.wait(20))
        began = time.monotonic()
        told = running.client.get("/metrics").get_data(as_text=True)
        assert time.monotonic() - began < 3
        assert "plainline_database_up 0.0" in told
        let_go.set()
        running.app.extensions["switchboard"].close()


class TestReady:
    def test_it_is(self, line):
        answer = line.client.get("/readyz")
        assert (answer.status_code, answer.data) == (200, b"ready\n")
        assert answer.headers["Cache-Control"] == "no-store"

    def test_without_a_database_it_stays_in_service_as_promises_are_kept_on_disk(self, line):
        gone(line)
        answer = line.client.get("/readyz")
        assert (answer.status_code, answer.data) == (200, b"ready in part\n")
        assert "I have your request" in words(line.call("4", "1", "1")[-1])

    def test_where_nothing_keeps_a_promise_it_is_not(self, line):
        gone(line)
        shutil.rmtree(line.database.parent / "spool")
        answer = line.client.get("/readyz")
        assert (answer.status_code, answer.data) == (503, b"not ready\n")
        spoken = line.call("4", "1", "1")[-1]
        assert "I have your request" not in words(spoken)

    def test_with_the_disk_alone_away_it_is(self, line):
        shutil.rmtree(line.database.parent / "spool")
        assert line.client.get("/readyz").data == b"ready\n"

    def test_a_change_is_logged_once(self, line, caplog):
        ready = Readiness(line.app.extensions["switchboard"].store)
        ready._lately._lasts = 0
        gone(line)
        with caplog.at_level(logging.WARNING):
            assert [ready(), ready()] == ["disk", "disk"]
            line.database.with_suffix(".gone").rename(line.database)
            assert ready() == "database"
        assert [record.getMessage() for record in caplog.records if record.name == "ivr.health.readiness"] == [
            "promises are kept now: disk; before: database",
            "promises are kept now: database; before: disk",
        ]

    def test_looking_at_the_disk_leaves_nothing_there(self, line):
        line.app.extensions["switchboard"].store.check_spool()
        assert list((line.database.parent / "spool").iterdir()) == []

    def test_being_alive_asks_nothing_of_anybody(self, line):
        gone(line)
        shutil.rmtree(line.database.parent / "spool")
        assert line.client.get("/healthz").data == b"alive\n"


class TestLately:
    def test_many_who_ask_at_once_are_one_look(self):
        looks, inside = [], threading.Event()

        def look():
            looks.append(1)
            inside.wait(5)
            return "found"

        lately = Lately(look, "missing", 5, 60)
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(lately())) for _ in range(10)]
        for thread in threads:
            thread.start()
        inside.set()
        for thread in threads:
            thread.join()
        assert (len(looks), answers, lately()) == (1, ["found"] * 10, "found")
        assert len(looks) == 1

    def test_it_is_looked_again_when_it_is_old(self):
        looks = iter(range(10))
        lately = Lately(lambda: next(looks), -1, 5, 0)
        assert [lately(), lately()] == [0, 1]

    def test_what_is_late_is_missing_and_known_afterwards(self):
        let_go = threading.Event()
        lately = Lately(lambda: let_go.wait(5) and "found", "missing", 0.05, 60)
        assert [lately(), lately()] == ["missing", "missing"]
        let_go.set()
        end = time.monotonic() + 5
        while lately() != "found" and time.monotonic() < end:
            time.sleep(0.01)
        assert lately() == "found"

    def test_a_look_that_breaks_is_missing_and_told(self, caplog):
        assert Lately(lambda: 1 / 0, "missing", 5, 60)() == "missing"
        assert "cannot be said" in caplog.text

    def test_a_thread_that_could_not_be_started_is_started_the_next_time(self, monkeypatch):
        def refused(_):
            raise RuntimeError("can't start new thread")

        lately = Lately(lambda: "found", "missing", 5, 60)
        with monkeypatch.context() as patched:
            patched.setattr(threading.Thread, "start", refused)
            with pytest.raises(RuntimeError):
                lately()
        assert lately() == "found"
