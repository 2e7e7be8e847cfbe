"""What must not slip back: the cost of a turn beside a bare Flask route, in this process, by processor time."""

import subprocess
import sys
import time

import pytest

from ivr.config import Config
from ivr.factory import create_app
from ivr.store import migrate

from .calls import CALLBACK, SETTINGS, form, signature, typical
from .report import Round, Row
from .servers import TOP
from .yardsticks import bare

ROUNDS, TURNS = 12, 60
MOST = 14.0
"""A guidance turn costs about 5 to 6 bare routes without a server. Written anew, without a cache, it costs 10 more."""
MOST_DURABLE = 60.0
"""A turn that stores costs about 20 to 25; each of its statements through all layers of SQLAlchemy, about 40."""


def environ(client, path, digits, number):
    fields = form(number, digits)
    signed = {"X-Twilio-Signature": signature(path, fields)}
    asked = {"path": path, "method": "POST", "data": fields, "headers": signed}
    return client._request_from_builder_args((), asked).environ


def cost(client, environs):
    """Seconds of processor time of one request, the mean of some."""
    before = time.thread_time()
    for one in environs:
        client.run_wsgi_app(one)
    return (time.thread_time() - before) / len(environs)


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """The cost of a guidance turn and of a durable one, in costs of a bare route: the best of some rounds."""
    steps = typical(tmp_path_factory.mktemp("typical"))
    folder = tmp_path_factory.mktemp("line")
    config = Config.from_env({**SETTINGS, "DATA_DIR": str(folder), "WORKER": "off"})
    migrate(config.database_url)
    app = create_app(config)
    ours, limit, numbers = app.test_client(), bare().test_client(), iter(range(1, 1_000_000))
    found = {"guidance": [], "durable": []}
    for _ in range(ROUNDS):
        least = cost(limit, [environ(limit, steps[1].path, "2", 1) for _ in range(TURNS)])
        turns = [environ(ours, steps[1].path, "2", next(numbers)) for _ in range(TURNS)]
        found["guidance"].append(cost(ours, turns) / least)
        callers = [next(numbers) for _ in range(15)]
        stored = [environ(ours, step.path, step.digits, one) for one in callers for step in steps[CALLBACK]]
        found["durable"].append(cost(ours, stored) / least)
    app.extensions["switchboard"].close()
    return {name: min(ratios) for name, ratios in found.items()}


def test_a_guidance_turn_costs_no_more_than_some_bare_routes(measured):
    assert measured["guidance"] < MOST


def test_a_durable_turn_costs_no_more_than_some_more(measured):
    assert measured["durable"] < MOST_DURABLE


def test_a_typical_call_goes_where_the_measurement_says(tmp_path):
    assert [step.leads_to.split(b".")[1] for step in typical(tmp_path)] == [
        *(b"main", b"ways", b"mediation", b"mediation", b"after-mediation", b"callback-own", b"ask-council")
    ]


def test_ratios_are_medians_of_rounds_taken_side_by_side():
    limit = tuple(Round(rate, 1, 1, 100, 1) for rate in (1000, 2000, 4000))
    own = tuple(Round(rate, 1, 1, 200, 1) for rate in (600, 1000, 1000))
    row = Row(8, "guidance turn", own, limit)
    assert (row.ratio, row.processor_ratio, row.median("rate")) == (0.5, 0.5, 1000)


def test_what_a_worker_starts_with_is_never_looked_through_for_garbage(tmp_path):
    script = "import gc; gc.callbacks.append(lambda *_: looks.append(1)); looks = []; import app"
    script += "; print(len(looks) < 20, gc.isenabled(), gc.get_freeze_count() > 100_000)"
    given = {**SETTINGS, "DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"}
    started = subprocess.run(
        [sys.executable, "-c", script], cwd=TOP, env=given, check=True, capture_output=True, text=True
    )
    assert started.stdout.split() == ["True", "True", "True"], "only what comes later is"


def test_a_worker_starts_without_what_only_some_lines_or_pages_need(tmp_path):
    """Single sign-on, PostgreSQL, Twilio's client, what guesses passwords: each is a tenth of a start or more."""
    heavy = {
        "authlib",
        "joserfc",
        "requests",
        "psycopg",
        "sqlalchemy.dialects.postgresql",
        "twilio",
        "zxcvbn",
        "alembic",
    }
    script = f"import sys, app; print(*sorted({heavy} & set(sys.modules)))"
    given = {**SETTINGS, "DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"}
    started = subprocess.run(
        [sys.executable, "-c", script], cwd=TOP, env=given, check=True, capture_output=True, text=True
    )
    assert started.stdout.split() == []
