"""Set-up for dev.py: has what the locks here name, and asks the system for the rest. Standard library only."""

# Written for old Pythons too, like dev.py.
from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Iterator

TOP = Path(__file__).resolve().parents[1]
VENV = TOP / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
NAMES = ("runtime", "dev", "voice", "watching", "node", "semgrep", "fuzz")
LOCKS = {name: TOP / "requirements" / "{}.txt".format(name) for name in NAMES}
APART = VENV / "semgrep"
"""Where semgrep is: its pins do not agree with ours. Atheris, which few machines can have, is beside it."""


def stop(*lines: str) -> int:
    """Say what is wrong, and what mends it."""
    print("\n".join(lines), file=sys.stderr)
    return 1


def ready(name: str) -> bool:
    """Have everything of one lock in .venv. Quick when nothing changed since the last time."""
    if PYTHON.exists() and stamped(name):
        return True
    print("Setting up: about a minute the first time.", file=sys.stderr, flush=True)
    if not PYTHON.exists():
        venv.create(str(VENV), clear=True, with_pip=False, symlinks=os.name != "nt")
    if not any(fill(installer, name) for installer in installers(name)):
        return False
    for done in ("runtime", name):
        stamp(done).write_text(stamp_text(done), encoding="ascii")
    return True


def apart(name: str = "semgrep") -> bool:
    """Have one lock in an environment of its own within .venv, which is there. Quick when nothing changed."""
    own, lock = VENV / name, LOCKS[name]
    done = own / "installed"
    needed = hashlib.sha256(lock.read_bytes() + (VENV / "pyvenv.cfg").read_bytes()).hexdigest()
    if done.exists() and done.read_text(encoding="ascii") == needed:
        return True
    venv.create(str(own), clear=True, with_pip=False, symlinks=os.name != "nt")
    what = ["--quiet", "--require-hashes", "--only-binary", ":all:", "-r", str(lock)]
    if not any(quiet([*installer, *what]) for installer in installers_apart(str(own / BIN.name / PYTHON.name))):
        return not stop(
            "The lines above say why {} is not there. It needs the Python package index, once.".format(name)
        )
    done.write_text(needed, encoding="ascii")
    return True


def installers_apart(python: str) -> Iterator[list[str]]:
    """Install commands for another environment than .venv, the best first."""
    if (BIN / "uv").exists():
        yield [str(BIN / "uv"), "pip", "install", "--python", python]
    pip = find_pip()
    if pip:
        yield [*pip[:4], "--python", python, "install"]


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
    environment = dict(os.environ, UV_SYSTEM_CERTS="1", UV_NATIVE_TLS="1", NODE_USE_SYSTEM_CA="1")
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


def assets() -> bool:
    """Have what the pages of staff look like. Quick when nothing changed; fetches npm only where there is none."""
    make = [str(PYTHON), "-m", "ivr.staff.assets"]
    if quiet([*make, "--made"]):
        return True
    return (bool(shutil.which("npm")) or ready("node")) and quiet(make)
