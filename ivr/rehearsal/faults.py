"""What may go wrong between Twilio and the line: requests twice, late, out of order, or never."""

from dataclasses import dataclass, field
from random import Random


@dataclass(frozen=True, slots=True)
class Faults:
    """Chances from 0 to 1. The same `random` gives the same troubles."""

    random: Random = field(default_factory=lambda: Random(0))  # noqa: S311 - a rehearsal, not a secret
    resend: float = 0.0
    """the same request arrives twice, and both must get the same bytes"""
    late: float = 0.0
    """an earlier request of this call arrives once more"""
    recording_first: float = 0.0
    """the news of a recording arrives before the call goes on"""
    recording_late: float = 0.0
    """the news of a recording arrives after the call"""
    recording_lost: float = 0.0
    """the news of a recording never arrives"""
    status_early: float = 0.0
    """the last status event overtakes the request of the last step"""
    status_twice: float = 0.0
    """the last status event arrives twice"""

    def strikes(self, chance: float) -> bool:
        """Whether a trouble of this chance happens now."""
        return chance > 0 and self.random.random() < chance
