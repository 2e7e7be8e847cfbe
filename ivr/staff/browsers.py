"""What a browser is called, well enough for its own person to know it by."""

import re
from typing import Final

_BROWSERS: Final = (
    ("Edge", r"Edge?/|EdgA/|EdgiOS/"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Opera", r"OPR/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/"),
    ("Safari", r"Safari/"),
)
"""In this order: most browsers also say that they are some other."""
_PLACES: Final = (
    ("an iPhone", r"iPhone"),
    ("an iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("a Mac", r"Macintosh"),
    ("ChromeOS", r"CrOS"),
    ("Linux", r"Linux|X11"),
)


def browser_of(said: str) -> str:
    """Such as `Firefox on Windows`, from what a browser says of itself; nothing else of that is kept."""
    browser, place = _first(_BROWSERS, said), _first(_PLACES, said)
    return f"{browser or 'A browser'} on {place}" if place else browser or "A browser"


def _first(known: tuple[tuple[str, str], ...], said: str) -> str:
    return next((name for name, shape in known if re.search(shape, said)), "")
