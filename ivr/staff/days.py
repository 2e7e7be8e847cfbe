"""The days of a report, as staff write them."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from werkzeug.datastructures import MultiDict
from wtforms import Field, StringField, ValidationError

from ivr.staff.spans import Span

LONGEST: Final = 366
"""Most days of one report: a year, also a leap year."""
USUAL: Final = 28
EARLIEST: Final = date(2020, 1, 1)
"""No line of ours is older."""


class Days(FlaskForm):
    """From which day to which."""

    since = StringField("First day", name="from", id="from", widget=GovTextInput())
    until = StringField("Last day", name="to", id="to", widget=GovTextInput())

    def __init__(self, asked: Mapping[str, str], today: date) -> None:
        usual = {"from": written(today - timedelta(days=USUAL - 1)), "to": written(today)}
        given = {name: asked.get(name, usual[name]).strip()[:40] for name in usual}
        super().__init__(MultiDict(given), meta={"csrf": False})
        self.today: Final = today
        self.span: Span | None = None

    def validate_since(self, field: Field) -> None:
        """A day that this line may have seen."""
        first = _day(field.data)
        if first is None:
            raise ValidationError("Enter the first day like this: 24/11/2026")
        if first < EARLIEST:
            raise ValidationError(f"The first day must be {written(EARLIEST)} or later")

    def validate_until(self, field: Field) -> None:
        """A day that has begun, and that goes with the first."""
        first, last = _day(self.since.data), _day(field.data)
        if last is None:
            raise ValidationError("Enter the last day like this: 24/11/2026")
        if last > self.today:
            raise ValidationError(f"The last day must be today, {written(self.today)}, or earlier")
        if first is None:
            return
        if last < first:
            raise ValidationError("The last day must be the same as the first day, or later")
        if (last - first).days >= LONGEST:
            raise ValidationError(f"Choose at most {LONGEST} days: a year")
        self.span = Span(first, last)


def _day(text: str | None) -> date | None:
    """A day written as in Britain, or as machines write it; None for anything else."""
    words = (text or "").replace(".", "/").replace(" ", "/").split("/")
    try:
        if len(words) == 3 and all(word.isascii() and word.isdigit() for word in words):  # noqa: PLR2004
            return date(int(words[2]), int(words[1]), int(words[0]))
        return date.fromisoformat(words[0]) if len(words) == 1 else None
    except ValueError:
        return None


def written(day: date) -> str:
    """`24/11/2026`, as it is typed."""
    return f"{day:%d/%m/%Y}"
