"""A caller's answers as columns of their request: which are kept, which gather, and what wins when requests meet."""

from collections.abc import Mapping
from typing import Final

KEPT: Final = ("council", "topic", "best_time", "safe_message", "needs", "notice")
"""What a request has a column for: answers, and the version of the privacy notice that its caller was told."""
NONE: Final = dict.fromkeys(KEPT, "")


def gathered(*texts: str) -> str:
    """Comma-separated words of all texts, each once, in the order in which they came."""
    words = [word.strip() for text in texts for word in text.split(",")]
    return ",".join(dict.fromkeys(word for word in words if word))


def own(earlier: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Answers of one call: new ones win, needs gather."""
    won = {name: given.get(name) or earlier[name] for name in KEPT}
    return won | {"needs": gathered(earlier["needs"], given.get("needs", ""))}


def met(earlier: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Answers of another call for the same request: new ones win, topics and needs gather."""
    return own(earlier, given) | {"topic": gathered(earlier["topic"], given.get("topic", ""))}


def filled(wanted: Mapping[str, str], spare: Mapping[str, str]) -> dict[str, str]:
    """Answers with gaps filled from a request that never was confirmed."""
    return {name: wanted[name] or spare[name] for name in KEPT}
