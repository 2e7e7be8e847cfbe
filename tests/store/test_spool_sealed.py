"""What is on disk for as long as the database is away is sealed; what cannot be opened is kept, and said."""

import json
import logging
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from ivr.sealing import Sealing
from ivr.store import Spooled, Store
from ivr.store.promised import Promised
from ivr.store.references import told_without_database
from tests.phone.signed import Line
from tests.store.conftest import CALL, DUE, LANDLINE, MOBILE, OTHER, facts

OLD, NEW = "a" * 64, "b" * 64
TOLD = told_without_database(CALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "spool"


@pytest.fixture
def line(url: str, folder: Path, opened: Callable[..., Store]) -> Callable[..., Store]:
    """A line with these keys; its database is there, or away."""

    def made(*keys: str, away: bool = False) -> Store:
        return opened(f"sqlite:///{folder}/missing.db" if away else url, folder, Sealing(keys))

    return made


def kept(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_nothing_that_a_caller_gave_can_be_read_on_disk(tmp_path: Path) -> None:
    """The line as it is served; its database is gone."""
    line = Line(tmp_path)
    (tmp_path / "line.db").unlink()
    line.call("4", "1", "2", "02079460018", "1", "1", "2", "1")
    line.app.extensions["switchboard"].close()
    files = kept(tmp_path / "spool")
    assert len(files) > 3
    for path in files:
        text = path.read_bytes()
        assert text.startswith(b"PLB1")
        assert not any(word in text for word in (b"2079460018", b"7700900123", CALL.encode(), b"north", b"version"))


def test_the_key_is_kept_elsewhere(folder: Path, line: Callable[..., Store], now: datetime) -> None:
    line(NEW, away=True).wish(facts(2), now)
    assert all(NEW.encode() not in path.read_bytes() for path in kept(folder))
    assert all(bytes.fromhex(NEW) not in path.read_bytes() for path in kept(folder))


def test_a_line_with_another_key_puts_it_aside_says_so_and_takes_it_in_once_the_key_is_back(
    folder: Path, line: Callable[..., Store], now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    told = line(OLD, away=True).confirm(facts(5), MOBILE, DUE, now).reference
    stranger = line(NEW)
    caplog.set_level(logging.ERROR)
    caplog.clear()
    assert stranger.take_in(now) == 0
    (said,) = [record.getMessage() for record in caplog.records]
    assert "ENCRYPTION_KEY_OLD" in said
    assert "\n" not in said
    assert MOBILE not in said
    assert stranger.spooled() == Spooled(aside=1)
    assert "on disk cannot be taken in" in str(stranger.spooled())
    both = line(NEW, OLD)
    assert (both.take_in(now), both.bring_back(), both.take_in(now)) == (0, 1, 1)
    (request,) = both.queue()
    assert (request.phone, request.reference, both.spooled()) == (MOBILE, told, Spooled())


@pytest.mark.parametrize("length", [0, 4, 35, 36, 51, 60, -1])
def test_a_file_cut_short_is_put_aside_as_it_is(
    folder: Path, line: Callable[..., Store], now: datetime, length: int
) -> None:
    line(OLD, away=True).wish(facts(2, OTHER), now)
    (path,) = kept(folder)
    cut = path.read_bytes()[:length]
    path.write_bytes(cut)
    line(OLD, away=True).confirm(facts(5), LANDLINE, DUE, now)
    back = line(OLD)
    assert (back.take_in(now), back.spooled()) == (1, Spooled(aside=1))
    assert kept(folder)[0].read_bytes() == cut
    assert (back.bring_back(), back.take_in(now), back.spooled()) == (1, 0, Spooled(aside=1)), "and again at each start"


def test_a_file_in_another_calls_place_is_not_believed(folder: Path, line: Callable[..., Store], now: datetime) -> None:
    away = line(OLD, away=True)
    away.confirm(facts(5), MOBILE, DUE, now)
    away.confirm(facts(5, OTHER), LANDLINE, DUE, now)
    one, other = kept(folder)
    shutil.copyfile(one, other.parent / one.name)
    back = line(OLD)
    assert (back.take_in(now), back.spooled()) == (2, Spooled(aside=1))
    assert {request.phone for request in back.queue()} == {MOBILE, LANDLINE}


def test_what_an_earlier_line_kept_in_clear_is_taken_in(
    folder: Path, line: Callable[..., Store], now: datetime
) -> None:
    promised = Promised(what="confirm", call=facts(5), at=now, number=MOBILE, due=DUE, told=TOLD)
    away = line(OLD, away=True)
    away.wish(facts(2), now)
    (sealed,) = kept(folder)
    (sealed.parent / promised.key).write_text(promised.to_text())
    assert json.loads(promised.to_text())["number"] == MOBILE
    assert away.number_of(CALL) == MOBILE
    assert away.confirm(facts(5), MOBILE, DUE, now).reference == TOLD
    back = line(OLD)
    assert (back.take_in(now), back.spooled()) == (2, Spooled())
    assert [request.reference for request in back.queue()] == [TOLD]


def test_a_promise_made_again_is_kept_where_the_first_cannot_be_read(
    folder: Path, line: Callable[..., Store], now: datetime
) -> None:
    line(OLD, away=True).confirm(facts(5), MOBILE, DUE, now)
    assert line(NEW, away=True).confirm(facts(5), MOBILE, DUE, now).reference == TOLD
    back = line(NEW)
    assert back.spooled() == Spooled(1, 1, 1)
    assert back.take_in(now) == 1
    both = line(NEW, OLD)
    assert (both.bring_back(), both.take_in(now), both.spooled()) == (1, 1, Spooled())
    assert [(request.phone, request.reference) for request in both.queue()] == [(MOBILE, TOLD)], "once"


def test_the_line_tries_again_what_was_put_aside_when_it_starts(tmp_path: Path, now: datetime) -> None:
    line = Line(tmp_path)
    spool, sealing = tmp_path / "spool", Sealing(line.config.encryption_keys)
    promised = Promised(what="confirm", call=facts(5), at=now, number=MOBILE, due=DUE, told=TOLD)
    call = "c" * 32
    (spool / "aside").mkdir(parents=True)
    box = sealing.close(promised.to_text().encode(), f"spool {call} {promised.key}")
    (spool / "aside" / f"{call}-{promised.key}").write_bytes(box)
    intake = line.app.extensions["switchboard"].intake
    intake.again()
    assert intake.once() == 1
    assert [request.phone for request in line.app.extensions["switchboard"].store.queue()] == [MOBILE]
    line.app.extensions["switchboard"].close()
