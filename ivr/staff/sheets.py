"""Tables for spreadsheets: nothing in them is taken for a formula, a number or a date that it is not."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Final

from flask import Response

BOM: Final = "\ufeff"
"""Without it, Excel reads UTF-8 as something else."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠", "−", "﹢", "﹣", "﹦", "﹫")
"""What makes a cell a formula in some spreadsheet: also in the wide and small forms, which some read as the same."""
_UNSEEN: Final = " \u00a0\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u3000"
_AT_ONCE: Final = 200


def cell(value: object) -> str:
    """A value as it is written. Words that would begin a formula have an apostrophe before them."""
    text = str(value).replace("\x00", "")
    risky = not isinstance(value, int) and text.lstrip(_UNSEEN).startswith(_FORMULA)
    return f"'{text}" if risky else text


def phone(number: str) -> str:
    """A number in international form as `tel:+44…`: no spreadsheet takes that for a number, and any telephone can."""
    return f"tel:{number}" if number else ""


def lines(head: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[bytes]:
    """The file, some rows at a time; every cell is quoted."""
    written = StringIO(newline="")
    writer = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    written.write(BOM)
    writer.writerow([cell(one) for one in head])
    for number, row in enumerate(rows, 1):
        writer.writerow([cell(one) for one in row])
        if number % _AT_ONCE == 0:
            yield _taken(written)
    yield _taken(written)


def sheet(name: str, head: Iterable[str], rows: Iterable[Iterable[object]]) -> Response:
    """A file to keep; as with every page of staff, no browser or proxy keeps it by itself.

    `name`: letters, digits and `-`, without an ending.
    """
    answer = Response(lines(head, rows), content_type="text/csv; charset=utf-8; header=present")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _taken(written: StringIO) -> bytes:
    text = written.getvalue().encode()
    written.seek(0)
    written.truncate()
    return text
