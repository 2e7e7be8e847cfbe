"""What may stand in a line of the log: the line's own words, with all taken out that might be somebody's.

Words of libraries are not ours to answer for: of those only what their authors wrote is kept, never what they put in.
"""

import hashlib
import logging
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Final

HERE: Final = str(Path(__file__).resolve().parents[1]) + "/"
SPEAKS_FREELY: Final = ("/gunicorn/arbiter.py",)
"""Who never sees a request, and whose words an operator needs: gunicorn's own start and stop."""
OWN_WORDS: Final = frozenset(
    {"ivr.settings.given.ConfigError", "ivr.prompts.findings.PromptsError", "ivr.store.trouble.StoreUnavailable"}
    | {"builtins.ModuleNotFoundError", "builtins.ImportError"}
)
"""Exceptions whose text is for whoever looks after the line, and holds no value that anybody gave."""
LEFT_OUT: Final = "…"
_SIDS: Final = re.compile(r"\b([A-Z]{2})[0-9a-fA-F]{32}\b")
_PATTERNS: Final = (
    (re.compile(r"(?<=://)[^\s/@]+@"), ""),  # a name and a password before a host
    (re.compile(r"\?[^\s\"'>]+"), "?" + LEFT_OUT),  # a query
    (re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+"), LEFT_OUT),  # an e-mail address
    (re.compile(r"(?<![\w.])\+?\(?\d(?:[\s().\-]*\d){5,}(?!\w)"), LEFT_OUT),  # a number that could be rung
    (re.compile(r"\beyJ[\w-]+\.[\w.-]+"), LEFT_OUT),  # a signed token
    (re.compile(r"(?<!job )(?<![\w/])[A-Za-z0-9+/_=\-]{24,}"), LEFT_OUT),  # a token, a key, a cookie
)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_TELEPHONE: Final = 1_000_000
"""No whole number from here on is told: it might be rung."""
_MARKS: Final = 1_000
"""Calls whose marks are remembered: each makes several lines."""
_MOST: Final = 2_000
_MOST_CAUSES: Final = 5


class Marks:
    """By what a call is known in the log: a keyed hash of its id, so that nobody finds it who has the log alone."""

    def __init__(self, key: str) -> None:
        self._keyed: Final = hashlib.blake2b(key=hashlib.sha256(b"logs" + key.encode()).digest(), digest_size=6)
        self._made = lru_cache(maxsize=_MARKS)(self._make)

    def __call__(self, call: str) -> str:
        """Twelve hexadecimal digits; nothing for no call."""
        return self._made(call) if call else ""

    def _make(self, call: str) -> str:
        marking = self._keyed.copy()
        marking.update(call.encode("utf-8", "replace"))
        return marking.hexdigest()


def clean(text: str, marks: Marks) -> str:
    """A text on one line, without numbers, addresses, queries and tokens; ids of Twilio's as marks."""
    text = _SIDS.sub(lambda found: f"{found[1]}~{marks(found[0])}", text[:_MOST])
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return _on_one_line(text)


def _on_one_line(text: str) -> str:
    return _CONTROL.sub(lambda found: "\\n" if found[0] == "\n" else LEFT_OUT, text)


def is_own(record: logging.LogRecord) -> bool:
    """Whether the line itself wrote this, by where it was written: a logger's name may be anybody's."""
    return record.pathname.startswith(HERE)


def words(record: logging.LogRecord, marks: Marks) -> str:
    """What a record says, as far as it may be said."""
    if record.pathname.endswith(SPEAKS_FREELY):
        return _on_one_line(record.getMessage())
    if is_own(record):
        return clean(record.getMessage(), marks)
    if not isinstance(record.msg, str) or not record.args:
        return LEFT_OUT
    return clean(_only_numbers(record.msg, record.args), marks)


class _Gone:
    def __str__(self) -> str:
        return LEFT_OUT

    __repr__ = __str__


def _only_numbers(template: str, values: object) -> str:
    """The words of a library, with small numbers put in, and nothing else."""
    try:
        if isinstance(values, Mapping) and "%(" in template:
            return template % {name: _number(value) for name, value in values.items()}
        return template % tuple(_number(value) for value in (values if isinstance(values, tuple) else (values,)))
    except (TypeError, ValueError, KeyError):
        return template


def _number(value: object) -> object:
    return value if isinstance(value, int | float) and abs(value) < _TELEPHONE else _Gone()


def broke(error: BaseException, marks: Marks) -> list[str]:
    """An exception and what caused it, the first cause last: kinds and places, and no text but that of `OWN_WORDS`."""
    return [_broke(one, told(one, marks)) for one in causes(error)]


def _broke(error: BaseException, text: str) -> str:
    return f"{kind(error)}{f' ({text})' if text else ''} at {' < '.join(_places(error.__traceback__))}"


def causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and those it came from."""
    found: BaseException | None = error
    for _ in range(_MOST_CAUSES):
        if found is None:
            return
        yield found
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)


def kind(error: BaseException) -> str:
    """The full name of an exception's class, without `builtins`."""
    return f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")


def told(error: BaseException, marks: Marks) -> str:
    """The words of an exception of `OWN_WORDS`; nothing for any other."""
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    if name not in OWN_WORDS:
        return ""
    return "; ".join(clean(line, marks) for line in str(error).splitlines()[:20])


def frames(trace: TracebackType | None) -> list[tuple[str, int, str]]:
    """The steps to where it broke, that one last: file, line, function. No values, no text of the code."""
    found = []
    while trace is not None:
        code = trace.tb_frame.f_code
        found.append((_short(code.co_filename), trace.tb_lineno, code.co_name))
        trace = trace.tb_next
    return found


def _short(path: str) -> str:
    """A file's place in the line or in a library, without that of either on this machine."""
    if path.startswith(HERE):
        return "ivr/" + path.removeprefix(HERE)
    return path.rpartition("site-packages/")[2] if "site-packages/" in path else Path(path).name


def _places(trace: TracebackType | None) -> list[str]:
    return [f"{file}:{line} {name}" for file, line, name in reversed(frames(trace)[-8:])] or ["?"]
