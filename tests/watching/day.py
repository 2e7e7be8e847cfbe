"""A day in the life of a line, with somebody's words in every place that takes words, and all that can break broken."""

import contextlib
import os
import re
import signal
import socket
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote

import pyotp
import requests
from click.testing import CliRunner

from ivr.cli import main
from ivr.jobs import DIGEST, NOTICES
from ivr.phone.signature import sign
from ivr.store import Caps, Marks, Store, TextAsked
from tests.store.conftest import run_sql
from tests.watching.planted import ADDRESS, EMAIL, MOBILE, NAME, NOTE, NUMBER, PASSWORD, SPEECH, SPELLINGS

KEYED = "07700900123"
HIDDEN = re.compile(r'name="(csrf_token|version|form|recording)"[^>]*value="([^"]*)"')
ADDRESSES = re.compile(r'(?:href|src|action|Location)\s*[=:]\s*"?([^"\s>]+)|<(?:Play|Redirect)[^>]*>([^<]+)<')
CODE = re.compile(r"<code>([A-Z2-9]{5}-[A-Z2-9]{5})</code>")
SECRET = re.compile(r"<strong>([A-Z2-7 ]{39})</strong>")
REQUEST = re.compile(r"/staff/requests/([0-9a-f-]{32,36})")


@dataclass
class Day:
    """Everybody who has to do with one line."""

    server: object
    office: object
    """Where e-mail to staff comes."""
    database: object = None
    """A PostgreSQL of its own; None: the file of SQLite."""
    urls: list = field(default_factory=list)
    secrets: dict = field(default_factory=dict)
    calls: int = 0

    def __post_init__(self):
        self.home = f"http://127.0.0.1:{self.server.port}"
        self.browser = requests.Session()

    # Callers

    def post(self, path, sid="", **fields):
        """A request of Twilio's."""
        config = self.server.config
        form = {
            "AccountSid": config.account_sid, "CallSid": sid or f"CA{1:032}", "From": NUMBER, "To": "+442079460000",
            "CallStatus": "in-progress", "CallerName": NAME, "CallerCity": ADDRESS, **fields,
        }  # fmt: skip
        signed = sign(self.home + path, list(form.items()), config.auth_token)
        answer = requests.post(self.home + path, data=form, headers={"X-Twilio-Signature": signed}, timeout=20)
        assert answer.status_code == 200, answer.text
        self.seen(answer)
        return answer.text

    def call(self, *steps, **fields):
        """A call of these keys and words; what was heard last."""
        self.calls += 1
        sid = f"CA{self.calls:032}"
        heard = self.post("/voice", sid, **fields)
        for step in steps:
            action = re.search(r'action="https?://[^/]+([^"]+)"', heard)[1].replace("&amp;", "&")
            given = {"Digits": step} if step.isdigit() else {"SpeechResult": step, "Confidence": "0.9"}
            heard = self.post(action, sid, **fields, **given)
        self.post("/voice/status", sid, CallStatus="completed", CallDuration="60", SequenceNumber="1")
        return heard

    def ring(self):
        """Callers of every kind."""
        assert "I have your request" in self.call("4", "1", "1")
        self.call("4", "1", "1", SPEECH, NAME)
        self.call("4", "1", "2", KEYED, "1", From="anonymous")
        self.call(SPEECH, f"my number is {SPELLINGS[1]}", ADDRESS, "wolverine " + SPEECH)
        self.call("4", "1", From=f"sip:{EMAIL}")
        recording = f"RE{1:032}"
        url = f"https://api.twilio.com/{recording}.wav?who={quote(NAME)}&token={self.secrets['media token']}"
        told = {"RecordingStatus": "completed", "RecordingDuration": "9", "RecordingUrl": url}
        self.post("/voice/recording", f"CA{1:032}", RecordingSid=recording, TranscriptionText=SPEECH, **told)
        self.post("/voice/fallback", ErrorCode="11200", ErrorUrl=f"{self.home}/voice?x={quote(NAME)}")
        self.post("/voice/turn?s=" + quote(NAME), SpeechResult="wolverine " + SPEECH)
        self.post("/voice/turn", sid=NAME)

    # Staff

    def seen(self, answer):
        """Every address that the line itself gave or led to."""
        found = [first or second for first, second in ADDRESSES.findall(answer.text)]
        self.urls += [one.replace("&amp;", "&") for one in found] + [answer.headers.get("Location", "")]

    def get(self, path, **more):
        answer = self.browser.get(self.home + path, timeout=20, allow_redirects=False, **more)
        self.seen(answer)
        return answer

    def send(self, page, path, **fields):
        """A form of a page that was opened."""
        hidden = dict(HIDDEN.findall(self.get(page).text))
        answer = self.browser.post(self.home + path, data={**hidden, **fields}, timeout=20, allow_redirects=False)
        self.seen(answer)
        return answer

    def ivr(self, *words):
        done = CliRunner().invoke(main, words, env={**dict.fromkeys(os.environ), **self.server.environment, "PATH": ""})
        assert done.exit_code == 0, done.output
        return done.output

    def join(self):
        """Somebody is invited, sets up both steps, leaves, and comes back by a code on paper."""
        link = re.search(r"http\S+", self.ivr("staff", "add", NAME, EMAIL))[0]
        path = link.removeprefix(self.home)
        self.secrets["invitation"] = path.rpartition("/")[2]
        self.send(path, path, password=PASSWORD, password_again=PASSWORD)
        secret = SECRET.search(self.get("/staff/set-up").text)[1].replace(" ", "")
        self.secrets["second step"] = secret
        codes = CODE.findall(self.send("/staff/set-up", "/staff/set-up", code=pyotp.TOTP(secret).now()).text)
        self.secrets["code on paper"], self.secrets["used code on paper"] = codes[0], codes[1]
        self.send("/staff/account", "/staff/sign-out")
        self.send("/staff/sign-in", "/staff/sign-in", email=EMAIL, password="wrong " + PASSWORD)
        self.send("/staff/sign-in", "/staff/sign-in", email=EMAIL, password=PASSWORD)
        self.send("/staff/second-step", "/staff/recovery", code=codes[1])
        self.secrets["session"] = self.browser.cookies["staff"]
        assert self.get("/staff/queue").status_code == 200

    def work(self):
        """A request is worked on, with words in every box."""
        row = REQUEST.search(self.get("/staff/queue").text)[1]
        page = f"/staff/requests/{row}"
        assert self.send(page, f"{page}/claim").status_code == 303
        assert self.send(page, f"{page}/note", note=f"{NOTE}. {ADDRESS}").status_code == 303
        self.send(page, f"{page}/attempt", outcome="no_answer", attempt_words=NOTE)
        self.send(page, f"{page}/note", note="")
        self.send(page, f"{page}/transcript", transcript=SPEECH, recording=f"RE{1:032}")
        self.get("/staff/people")
        self.get("/staff/audit")
        self.get("/script")

    def search(self):
        """Somebody looks for a caller, by everything by which one might."""
        for words in (NUMBER, *SPELLINGS, "123", NAME, SPEECH, ADDRESS, EMAIL):
            sent = self.send("/staff/queue/search", "/staff/queue/search", q=words)
            assert sent.status_code == 303
            self.get(sent.headers["Location"])

    def tell(self):
        """Staff choose every notice in every way; then there is something of each kind to tell."""
        page = "/staff/account/notices"
        reasons = ["arrived", "near", "overdue"]
        assert self.send(page, page, email=[*reasons, "digest"], text=reasons, mobile=MOBILE).status_code == 303
        url, now = self.server.config.database_url, datetime.now(UTC)
        run_sql(url, "UPDATE requests SET due = '2026-01-05'")
        store = Store.open(url)
        for kind in (NOTICES, DIGEST):
            store.enqueue(kind, f"a day of {kind}", {}, now)
        self.until(lambda: len(self.office.letters) == 2)
        self.until(lambda: self.server.log().count("(text) broke at") > 1)
        store.close()

    # Everything that breaks

    def odd(self, method, path, **more):
        """Asked without caring for the answer, or whether there is one."""
        with contextlib.suppress(requests.ConnectionError):
            self.browser.request(method, self.home + path, timeout=20, **more)

    def stray(self):
        """Addresses and forms that nobody should send."""
        word = quote(NAME)
        for path in (f"/staff/{word}", f"/{word}?q={quote(NOTE)}", f"/staff/requests/{word}", f"/staff/invite/{word}"):
            self.odd("GET", path, headers={"Referer": f"https://x/{word}", "X-Name": word})
        self.odd("POST", "/staff/sign-in", data={"email": EMAIL, "password": PASSWORD})
        self.odd("POST", "/voice", data={"From": NUMBER, "SpeechResult": SPEECH})
        self.odd("POST", "/staff/sign-in", data={"email": NOTE * 3000})
        self.odd("GET", "/metrics", auth=(EMAIL, PASSWORD))
        for text in (NAME, SPEECH, NUMBER, EMAIL):
            for place in ("/break/inside/", "/break/libraries/", "/break/outside?"):
                self.odd("GET", place + quote(text))

    def garble(self):
        """What is no HTTP at all, with names in it."""
        for text in (
            f"GET /{quote(NAME)} HTTP/1.1\r\nHost: x\r\n{NAME}\r\n\r\n",
            f"{NAME} {SPEECH}\r\n\r\n",
            f"GET /{'x' * 9000}{quote(NAME)} HTTP/1.1\r\n\r\n",
            f"POST /voice HTTP/1.1\r\nHost: x\r\nContent-Length: {NAME}\r\n\r\nFrom={NUMBER}",
            f"POST /voice HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{NAME}\r\n",
            f"GET / HTTP/1.1\r\nHost: x\r\n{NAME.split()[0]}\x00: {EMAIL}\r\n\r\n",
        ):
            with socket.create_connection(("127.0.0.1", self.server.port), 10) as caller, contextlib.suppress(OSError):
                caller.sendall(text.encode())
                caller.settimeout(0.5)
                caller.recv(1000)

    def outage(self):
        """The database goes away in the middle of a call, and comes back."""
        file = self.server.folder / "line.db"
        gone = (lambda: file.rename(file.with_suffix(".gone"))) if self.database is None else self.database.stop
        back = (lambda: file.with_suffix(".gone").rename(file)) if self.database is None else self.database.start
        gone()
        self.call("4", "1", "1")
        self.get("/staff/queue")
        self.send("/staff/sign-in", "/staff/sign-in", email=EMAIL, password=PASSWORD)
        assert requests.get(f"{self.home}/readyz", timeout=20).text == "ready in part\n"
        assert requests.get(f"{self.home}/metrics", timeout=20).status_code == 200
        back()
        self.until(lambda: not any((self.server.folder / "spool").iterdir()))

    def kill(self):
        """A worker dies, once it has told what it had to tell: what still waits dies with it."""
        self.until(lambda: all(f'"outcome": "{one}"' in self.server.log() for one in ("fault", "odd")))
        time.sleep(2.5)
        os.kill(self.server.workers()[0], signal.SIGKILL)
        self.until(lambda: len(self.server.workers()) == 2)

    def text(self):
        """A text is asked for, and its sending breaks."""
        store, now = Store.open(self.server.config.database_url), datetime.now(UTC)
        mark = Marks(self.server.config.secret_key)("text", NUMBER)
        assert store.ask_text(TextAsked(f"CA{1:032}", "text", NUMBER, mark, f"{NAME}: {SPEECH}"), Caps(), now)
        self.until(lambda: "broke at" in self.server.log())
        store.close()

    def until(self, true, seconds=30):
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, self.server.log()[-3000:]
            time.sleep(0.1)

    def whole(self):
        self.join()
        self.ring()
        self.text()
        self.work()
        self.search()
        self.tell()
        self.stray()
        self.garble()
        self.outage()
        self.kill()
        time.sleep(1.5)  # until the last answers are in the log
        return self
