"""The whole line as one machine: callers, requests sent again, a database that comes and goes, deploys, kills.

Hypothesis chooses what happens next, in any order; afterwards every promise spoken is held against every row.
"""

import logging
import os
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ivr.config import Config
from ivr.factory import create_app
from ivr.prompts.load import load
from ivr.rehearsal.faults import Faults
from ivr.rehearsal.manners import lapses
from ivr.rehearsal.reach import in_this_process
from ivr.rehearsal.twiml import parse
from tests.machines.audit import audited, heard
from tests.machines.crowd import TROUBLES, Place
from tests.machines.databases import OnPostgres, OnSqlite, empty
from tests.prompts.files import SHIPPED, copied, edit
from tests.rehearsal.walker import Walk

MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - a folder of our own is made in it
FLOW = load(SHIPPED)
MOST_CALLS = 3
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
"""Histories begin at some minute of the year after this. Their clock stands still while a request is sent twice: what a
line without its database says by the clock may differ otherwise, and tests/test_same_answer.py looks at that."""
SEEN = {"steps": 0, "calls": 0, "promises": 0, "deploys": 0, "kills": 0, "faults": 0}


def renamed(prompts):
    """A node that calls may be waiting at is gone: its name is another."""
    (prompts / "menus/ask-time.yaml").rename(prompts / "menus/ask-when.yaml")
    for path in prompts.glob("menus/*.yaml"):
        path.write_text(path.read_text("utf-8").replace("goto: ask-time", "goto: ask-when"), "utf-8")


def shorter(prompts):
    """A question less, and a leaflet with a part less."""
    (prompts / "menus/ask-safe.yaml").unlink()
    for path in prompts.glob("menus/*.yaml"):
        path.write_text(path.read_text("utf-8").replace("goto: ask-safe", "goto: ask-needs"), "utf-8")
    edit(prompts, "words/en-GB.yaml", '    says: ["Is that right?"]', '    says: ["Is this right?"]')


def broken(prompts):
    """An author's mistake: refused, and what was served before is served on."""
    with (prompts / "menus/main.yaml").open("a", encoding="utf-8") as file:
        file.write("opitons: [")


VARIANTS = {"as shipped": lambda _prompts: None, "renamed": renamed, "shorter": shorter, "broken": broken}


class Caller(Walk):
    """A random caller, one move at a time; promises are held against the rows at the end, not on the way."""

    def _turned(self, call, before, act):
        act()
        for turn in call.turns[before:]:
            self.wrong += [f"{lapse}: {turn.body}" for lapse in lapses(parse(turn.body.encode()))]
        if call.ended_by not in {"", "caller"} and not self._said_goodbye(call):
            self.wrong.append(f"ended by {call.ended_by} after {call.heard[-5:]}, moves {self.moves}")


class WholeLine(RuleBasedStateMachine):
    """`kept` makes the database of a history, given the folder of its line."""

    def __init__(self, kept=OnSqlite):
        self.kept = kept
        super().__init__()

    @initialize(seed=st.integers(0, 2**32))
    def start(self, seed):
        logging.disable()
        self.folder = Path(tempfile.mkdtemp(dir=MEMORY))
        self.chance = Random(seed)
        self.moment = BEGUN + timedelta(minutes=Random(seed).randrange(365 * 24 * 60))
        self.prompts = copied(self.folder, SHIPPED)
        self.database = self.kept(self.folder)
        self.callers, self.calls, self.over = [], [], []
        self.serve()

    def serve(self):
        given = {"DATA_DIR": str(self.folder), "PROMPTS_DIR": str(self.prompts), "VOICE": "twilio"}
        given["WORKER"] = "off"  # its clock is today's: what a history began long ago would be deleted in its night
        config = Config.from_env(given | {"DATABASE_URL": self.database.url})
        self.app = create_app(config, lambda: self.moment)
        self.switchboard = self.app.extensions["switchboard"]
        self.switchboard.intake.close()  # brought in when a rule says so
        app = self.app
        self.place = Place(in_this_process(config, lambda _: app), self.switchboard.store)
        for call in self.calls:
            call.player.wire.post = self.place.reach.transport.post

    @invariant()
    def life_goes_on(self):
        """Between any two events somebody rings, and everybody does something."""
        if len(self.callers) < MOST_CALLS and self.chance.random() < 0.5:
            self.somebody_rings(self.chance.randrange(2**32))
        for number in reversed(range(len(self.callers))):
            self.moves(number, self.chance.randint(0, 3))

    def somebody_rings(self, seed):
        caller = Caller(self.place, FLOW, seed, Faults(Random(seed), **TROUBLES))
        caller.eager, caller.manner = True, "any"
        call = caller._call()
        self.callers.append(caller)
        self.calls.append(call)
        caller._turned(call, 0, call.dial)
        self.judge(caller)

    def moves(self, number, moves):
        caller, call = self.callers[number], self.calls[number]
        for _ in range(moves):
            self.moment += timedelta(seconds=11)
            if not call.ended_by:
                caller._move(call)
        self.judge(caller)
        if call.ended_by:
            self.hung_up(number)

    @precondition(lambda self: self.callers)
    @rule(which=st.integers(0, MOST_CALLS))
    def somebody_hangs_up(self, which):
        number = which % len(self.callers)
        if not self.calls[number].ended_by:
            self.calls[number].hang_up()
        self.hung_up(number)

    def hung_up(self, number):
        del self.callers[number]
        self.over.append(self.calls.pop(number))

    @precondition(lambda self: self.over or self.calls)
    @rule()
    def an_old_request_comes_again(self):
        call = self.chance.choice(self.over + self.calls)
        exchange = self.chance.choice(call.exchanges)
        call.player.wire.post = self.place.reach.transport.post
        answer = self.place.reach.transport.post(
            exchange.path, exchange.form, call.player.wire._headers(exchange.path, exchange.form, "again")
        )
        assert answer.status == 200
        parse(answer.body)

    @precondition(lambda self: self.database.there)
    @rule()
    def the_database_goes(self):
        self.database.goes(self.switchboard)
        SEEN["faults"] += 1

    @precondition(lambda self: not self.database.there)
    @rule()
    def the_database_comes_back(self):
        self.database.comes_back()

    @precondition(lambda self: (self.folder / "spool").exists())
    @rule()
    def the_disk_takes_no_promise(self):
        (self.folder / "spool").rename(self.folder / "hidden")
        SEEN["faults"] += 1

    @precondition(lambda self: not (self.folder / "spool").exists())
    @rule()
    def the_disk_is_mended(self):
        (self.folder / "hidden").rename(self.folder / "spool")

    @rule()
    def what_is_on_disk_comes_in(self):
        self.switchboard.intake.once()

    @rule(variant=st.sampled_from(sorted(VARIANTS)))
    def somebody_deploys(self, variant):
        before = self.switchboard.flow.version
        shutil.rmtree(self.prompts)
        copied(self.folder, SHIPPED)
        VARIANTS[variant](self.prompts)
        self.switchboard._flows._next = 0.0
        after = self.switchboard.flow.version
        assert (after == before) if variant == "broken" else True
        SEEN["deploys"] += 1

    @precondition(lambda self: not self.switchboard._flows.mistakes and (self.folder / "spool").exists())
    @rule()
    def the_process_is_killed_and_another_begins(self):
        """Nothing is written at the end, as nothing can be."""
        self.switchboard.listening._notes.clear()
        self.switchboard.close()
        self.serve()
        SEEN["kills"] += 1

    def judge(self, caller):
        SEEN["steps"] += 1
        assert caller.wrong == []

    def teardown(self):
        if not hasattr(self, "switchboard"):
            return
        try:
            if not self.database.there:
                self.database.comes_back()
            if (self.folder / "hidden").exists():
                (self.folder / "hidden").rename(self.folder / "spool")
            store = self.switchboard.store
            while store.spooled().promises:
                assert self.switchboard.intake.once(), store.spooled()
            verdict = audited(map(heard, self.over + self.calls), store)
            assert verdict.wrong == []
            SEEN["calls"] += verdict.calls
            SEEN["promises"] += verdict.promises
        finally:
            self.switchboard.close()
            self.database.ends()
            shutil.rmtree(self.folder)
            logging.disable(logging.NOTSET)


def part(number):
    """A full-size part."""
    return pytest.param(120, 30, marks=pytest.mark.prove, id=f"part{number}")


@pytest.mark.parametrize(("examples", "steps"), [(8, 15), part(0), part(1)])
def test_the_whole_line_whatever_happens_in_whatever_order(figures, examples, steps):
    seen = whole_line(OnSqlite, examples, steps)
    figures("the whole line as one machine", histories=examples, **seen, broken_promises=0)


@pytest.mark.parametrize(("examples", "steps"), [(3, 15), part(0)])
def test_so_it_is_on_postgresql(postgres_server, figures, examples, steps):
    template = empty(postgres_server)
    seen = whole_line(lambda _folder: OnPostgres(postgres_server, template), examples, steps)
    figures("the whole line as one machine, postgresql", histories=examples, **seen, broken_promises=0)


def whole_line(kept, examples, steps):
    """Histories on this kind of database; what was seen in them."""
    for name in SEEN:
        SEEN[name] = 0
    how = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(lambda: WholeLine(kept), settings=how)
    assert SEEN["promises"]
    return SEEN
