"""Arrows point down: the contracts of import-linter hold, and a breach of each is seen."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.rules.source import TOP, copy_of, plant

BREACHES = {
    "ivr/flow/new.py": "import ivr.store\n",
    "ivr/store/new.py": "import ivr.line\n",
    "ivr/prompts/new.py": "import ivr.audio\n",
    "ivr/phone/new.py": "import ivr.rehearsal\n",
    "ivr/audio/new.py": "import ivr.config\n",
    "ivr/payments.py": "",
}


def lint(top: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on a tree."""
    run = "from importlinter.cli import lint_imports; import sys; sys.exit(lint_imports(no_cache=True))"
    return subprocess.run([sys.executable, "-c", run], cwd=top, capture_output=True, text=True, check=False)


def test_arrows_point_down() -> None:
    found = lint(TOP)

    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize("name", BREACHES)
def test_an_arrow_up_or_sideways_is_seen(tmp_path: Path, name: str) -> None:
    copy = copy_of(TOP, tmp_path, "ivr", "pyproject.toml")
    plant(copy, name, BREACHES[name])

    found = lint(copy)

    assert found.returncode == 1
    assert name.removesuffix(".py").replace("/", ".") in found.stdout
