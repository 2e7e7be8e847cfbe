"""The whole line, over WSGI, signed as Twilio signs, with a database of its own."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as ET

from ivr.config import Config
from ivr.factory import create_app
from ivr.phone.signature import sign
from tests.fresh import prepare

TOP = Path(__file__).resolve().parents[2]
SID = "CA" + "1" * 32


class Line:
    """A line and a signed client for it. `as_it_is` leaves the database as it is, or is not."""

    def __init__(self, data, *, as_it_is=False, **given):
        self.config = Config.from_env({"DATA_DIR": str(data), "VOICE": "twilio", **given})
        if not as_it_is:
            prepare(self.config.database_url)
        self.database = data / "line.db"
        self.app = create_app(self.config)
        self.client = self.app.test_client()

    def form(self, **fields):
        return {
            "AccountSid": self.config.account_sid,
            "CallSid": SID,
            "From": "+447700900123",
            "To": "+442079460000",
            "CallStatus": "in-progress",
            **fields,
        }

    def post(self, path, form=None, **fields):
        """A request as Twilio sends it."""
        form = self.form(**fields) if form is None else form
        pairs = list(form.items()) if isinstance(form, dict) else form
        signature = sign(self.config.public_url + path, pairs, self.config.auth_token)
        return self.client.post(path, data=form, headers={"X-Twilio-Signature": signature})

    def call(self, *keys, **fields):
        """The answers of a call of these keys; `-` is silence."""
        answers = [self.post("/voice", **fields)]
        for key in keys:
            digits = {} if key == "-" else {"Digits": key}
            answers.append(self.post(action(answers[-1]), **fields, **digits))
        return answers

    def take_in(self):
        """Once this returns, everything that was kept on disk is in the database."""
        switchboard = self.app.extensions["switchboard"]
        while switchboard.store.spooled().promises:
            switchboard.intake.once()

    def rows(self, table):
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(f"select * from {table}").fetchall()  # noqa: S608 - tests name their tables


def action(answer):
    """Where the document sends what the caller does next."""
    found = re.search(r'action="https?://[^/]+([^"]+)"', answer.get_data(as_text=True))
    return found[1].replace("&amp;", "&")


def words(answer):
    return " ".join("".join(say.itertext()) for say in ET.fromstring(answer.data).iter("Say"))
