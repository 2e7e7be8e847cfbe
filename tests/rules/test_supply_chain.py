"""What we ship and build on: scanned for careless code and secrets, listed in full, each with a licence to keep."""

import json
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest

from tests.rules.source import TOP, files, plant

BIN = Path(sys.executable).parent
WAIVED = {
    "B404": "the set-up and the terminal phone start programs; each call is looked at by B602 to B605",
    "B603": "programs are started from lists of our own words, never through a shell",
    "B606": "dev.py becomes the server: a list of our own words, no shell",
    "B405": "parsing is looked at call by call (B314)",
}
"""Kinds of findings that are no fault anywhere here, each with its reason."""
WAIVED_IN = {
    ("B314", "ivr/rehearsal/twiml.py"): "reads what our own line wrote; entities are refused before",
    ("B311", "ivr/rehearsal/faults.py"): "a rehearsal's dice",
    ("B311", "ivr/rehearsal/browser/troubles.py"): "a rehearsal's dice",
    ("B107", "ivr/rehearsal/wire.py"): "an empty default is no password",
    ("B608", "ivr/store/requests.py"): "the names of our own columns",
    ("B704", "ivr/pages/web.py"): "our own picture, every text in it escaped",
}
"""Findings that are no fault in one file."""
NO_SECRETS = {
    ("ivr/audio/kokoro.py", "Hex High Entropy String"): "the digests that the voice's parts are held against",
    ("ivr/settings/database.py", "Basic Auth Credentials"): "the shape of a database address, told to the operator",
    ("ivr/staff/codes.py", "Base64 High Entropy String"): "the letters that codes are made of",
    ("deploy/compose.yaml", "Basic Auth Credentials"): "the password itself is a setting",
}
UNREAD = (".wav", ".txt", ".lock", "package-lock.json")
"""Sound, and locks that are nothing but hashes."""
LICENCES = re.compile(
    r"MIT|BSD|Apache|PSF|Python Software Foundation|MPL|Mozilla|ISC|Zlib|CC0|LGPL|Unlicense|ZPL|Zope", re.IGNORECASE
)
"""Licences under which a council may run and change this line. LGPL is of libraries used as they are."""
TOLD_IN_ITS_FILE = {"py-nanotts": "Apache-2.0, in LICENSE.md of its wheel"}


def bandit(top: Path) -> list[tuple[str, str, int]]:
    """What bandit finds: kind, file, line."""
    run = [str(BIN / "bandit"), "-q", "-r", "ivr", "dev.py", "requirements", "app.py", "-f", "json"]
    kept = [one for one in run if one in {"-q", "-r", "-f", "json"} or one.startswith("/") or (top / one).exists()]
    told = json.loads(subprocess.run(kept, cwd=top, capture_output=True, text=True, check=False).stdout)
    assert told["errors"] == []
    return [(one["test_id"], one["filename"].removeprefix("./"), one["line_number"]) for one in told["results"]]


def secrets(top: Path, names: list[str]) -> list[tuple[str, str]]:
    """What looks like a secret: file, kind."""
    run = [str(BIN / "detect-secrets"), "scan", *names]
    told = json.loads(subprocess.run(run, cwd=top, capture_output=True, text=True, check=True).stdout)["results"]
    return sorted({(name, one["type"]) for name, found in told.items() for one in found})


def licence(package: str) -> str:
    """The licence that a package states, in its own words."""
    told = metadata(package)
    classified = [line for line in told.get_all("Classifier") or [] if line.startswith("License")]
    return " ".join(filter(None, (told.get("License-Expression"), (told.get("License") or "")[:60], *classified)))


def locked(name: str) -> list[str]:
    return re.findall(r"^([a-z0-9.-]+)==", (TOP / "requirements" / f"{name}.txt").read_text("utf-8"), re.MULTILINE)


def test_no_careless_code_and_every_waiver_is_still_needed() -> None:
    found = bandit(TOP)

    assert [one for one in found if one[0] not in WAIVED and one[:2] not in WAIVED_IN] == []
    assert {one[0] for one in found} >= set(WAIVED)
    assert {one[:2] for one in found} >= set(WAIVED_IN)


def test_careless_code_is_seen(tmp_path: Path) -> None:
    plant(tmp_path, "ivr/new.py", "import pickle\n\nvalue = pickle.loads(b'')\neval('1')\n")

    assert {one[0] for one in bandit(tmp_path)} >= {"B301", "B307"}


def test_no_secret_is_kept_here() -> None:
    names = [name for name in files(TOP) if not name.startswith(("tests/", "audio/")) and not name.endswith(UNREAD)]

    assert [one for one in secrets(TOP, names) if one not in NO_SECRETS] == []


def test_a_secret_is_seen(tmp_path: Path) -> None:
    plant(tmp_path, "ivr/new.py", 'password = "hunter2hunter2"\n')

    assert secrets(tmp_path, ["ivr/new.py"]) == [("ivr/new.py", "Secret Keyword")]


def test_the_bill_of_materials_lists_every_package_with_its_hashes() -> None:
    run = [sys.executable, "dev.py", "sbom"]
    told = json.loads(subprocess.run(run, cwd=TOP, capture_output=True, text=True, check=True).stdout)
    hashed = {one["name"] for one in told["components"] if one["externalReferences"][0]["hashes"]}

    assert told["bomFormat"] == "CycloneDX"
    assert hashed == set(locked("runtime"))


@pytest.mark.parametrize("package", locked("runtime"))
def test_every_package_has_a_licence_that_we_can_keep(package: str) -> None:
    try:
        told = licence(package)
    except PackageNotFoundError:
        pytest.skip(f"{package} is for another system or Python, and is not installed here")

    assert LICENCES.search(told) or package in TOLD_IN_ITS_FILE, told
    assert not re.search(r"(?<!L)GPL|AGPL|SSPL|non-?commercial", told, re.IGNORECASE) or "LGPL" in told
