"""The shipped files name only what exists, and give away nothing.

No container engine runs where these tests do; where one does, `deploy/try-image` proves the image.
"""

import re

import pytest
import yaml

from tests.rules.source import TOP

DEPLOY = TOP / "deploy"
SETTINGS = "".join(file.read_text("utf-8") for file in (TOP / "ivr").glob("settings/*.py")) + (
    (TOP / "ivr" / "config.py").read_text("utf-8")
)


def test_the_image_copies_only_what_exists_and_runs_as_nobody_in_particular():
    lines = (DEPLOY / "Dockerfile").read_text("utf-8").splitlines()
    copied = [
        word for line in lines if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]
    ]

    assert [name for name in copied if not (TOP / name).exists()] == []
    assert [line for line in lines if line.startswith("USER ")] == ["USER 10001"]
    assert "--require-hashes" in "".join(lines)
    assert "python -m ivr.staff.assets" in "".join(lines)
    assert {line[1:] for line in _ignored() if line.startswith("!")} == set(copied)


def test_what_lies_in_the_tree_beside_the_line_never_reaches_the_builder():
    assert [line for line in _ignored() if not line.startswith("!")] == ["*", "**/__pycache__", "audio/built"]


def _ignored():
    lines = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


def test_every_service_of_the_compose_file_can_write_to_data_alone():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
    ours = [one for one in services.values() if one["image"] == "plainline"]

    assert len(ours) == 4
    assert all(one["read_only"] and one["cap_drop"] == ["ALL"] and one["volumes"] == ["data:/data"] for one in ours)


def test_every_service_of_the_compose_file_is_given_time_to_finish_the_answers_in_hand():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
    ours = [one for one in services.values() if one["image"] == "plainline"]
    needed = re.search(r'"--graceful-timeout", "(\d+)"', (DEPLOY / "Dockerfile").read_text("utf-8"))

    assert all(int(one["stop_grace_period"].removesuffix("s")) > int(needed.group(1)) for one in ours)
    assert all(one["init"] for one in ours)  # as process 1 a program is not told to stop until it listens for that


def test_the_database_of_the_compose_file_is_asked_as_the_line_asks_it():
    database = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]["database"]

    assert database["healthcheck"]["test"][2:4] == ["-h", "127.0.0.1"]  # not by the socket: see there


def test_every_setting_of_the_compose_file_is_one_of_the_line():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
    named = {name for one in services.values() if one["image"] == "plainline" for name in one["environment"]}

    assert [name for name in named if f'"{name}"' not in SETTINGS] == []


@pytest.mark.parametrize("name", ["plainline", "plainline-worker"])
def test_a_unit_runs_sandboxed_as_its_own_account(name):
    unit = (DEPLOY / f"{name}.service").read_text("utf-8")

    assert {"User=plainline", "NoNewPrivileges=yes", "ProtectSystem=strict", "UMask=0077"} <= set(unit.splitlines())
    assert re.findall(r"^ExecStart=(\S+)", unit, re.MULTILINE)[0].startswith("/opt/plainline/.venv/bin/")
    assert "SECRET" not in unit
