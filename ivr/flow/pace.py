"""How long the line waits and pauses, in seconds. Slow is longer everywhere, never shorter."""

from typing import Final

from ivr.flow.state import Pace
from ivr.flow.turn import Quiet

WAITS: Final = (10, 10, 45)
"""Wait for an answer by try: 10 s for older and non-native callers (IBM, Blueworx), then 45 s for a text relay."""
MORE_TIME: Final = 60
"""Wait after a caller asks for more time, and when nobody could be reached."""
PAUSE: Final = 1
"""Before the words of an answer, and between choices; at least half a second (Avaya), Twilio counts whole seconds."""
SLOW_WAIT: Final = 2
SLOW_PAUSE: Final = 2
"""Slow multiplies every wait and every pause by these."""


def wait(pace: Pace, tries: int) -> int:
    """Seconds to wait for an answer on this try, counted from 0."""
    seconds = WAITS[min(tries, len(WAITS) - 1)]
    return longer_wait(pace, seconds)


def longer_wait(pace: Pace, seconds: int) -> int:
    """A wait at this pace."""
    return seconds * SLOW_WAIT if pace == "slow" else seconds


def pause(pace: Pace, seconds: int = PAUSE) -> Quiet:
    """A pause at this pace."""
    return Quiet(seconds * SLOW_PAUSE if pace == "slow" else seconds)
