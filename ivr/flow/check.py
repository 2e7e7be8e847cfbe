"""The check of a whole flow: nobody is stranded, and everything that is said can be followed by ear."""

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from itertools import product
from typing import Final

from ivr.flow.check_claims import claims
from ivr.flow.check_consent import consent
from ivr.flow.check_dates import dates
from ivr.flow.check_finding import Finding, error, line, warning
from ivr.flow.check_keys import keys
from ivr.flow.check_menus import standing
from ivr.flow.check_sentences import sentences
from ivr.flow.line import Flow, Waiver
from ivr.flow.proof import hang_ups, stranded, troubles
from ivr.flow.proof_everywhere import doubts, everywhere
from ivr.flow.proof_help import help_in
from ivr.flow.proof_promise import promises
from ivr.flow.proof_times import Clockwork, Row, Seconds, by_words, first_choices, limits, rows, ways_to_help
from ivr.flow.proof_words import words
from ivr.flow.walk import walk

SHORTEST_REASON: Final = 2
"""Words that a reason has at least."""
LONGEST_WAIVER: Final = timedelta(days=731)
LOOKS: Final = (standing, keys, claims)
"""Checks of the words of one language where they are said."""


@dataclass(frozen=True, slots=True)
class Report:
    """What the check found. `moves`: how many turns of the engine it tried."""

    findings: tuple[Finding, ...]
    waived: tuple[tuple[Finding, Waiver], ...]
    rows: tuple[Row, ...]
    places: int
    moves: int

    @property
    def sound(self) -> bool:
        """Whether nothing must be mended."""
        return not any(finding.severity == "error" for finding in self.findings)


def check(flow: Flow, today: date, seconds: Seconds = by_words) -> Report:
    """Check a flow. `today` decides which waivers hold; `seconds` says how long a text takes to say at a pace."""
    with _undisturbed():
        return _checked(flow, today, seconds)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Nothing made here is garbage before the end: looking for garbage would take a third of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _checked(flow: Flow, today: date, seconds: Seconds) -> Report:
    walked = walk(flow)
    helping = help_in(walked)
    tried, elsewhere = everywhere(flow, walked)
    tried += doubts(flow, walked)
    ways, firsts = ways_to_help(walked, helping), first_choices(walked)
    clockworks = [Clockwork(flow, language, seconds) for language in flow.line.languages]
    found = [
        *stranded(walked, helping),
        *promises(walked),
        *dates(flow, today),
        *consent(flow),
        *troubles(tried),
        *hang_ups(walked.flow, tried),
        *elsewhere,
        *words(flow),
        *(finding for clockwork in clockworks for finding in limits(walked, ways, firsts, clockwork)),
        *(finding for language, spoken in flow.words.items() for finding in sentences(language, spoken)),
        *(finding for look, language in product(LOOKS, flow.line.languages) for finding in look(flow, language)),
    ]
    left, waived = waive(_once(found), flow.line.waivers, today)
    table = tuple(rows(walked, ways, firsts, clockworks[0]))
    return Report(left, waived, table, len(walked.places), len(walked.moves) + len(tried))


def _once(found: Iterable[Finding]) -> list[Finding]:
    """One finding for each check and subject, errors first; many events may lead to the same mistake."""
    first: dict[object, Finding] = {}
    for finding in found:
        first.setdefault((finding.code, finding.subject, finding.severity), finding)
    return sorted(first.values(), key=lambda finding: finding.severity != "error")


def waive(
    found: list[Finding], waivers: tuple[Waiver, ...], today: date
) -> tuple[tuple[Finding, ...], tuple[tuple[Finding, Waiver], ...]]:
    """What is left, and what is put up with. Errors cannot be waived; a waiver out of date, or of no use, is found."""
    left: list[Finding] = []
    waived: list[tuple[Finding, Waiver]] = []
    used: set[Waiver] = set()
    for finding in found:
        waiver = next((one for one in waivers if _covers(one, finding)), None)
        used |= {waiver} if waiver else set()
        if waiver and today <= waiver.until:
            waived.append((finding, waiver))
        else:
            left.append(finding)
    known = sorted({finding.code for finding in found})
    for number, waiver in enumerate(waivers):
        left += _misused(number, waiver, today, needed=waiver in used and waiver not in waivers[:number], known=known)
    return tuple(sorted(left, key=lambda finding: finding.severity != "error")), tuple(waived)


def _covers(waiver: Waiver, finding: Finding) -> bool:
    return finding.severity == "warning" and (waiver.check, waiver.subject) == (finding.code, finding.subject.id)


def _misused(number: int, waiver: Waiver, today: date, *, needed: bool, known: list[str]) -> list[Finding]:
    about = line("waivers", number)
    shown = f"the waiver of '{waiver.check}' for '{waiver.subject}'"
    if len(waiver.reason.split()) < SHORTEST_REASON:
        return [error("waiver", about, f"{shown} gives no reason; say in some words why it is put up with")]
    if waiver.until - today > LONGEST_WAIVER:
        text = f"{shown} lasts until {waiver.until}; at most two years, so that somebody looks again"
        return [error("waiver", about, text)]
    if not needed:
        near = get_close_matches(waiver.check, [code for code in known if code != waiver.check], n=1)
        instead = f"did you mean '{near[0]}'?" if near else "remove it"
        text = f"{shown} is not needed: there is no such warning; {instead}"
        return [warning("waiver", about, text)]
    if today > waiver.until:
        return [error("waiver", about, f"{shown} ended on {waiver.until}; mend it, or give it a new date")]
    return []
