"""Set up, run and test Plainline with one command each. Needs Python 3.11 or later and nothing else.

python3 dev.py run     set up, then serve the line at http://127.0.0.1:8000 (another port: PORT=8001 python3 dev.py run)
python3 dev.py test    set up, then check and test everything; what follows goes on to pytest
python3 dev.py prove   the long tests too
python3 dev.py voice   say changed words in the shipped voice, then listen to the whole line as callers hear it
python3 dev.py bench   how fast the line is, beside others; writes docs/performance.md
python3 dev.py sbom    print what the line is made of: every package with its hashes (CycloneDX)
python3 dev.py lock    write requirements/*.txt anew after a change of requirements/*.in (--upgrade: newer versions)
"""

# Written for old Pythons too, so that one of them can find a newer one or say what is missing.
from __future__ import annotations

import os
import platform
import shutil
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from requirements.install import (
    BIN,
    LOCKS,
    PYTHON,
    TOP,
    apart,
    assets,
    install_system,
    node_packages,
    quiet,
    ready,
    stop,
)

OLDEST = (3, 11)
SYSTEM_PACKAGES: dict[str, str] = {
    "chromium-headless-shell": "chromium-headless-shell fonts-dejavu-core",
    "nginx": "nginx-light",
    "promtool": "prometheus prometheus-node-exporter-",
}
"""Commands that the tests need from the system, each with its Debian packages; a minus at the end leaves one out.
PostgreSQL comes from a wheel."""

SERVER = ("gunicorn", "-k", "gthread", "-w", "2", "--threads", "4", "--no-control-socket")
"""How the line is served, on systems that have gunicorn."""

TOGETHER = ("-n", str(max(2, (os.cpu_count() or 2) * 3 // 2)), "--dist", "worksteal")
"""How tests are shared between processes: each begins with its share of them, in their order, so that what a file of
tests sets up is set up once; whoever is ready first takes some of what another has left. There are three for every two
processors, as many tests wait for sounds that are played and for processes that are started."""

CHECKS = (("ruff", "check"), ("ruff", "format", "--check"), ("mypy",), ("lint-imports",))


def main(arguments: list[str]) -> int:
    """Run one command; the exit code."""
    commands = {
        "run": run,
        "test": test,
        "prove": prove,
        "voice": voice,
        "bench": bench,
        "sbom": sbom,
        "lock": lock,
    }
    if not arguments or arguments[0] not in commands:
        print(__doc__)
        return 0 if arguments[:1] in ([], ["--help"], ["-h"], ["help"]) else 2
    if sys.version_info < OLDEST:
        return with_newer_python(arguments)
    os.chdir(str(TOP))
    return commands[arguments[0]](arguments[1:])


def with_newer_python(arguments: list[str]) -> int:
    """Start again with a newer Python where there is one."""
    for name in ("python3.13", "python3.12", "python3.11", "python3.14"):
        found = shutil.which(name)
        if found and subprocess.call([found, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            return subprocess.call([found, str(TOP / "dev.py"), *arguments])
    return stop("Plainline needs Python 3.11 or later; this is {}.".format(platform.python_version()))


# Running


def run(_: list[str]) -> int:
    """Set up, prepare data and audio, then serve until Ctrl+C."""
    if not ready("runtime"):
        return 1
    if not assets():
        stop("The pages of staff have no style yet, and say so; calls are answered. The next run tries again.")
    port = os.environ.get("PORT", "").strip() or "8000"
    if port.isdecimal() and not is_free(int(port)):
        return stop("Port {} is in use. Another one: PORT={} python3 dev.py run".format(port, int(port) + 1))
    code = subprocess.call([str(BIN / "ivr"), "prepare"])
    return code or serve("127.0.0.1:{}".format(port))


def serve(address: str) -> int:
    """Serve the line in place of this process, where the system can do that."""
    sys.stdout.flush()
    if os.name == "nt":
        return subprocess.call([str(PYTHON), "-m", "waitress", "--listen={}".format(address), "app:app"])
    return os.execv(str(PYTHON), [str(PYTHON), "-m", *SERVER, "-b", address, "app:app"])


def is_free(port: int) -> bool:
    """Whether nothing answers at this port yet."""
    with socket.socket() as caller:
        caller.settimeout(1)
        return caller.connect_ex(("127.0.0.1", port)) != 0


# Testing


def test(arguments: list[str]) -> int:
    """Everything that must hold before a change is shared."""
    started = time.monotonic()
    missing = {command: package for command, package in SYSTEM_PACKAGES.items() if not shutil.which(command)}
    if not ready("dev") or not fetched(missing):
        return 1
    failed = [" ".join(check) for check in CHECKS if not passes(check)]
    code = pytest(*TOGETHER, *arguments)
    verdict = "failed: {}".format(", ".join(failed)) if failed else "style, types and imports are as they should be"
    print("{}; {:.0f} s in all".format(verdict, time.monotonic() - started), file=sys.stderr)
    return 1 if failed else code


def fetched(missing: dict[str, str]) -> bool:
    """Have what else the tests need; semgrep is fetched beside what comes from the system and from npm."""
    with ThreadPoolExecutor(1) as beside:
        semgrep = beside.submit(apart)
        rest = install_system(missing) and packages_of_node()
        return semgrep.result() and rest


def packages_of_node() -> bool:
    """Have what the pages of staff look like, and what the tests hold our requests to Twilio against."""
    return assets() and node_packages("tests/twilio_api")


def passes(check: tuple[str, ...]) -> bool:
    """Whether one check passes; its output is shown only when it does not."""
    command = [str(BIN / check[0]), *check[1:]]
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        sys.stdout.write(done.stdout.decode(errors="replace"))
    return done.returncode == 0


def prove(arguments: list[str]) -> int:
    """Every test, the long ones too."""
    if not ready("dev") or not ready("voice") or not apart() or not packages_of_node():
        return 1
    return pytest("--prove", *TOGETHER, *arguments)


def bench(arguments: list[str]) -> int:
    """Measure the line beside others."""
    return subprocess.call([str(PYTHON), "-m", "tests.bench", *arguments]) if ready("dev") else 1


def pytest(*arguments: str) -> int:
    """Run pytest; its exit code."""
    sys.stdout.flush()
    return subprocess.call([str(PYTHON), "-m", "pytest", *arguments])


def voice(arguments: list[str]) -> int:
    """Say changed words in the shipped voice and listen to the line; what follows goes on to `ivr audio check`."""
    if not ready("voice"):
        return 1
    ivr = str(BIN / "ivr")
    spoken = subprocess.call([ivr, "audio", "build", "--voice", "kokoro"])
    return spoken or subprocess.call([ivr, "audio", "check", *arguments])


def sbom(_: list[str]) -> int:
    """Print what the line is made of: every package of the lock with its hashes, as CycloneDX."""
    if not ready("dev"):
        return 1
    listed = [str(BIN / "cyclonedx-py"), "requirements", str(LOCKS["runtime"]), "--output-format", "JSON"]
    return subprocess.call([*listed, "--output-reproducible", "--output-file", "-"], stderr=subprocess.DEVNULL)


def lock(arguments: list[str]) -> int:
    """Write the locks: exact, hashed, for every platform, naming no place that packages come from."""
    if not ready("dev"):
        return 1
    how = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate", "--quiet"]
    for name, path in LOCKS.items():
        above = {"runtime": "", "semgrep": "", "fuzz": "", "voice": "dev", "watching": "dev"}.get(name, "runtime")
        within = ["--constraints", str(LOCKS[above])] if above else []
        files = [str(path.with_suffix(".in")), "-o", str(path)]
        if not quiet([str(BIN / "uv"), "pip", "compile", *how, *within, *arguments, *files]):
            return stop("{} was not written.".format(path.name))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
