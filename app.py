"""The line, as gunicorn starts it: `gunicorn app:app`."""

from ivr.config import Config
from ivr.factory import create_app, watch

config = Config.from_env()
watch(config)
app = create_app(config)
