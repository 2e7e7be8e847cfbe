"""The form fields that Twilio sends, as seen in real requests: empty ones included."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Final, Literal

CallStatus = Literal["ringing", "in-progress", "completed"]

WITHHELD: Final[dict[str, str]] = {
    "withheld": "+266696687",
    "anonymous": "anonymous",
    "unknown": "+86282452253",
    "restricted": "+7378742833",
    "unavailable": "+8656696",
    "blocked": "+2562533",
    "empty": "",
}
"""What arrives as From when a caller hides the number; the numbers spell the words on a keypad."""


@dataclass(frozen=True, slots=True)
class Parties:
    """Who rings whom, on which account, and the call's own id."""

    caller: str
    called: str
    account: str
    sid: str
    parent: str = ""

    def fields(self, status: CallStatus) -> dict[str, str]:
        """The fields of every request about this call."""
        both = {**_place("Caller", "From", self.caller), **_place("Called", "To", self.called)}
        own = {
            "AccountSid": self.account,
            "ApiVersion": "2010-04-01",
            "CallSid": self.sid,
            "CallStatus": status,
            "Direction": "outbound-dial" if self.parent else "inbound",
        }
        return {**both, **own, **({"ParentCallSid": self.parent} if self.parent else {})}


def _place(long: str, short: str, number: str) -> dict[str, str]:
    country = "GB" if number.startswith("+44") else ""
    where = {"City": "", "State": "", "Zip": "", "Country": country}
    named = {f"{name}{part}": value for name in (long, short) for part, value in where.items()}
    return {long: number, short: number, **named}


def first(parties: Parties) -> dict[str, str]:
    """The request that starts a call."""
    return {**parties.fields("ringing"), "StirVerstat": "", "CallToken": '{"parentCallInfoToken":"rehearsal"}'}


def ended(parties: Parties, seconds: float, now: datetime | None = None) -> dict[str, str]:
    """The status event after a call; minutes are rounded up, as they are billed."""
    whole = max(1, round(seconds))
    return {
        **parties.fields("completed"),
        "CallbackSource": "call-progress-events",
        "CallDuration": str(whole),
        "Duration": str(-(-whole // 60)),
        "SequenceNumber": "0",
        "Timestamp": format_datetime(now or datetime.now(UTC)),
    }


def recording(parties: Parties, sid: str, seconds: int) -> dict[str, str]:
    """What a <Record> action says about its recording."""
    return {"RecordingSid": sid, "RecordingUrl": _recording_url(parties, sid), "RecordingDuration": str(seconds)}


def recording_event(parties: Parties, sid: str, seconds: int, status: str = "completed") -> dict[str, str]:
    """A recordingStatusCallback. It carries no From and no To."""
    return {
        **recording(parties, sid, seconds),
        "AccountSid": parties.account,
        "CallSid": parties.sid,
        "ErrorCode": "0",
        "RecordingChannels": "1",
        "RecordingSource": "RecordVerb",
        "RecordingStartTime": format_datetime(datetime.now(UTC)),
        "RecordingStatus": status,
    }


def _recording_url(parties: Parties, sid: str) -> str:
    return f"https://api.twilio.com/2010-04-01/Accounts/{parties.account}/Recordings/{sid}"


def with_fields(*groups: Mapping[str, str]) -> dict[str, str]:
    """One form from several; later groups win."""
    return {name: value for group in groups for name, value in group.items()}
