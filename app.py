"""The line, as gunicorn starts it: `gunicorn app:app`."""

import gc

# Whatever is made from here to the end stays for as long as the worker lives. To look for garbage among it costs an
# eighth of the start, and afterwards, again and again, a caller's time.
gc.disable()

from ivr.config import Config  # noqa: E402 - the imports are most of what is made
from ivr.factory import create_app, watch  # noqa: E402

config = Config.from_env()
watch(config)
app = create_app(config)
gc.freeze()
gc.enable()
