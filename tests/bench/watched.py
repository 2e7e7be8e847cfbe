"""What figures and the log cost a turn of guidance, in processor time, what is counted and written later too.

    .venv/bin/python -m tests.bench.watched

One line answers in short rounds, watched in each way in turn, so that what else the machine does meets all alike; of
each way its quickest tenth counts.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ivr.config import Config
from ivr.factory import create_app
from ivr.watching import NOTES
from ivr.watching.lines import Form, Turns
from ivr.watching.metrics import Metrics
from ivr.watching.safe import Marks
from tests.fresh import prepare

from .calls import SETTINGS, typical
from .test_speed import environ

ROUNDS, TURNS = 300, 20


def main() -> None:
    """Measure, and say what each way costs more than none."""
    with tempfile.TemporaryDirectory() as folder, Path("/dev/null").open("w", encoding="utf-8") as nowhere:
        (Path(folder) / "typical").mkdir()
        steps = typical(Path(folder) / "typical")
        config = Config.from_env({**SETTINGS, "DATA_DIR": f"{folder}/line", "WORKER": "off"})
        prepare(config.database_url)
        app = create_app(config)
        NOTES._pause = 3600  # counted and written here, within the time that is taken
        client, metrics = app.test_client(), Metrics()
        lines = Turns(Form(Marks("k" * 40), as_json=True), nowhere)
        ways = {"nothing": (), "figures": (metrics.take,), "figures and a line of the log": (metrics.take, lines.take)}

        def taken(number: int, takers: tuple[Callable[..., None], ...]) -> float:
            NOTES.take(*takers)
            turns = [environ(client, steps[1].path, "2", number * TURNS + one) for one in range(TURNS)]
            before = time.thread_time()
            for one in turns:
                client.run_wsgi_app(one)
            NOTES.now()
            return (time.thread_time() - before) / TURNS * 1e6

        took = [{way: taken(number, takers) for way, takers in ways.items()} for number in range(ROUNDS)]
        app.extensions["switchboard"].close()
    least = {way: statistics.quantiles([one[way] for one in took], n=10)[0] for way in ways}
    for way, cost in least.items():
        print(f"{way}: {cost:.0f} µs of processor for a turn, {cost - least['nothing']:+.1f}")


if __name__ == "__main__":
    main()
