"""The real line, for gunicorn, in which chosen steps hang: those of calls from one number, for some seconds."""

import time
from functools import wraps

from ivr.config import Config
from ivr.factory import create_app

HANGS = "+447700900666"
SECONDS = 5.5
"""Longer than anybody may wait for an answer: one that comes in time is not of the step itself."""


def slowed(step):
    """The same step, which hangs first when that caller's call reaches it."""

    @wraps(step)
    def slow(call, *rest):
        if call.caller == HANGS:
            time.sleep(SECONDS)
        return step(call, *rest)

    return slow


app = create_app(Config.from_env())
switchboard = app.extensions["switchboard"]
for name in ("begin", "begin_again", "answer"):
    setattr(switchboard, name, slowed(getattr(switchboard, name)))
