"""What no line of ours may do, found by semgrep with rules of our own; each sees a bad sample and leaves a good one."""

import json
import os
import re
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest

from requirements.install import APART, BIN, apart
from tests.rules.source import TOP, plant

RULES = TOP / "tests/rules/forbidden.yaml"
WAIVED = {
    ("swallowed", "ivr/audio/recogniser.py"): "a line of its notes that was cut short is listened to anew",
    ("a-time-without-a-zone", "ivr/prompts/commands.py"): "a day, for whoever checks the words at their own desk",
    ("what-the-request-says-of-its-host", "ivr/staff/rehearsal.py"): "a rehearsal opens to this machine only",
    ("words-in-sql", "ivr/store/migrations/versions/0003_staff.py"): "two words of our own, in a migration",
    ("words-in-sql", "ivr/store/sqlite.py"): "settings of our own, which SQLite takes as no parameters",
}
"""Findings that are no fault, each with its reason."""
SAMPLES = {
    "network-on-the-caller-path": ("ivr/line.py", "import requests\n", "import json\n"),
    "waits-without-end": (
        "ivr/jobs/new.py",
        "import requests\n\nrequests.get('https://a.example')\n",
        "import requests\n\nrequests.get('https://a.example', timeout=3)\n",
    ),
    "swallowed": (
        "ivr/new.py",
        "try:\n    go()\nexcept Exception:\n    pass\n",
        "try:\n    go()\nexcept OSError as trouble:\n    log.error('it is away: %s', trouble)\n",
    ),
    "words-in-sql": (
        "ivr/store/new.py",
        "connection.execute(f\"SELECT 1 FROM requests WHERE phone = '{phone}'\")\n",
        "connection.execute('SELECT 1 FROM requests WHERE phone = :phone', {'phone': phone})\n",
    ),
    "markup-from-words": (
        "ivr/pages/new.py",
        "from markupsafe import Markup\n\nMarkup(f'<b>{name}</b>')\n",
        "from markupsafe import Markup\n\nMarkup('<b>{}</b>')\n",
    ),
    "markup-in-a-template": ("ivr/pages/templates/new.html", "<p>{{ name | safe }}</p>\n", "<p>{{ name }}, safe</p>\n"),
    "xml-from-words": (
        "ivr/phone/new.py",
        'answer = f"<Response><Say>{words}</Say></Response>"\n',
        "answer = written(say(words))\n",
    ),
    "a-shell": (
        "ivr/new.py",
        "import subprocess\n\nsubprocess.run(command, shell=True)\n",
        "import subprocess\n\nsubprocess.run(['ls', name])\n",
    ),
    "guessable": ("ivr/staff/new.py", "import random\n", "import secrets\n"),
    "compared-in-the-open": (
        "ivr/staff/new.py",
        "if given == known.token:\n    go()\n",
        "if hmac.compare_digest(given, known.token):\n    go()\n",
    ),
    "callers-words-in-the-log": (
        "ivr/phone/new.py",
        "_log.warning('odd: %s', request.form)\n",
        "_log.warning('odd: %s', type(error).__name__)\n",
    ),
    "a-time-without-a-zone": (
        "ivr/new.py",
        "from datetime import datetime\n\nnow = datetime.now()\n",
        "from datetime import UTC, datetime\n\nnow = datetime.now(UTC)\n",
    ),
    "text-of-this-machines-kind": ("ivr/new.py", "words = path.read_text()\n", "words = path.read_text('utf-8')\n"),
    "what-the-request-says-of-its-host": (
        "ivr/staff/new.py",
        "from flask import request\n\nlink = request.host_url + 'invite'\n",
        "link = config.public_url + '/invite'\n",
    ),
    "fields-from-the-address": (
        "ivr/phone/new.py",
        "from flask import request\n\nkeys = request.values.get('Digits')\n",
        "keys = form.get('Digits')\n",
    ),
    "code-from-words": ("ivr/new.py", "eval(words)\n", "int(words)\n"),
    "unchecked-certificates": (
        "ivr/jobs/new.py",
        "session.get(address, timeout=3, verify=False)\n",
        "session.get(address, timeout=3)\n",
    ),
}
"""For each rule: where it looks, what it must see, and what it must leave."""


def findings(top: Path, *names: str) -> dict[str, set[str]]:
    """What semgrep finds below these names: the files of each rule. Nothing is asked of any other machine."""
    assert apart(), "semgrep is not there"
    run = [str(APART / BIN.name / "semgrep"), "scan", "--metrics=off", "--disable-version-check", "--no-git-ignore"]
    quietly = {
        **os.environ,
        "SEMGREP_SEND_METRICS": "off",
        "HOME": str(APART),  # where it writes its own log and settings
        "PATH": f"{APART / BIN.name}:{os.environ['PATH']}",
    }
    how = ["--config", str(RULES), "--jobs", "2", "--json", "--quiet", *names]
    done = subprocess.run([*run, *how], cwd=top, env=quietly, capture_output=True, text=True, check=False)
    told = json.loads(done.stdout)
    assert told["errors"] == []
    found = defaultdict(set)
    for one in told["results"]:
        found[one["check_id"].rpartition(".")[2]].add(one["path"])
    return found


def test_nothing_that_is_forbidden_is_done_and_every_waiver_is_still_needed() -> None:
    found = {
        (rule, path)
        for rule, paths in findings(TOP, "ivr", "dev.py", "app.py", "requirements").items()
        for path in paths
    }

    assert found == set(WAIVED)


def _place(rule: str, which: str) -> str:
    """Where a sample is planted: in the file that the rule is about, or in one of its own in that folder."""
    name = Path(SAMPLES[rule][0])
    return f"{which}/{name.with_stem(rule.replace('-', '_')) if name.stem == 'new' else name}"


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """What is found in bad samples and in good ones."""
    top = tmp_path_factory.mktemp("samples")
    for rule, (_, bad, good) in SAMPLES.items():
        plant(top, _place(rule, "bad"), bad)
        plant(top, _place(rule, "good"), good)
    return findings(top, "bad", "good")


@pytest.mark.parametrize("rule", SAMPLES)
def test_each_rule_sees_what_is_bad_and_leaves_what_is_good(rule: str, planted: dict[str, set[str]]) -> None:
    assert planted[rule] == {_place(rule, "bad")}


def test_every_rule_has_its_samples() -> None:
    assert re.findall(r"^  - id: (\S+)$", RULES.read_text("utf-8"), re.MULTILINE) == list(SAMPLES)
