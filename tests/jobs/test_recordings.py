"""Recordings come here once, whole and sealed, and then go at Twilio; however the far end breaks, and kills between."""

import io
import multiprocessing
import os
import random
import signal
import socket
import ssl
import subprocess
import threading
import time
import wave
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from ivr.config import Config
from ivr.jobs import PATIENCE, Fetching, Runner, works
from ivr.jobs.wav import LONGEST, CutOffError, NoSoundError, anew
from ivr.phone import media
from ivr.sealing import SealError, Sealing
from ivr.sounds import NotHereError, Sounds
from ivr.store import Store
from tests.store.conftest import ask_sql, facts, run_sql

PROCESS = multiprocessing.get_context("forkserver")
ACCOUNT, SID, CALL = "AC" + "0a" * 16, "RE" + "1b" * 16, "CA" + "2c" * 16
KEY = "a" * 64
RESET = object()


def sound(seconds=2, rate=8000, secret=b"Kestrel"):
    """A recording that holds words by which it is found again."""
    out = io.BytesIO()
    with wave.open(out, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(rate)
        written.writeframes((secret + b"!") * (seconds * rate * 2 // (len(secret) + 1)))
    return out.getvalue()


WAV = sound()


def media_of(body=WAV, kind="audio/x-wav", status=200, length=None, *headers):
    lines = (f"HTTP/1.1 {status} x", f"Content-Type: {kind}", "Connection: close", *headers)
    return ["\r\n".join((*lines, f"Content-Length: {len(body) if length is None else length}", "", "")).encode(), body]


class Twilio:
    """Twilio's recordings over real sockets: it answers in order with what it was given, then with its recordings."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.answers, self.asked, self.there = [], [], {SID}
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                caller, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.answer, args=(caller,), daemon=True).start()

    def answer(self, caller):
        with caller:
            head = b""
            while b"\r\n\r\n" not in head:
                if not (more := caller.recv(65536)):
                    return
                head += more
            self.asked.append(head.decode())
            try:
                for piece in self.answers.pop(0) if self.answers else self.own(head.decode()):
                    if isinstance(piece, float):
                        time.sleep(piece)
                    elif piece is RESET:
                        caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                    else:
                        caller.sendall(piece)
            except OSError:
                return

    def own(self, head):
        method, path, _ = head.split(" ", 2)
        sid = path.rpartition("/")[2].partition(".")[0]
        if sid not in self.there:
            return media_of(b'{"code": 20404}', "application/json", 404)
        if method == "DELETE":
            self.there.discard(sid)
            return [b"HTTP/1.1 204 x\r\nConnection: close\r\n\r\n"]
        return media_of()


@pytest.fixture
def twilio():
    server = Twilio()
    yield server
    server.listener.close()


def config_for(twilio_url, tmp_path, **given):
    own = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": "t", "SECRET_KEY": "s" * 32, "DATA_DIR": str(tmp_path)}
    more = {"PUBLIC_URL": "https://line.example.org", "TWILIO_API_URL": twilio_url, "ENCRYPTION_KEY": KEY}
    return Config.from_env({**own, **more, **given})


class Line:
    """The part of a line that has recordings."""

    def __init__(self, store, twilio, folder, now):
        self.store, self.now, self.twilio = store, now, twilio
        self.sounds = Sounds(store, Sealing([KEY]), store.boxes(folder / "recordings"))
        self.source = media.Recordings(config_for(twilio.url, folder))
        self.fetching = Fetching(self.sounds, self.source, lambda: self.now)
        done = works(store, None, lambda: self.now, self.fetching)
        self.runner = Runner(store, done, lambda: self.now, patience=PATIENCE)

    def told(self, sid=SID):
        self.store.recording_status(sid, CALL, "completed", 2, None, self.now)

    def on(self, seconds):
        self.now += timedelta(seconds=seconds)

    @property
    def sound(self):
        return self.store.sound_of(SID)


@pytest.fixture
def line(store, twilio, tmp_path, now):
    return Line(store, twilio, tmp_path, now)


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file() and path.name != "line.db"]


class TestFromTwilioToHere:
    def test_it_is_fetched_once_sealed_heard_and_deleted_there(self, line, url, tmp_path, twilio):
        line.told()
        line.told()
        assert (line.runner.once(), line.runner.once()) == (True, False)
        assert line.sound.status == "kept"
        assert line.sound.at_twilio
        assert line.sounds.whole(line.sound) == WAV
        line.on(2 * 3600)
        assert line.runner.once()
        assert (twilio.there, line.sound.at_twilio) == (set(), False)
        assert [head.split(" ")[0] for head in twilio.asked] == ["GET", "DELETE"]
        assert twilio.asked[0].split(" ")[1] == f"/2010-04-01/Accounts/{ACCOUNT}/Recordings/{SID}.wav"
        assert not [
            path
            for path in (*files(tmp_path), tmp_path / "line.db")
            if path.exists() and b"Kestrel" in path.read_bytes()
        ]
        assert ask_sql(url, "SELECT count(DISTINCT name) FROM boxes") == [(1 if url.startswith("postgres") else 0,)]

    def test_any_part_of_it_can_be_heard(self, line):
        line.told()
        line.runner.once()
        with line.sounds.hearing(line.sound) as opened:
            assert (opened.size, b"".join(opened.read(40, 60))) == (len(WAV), WAV[40:60])

    def test_news_that_cannot_be_kept_leaves_no_job(self, line):
        for status, sid in (("absent", SID), ("in-progress", SID), ("completed", "")):
            line.store.recording_status(sid, CALL, status, 0, None, line.now)
        assert line.store.job_counts() == {}
        assert line.sound is None

    def test_not_ready_is_tried_again_soon_then_seldom_for_two_days(self, line, twilio):
        twilio.there.clear()
        line.told()
        begun, waits = line.now, []
        while line.store.job_counts() == {"waiting": 1}:
            last = line.now
            while not line.runner.once():
                line.on(1 if len(waits) < 8 else 300)
            waits.append((line.now - last).total_seconds())
        assert waits[1] <= 3
        assert 3 * 3600 <= max(waits) <= 6 * 3600 + 300
        assert timedelta(hours=15) < line.now - begun < timedelta(days=3)
        (dead,) = line.store.jobs("dead")
        assert (dead.kind, dead.trouble) == ("recording", "not ready at Twilio, or not there")
        twilio.there.add(SID)
        assert line.store.revive_job(dead.id, line.now)
        assert line.runner.once()
        assert line.sound.status == "kept"

    @pytest.mark.parametrize("status", [401, 403])
    def test_a_login_that_is_refused_stops_and_is_told(self, line, twilio, status, caplog):
        twilio.answers = [media_of(b"{}", "application/json", status)]
        line.told()
        line.runner.once()
        line.on(86400)
        assert not line.runner.once()
        assert line.store.jobs("dead")[0].trouble == f"Twilio answered {status}"
        assert "not tried again until somebody says so" in caplog.text

    @pytest.mark.parametrize(("status", "after"), [(429, "waiting"), (500, "waiting"), (503, "waiting"), (401, "dead")])
    def test_a_copy_that_cannot_be_deleted_is_said_to_be_there(self, line, twilio, status, after):
        line.told()
        line.runner.once()
        twilio.answers = [media_of(b"{}", "application/json", status)]
        line.on(2 * 3600)
        line.runner.once()
        assert (line.sound.status, line.sound.at_twilio) == ("kept", True)
        assert line.store.job_counts() == {"done": 1, after: 1}

    def test_a_copy_that_is_gone_already_is_gone(self, line, twilio):
        line.told()
        line.runner.once()
        twilio.there.clear()
        line.on(2 * 3600)
        line.runner.once()
        assert not line.sound.at_twilio

    def test_two_workers_at_once_keep_one(self, line, tmp_path, url):
        line.told()
        stale = line.sound
        line.runner.once()
        assert not line.sounds.keep(stale, WAV, 2, line.now)
        boxes = (
            ask_sql(url, "SELECT DISTINCT name FROM boxes")
            if url.startswith("postgres")
            else files(tmp_path / "recordings")
        )
        assert len(boxes) == 1
        assert line.sounds.whole(line.sound) == WAV


FAULTS = {
    "cut off": media_of(WAV[:-100], length=len(WAV)),
    "reset": [media_of()[0], WAV[:500], RESET],
    "nothing": [],
    "redirect": media_of(b"", "text/html", 302, None, "Location: http://127.0.0.1:1/steal"),
    "server error": media_of(b"oops", "text/html", 500),
    "no length and cut off": [
        b"HTTP/1.1 200 x\r\nContent-Type: audio/x-wav\r\nConnection: close\r\n\r\n",
        WAV[:-100],
    ],
}
WRONG = {
    "html": media_of(b"<html>hello</html>", "text/html"),
    "html called a sound": media_of(b"<html>hello</html>"),
    "another sound": media_of(b"ID3" + WAV, "audio/mpeg"),
    "huge by its length": media_of(WAV, "audio/x-wav", 200, 10**9),
    "a sound called something else": media_of(WAV, "text/html"),
    "packed": media_of(WAV, "audio/x-wav", 200, None, "Content-Encoding: gzip"),
}


class TestFaults:
    """TCP faults between Twilio and here: nothing of them is kept, and asking again brings the recording."""

    @pytest.mark.parametrize("fault", FAULTS)
    def test_what_may_pass_is_tried_again(self, line, twilio, fault, tmp_path):
        twilio.answers = [FAULTS[fault]]
        line.told()
        line.runner.once()
        assert (line.sound.status, line.store.job_counts()) == ("waiting", {"waiting": 1})
        assert not files(tmp_path / "recordings")
        line.on(60)
        line.runner.once()
        assert line.sounds.whole(line.sound) == WAV
        assert len(twilio.asked) == 2

    @pytest.mark.parametrize("fault", WRONG)
    def test_what_is_no_recording_is_left_for_staff_to_see(self, line, twilio, fault, tmp_path):
        twilio.answers = [WRONG[fault]]
        line.told()
        line.runner.once()
        assert (line.sound.status, line.store.job_counts()) == ("waiting", {"dead": 1})
        assert not files(tmp_path / "recordings")
        assert twilio.there == {SID}, "Twilio's copy may be all there is"

    def test_a_redirect_is_not_followed_even_to_a_recording(self, line, twilio):
        elsewhere = Twilio()
        twilio.answers = [media_of(b"", "text/html", 302, None, f"Location: {elsewhere.url}/x/{SID}.wav")]
        assert line.source.fetch(SID).why == "later"
        elsewhere.listener.close()
        assert elsewhere.asked == []

    def test_a_whole_sound_of_the_wrong_length_is_asked_for_again(self, line, twilio):
        twilio.answers = [media_of(WAV, length=len(WAV) + 1)]
        assert line.source.fetch(SID).why == "later"

    def test_one_that_never_ends_is_left(self, line, twilio):
        head = b"HTTP/1.1 200 x\r\nContent-Type: audio/x-wav\r\nConnection: close\r\n\r\n"
        twilio.answers = [[head, *[b"a" * (1 << 20)] * 20]]
        line.told()
        line.runner.once()
        assert line.store.jobs("dead")[0].trouble == "far too long"

    def test_one_that_drips_is_left_in_time(self, line, twilio, monkeypatch):
        monkeypatch.setattr(media, "TOTAL", 1.0)
        twilio.answers = [[media_of()[0], *[piece for byte in WAV[:50] for piece in (bytes([byte]), 0.1)]]]
        line.told()
        begun = time.monotonic()
        line.runner.once()
        assert time.monotonic() - begun < 3
        assert line.store.jobs("waiting")[0].trouble == "too slow"

    def test_a_bad_certificate_is_refused_before_anything_is_said(self, tmp_path):
        pair = ["-keyout", tmp_path / "key", "-out", tmp_path / "crt", "-subj", "/CN=127.0.0.1", "-days", "2"]
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *pair], check=True, capture_output=True
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tmp_path / "crt", tmp_path / "key")
        listener, heard = socket.create_server(("127.0.0.1", 0)), []

        def serve():
            caller, _ = listener.accept()
            try:
                with context.wrap_socket(caller, server_side=True) as secure:
                    heard.append(secure.recv(100))
            except (ssl.SSLError, OSError):
                heard.append(b"")

        threading.Thread(target=serve, daemon=True).start()
        port = listener.getsockname()[1]
        source = media.Recordings(config_for(f"https://127.0.0.1:{port}", tmp_path))
        assert source.fetch(SID).trouble == "SSLError"
        time.sleep(0.1)
        assert heard == [b""]
        listener.close()

    @pytest.mark.parametrize("sid", ["", "RE", SID.upper(), SID + "/..", "../" + SID, SID + "%00", "RE" + "g" * 32])
    def test_an_id_that_is_none_goes_nowhere(self, line, twilio, sid):
        assert line.source.fetch(sid).why == "wrong"
        assert line.source.delete(sid).why == "wrong"
        assert twilio.asked == []

    def test_no_proxy_and_no_password_file_are_used(self, line, twilio, monkeypatch, tmp_path):
        (tmp_path / "netrc").write_text("machine 127.0.0.1 login thief password thief\n")
        monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
        for name in ("http_proxy", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:1")
        line.told()
        line.runner.once()
        assert line.sound.status == "kept"
        assert urlsplit(twilio.url).netloc in twilio.asked[0]


class TestWhatASoundIs:
    def test_only_samples_go_on(self):
        hidden = WAV + b"<script>hidden</script>"
        assert anew(hidden).data == WAV
        assert anew(WAV).seconds == 2

    @pytest.mark.parametrize("cut", [1000, 2, 20])
    def test_one_that_is_cut_off_is_known(self, cut):
        with pytest.raises(CutOffError):
            anew(WAV[:-cut])

    def test_a_head_that_promises_ten_hours_is_not_believed(self):
        for place in (4, 40):
            lying = bytearray(WAV)
            lying[place : place + 4] = (10 * 3600 * 16_000).to_bytes(4, "little")
            with pytest.raises(NoSoundError):
                anew(bytes(lying))

    @pytest.mark.parametrize("data", [b"", b"RIFF", b"%PDF-1.7" + WAV, b"RIFF\x04\0\0\0WAVE", WAV[:12] + b"\xff" * 40])
    def test_what_is_none_is_refused(self, data):
        with pytest.raises(NoSoundError):
            anew(data)

    def test_too_long_is_refused(self):
        with pytest.raises(NoSoundError, match="too long"):
            anew(sound(LONGEST + 1))

    def test_any_bytes_are_a_sound_or_refused(self):
        dice = random.Random(7)
        for _ in range(2000):
            broken = bytearray(WAV[: dice.randrange(len(WAV))] if dice.random() < 0.5 else WAV[:400])
            for _ in range(dice.randrange(1, 6)):
                if broken:
                    broken[dice.randrange(min(len(broken), 60))] = dice.randrange(256)
            try:
                anew(bytes(broken))
            except NoSoundError:
                continue


class TestErasingAndKeys:
    def test_old_ones_are_erased_here_and_there(self, line, url, tmp_path, twilio):
        line.told()
        line.runner.once()
        assert line.sounds.erase_before(line.now, line.now) == 0
        line.on(1)
        assert line.sounds.erase_before(line.now, line.now) == 1
        assert line.sounds.erase_before(line.now, line.now) == 0
        assert (line.sound.status, files(tmp_path / "recordings")) == ("erased", [])
        assert ask_sql(url, "SELECT count(*) FROM boxes") == [(0,)]
        with pytest.raises(NotHereError):
            line.sounds.whole(line.sound)
        line.on(2 * 3600)
        line.runner.once()
        assert twilio.there == set()

    def test_one_that_was_never_fetched_is_erased_there(self, line, twilio):
        line.told()
        line.on(1)
        assert line.sounds.erase_before(line.now, line.now) == 1
        while line.runner.once():
            line.on(1)
        assert twilio.there == set()
        assert line.sound.status == "erased"

    def test_what_a_held_request_has_stays(self, line, url, now):
        line.told()
        line.runner.once()
        line.store.wish(facts(1, CALL), now)
        request = line.store.request_of(CALL)
        run_sql(url, f"INSERT INTO holds VALUES ('{request.id}', 'a complaint', 'ivr', '2026-11-24 10:30:00')")  # noqa: S608
        line.on(1)
        assert line.sounds.erase_before(line.now, line.now) == 0
        assert line.sounds.whole(line.sound) == WAV

    def test_a_box_that_belongs_to_nothing_goes_after_a_day(self, line):
        line.told()
        line.runner.once()
        line.sounds.boxes.put([b"left by a crash"], datetime.now(UTC))
        assert line.sounds.tidy(datetime.now(UTC) - timedelta(days=1)) == 0
        later = max(line.now, datetime.now(UTC)) + timedelta(days=1, hours=1)
        assert (line.sounds.tidy(later), line.sounds.tidy(later)) == (1, 0)
        assert line.sounds.whole(line.sound) == WAV

    def test_a_changed_key_opens_what_was_sealed_before_and_reseals_it(self, line):
        line.told()
        line.runner.once()
        both = Sounds(line.store, Sealing(["b" * 64, KEY]), line.sounds.boxes)
        new = Sounds(line.store, Sealing(["b" * 64]), line.sounds.boxes)
        with pytest.raises(SealError, match="ENCRYPTION_KEY_OLD"):
            new.whole(line.sound)
        assert both.whole(line.sound) == WAV
        assert (both.reseal(line.now), both.reseal(line.now)) == ((1, 1), (1, 0))
        assert new.whole(line.sound) == WAV

    def test_a_box_that_was_changed_is_not_played(self, line, url, tmp_path):
        line.told()
        line.runner.once()
        if url.startswith("postgres"):
            run_sql(url, "UPDATE boxes SET piece = piece || 'x' WHERE number = 1")
        else:
            (path,) = files(tmp_path / "recordings")
            sealed = path.read_bytes()
            path.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
        with pytest.raises(SealError):
            line.sounds.whole(line.sound)


def worker(url, twilio_url, folder, begun):
    """One worker process: fetch and delete whatever is due, slowly enough to be killed anywhere."""
    store = Store.open(url)
    sounds = Sounds(store, Sealing([KEY]), store.boxes(folder / "recordings"))
    fetching = Fetching(sounds, media.Recordings(config_for(twilio_url, folder)), lambda: datetime.now(UTC))
    ahead = timedelta(hours=3)  # so that copies are due to go
    runner = Runner(
        store, works(store, None, lambda: datetime.now(UTC), fetching), lambda: datetime.now(UTC) + ahead, 0.3
    )
    begun.set()
    while True:
        if not runner.once():
            time.sleep(0.02)


def started(*given):
    """A worker that has begun to look for work: one that only starts has nothing to lose."""
    begun = PROCESS.Event()
    process = PROCESS.Process(target=worker, args=(*given, begun))
    process.start()
    assert begun.wait(60)
    return process


def all_done(store, left):
    """Wait until every job is done, for as long as something is done within so many seconds."""
    before, since = {}, time.monotonic()
    while set(now := store.job_counts()) != {"done"} and time.monotonic() - since < left:
        before, since = (before, since) if now == before else (now, time.monotonic())
        time.sleep(0.1)


def _killed(url, twilio, folder, kills, recordings):
    store, dice = Store.open(url), random.Random(kills)
    sids = [f"RE{number:032x}" for number in range(recordings)]
    twilio.there = set(sids)
    for sid in sids:
        store.recording_status(sid, CALL, "completed", 2, None, datetime.now(UTC))
    for _ in range(kills):
        process = started(url, twilio.url, folder)
        process.join(dice.random() * 0.3)
        os.kill(process.pid, signal.SIGKILL)
        process.join()
    process = started(url, twilio.url, folder)
    all_done(store, 60.0)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert store.job_counts() == {"done": 2 * recordings}
    found = store.sounds_of(sids)
    sounds = Sounds(store, Sealing([KEY]), store.boxes(folder / "recordings"))
    assert [found[sid].status for sid in sids] == ["kept"] * recordings
    assert all(sounds.whole(found[sid]) == WAV and not found[sid].at_twilio for sid in sids)
    assert twilio.there == set()
    assert len({found[sid].box for sid in sids}) == recordings
    sounds.tidy(datetime.now(UTC) + timedelta(days=2))
    if not url.startswith("postgres"):
        assert len(files(folder / "recordings")) == recordings
    store.close()


def test_killed_workers_lose_and_double_no_recording(url, twilio, tmp_path):
    _killed(url, twilio, tmp_path, 3, 12)


@pytest.mark.prove
def test_two_hundred_killed_workers_lose_and_double_no_recording(sqlite_url, twilio, tmp_path):
    _killed(sqlite_url, twilio, tmp_path, 200, 300)
