"""What gunicorn does besides serving the line; it reads this file by itself when it is started here."""

import os

from ivr.config import watching_of
from ivr.watching.served import LineLog
from ivr.watching.slots import SLOTS

LineLog.settings, LineLog.key = watching_of()
logger_class = LineLog


def on_starting(_server):
    """Have a folder for the figures of all workers. The Prometheus client takes its place from the environment."""
    if LineLog.settings.metrics and (folder := SLOTS.open()):
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def pre_fork(server, worker):
    """Give a worker its place there."""
    SLOTS.give(server.WORKERS.values(), worker)


def child_exit(_server, worker):
    """Take it back."""
    SLOTS.died(worker)
