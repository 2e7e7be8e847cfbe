"""Set up, run and test Plainline with one command each. Needs Python 3.11 or later and nothing else.

python3 dev.py run     set up, then serve the line at http://127.0.0.1:8000 (another port: PORT=8001 python3 dev.py run)
python3 dev.py test    set up, then check and test everything; what follows goes on to pytest
python3 dev.py prove   the long tests too
python3 dev.py lock    write requirements/*.txt anew after a change of requirements/*.in (--upgrade: newer versions)
"""

# Written for old Pythons too, so that one of them can find a newer one or say what is missing.
from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import time
import venv
from pathlib import Path
from typing import Iterator

OLDEST = (3, 11)
TOP = Path(__file__).resolve().parent
VENV = TOP / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
LOCKS = {"runtime": TOP / "requirements" / "runtime.txt", "dev": TOP / "requirements" / "dev.txt"}

SYSTEM_PACKAGES: dict[str, str] = {"chromium": "chromium fonts-dejavu-core"}
"""Commands that the tests need from the system, each with its Debian packages. PostgreSQL comes from a wheel."""

CHECKS = (("ruff", "check"), ("ruff", "format", "--check"), ("mypy",), ("lint-imports",))


def main(arguments: list[str]) -> int:
    """Run one command; the exit code."""
    commands = {"run": run, "test": test, "prove": prove, "lock": lock}
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


def stop(*lines: str) -> int:
    """Say what is wrong, and what mends it."""
    print("\n".join(lines), file=sys.stderr)
    return 1


# Setting up


def ready(name: str) -> bool:
    """Have everything of one lock in .venv. Quick when nothing changed since the last time."""
    if PYTHON.exists() and stamped(name):
        return True
    print("Setting up: about a minute the first time.", flush=True)
    if not PYTHON.exists():
        venv.create(str(VENV), clear=True, with_pip=False, symlinks=os.name != "nt")
    if not any(fill(installer, name) for installer in installers(name)):
        return False
    for done in ("runtime", name):
        stamp(done).write_text(stamp_text(done), encoding="ascii")
    return True


def fill(installer: list[str], name: str) -> bool:
    """Put what a lock names, and our own package, into .venv."""
    lock = ["--require-hashes", "--only-binary", ":all:", "-r", str(LOCKS[name])]
    itself = ["--no-deps", "--no-build-isolation", "--no-index", "--editable", str(TOP)]
    done = all(quiet([*installer, "--quiet", *what]) for what in (lock, itself))
    return done or not stop("The lines above say why this failed. It needs the Python package index, once.")


def stamp(name: str) -> Path:
    """Where .venv notes what was installed."""
    return VENV / "installed-{}".format(name)


def stamped(name: str) -> bool:
    """Whether .venv holds what this lock names."""
    return stamp(name).exists() and stamp(name).read_text(encoding="ascii") == stamp_text(name)


def stamp_text(name: str) -> str:
    """What an installation depends on: the lock, our own package's table, the Python."""
    files = (LOCKS[name], TOP / "pyproject.toml", VENV / "pyvenv.cfg")
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def installers(name: str) -> Iterator[list[str]]:
    """Install commands, the best first; the next is tried where one fails, as behind some networks."""
    uv = shutil.which("uv")
    if uv:
        yield [uv, "pip", "install", "--python", str(PYTHON)]
    pip = find_pip()
    if pip and name == "dev" and get_uv(pip):
        yield [str(BIN / "uv"), "pip", "install", "--python", str(PYTHON)]
    if pip:
        yield pip


def find_pip() -> list[str] | None:
    """How to call pip, in order: that of .venv, made where it can be, the system's; None once it said what to do."""
    own = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install"]
    if quiet([str(PYTHON), "-c", "import pip"], show=False) or has_ensurepip():
        return own
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(PYTHON), "install"]
    if install_system({"ensurepip": "python{}.{}-venv".format(*sys.version_info[:2])}) and has_ensurepip():
        return own
    return None


def get_uv(pip: list[str]) -> bool:
    """Have uv of the lock in .venv: it fetches all the rest in a fraction of pip's time."""
    pinned = re.search(r"^uv==.*\n(?: .*\n)+", LOCKS["dev"].read_text(encoding="ascii"), re.MULTILINE)
    if pinned is None:
        return False
    alone = VENV / "uv.txt"
    alone.write_text(pinned.group(), encoding="ascii")
    return quiet([*pip, "--quiet", "--require-hashes", "--only-binary", ":all:", "-r", str(alone)])


def has_ensurepip() -> bool:
    """Whether this Python could put pip into .venv, which is then done."""
    return quiet([str(PYTHON), "-m", "ensurepip"], show=False)


def quiet(command: list[str], show: bool = True) -> bool:
    """Whether a command succeeded. Certificates are the system's, as councils often have one of their own."""
    environment = dict(os.environ, UV_SYSTEM_CERTS="1", UV_NATIVE_TLS="1")
    output = None if show else subprocess.DEVNULL
    return subprocess.call(command, env=environment, stdout=output, stderr=output) == 0


def install_system(missing: dict[str, str]) -> bool:
    """Have packages of the system: on a build machine install them, elsewhere print the line that does."""
    packages = sorted(word for packages in missing.values() for word in packages.split())
    apt = ["apt-get", "install", "-y", *packages]
    if not packages:
        return True
    if os.environ.get("CI") and hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        return quiet(["apt-get", "update", "-q"]) and quiet(apt)
    stop("{} missing. On Debian or Ubuntu this mends it, then run the same again:".format(", ".join(missing)))
    stop("    sudo {}".format(" ".join(apt)))
    return False


def node_packages(folder: str) -> bool:
    """Have the packages of a folder's package-lock.json in it. Quick when nothing changed since the last time."""
    place = TOP / folder
    done, needed = place / "node_modules" / "installed", hashlib.sha256((place / "package-lock.json").read_bytes())
    if done.exists() and done.read_text(encoding="ascii") == needed.hexdigest():
        return True
    if not install_system({} if shutil.which("npm") else {"npm": "npm"}):
        return False
    if not quiet(["npm", "ci", "--silent", "--ignore-scripts", "--prefix", str(place)]):
        return not stop("The lines above say why {} has no packages. It needs the npm registry, once.".format(folder))
    done.write_text(needed.hexdigest(), encoding="ascii")
    return True


# Running


def run(_: list[str]) -> int:
    """Set up, prepare data and audio, then serve until Ctrl+C."""
    if not ready("runtime"):
        return 1
    code = subprocess.call([str(BIN / "ivr"), "prepare"])
    port = os.environ.get("PORT", "").strip() or "8000"
    if code:
        return code
    if not is_free(int(port)):
        return stop("Port {} is in use. Another one: PORT={} python3 dev.py run".format(port, int(port) + 1))
    return serve("127.0.0.1:{}".format(port))


def serve(address: str) -> int:
    """Serve the line in place of this process, where the system can do that."""
    sys.stdout.flush()
    if os.name == "nt":
        return subprocess.call([str(PYTHON), "-m", "waitress", "--listen={}".format(address), "app:app"])
    how = ["-k", "gthread", "-w", "2", "--threads", "4", "--no-control-socket", "-b", address]
    return os.execv(str(PYTHON), [str(PYTHON), "-m", "gunicorn", *how, "app:app"])


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
    if not ready("dev") or not install_system(missing) or not node_packages("tests/twilio_api"):
        return 1
    failed = [" ".join(check) for check in CHECKS if not passes(check)]
    code = pytest("-n", "2", *arguments)
    verdict = "failed: {}".format(", ".join(failed)) if failed else "style, types and imports are as they should be"
    print("{}; {:.0f} s in all".format(verdict, time.monotonic() - started), file=sys.stderr)
    return 1 if failed else code


def passes(check: tuple[str, ...]) -> bool:
    """Whether one check passes; its output is shown only when it does not."""
    command = [str(BIN / check[0]), *check[1:]]
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        sys.stdout.write(done.stdout.decode(errors="replace"))
    return done.returncode == 0


def prove(arguments: list[str]) -> int:
    """Every test, the long ones too."""
    if not ready("dev") or not node_packages("tests/twilio_api"):
        return 1
    return pytest("--prove", "-n", "2", *arguments)


def pytest(*arguments: str) -> int:
    """Run pytest; its exit code."""
    sys.stdout.flush()
    return subprocess.call([str(PYTHON), "-m", "pytest", *arguments])


def lock(arguments: list[str]) -> int:
    """Write the locks: exact, hashed, for every platform, naming no place that packages come from."""
    if not ready("dev"):
        return 1
    how = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate", "--quiet"]
    for name, path in LOCKS.items():
        within = [] if name == "runtime" else ["--constraints", str(LOCKS["runtime"])]
        files = [str(path.with_suffix(".in")), "-o", str(path)]
        if not quiet([str(BIN / "uv"), "pip", "compile", *how, *within, *arguments, *files]):
            return stop("{} was not written.".format(path.name))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
