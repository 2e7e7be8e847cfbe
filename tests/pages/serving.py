"""A whole line for these tests, and pages as text."""

import re
from functools import cache
from html import unescape
from pathlib import Path

from ivr.config import Config
from ivr.factory import create_app
from ivr.prompts.load import load
from tests.fresh import prepare

TOP = Path(__file__).resolve().parents[2]
PAGES = ("/", "/script", "/map", "/privacy")
ENGLISH = "en-GB"


def app_of(folder, **settings):
    """The line with a database and settings of its own."""
    config = Config.from_env({"DATA_DIR": str(folder), "VOICE": "twilio", **settings})
    prepare(config.database_url)
    return create_app(config)


@cache
def flow():
    """The words and menus in git."""
    return load(TOP / "prompts")


def words(html):
    """The words of a page without its marks, in one line."""
    kept = re.sub(r'<a class="cite".*?</a>', " ", html, flags=re.DOTALL)
    return plain(unescape(re.sub(r"<[^>]+>", " ", kept)))


def plain(text):
    return " ".join(text.split())
