"""Requests as Twilio sends them, signed, each with the state that the line itself gave in the answer before."""

import itertools
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from ivr.config import Config
from ivr.factory import create_app
from ivr.phone.signature import sign
from ivr.store import migrate

SETTINGS = {
    "ENV": "production",
    "TWILIO_ACCOUNT_SID": "AC" + "0123456789abcdef" * 2,
    "TWILIO_AUTH_TOKEN": "f" * 32,
    "TWILIO_NUMBER": "+442079460000",
    "PUBLIC_URL": "https://line.example.org",
    "SECRET_KEY": "measured" * 8,
    "ENCRYPTION_KEY": "0123456789abcdef" * 4,
}
"""A line as it is in production, but for its address."""

TYPICAL = ("", "2", "1", "1", "1", "2", "1")
"""The keys of a typical call: it begins; the ways; mediation; its second and its third part, which ends in a question;
call me back; on the number I ring from. After the last two the line has stored something before it answers."""
GUIDANCE = slice(0, 5)
CALLBACK = slice(5, 7)
_STATE = re.compile(rb"/voice/turn\?s=([^\"&<]+)")
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Step:
    """One request of a call: its address, its keys, and what stands in the state that the line answers with."""

    path: str
    digits: str
    leads_to: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """One request as bytes, and a piece of the right answer."""

    raw: bytes
    expected: bytes


def typical(folder: Path) -> list[Step]:
    """The steps of a typical call, found out by making one at a line of its own."""
    config = Config.from_env({**SETTINGS, "DATA_DIR": str(folder), "WORKER": "off"})
    migrate(config.database_url)
    app = create_app(config)
    steps, path = [], "/voice"
    for digits in TYPICAL:
        fields = form(1, digits)
        signed = {"X-Twilio-Signature": signature(path, fields)}
        found = _STATE.search(app.test_client().post(path, data=fields, headers=signed).data)
        if found is None:
            raise RuntimeError(f"the call of {TYPICAL} ends at {path}: it has to be chosen anew")
        steps.append(Step(path, digits, b"s=" + b".".join(found[1].split(b".")[:3]) + b"."))
        path = f"/voice/turn?s={found[1].decode()}"
    app.extensions["switchboard"].close()
    return steps


def calls(steps: list[Step]) -> Iterator[list[Sent]]:
    """Calls without end, each with an id and a number of its own, so that each stores what is new."""
    for number in _numbers:
        yield [_sent(step, number) for step in steps]


def form(number: int, digits: str) -> dict[str, str]:
    """The fields of a request. Nobody is ever rung on these numbers: nothing leaves this machine."""
    caller = f"+4477009{number % 100_000:05d}"
    line = SETTINGS["TWILIO_NUMBER"]
    places = {f"{side}{part}": "" for side in ("Called", "Caller", "From", "To") for part in ("City", "State", "Zip")}
    gathered = {"msg": "Gather", "Digits": digits, "FinishedOnKey": ""} if digits else {}
    return {
        "AccountSid": SETTINGS["TWILIO_ACCOUNT_SID"],
        "ApiVersion": "2010-04-01",
        "CallSid": f"CA{uuid.uuid5(uuid.NAMESPACE_OID, str(number)).hex}",
        "CallStatus": "in-progress",
        "CallToken": '{"parentCallInfoToken":"eyJhbGciOiJFUzI1NiJ9.eyJjYWxsU2lkIjoiQ0EiLCJmcm9tIjoiKzQ0In0.c2ln"}',
        "Called": line,
        "Caller": caller,
        "CalledCountry": "GB",
        "CallerCountry": "GB",
        "Direction": "inbound",
        "From": caller,
        "FromCountry": "GB",
        "To": line,
        "ToCountry": "GB",
        **places,
        **gathered,
    }


def signature(path: str, fields: dict[str, str]) -> str:
    """What Twilio would sign a request to the line with."""
    return sign(SETTINGS["PUBLIC_URL"] + path, list(fields.items()), SETTINGS["TWILIO_AUTH_TOKEN"])


def _sent(step: Step, number: int) -> Sent:
    fields = form(number, step.digits)
    body = urlencode(fields).encode()
    head = (
        f"POST {step.path} HTTP/1.1\r\nHost: line.example.org\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
        f"Content-Length: {len(body)}\r\nX-Twilio-Signature: {signature(step.path, fields)}\r\n"
        f"I-Twilio-Idempotency-Token: {fields['CallSid']}-{step.digits}\r\nX-Home-Region: us1\r\n\r\n"
    )
    return Sent(head.encode() + body, step.leads_to)
