"""Each parser of what comes from outside is fed what its own branches have not seen yet, for as long as is wanted.

`FUZZ_MINUTES=10 python3 dev.py prove -k guided` gives each parser ten minutes.
"""

import json
import os
import re
import subprocess
import sys
import sysconfig
import wave
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

import pytest

from ivr.flow.state import State, encode
from requirements.install import BIN, VENV, apart
from tests.rules.source import TOP

pytestmark = pytest.mark.prove
MINUTES = float(os.environ.get("FUZZ_MINUTES", "1"))
SAMPLES = TOP / "tests/phone/webhook_samples.json"


def _wav() -> bytes:
    file = BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(8000)
        written.writeframes(bytes(400))
    return file.getvalue()


def _forms() -> list[bytes]:
    samples = json.loads(SAMPLES.read_text("utf-8"))["samples"]
    state = encode(State("main")).encode()  # type: ignore[arg-type]
    return [b"s=" + state + b"\n" + urlencode(sample["form"]).encode() for sample in samples if "form" in sample]


def seeds(name: str) -> list[bytes]:
    """Good examples to begin with."""
    match name:
        case "words":
            return [path.read_bytes() for path in sorted((TOP / "prompts/menus").glob("*.yaml"))]
        case "state":
            whole = State("main", answers=(("needs", "relay"),), trail=("ways",), notice="0123abcd")  # type: ignore[arg-type]
            return [encode(whole).encode(), encode(State("a", reference="427")).encode()]  # type: ignore[arg-type]
        case "form":
            return _forms()
        case "sound":
            return [_wav()]
        case _:
            return []


def fed(name: str, folder: Path, seconds: int) -> tuple[int, str]:
    """Feed a parser for so long. How it ended, and what was told; 0 and the number of tries where nothing broke."""
    assert apart("fuzz"), "Atheris is not there"
    begun = folder / "seeds"
    begun.mkdir()
    for number, seed in enumerate(seeds(name)):
        (begun / str(number)).write_bytes(seed)
    paths = [str(TOP), sysconfig.get_paths()["purelib"]]
    own = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1"}
    what = [str(VENV / "fuzz" / BIN.name / Path(sys.executable).name), str(Path(__file__).with_name("guided.py")), name]
    how = [
        f"-max_total_time={seconds}",
        "-max_len=4096",
        "-timeout=10",
        f"-artifact_prefix={folder}/",
        "-print_final_stats=1",
    ]
    done = subprocess.run([*what, str(begun), *how], cwd=folder, env=own, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_a_fault_that_only_a_guide_finds_is_found(tmp_path: Path) -> None:
    code, told = fed("planted", tmp_path, 60)
    assert code != 0
    assert "RuntimeError: found" in told


@pytest.mark.parametrize("name", ["words", "state", "form", "sound"])
def test_no_parser_breaks(name: str, tmp_path: Path, figures) -> None:  # type: ignore[no-untyped-def]
    code, told = fed(name, tmp_path, max(1, round(MINUTES * 60)))
    assert code == 0, told[-4000:]
    tried = re.search(r"stat::number_of_executed_units: (\d+)", told)
    assert tried
    assert int(tried[1]) > 100
    figures(f"guided fuzz: {name}", minutes=MINUTES, tries=int(tried[1]))
