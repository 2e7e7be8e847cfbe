"""The real line, for gunicorn, in which chosen things break with somebody's words in their mouths.

What breaks is said by who asks, so that no word of anybody's is in this file or in the environment.
"""

import logging
import threading
import warnings
from functools import wraps
from urllib.parse import unquote

from ivr.config import Config
from ivr.factory import create_app, watch
from ivr.flow.events import Said
from ivr.phone.rest import Texts

BREAKS = "wolverine"
"""Who says this word breaks the line."""


def broken(words):
    """Break deep inside, with these words in a local, in the cause and in the exception itself."""
    local = [words, {"From": words}]
    try:
        int(f"{words} of {local}")
    except ValueError as error:
        raise RuntimeError(f"while answering {words}") from error


def libraries(words):
    """Everything that a library might say, at every level."""
    for name in ("twilio.http_client", "urllib3.connectionpool", "sqlalchemy.engine.Engine", "authlib", "any"):
        for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.CRITICAL):
            logging.getLogger(name).log(level, f"as it is: {words}")
            logging.getLogger(name).log(level, "in %s and %r", words, {words: words})
    warnings.warn(words, stacklevel=1)
    thread = threading.Thread(target=broken, args=(words,), name=words)
    thread.start()
    thread.join()


def front(behind):
    """Before Flask: an exception that only gunicorn sees."""

    def asked(environ, start_response):
        if environ["PATH_INFO"] == "/break/outside":
            broken(unquote(environ["QUERY_STRING"]))
        return behind(environ, start_response)

    return asked


def breaking(answer):
    @wraps(answer)
    def answered(call, place, event):
        if isinstance(event, Said) and BREAKS in event.words:
            broken(f"{event.words} {call.caller}")
        return answer(call, place, event)

    return answered


def refusing(_texts, number, body):
    """Hand a text over."""
    broken(f"{number} {body}")


config = Config.from_env()
watch(config)
Texts.send = refusing
app = create_app(config)
switchboard = app.extensions["switchboard"]
switchboard.answer = breaking(switchboard.answer)
app.add_url_rule("/break/inside/<words>", "inside", broken)
app.add_url_rule("/break/libraries/<words>", "libraries", lambda words: libraries(words) or "done")
app.wsgi_app = front(app.wsgi_app)
