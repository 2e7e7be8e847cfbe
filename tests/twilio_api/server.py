"""A server made from Twilio's own OpenAPI: it refuses what Twilio would refuse, and answers as each account is to be.

Prism serves the published document; before that, each account of these tests gets paths of its own, with examples that
say how that account is. Nothing here says what a request looks like: that is Twilio's document alone.
"""

import copy
import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SPECS = HERE / "node_modules" / "@twilio-alpha" / "mcp" / "twilio-oai" / "spec" / "json"
PRISM = HERE / "node_modules" / ".bin" / "prism"
MISSING = f"{HERE.name} is not installed: python3 dev.py test does that"
V2010 = "/2010-04-01/Accounts"
START = 60.0


def published(*names: str) -> dict[str, Any]:
    """Twilio's documents as one, as published."""
    if not PRISM.exists():
        raise FileNotFoundError(MISSING)
    whole, *more = (json.loads((SPECS / f"twilio_{name}.json").read_text("utf-8")) for name in names)
    for one in more:
        whole["paths"] |= one["paths"]
        for kind, found in one["components"].items():
            whole["components"].setdefault(kind, {}).update(found)
    return whole


def shaped(whole: dict[str, Any], path: str, method: str, *, at: str, answer: dict[str, Any]) -> dict[str, Any]:
    """One operation at an address of its own, answering what Twilio's example says, with `answer` in it.

    Returns the operation's path item, for `whole["paths"]`. A key that Twilio's example does not have is a KeyError.
    """
    item = copy.deepcopy(whole["paths"][path])
    operation = item[method]
    status = next(code for code in operation["responses"] if code.startswith("2"))
    content = operation["responses"][status]["content"]["application/json"]
    example = next(iter(content.pop("examples").values()))["value"]
    content["example"] = _with(example, answer)
    item["parameters"] = [one for one in item.get("parameters", []) if one.get("in") != "path"]
    operation["parameters"] = [one for one in operation.get("parameters", []) if one.get("in") != "path"]
    return {at: {"servers": item.get("servers", []), method: operation, "parameters": item["parameters"]}}


def _with(example: Any, answer: dict[str, Any]) -> Any:
    for name, value in answer.items():
        known = example[name]  # a name that Twilio does not have is a mistake of the test
        example[name] = _with(known, value) if isinstance(value, dict) else value
    return example


class Prism:
    """The server, until it is closed."""

    def __init__(self, document: dict[str, Any], folder: Path) -> None:
        path = folder / "twilio.json"
        path.write_text(json.dumps(document), "utf-8")
        self._log = (folder / "prism.log").open("w+", encoding="utf-8")
        port = _free()
        command = [str(PRISM), "mock", "-h", "127.0.0.1", "-p", str(port), str(path)]
        self._process = subprocess.Popen(command, stdout=self._log, stderr=subprocess.STDOUT, env=_environment())
        self.url = f"http://127.0.0.1:{port}"
        self._wait()

    def told(self) -> str:
        """What the server has said so far."""
        self._log.seek(0)
        return self._log.read()

    def close(self) -> None:
        """Stop it."""
        self._process.terminate()
        self._process.wait(10)
        self._log.close()

    def _wait(self) -> None:
        end = time.monotonic() + START
        while time.monotonic() < end and self._process.poll() is None:
            with suppress(OSError):  # not there yet, or there and too busy to answer: asked again
                try:
                    urllib.request.urlopen(self.url, timeout=2)  # noqa: S310 - our own server
                except urllib.error.HTTPError:
                    return
            time.sleep(0.2)
        self._process.kill()
        raise TimeoutError(f"Prism did not start:\n{self.told()[-2000:]}")


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "TMPDIR"}}


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
