"""Alerts and the dashboard: every figure that they name is told, every alert fires when it should and is calm else."""

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from ivr.health.readiness import Readiness
from ivr.health.standing import Standing
from ivr.store import Store, migrate
from ivr.watching.metrics import COUNTED, Metrics
from ivr.watching.notes import Answered, Counted
from tests.rules.source import TOP
from tests.store.conftest import facts

DEPLOY = TOP / "deploy"
RULES = DEPLOY / "prometheus" / "alerts.yml"
BOARD = DEPLOY / "grafana" / "plainline.json"
TESTS = Path(__file__).with_name("alerts_test.yaml")
NAME = re.compile(r"plainline_\w+")
ANCHOR = re.compile(r"[^a-z0-9 -]")


def promtool(*words, cwd=TOP, given=None):
    if shutil.which("promtool") is None:
        pytest.fail("promtool is missing: sudo apt-get install -y prometheus prometheus-node-exporter-")
    return subprocess.run(["promtool", *words], cwd=cwd, capture_output=True, text=True, check=False, input=given)


def alerts(path=RULES):
    return {rule["alert"]: rule for group in yaml.safe_load(path.read_text())["groups"] for rule in group["rules"]}


def panels():
    return [panel for panel in json.loads(BOARD.read_text())["panels"] if panel["type"] != "row"]


def expressions():
    """What alerts and panels ask, with Grafana's own words put in."""
    asked = [rule["expr"] for rule in alerts().values()]
    asked += [target["expr"] for panel in panels() for target in panel["targets"]]
    return [one.replace("$__rate_interval", "5m") for one in asked]


@pytest.fixture(scope="module")
def exposed(tmp_path_factory):
    """What a line with something of everything tells."""
    folder = tmp_path_factory.mktemp("line")
    url, now = f"sqlite:///{folder / 'line.db'}", datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
    migrate(url)
    store = Store.open(url, folder / "spool")
    store.confirm(facts(1), "+447700900123", now.date(), now)
    store.enqueue("text", "a", {}, now)
    made = Metrics()
    made.take([Answered(1.0, 0.02, "", "/turn", "main", "pressed", "contact", "answered")])
    made.take([Counted(name, tuple("x" for _ in labels), 1) for name, (_, labels) in COUNTED.items()])
    standing = Standing(store, lambda: now, folder, lambda: "0123", Readiness(store))
    yield made.text([standing]).decode()
    store.close()


def named(text):
    return set(NAME.findall(text))


def test_every_figure_that_is_asked_for_is_told(exposed):
    told = {line.split("{")[0].split(" ")[0] for line in exposed.splitlines() if not line.startswith("#")}
    assert {name for one in expressions() for name in named(one)} - told == set()


def test_every_label_that_is_asked_for_is_there(exposed):
    for one in expressions():
        for name, labels in re.findall(r"(plainline_\w+)\{([^}]*)\}", one):
            for label in re.findall(r"(\w+)[!=]", labels):
                assert re.search(rf"^{name}\{{[^}}]*\b{label}=", exposed, re.MULTILINE), (name, label)


def test_the_page_on_watching_tells_every_figure_and_no_other(exposed):
    page = (TOP / "docs" / "watching.md").read_text("utf-8")
    rows = "\n".join(line.split("|")[1] for line in page.splitlines() if line.startswith("| `plainline_"))
    types = {line.split()[2] for line in exposed.splitlines() if line.startswith("# TYPE")}
    assert named(rows) == {name for name in types if not name.endswith("_created")}


def test_the_rules_are_right_in_form_and_in_what_they_do():
    for words in (("check", "rules", str(RULES)), ("test", "rules", str(TESTS))):
        done = promtool(*words)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_dashboard_asks_in_words_that_prometheus_knows(tmp_path):
    rules = [{"record": f"panel:{number}", "expr": one} for number, one in enumerate(expressions())]
    path = tmp_path / "board.yml"
    path.write_text(json.dumps({"groups": [{"name": "board", "rules": rules}]}))
    done = promtool("check", "rules", str(path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(rules) > 50


def test_every_alert_is_tested_firing_and_not_firing():
    checks = [check for group in yaml.safe_load(TESTS.read_text())["tests"] for check in group["alert_rule_test"]]
    fires = {check["alertname"] for check in checks if check["exp_alerts"]}
    calm = {check["alertname"] for check in checks if not check["exp_alerts"]}
    assert fires == calm == set(alerts())


@pytest.mark.parametrize("name", alerts())
def test_an_alert_that_cannot_fire_is_seen(tmp_path, name):
    """The tests of the rules are held against rules that were broken."""
    rules = yaml.safe_load(RULES.read_text())
    for group in rules["groups"]:
        for rule in group["rules"]:
            if rule["alert"] == name:
                rule["expr"] = f"({rule['expr']}) > 1e18"
    (tmp_path / "alerts.yml").write_text(json.dumps(rules))
    tests = yaml.safe_load(TESTS.read_text())
    own = [group for group in tests["tests"] if group["name"] == name]
    (tmp_path / "tests.yaml").write_text(json.dumps({**tests, "rule_files": ["alerts.yml"], "tests": own}))
    assert promtool("test", "rules", "tests.yaml", cwd=tmp_path).returncode == 1


@pytest.mark.parametrize("name", alerts())
def test_every_alert_leads_to_its_part_of_the_runbook(name):
    rule = alerts()[name]
    page, _, anchor = rule["annotations"]["runbook"].partition("#")
    headings = re.findall(r"^#+ (.+)$", (TOP / page).read_text("utf-8"), re.MULTILINE)
    assert anchor in {ANCHOR.sub("", heading.lower()).replace(" ", "-") for heading in headings}
    assert rule["labels"]["severity"] in {"critical", "warning"}


def test_prometheus_asks_every_host_of_the_compose_file_with_the_token(tmp_path):
    shutil.copytree(DEPLOY / "prometheus", tmp_path / "prometheus")
    (tmp_path / "prometheus" / "token").write_text("x")
    done = promtool("check", "config", "prometheus.yml", cwd=tmp_path / "prometheus")
    assert done.returncode == 0, done.stdout + done.stderr
    line, worker = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text())["scrape_configs"]
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
    hosts = {name for name in services if name.startswith("app")}
    assert {target.split(":")[0] for target in line["static_configs"][0]["targets"]} == hosts
    (target,) = worker["static_configs"][0]["targets"]
    assert services[target.split(":")[0]]["command"] == ["ivr", "worker"]
    assert f"WORKER_METRICS=0.0.0.0:{target.split(':')[1]}" in (TOP / "docs" / "watching.md").read_text("utf-8")
    for job in (line, worker):
        assert job["authorization"] == {"type": "Bearer", "credentials_file": "token"}
    assert {"prometheus", "grafana"} <= {name for name, one in services.items() if one.get("profiles") == ["watching"]}


def test_the_dashboard_can_be_read_by_everybody_who_looks():
    board = json.loads(BOARD.read_text())
    assert board["templating"]["list"][0]["type"] == "datasource"
    assert all(panel["datasource"]["uid"] == "${source}" for panel in panels())
    spots = [(p["gridPos"]["x"], p["gridPos"]["y"], p["gridPos"]["w"], p["gridPos"]["h"]) for p in board["panels"]]
    for number, (x, y, w, h) in enumerate(spots):
        assert x + w <= 24
        for other_x, other_y, other_w, other_h in spots[:number]:
            apart = x >= other_x + other_w or other_x >= x + w or y >= other_y + other_h or other_y >= y + h
            assert apart, "two panels lie on one another"
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
