"""Setting up: works where it can, and says the one line that mends it where it cannot."""

import ast
import os
import socket
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.rules.source import TOP, copy_of

APT = f"sudo apt-get install -y python{sys.version_info[0]}.{sys.version_info[1]}-venv"
FILES = ("dev.py", "requirements/install.py")
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def dev(code: str, top: Path = TOP, python: str = sys.executable, **given: str) -> subprocess.CompletedProcess[str]:
    """Run code that knows `dev`, with nothing of uv, pip or apt on the PATH but what `given` says."""
    known = "import dev; from pathlib import Path; from requirements import install"
    run = f"import sys; sys.path.insert(0, {str(top)!r}); {known}; {code}"
    clean = {name: value for name, value in os.environ.items() if name not in {"CI", "PORT", "PYTHONPATH"}}
    clean.update({"PATH": "/nowhere", "PYTHONDONTWRITEBYTECODE": "1", **given})
    return subprocess.run([python, "-c", run], cwd=top, env=clean, capture_output=True, text=True, check=False)


def command(folder: Path, name: str, script: str) -> None:
    """A command that a test finds on its PATH."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def bare(tmp_path: Path) -> tuple[Path, str, Path]:
    """A copy of the tree, a Python that has neither pip nor ensurepip, and the folder that hides ensurepip."""
    top = tmp_path / "plainline"
    top.mkdir()
    copy_of(TOP, top, "dev.py", "requirements", "pyproject.toml")
    venv.create(tmp_path / "python", with_pip=False)
    hidden = tmp_path / "hidden"
    (hidden / "ensurepip").mkdir(parents=True)
    (hidden / "ensurepip" / "__init__.py").write_text("raise ImportError('no ensurepip on this machine')\n")
    return top, str(tmp_path / "python" / "bin" / "python"), hidden


@pytest.mark.parametrize("file", FILES)
def test_it_can_be_read_by_an_old_python(file: str) -> None:
    ast.parse((TOP / file).read_text("utf-8"), feature_version=(3, 8))


@pytest.mark.parametrize("file", FILES)
def test_it_needs_the_standard_library_only(file: str) -> None:
    tree = ast.parse((TOP / file).read_text("utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert {name.split(".")[0] for name in names} <= {*sys.stdlib_module_names, "__future__", "requirements"}


def test_an_old_python_says_what_is_needed() -> None:
    done = dev("dev.OLDEST = (99, 0); sys.exit(dev.main(['run']))")

    assert done.returncode == 1
    assert done.stderr.startswith("Plainline needs Python 3.11 or later; this is ")


def test_an_old_python_hands_on_to_a_newer_one(tmp_path: Path) -> None:
    command(tmp_path, "python3.13", "exit 1")
    command(tmp_path, "python3.12", f'[ "$1" = -c ] || echo "$@" > {tmp_path}/called')
    done = dev("dev.OLDEST = (99, 0); sys.exit(dev.main(['test', '-k', 'x']))", PATH=str(tmp_path))

    assert done.returncode == 0
    assert (tmp_path / "called").read_text() == f"{TOP / 'dev.py'} test -k x\n"


def test_an_unknown_command_is_told_what_there_is() -> None:
    done = dev("sys.exit(dev.main(['fly']))")

    assert done.returncode == 2
    assert "python3 dev.py run" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="the line is for Debian")
def test_a_bare_machine_is_told_the_line_that_mends_it(bare: tuple[Path, str, Path]) -> None:
    top, python, hidden = bare
    done = dev("sys.exit(dev.main(['run']))", top, python, PYTHONPATH=str(hidden))

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].strip() == APT


@pytest.mark.skipif(sys.platform == "win32", reason="the line is for Debian")
def test_where_one_way_fails_the_next_is_tried(bare: tuple[Path, str, Path], tmp_path: Path) -> None:
    top, python, hidden = bare
    command(tmp_path / "bin", "uv", "echo no such index >&2; exit 2")
    done = dev("sys.exit(dev.main(['run']))", top, python, PYTHONPATH=str(hidden), PATH=str(tmp_path / "bin"))

    lines = done.stderr.splitlines()
    assert (done.returncode, lines[1], lines[-1].strip()) == (1, "no such index", APT)
    assert not list((top / ".venv").glob("installed-*"))


@pytest.mark.skipif(sys.platform == "win32", reason="apt is Debian's")
def test_a_build_machine_installs_what_is_missing_and_others_are_left_alone(tmp_path: Path) -> None:
    command(tmp_path, "apt-get", f'echo "$@" >> {tmp_path}/called')
    ask = "print(install.install_system({'chromium': 'chromium'}))"
    at_home, building = dev(ask, PATH=str(tmp_path)), dev(ask, PATH=str(tmp_path), CI="true")

    assert at_home.stdout == "False\n"
    assert at_home.stderr.splitlines()[-1].strip() == "sudo apt-get install -y chromium"
    assert building.stdout == f"{IS_ROOT}\n"
    assert (tmp_path / "called").exists() == IS_ROOT


def test_uv_is_taken_first_and_told_to_trust_the_system(tmp_path: Path) -> None:
    command(tmp_path, "uv", f'echo "$UV_SYSTEM_CERTS" > {tmp_path}/trusts')
    done = dev("found = next(install.installers('runtime')); install.quiet(found); print(found[0])", PATH=str(tmp_path))

    assert done.stdout.strip() == str(tmp_path / "uv")
    assert (tmp_path / "trusts").read_text() == "1\n"


@pytest.mark.parametrize("changed", ["requirements/runtime.txt", "pyproject.toml", ".venv/pyvenv.cfg"])
def test_a_change_of_what_is_needed_sets_up_again(tmp_path: Path, changed: str) -> None:
    copy = copy_of(TOP, tmp_path, "dev.py", "requirements", "pyproject.toml")
    (copy / ".venv").mkdir()
    (copy / ".venv" / "pyvenv.cfg").write_text("version = 3.11.7\n")
    note = (
        "install.stamp('runtime').write_text(install.stamp_text('runtime')); print(install.stamped('runtime'), end=' ')"
    )
    change = f"path = install.TOP / {changed!r}; path.write_text(path.read_text() + '#\\n')"
    again = "print(install.stamped('runtime'))"

    assert dev(f"{note}; {change}; {again}", copy).stdout == "True False\n"


def test_a_port_in_use_is_seen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        assert dev(f"print(dev.is_free({taken}))").stdout == "False\n"
    assert dev(f"print(dev.is_free({taken}))").stdout == "True\n"


def test_a_failing_check_shows_why_and_a_passing_one_nothing(tmp_path: Path) -> None:
    command(tmp_path, "good", "echo all good")
    command(tmp_path, "bad", "echo this is why; exit 3")
    done = dev(f"dev.BIN = Path({str(tmp_path)!r}); print(dev.passes(('good',)), dev.passes(('bad',)))")

    assert done.stdout == "this is why\nTrue False\n"


def test_packages_of_node_are_installed_once_and_again_after_a_change(tmp_path: Path) -> None:
    command(tmp_path / "bin", "npm", f'echo "$@" >> {tmp_path}/called; mkdir -p {tmp_path}/tool/node_modules')
    (tmp_path / "tool").mkdir()
    lock = tmp_path / "tool" / "package-lock.json"
    lock.write_text("{}")
    ask = f"print(install.node_packages({str(tmp_path / 'tool')!r}))"
    twice = dev(f"{ask}; {ask}", PATH=f"{tmp_path / 'bin'}:/bin:/usr/bin").stdout
    once = (tmp_path / "called").read_text().count("ci --silent --ignore-scripts")
    lock.write_text("{ }")
    dev(ask, PATH=f"{tmp_path / 'bin'}:/bin:/usr/bin")

    assert (twice, once) == ("True\nTrue\n", 1)
    assert (tmp_path / "called").read_text().count("ci --silent") == 2


def test_a_lock_of_node_names_no_address() -> None:
    assert "://" not in (TOP / "tests" / "twilio_api" / "package-lock.json").read_text("utf-8")
