"""The check of a loaded flow, joined to the files: every finding at the author's line, and the table of nodes."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

from ivr.flow.check import Report
from ivr.flow.check import check as check_flow
from ivr.flow.check_finding import Finding as FlowFinding
from ivr.flow.check_finding import Subject
from ivr.flow.proof_times import Row, Seconds, by_words
from ivr.prompts.findings import Finding
from ivr.prompts.load import Loaded

HEADINGS: Final = ("node", "keys", "s to a person", "slow", "s to a choice", "slow", "level", "words per part")


@dataclass(frozen=True, slots=True)
class Proved:
    """What the check found, at its places in the files, and the report behind it."""

    findings: tuple[Finding, ...]
    waived: tuple[Finding, ...]
    report: Report


def prove(loaded: Loaded, today: date, seconds: Seconds = by_words) -> Proved:
    """Check a loaded flow. `today` decides which waivers hold; `seconds` is how long a text takes to say at a pace."""
    report = check_flow(loaded.flow, today, seconds)
    found = tuple(_placed(loaded, one) for one in report.findings)
    waived = tuple(
        _placed(loaded, one, f"; put up with until {waiver.until}: {waiver.reason}") for one, waiver in report.waived
    )
    return Proved(tuple(sorted(found, key=_worst_first)), waived, report)


def _placed(loaded: Loaded, finding: FlowFinding, more: str = "") -> Finding:
    """The finding as an author reads it; what a waiver needs stands in brackets."""
    subject = finding.subject
    text = f"{finding.text}{more} [{finding.code} {subject.id}]"
    return Finding(*loaded.spot(_file(subject), subject.path), text, finding.severity)


def _file(subject: Subject) -> str:
    match subject.kind:
        case "line":
            return "line.yaml"
        case "node":
            return f"menus/{subject.name}.yaml"
        case "words":
            return f"words/{subject.name}.yaml"


def _worst_first(finding: Finding) -> tuple[bool, Finding]:
    return finding.severity != "error", finding


def table(rows: tuple[Row, ...]) -> str:
    """One line a node, worst first: keys and seconds to a person, seconds to the first choice, words in each part."""
    lines = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    return "\n".join(_spaced(line, widths) for line in lines)


def _cells(row: Row) -> tuple[str, ...]:
    level = "" if row.level is None else str(row.level)
    person, first = row.person, row.first
    times = (f"{person.normal:.1f}", f"{person.slow:.1f}", f"{first.normal:.1f}", f"{first.slow:.1f}")
    return (row.node, str(row.keys), *times, level, " ".join(map(str, row.parts)))


def _spaced(line: tuple[str, ...], widths: list[int]) -> str:
    first, *rest = zip(line, widths, strict=True)
    return "  ".join((first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest[:-1]), line[-1])).rstrip()


def machine(proved: Proved | None, findings: tuple[Finding, ...]) -> dict[str, object]:
    """The whole result for a machine; without a proof there are findings only."""
    report = proved.report if proved else None
    return {
        "findings": [asdict(one) for one in findings],
        "waived": [asdict(one) for one in (proved.waived if proved else ())],
        "nodes": [asdict(row) for row in (report.rows if report else ())],
        "places": report.places if report else 0,
        "moves": report.moves if report else 0,
    }
