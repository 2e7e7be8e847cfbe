"""How ringing a person may end, as Twilio reports it."""

from dataclasses import dataclass
from typing import Final

RINGS: Final = 8
"""Seconds until somebody lifts the receiver."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The fields of a Dial action; None leaves the field out. `talked` seconds of conversation."""

    status: str | None
    bridged: str | None = "false"
    talked: int = 0

    def fields(self, child: str) -> dict[str, str]:
        """The extra fields of the Dial action."""
        given = {"DialCallStatus": self.status, "DialBridged": self.bridged, "DialCallSid": child}
        spoken = {"DialCallDuration": str(self.talked)} if self.talked else {}
        return {**{name: value for name, value in given.items() if value is not None}, **spoken}

    def seconds(self, timeout: int) -> float:
        """How long the caller is away, in seconds; `timeout` is the longest ringing."""
        return timeout if self.status == "no-answer" else RINGS + self.talked


NOT_TAKEN: Final = Outcome("completed", "false", 3)
"""Somebody, or a voicemail, answered and did not take the call."""

OUTCOMES: Final[dict[str, Outcome]] = {
    "conversation": Outcome("completed", "true", 90),
    "busy": Outcome("busy"),
    "no-answer": Outcome("no-answer"),
    "failed": Outcome("failed"),
    "canceled": Outcome("canceled"),
    "not-bridged": NOT_TAKEN,
    "answered": Outcome("answered", "true", 90),
    "unknown": Outcome("xyz"),
    "missing": Outcome(None, None),
    "caller-leaves": Outcome("no-answer"),
}
"""By name: `caller-leaves` is a caller who hangs up while it rings."""
