"""What one thing costs when there is more of everything: nodes, stored calls, requests, words."""

import itertools
import random
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from ivr.audio.build import build_utterances, utterances
from ivr.config import Config
from ivr.factory import create_app
from ivr.flow.check import check
from ivr.prompts.load import load
from ivr.store import Store, migrate
from ivr.store.tables import requests

from .calls import CALLBACK, GUIDANCE, SETTINGS, Step, form, signature

TOP = Path(__file__).resolve().parents[2]
SAMPLE = TOP / "tests" / "check" / "sample"
NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
_numbers = itertools.count(5_000_000)


def generated(folder: Path, nodes: int) -> Path:
    """Prompts of so many nodes besides those of a small sample: a tree of menus of two choices."""
    prompts = Path(shutil.copytree(SAMPLE, tempfile.mkdtemp(dir=folder), dirs_exist_ok=True))
    advice = prompts / "menus" / "advice.yaml"
    words = prompts / "words" / "en-GB.yaml"
    lines = advice.read_text("utf-8").splitlines()
    advice.write_text("\n".join("goto: n-1" if line.startswith("goto:") else line for line in lines) + "\n", "utf-8")
    for number in range(1, nodes + 1):
        goto = [f"n-{child}" if child <= nodes else "main" for child in (2 * number, 2 * number + 1)]
        options = [f'  - {{key: "{key}", says: n.way-{key}, goto: {goto[key - 1]}}}' for key in (1, 2)]
        text = "\n".join([f"# Menu {number} of a tree.", "kind: menu", f"ask: [n.ask-{number}]", "options:", *options])
        (prompts / "menus" / f"n-{number}.yaml").write_text(text + "\n", "utf-8")
    said = [f"  n.ask-{number}: {{says: [This is place {number}.]}}" for number in range(1, nodes + 1)]
    for key, side in ((1, "left"), (2, "right")):
        said.append(f'  n.way-{key}: {{says: ["For the {side}, press {{key}}."], hears: [{side}], name: the {side}}}')
    words.write_text(words.read_text("utf-8") + "\n".join(said) + "\n", "utf-8")
    return prompts


@contextmanager
def line(folder: Path, **given: str) -> Iterator[Callable[[str, str], float]]:
    """A line in this process. What it gives makes one turn and says how many microseconds of processor it took."""
    config = Config.from_env({**SETTINGS, "DATA_DIR": str(folder), "WORKER": "off", "VOICE": "twilio", **given})
    migrate(config.database_url)
    app = create_app(config)
    client = app.test_client()

    def turn(path: str, digits: str, number: int = 0) -> float:
        fields = form(number or next(_numbers), digits)
        signed = {"X-Twilio-Signature": signature(path, fields)}
        builder = {"path": path, "method": "POST", "data": fields, "headers": signed}
        environ = client._request_from_builder_args((), builder).environ  # made before the clock starts
        before = time.thread_time()
        answer = client.run_wsgi_app(environ)
        taken = (time.thread_time() - before) * 1e6
        if not answer[1].startswith("200"):
            raise RuntimeError(f"{answer[1]} at {path}")
        return taken

    try:
        yield turn
    finally:
        app.extensions["switchboard"].close()


def by_nodes(folder: Path, sizes: tuple[int, ...] = (20, 200, 2000), turns: int = 600) -> dict[int, float]:
    """Microseconds of processor of a turn at a random node, by the number of nodes."""
    chance, found = random.Random(7), {}
    for nodes in sizes:
        with line(folder / f"nodes-{nodes}", PROMPTS_DIR=str(generated(folder, nodes))) as turn:
            places = [f"/voice/turn?s=1.n-{number}.3.0.0.nln00.en-GB....." for number in range(1, nodes + 1)]
            for place in places:
                turn(place, "1")
            found[nodes] = statistics.median(turn(chance.choice(places), "1") for _ in range(turns))
    return found


def by_check(folder: Path, sizes: tuple[int, ...] = (40, 80, 160)) -> dict[int, float]:
    """Seconds of processor of `ivr check`, by the number of nodes."""
    found = {}
    for nodes in sizes:
        flow = load(generated(folder, nodes))
        before = time.process_time()
        check(flow, NOW.date())
        found[len(flow.nodes)] = time.process_time() - before
    return found


def by_calls(folder: Path, steps: list[Step], stored: int = 1_000_000, turns: int = 300) -> dict[str, dict[int, float]]:
    """Microseconds of processor of turns without and with so many stored calls; then a page of the queue."""
    found: dict[str, dict[int, float]] = {"guidance turn": {}, "durable turn": {}}
    for number in (0, stored):
        place = folder / f"calls-{number}"
        migrate(f"sqlite:///{place / 'line.db'}")
        if number:
            fill(place / "line.db", number, number // 10)
        with line(place) as turn:
            for name, part in (("guidance turn", GUIDANCE), ("durable turn", CALLBACK)):
                taken = [[turn(step.path, step.digits, one) for step in steps[part]] for one in _some(turns)]
                found[name][number] = statistics.median(statistics.mean(one) for one in taken[turns // 6 :])
    found["page of the queue, ms"] = {stored // 10: page(folder / f"calls-{stored}" / "line.db")}
    return found


def _some(number: int) -> list[int]:
    return [next(_numbers) for _ in range(number)]


def page(database: Path) -> float:
    """Milliseconds of the slower of two pages of 50 requests: the first, and one from the middle."""
    store = Store.open(f"sqlite:///{database}")
    first = store.queue(["new"], limit=50)
    middle = store.queue(["new"], after=replace(first[-1].cursor, due=date(2026, 12, 15)), limit=50)
    taken = []
    for after in (None, middle[-1].cursor):
        before = time.perf_counter()
        for _ in range(20):
            store.queue(["new"], after=after, limit=50)
        taken.append((time.perf_counter() - before) / 20 * 1000)
    store.close()
    return max(taken)


def fill(database: Path, stored: int, wanted: int) -> None:
    """Store so many calls, each with a promise, and so many requests, as if they had come over three months."""
    chance = random.Random(11)
    ids = [f"{chance.getrandbits(128):032x}" for _ in range(stored)]
    times = [NOW - timedelta(seconds=chance.randrange(90 * 86400)) for _ in range(1000)]
    rows = [_request(ids[number], number, times[number % 1000]) for number in range(wanted)]
    engine = sa.create_engine(f"sqlite:///{database}")
    with engine.begin() as connection:
        connection.execute(requests.insert(), rows)
    engine.dispose()
    spelled = [at.replace(tzinfo=None).isoformat(" ", "microseconds") for at in times]
    with sqlite3.connect(database) as raw:
        raw.execute("PRAGMA synchronous=OFF")
        calls = (
            (f"CA{one}", one if n < wanted else None, 6, "ask-council", spelled[n % 1000]) for n, one in enumerate(ids)
        )
        raw.executemany("INSERT INTO calls (sid, request_id, turn, node, created) VALUES (?, ?, ?, ?, ?)", calls)
        kept = ((f"CA{one}", 6, "confirm", "", spelled[n % 1000]) for n, one in enumerate(ids))
        raw.executemany("INSERT INTO promises (call_sid, turn, what, mark, at) VALUES (?, ?, ?, ?, ?)", kept)
    raw.close()


def _request(name: str, number: int, at: datetime) -> dict[str, object]:
    empty = dict.fromkeys(("council", "topic", "best_time", "safe_message", "needs"), "")
    own = {"id": name, "reference": f"bench{number}", "call_sid": f"CA{name}", "phone": f"+4420{number:08d}"}
    due = date(2026, 11, 26) + timedelta(days=number % 60)
    rest = {"status": "new", "language": "en-GB", "pace": "normal", "created": at, "due": due, "confirmed": at}
    return {**empty, **own, **rest}


def by_changes(folder: Path, changes: tuple[int, ...] = (0, 1, 4)) -> dict[int, tuple[int, float]]:
    """Files made, and seconds, when so many of 12 sentences were changed since the last build of their audio."""
    wanted = utterances(load(TOP / "prompts"))[:12]
    found = {}
    with tempfile.TemporaryDirectory(dir=folder) as audio:
        shutil.copy(TOP / "audio" / "lexicon.toml", audio)
        build_utterances(wanted, Path(audio), "nanotts", everything=True, processes=1)
        for number in changes:
            texts = [f"{one.text} This is change {number}." for one in wanted[:number]]
            changed = [replace(one, text=text) for one, text in zip(wanted, texts, strict=False)]
            report = build_utterances(
                [*changed, *wanted[number:]], Path(audio), "nanotts", everything=True, processes=1
            )
            found[number] = report.made, report.seconds
    return found
