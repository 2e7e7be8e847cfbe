"""Reports: how many called, about what, where calls ended, and whether promises were kept; and each table as a file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ivr.line import LONDON
from ivr.staff.access import may, person
from ivr.staff.charts import chart
from ivr.staff.days import Days
from ivr.staff.desk import Desk, Link, Section
from ivr.staff.queue_pages import flow_now
from ivr.staff.reckoning import Report, report
from ivr.staff.sheets import sheet
from ivr.staff.spans import Span
from ivr.store import Counting, Deed

SPANS: Final = {"The last 4 weeks": 28, "The last 13 weeks": 91, "The last 52 weeks": 364}


@dataclass(frozen=True, slots=True)
class _Reckoner:
    """Makes the report of a span."""

    counting: Counting
    now: Callable[[], datetime]

    def asked(self) -> tuple[Days, Span | None]:
        """The days that were asked for; no span where they are none."""
        form = Days(request.args, self.now().astimezone(LONDON).date())
        return form, form.span if form.validate() else None

    def made(self, span: Span) -> tuple[Report, int]:
        """The report, and how many calls are not in it yet."""
        found = self.counting.numbers(span.first, span.last, self.now())
        return report(found.tally, span, flow_now()), found.waiting


def _install(pages: Blueprint, desk: Desk) -> None:
    reckoner = _Reckoner(Counting(desk.store.database, lambda: flow_now().topics), desk.now)
    _install_page(pages, reckoner)
    _install_sheet(pages, desk, reckoner)


def _install_page(pages: Blueprint, reckoner: _Reckoner) -> None:
    @pages.get("/reports")
    @may("lead")
    def reports() -> ResponseReturnValue:
        form, span = reckoner.asked()
        values: dict[str, Any] = {"form": form, "spans": _spans(form.today), "span": span}
        if span is None:
            return render_template("staff/reports.html", **values)
        found, waiting = reckoner.made(span)
        shown = [(table, chart(table)) for table in found.tables]
        said = {"report": found, "shown": shown, "waiting": waiting, "days": _asked_for(span)}
        return render_template("staff/reports.html", **values, **said)


def _install_sheet(pages: Blueprint, desk: Desk, reckoner: _Reckoner) -> None:
    @pages.get("/reports/<table>.csv")
    @may("lead")
    def report_sheet(table: str) -> Response:
        _, span = reckoner.asked()
        if span is None:
            abort(404)
        found = next((one for one in reckoner.made(span)[0].tables if one.id == table), None) or abort(404)
        detail = {"table": table, "from": str(span.first), "to": str(span.last)}
        desk.audit.add(Deed(person().account_id, "report-exported", detail=detail), desk.now())
        rows = ((row.name, *row.cells) for row in found.rows)
        return sheet(f"{table}-{span.first}-to-{span.last}", found.columns, rows)


def _asked_for(span: Span) -> dict[str, Any]:
    return {"from": str(span.first), "to": str(span.last)}


def _spans(today: date) -> list[tuple[str, str]]:
    """Spans that are often wanted, each with its address."""
    spans = ((words, Span(today - timedelta(days=days - 1), today)) for words, days in SPANS.items())
    return [(words, url_for("staff.reports", **_asked_for(span))) for words, span in spans]


SECTION = Section(_install, (Link("Reports", "staff.reports", "lead"),))
