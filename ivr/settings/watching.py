"""Settings of what the line tells whoever looks after it: logs, figures, and other people's watching."""

import re
from dataclasses import dataclass, field
from typing import Final, Literal, cast, get_args

from ivr.settings.given import Given, fits, is_here, parts

Logs = Literal["auto", "json", "text"]
"""How a line of the log is written; `auto`: text at a terminal, JSON elsewhere."""
_TOKEN: Final = re.compile(r"[\x21-\x7e]{24,200}", re.ASCII)
_IPV4: Final = re.compile(r"(\d{1,3}\.){3}\d{1,3}", re.ASCII)
_PORT: Final = re.compile(r"\d{1,5}", re.ASCII)
_DSN: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class WatchingSettings:
    """What is told, in what form, and to whom. Secrets are left out of its `repr`."""

    logs: Logs = "auto"
    turns: bool = True  # whether each answer to a caller has a line of the log
    metrics: bool = True
    metrics_token: str = field(default="", repr=False)  # empty: /metrics only to this machine itself
    sentry_dsn: str = field(default="", repr=False)
    otel_url: str = ""
    worker: tuple[str, int] | None = None  # where `ivr worker` tells its own figures
    production: bool = False


def watching_settings(given: Given) -> WatchingSettings:
    """The settings about logs, figures, Sentry and OpenTelemetry."""
    return WatchingSettings(
        logs=_logs(given),
        turns=given.switch("LOG_TURNS", "on"),
        metrics=given.switch("METRICS", "on"),
        metrics_token=_token(given),
        sentry_dsn=_sentry(given),
        otel_url=_otel(given),
        worker=_worker(given),
        production=given.production,
    )


def _logs(given: Given) -> Logs:
    logs = given("LOGS", "auto")
    given.check("LOGS", f"one of {', '.join(get_args(Logs))}", right=logs in get_args(Logs))
    return cast("Logs", logs)


def _token(given: Given) -> str:
    right = not given("METRICS_TOKEN") or fits(_TOKEN, given("METRICS_TOKEN"))
    return given.check("METRICS_TOKEN", "24 random characters or more, from: openssl rand -hex 24", right=right)


def _worker(given: Given) -> tuple[str, int] | None:
    """An address and a port. For other machines to ask, there has to be a token that they are known by."""
    address, _, port = given("WORKER_METRICS").rpartition(":")
    host = address or "127.0.0.1"
    right = fits(_IPV4, host) and fits(_PORT, port) and 0 < int(port) < 1 << 16
    right = right and (host.startswith("127.") or bool(given("METRICS_TOKEN")))
    what = "a port, such as 9464; or with METRICS_TOKEN an address and a port for other machines, such as 0.0.0.0:9464"
    given.check("WORKER_METRICS", what, right=right or not given("WORKER_METRICS"))
    return (host, int(port)) if right else None


def _sentry(given: Given) -> str:
    dsn = given("SENTRY_DSN")
    address = parts(dsn)
    right = bool(address.hostname) and fits(_DSN, address.username or "") and address.path.strip("/").isdigit()
    what = "the address that Sentry gave the project, such as https://0123…@sentry.example.org/1"
    return given.check("SENTRY_DSN", what, right=not dsn or (right and _safe(dsn)))


def _otel(given: Given) -> str:
    url = given("OTEL_EXPORTER_OTLP_ENDPOINT")
    address = parts(url)
    plain = not (address.query or address.fragment or address.username)
    what = "the address of a collector, such as https://otel.example.org:4318"
    given.check("OTEL_EXPORTER_OTLP_ENDPOINT", what, right=not url or (plain and _safe(url)))
    return url.rstrip("/")


def _safe(url: str) -> bool:
    """Over TLS, or on this machine."""
    address = parts(url)
    here = is_here(f"{address.scheme}://{address.hostname}" + (f":{address.port}" if address.port else ""))
    return (address.scheme == "https" and bool(address.hostname)) or (here and address.scheme == "http")
