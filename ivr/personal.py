"""Everything that the line keeps about one number: to see it, to write it out, to erase it for good, to hold it.

Used by the command line and by a page of staff, which show it each in their own way.
"""

import json
import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

from ivr.numbers import ringable
from ivr.sealing import Sealing
from ivr.sounds import Sounds
from ivr.store import (
    Audit,
    Deed,
    Erased,
    Erasing,
    Found,
    Gone,
    Marks,
    Store,
    StoreUnavailable,
    Wording,
    practised,
)

_log: Final = logging.getLogger(__name__)
LEFT_OUT: Final = frozenset({"mark", "lease", "form", "box", "version", "waits", "turn_day", "turn_at", "ending"})
"""Columns that say nothing of a caller: how the line finds its rows."""
UNREADABLE: Final = "(words that cannot be read with the key that is set)"
Opened = dict[str, list[dict[str, Any]]]
"""Rows by table, as a person may read them."""


class PrivacyError(Exception):
    """It cannot be done; the text says why, and what to do."""


def number_of(text: str) -> str:
    """A number in international form, however it is written. Raises PrivacyError for what the line cannot have kept."""
    number = ringable(" ".join(text.split()))
    if number is None:
        raise PrivacyError("That is no number that the line can have kept. Write it as 07700 900123 or +447700900123.")
    return number


@dataclass(frozen=True, slots=True)
class Personal:
    """What one line keeps of people. Safe to share between threads. Raises StoreUnavailable as the store does."""

    store: Store
    erasing: Erasing
    marks: Marks
    sounds: Sounds
    audit: Audit
    gone: Gone
    data_dir: Path

    @classmethod
    def of(cls, store: Store, data_dir: Path, keys: Sequence[str], secret: str) -> Self:
        """That of the line with this store, data folder, keys of encryption and secret key."""
        sounds = Sounds(store, Sealing(keys), store.boxes(data_dir / "recordings"))
        audit, gone = Audit(store.database, keys), Gone(data_dir, keys)
        return cls(store, Erasing(store.database), Marks(secret), sounds, audit, gone, data_dir)

    def about(self, number: str, now: datetime, *, held: bool = True) -> Found:
        """What is kept; without `held`, what would be deleted.

        Raises PrivacyError while answers wait on disk, as nobody can tell whose they are.
        """
        self.store.take_in(now)
        if self.store.spooled().promises:
            raise PrivacyError("Answers of callers wait on disk for the database. Try again once they are taken in.")
        return self.erasing.about(number, self.marks, held=held)

    def opened(self, found: Found) -> Opened:
        """The rows without what only the line needs, and with words that staff typed opened."""
        rows = {name: [self._plain(name, row) for row in some] for name, some in found.rows.items() if some}
        for row in rows.get("requests", ()):
            row["notice"] = _notice(row.get("notice", ""), found.told)
        return rows

    def files(self, number: str, found: Found) -> Iterator[tuple[str, bytes]]:
        """Everything, for the caller: as text, as JSON, and its recordings. Raises NotHereError or SealError."""
        rows = self.opened(found)
        yield "kept.json", json.dumps(rows, ensure_ascii=False, indent=2, default=str).encode()
        yield "kept.txt", _text(number, rows).encode()
        for count, sound in enumerate([one for one in found.sounds if one.status == "kept"], 1):
            yield f"message-{count}.wav", self.sounds.whole(sound)

    def exported(self, names: Sequence[str], who: str, now: datetime) -> None:
        """Note that somebody wrote these files out."""
        heard = sum(name.endswith(".wav") for name in names)
        self.audit.add(Deed(who, "number-exported", detail={"recordings": str(heard)}), now)

    def erase(self, number: str, who: str, now: datetime) -> Erased:
        """Delete all of it but what is held, and note it outside the database first: no backup brings it back."""
        held = [one.id for one in self.erasing.about(number, self.marks).held]
        self.gone.note(number, self.marks, held, now)
        erased = self.erasing.erase(number, self.marks, now, self.audit.note, who)
        self.sounds.remove(erased.sounds)
        erased.in_log = not (self.forget_practised() and self.erasing.checkpoint())
        return erased

    def forget_practised(self) -> bool:
        """Delete all that was practised on the phone in the browser. False when that has to be done again."""
        try:
            practised.empty(self.data_dir)
        except StoreUnavailable as trouble:
            _log.warning("what was practised is still there: %s", trouble)
            return False
        return True

    def erase_again(self, now: datetime) -> Mapping[str, int]:
        """Delete again what a backup brought back. How many rows of each table; nothing where none was put back."""
        counts: Counter[str] = Counter()
        stones = self.gone.all()
        whose = {stone.mark: stone for stone in stones}  # the latest of each number is enough: it is in order of time
        for number in self.erasing.numbers() if stones else ():
            for stone in (whose[mark] for mark in self.gone.marks(number) if mark in whose):
                erased = self.erasing.erase_again(number, stone, now, self.audit.note)
                self.sounds.remove(erased.sounds)
                counts.update(erased.counts)
        counts["others"] += sum(self.erasing.erase_marked(stone) for stone in stones)
        if found := {name: count for name, count in counts.items() if count}:
            self.erasing.checkpoint()
            _log.warning("deleted again, as it had been before a backup was put back: %s", found)
        return found

    def hold(self, reference: str, why: str, who: str, now: datetime) -> None:
        """Keep a request whatever is asked or due. Raises PrivacyError where there is none to be held."""
        if not self.erasing.hold(reference, why, who, now):
            raise PrivacyError("There is no such request, or it is held already.")
        self.audit.add(Deed(who, "request-held", f"reference:{reference}"), now)

    def release(self, reference: str, who: str, now: datetime) -> None:
        """Hold it no longer. Raises PrivacyError when it is not held."""
        if not self.erasing.release(reference):
            raise PrivacyError("It is not held.")
        self.audit.add(Deed(who, "request-released", f"reference:{reference}"), now)

    def _plain(self, table: str, row: Mapping[str, Any]) -> dict[str, Any]:
        shown = {name: value for name, value in row.items() if name not in LEFT_OUT and value not in (None, "")}
        if table == "work" and row["words"]:
            shown["words"] = self._words(row)
        return shown

    def _words(self, row: Mapping[str, Any]) -> str:
        try:
            return self.sounds.sealing.open_words(row["words"], f"work {row['request_id']}")
        except ValueError:
            return UNREADABLE


def _notice(version: str, told: Mapping[str, Wording]) -> str:
    """The privacy notice as it was told; and where that is not known, that it is not."""
    if not version:
        return "(it is not known which wording was told)"
    words = told[version].words if version in told else "(its words are not kept)"
    return f"{words} [wording {version}]"


def _text(number: str, rows: Opened) -> str:
    lines = [f"What the line keeps about {number}", ""]
    for name, some in rows.items():
        lines.append(f"{name} ({len(some)})")
        for row in some:
            lines += [f"  {column}: {value}" for column, value in row.items()]
            lines.append("")
    return "\n".join(lines if rows else [*lines, "Nothing."]) + "\n"
