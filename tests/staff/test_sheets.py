"""Files for spreadsheets: no formula, no number that was none, nobody's number that was hidden, and fast when long."""

import csv
import io
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from ivr.staff.sheets import cell, lines, phone
from ivr.store import Filters
from ivr.store.tables import requests as table
from tests.staff.people import Person
from tests.staff.requests import AWKWARD, Requests

SignedIn = Callable[..., Person]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+447700900123", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x", "−1", " =1",
     "\u00a0=1", "\u200b=1", "\ufeff=1", "\u202e=1", "|cmd", "%0", "\x00=1", "\u3000=1"],
)  # fmt: skip
def test_what_would_be_a_formula_is_words(text: str) -> None:
    assert cell(text).startswith("'")


@pytest.mark.parametrize("value", ["", "north", "Mediation", 0, -3, "26–28", "2026-11-24", "ends in 321"])
def test_what_is_harmless_stays_as_it_is(value: object) -> None:
    assert cell(value) == str(value)


def test_a_telephone_number_is_no_number() -> None:
    assert cell(phone("+447700900123")) == "tel:+447700900123"
    assert phone("") == ""


def test_everything_comes_back_as_it_went_in() -> None:
    rows = [["a;b", 'say "hello"', "one\r\ntwo", "مرحبا 🙂", 7], ["", ",", "'", AWKWARD, 0]]
    written = b"".join(lines(["First", "Second", "Third", "Fourth", "Fifth"], rows * 300))
    assert written.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    assert len(read) == 601
    assert read[1] == [str(one) for one in rows[0]]
    assert read[2] == [str(one) for one in rows[1]]


def read(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_the_queue_with_the_filters_of_the_page(signed_in: SignedIn, requests: Requests) -> None:
    lead = signed_in("lead")
    assert lead.account
    mine = requests.claimed(requests.confirmed(phone="+447700900321", council="west", topic="school"), lead.account.id)
    other = requests.confirmed(phone="+447700900654", council="west", topic="=cmd|' /C calc'!A0")
    requests.noted(other, lead.account.id)
    requests.confirmed(council="north")
    answer = lead.get("/staff/queue.csv?council=west")
    head, *rows = read(answer)
    found = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    references = [requests.one(row).request.reference for row in (mine, other)]
    assert sorted(found) == sorted(references)
    assert found[references[0]]["Number"] == "tel:+447700900321"
    assert found[references[1]]["Number"] == "ends in 654"
    assert found[references[1]]["Topic"] == "'=cmd|' /C calc'!A0"
    assert "unbroken" not in answer.text  # what staff typed
    assert answer.content_type.startswith("text/csv; charset=utf-8")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="queue-2026-11-24.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_who_took_what_is_in_the_log_and_no_number_is(signed_in: SignedIn, requests: Requests) -> None:
    lead = signed_in("lead")
    assert lead.account
    before = len(requests.desk.audit.page(Filters(what="queue-exported")))
    lead.get("/staff/queue.csv?council=west&overdue=1&topic=nonsense").get_data()
    (entry, *_rest) = requests.desk.audit.page(Filters(what="queue-exported"))
    assert len(requests.desk.audit.page(Filters(what="queue-exported"))) == before + 1
    assert (entry.deed.who, dict(entry.deed.detail)) == (lead.account.id, {"council": "west", "overdue": "1"})


def test_staff_see_the_way_to_the_file_when_they_may_have_it(signed_in: SignedIn) -> None:
    assert "/staff/queue.csv?council=west" in signed_in("lead").get("/staff/queue?council=west").text
    staff = signed_in("staff")
    assert "queue.csv" not in staff.get("/staff/queue").text
    assert staff.get("/staff/queue.csv").status_code == 403


def test_all_of_a_long_queue_comes_in_order_and_a_little_at_a_time(signed_in: SignedIn, requests: Requests) -> None:
    first = requests.confirmed(council="unsure")
    with requests.desk.store.database.reading() as connection:
        row = dict(connection.execute(table.select().where(table.c.id == first)).mappings().one())
    worked_out = {column.name for column in table.columns if column.computed is not None}
    plain = {name: value for name, value in row.items() if name not in worked_out}
    many = [
        plain | {"id": f"many{number:06}", "reference": f"9{number:06}", "call_sid": f"CB{number:032}"}
        for number in range(5000)
    ]
    with requests.desk.store.database.writing() as connection:
        connection.execute(insert(table), many)
    last = requests.confirmed(council="west", due=requests.desk.now().date() + timedelta(days=9), topic="decisions")
    lead = signed_in("lead")
    started = time.process_time()
    answer = lead.get("/staff/queue.csv?council=unsure", buffered=False)
    chunks = list(answer.iter_encoded())
    spent = time.process_time() - started
    assert len(chunks) > 20
    assert max(map(len, chunks)) < 200_000
    _, *rows = csv.reader(io.StringIO(b"".join(chunks).decode("utf-8-sig"), newline=""))
    assert len(rows) == 5001
    assert len({row[0] for row in rows}) == 5001
    assert spent < 10
    _, only = read(lead.get("/staff/queue.csv?topic=decisions"))  # behind more rows than one page of the queue reads
    assert only[0] == requests.one(last).request.reference
