"""How wide text is, near enough for any sans-serif face: boxes must hold their words on every machine."""

from typing import Final

NARROW: Final = frozenset("iljI.,;:'’| ")
SLIM: Final = frozenset("rtf()[]“”!-·↑")
WIDE: Final = frozenset("mwMW@%…—")
BOLD: Final = 1.12
"""Bold letters are wider by this much in the widest faces that systems have."""
ELLIPSIS: Final = "…"


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Pixels that a text takes at a font size in pixels, in a wide face."""
    return size * sum(_share(one) for one in text) * (BOLD if bold else 1)


def _share(one: str) -> float:
    if one in NARROW:
        return 0.34
    if one in SLIM:
        return 0.46
    return 0.97 if one in WIDE else 0.72 if one.isupper() else 0.62


def wrapped(text: str, size: float, room: float, *, bold: bool = False) -> tuple[str, ...]:
    """Lines that each fit the room, broken between words; a single longer word has a line of its own."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width(longer, size, bold=bold) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return tuple(lines)


def cut(text: str, size: float, room: float) -> str:
    """The text, or as much of it as fits, with an ellipsis."""
    if width(text, size) <= room:
        return text
    while text and width(text + ELLIPSIS, size) > room:
        text = text[:-1]
    return text.rstrip(" ,.:“(") + ELLIPSIS
