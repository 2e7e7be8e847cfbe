"""The line, as gunicorn starts it: `gunicorn app:app`."""

from ivr.config import Config
from ivr.factory import create_app

app = create_app(Config.from_env())
