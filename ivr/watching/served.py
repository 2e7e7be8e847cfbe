"""Gunicorn's log, in the form of the line's own; `gunicorn.conf.py` names it."""

from datetime import timedelta
from typing import Any, Final

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from ivr.settings.watching import WatchingSettings
from ivr.watching.lines import Form, form, write_log

_PLACES: Final = frozenset({"voice", "audio", "staff", "phone", "script", "map", "healthz", "readyz", "metrics"})


class LineLog(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's own log in the form of the line's, with nothing of a request in it; everything else joins it."""

    settings = WatchingSettings()
    key = ""

    def setup(self, cfg: Any) -> None:
        """Take over whatever gunicorn was told to write to."""
        super().setup(cfg)
        made: Form = form(self.settings, self.key)
        for handler in self.access_log.handlers:
            handler.setFormatter(made)
        write_log(made, self.error_log.handlers)

    def access(self, resp: Any, _req: Any, asked: dict[str, Any], request_time: timedelta) -> None:
        """Which part was asked, and how it went: no address, no query, no header."""
        if self.access_log_enabled:
            first = asked.get("PATH_INFO", "").split("/")[1:2]
            place = first[0] if first and first[0] in _PLACES else "other"
            method, status = asked.get("REQUEST_METHOD", "")[:7], str(resp.status)[:3]
            self.access_log.info("%s %s %s in %d ms", method, place, status, request_time.total_seconds() * 1000)

    def critical(self, msg: str, *args: Any, **more: Any) -> None:
        """As gunicorn's own, but for where it says it was called."""
        self.error_log.critical(msg, *args, **{"stacklevel": 2, **more})

    def error(self, msg: str, *args: Any, **more: Any) -> None:
        """As above."""
        self.error_log.error(msg, *args, **{"stacklevel": 2, **more})

    def warning(self, msg: str, *args: Any, **more: Any) -> None:
        """As above."""
        self.error_log.warning(msg, *args, **{"stacklevel": 2, **more})

    def info(self, msg: str, *args: Any, **more: Any) -> None:
        """As above."""
        self.error_log.info(msg, *args, **{"stacklevel": 2, **more})

    def debug(self, msg: str, *args: Any, **more: Any) -> None:
        """As above."""
        self.error_log.debug(msg, *args, **{"stacklevel": 2, **more})

    def exception(self, msg: str, *args: Any, **more: Any) -> None:
        """As above."""
        self.error_log.exception(msg, *args, **{"stacklevel": 2, **more})
