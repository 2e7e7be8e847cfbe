"""The forms of one request: a try to reach the caller, a note, what a message says, and closing it."""

from datetime import datetime, timedelta
from typing import Final

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from ivr.line import LONDON
from ivr.staff import plain
from ivr.staff.access import may
from ivr.staff.desk import Desk, Section
from ivr.staff.queue_pages import flow_now, work_of
from ivr.staff.request_pages import Typed, answer, doing, refuse
from ivr.store.desk import Desk as Work
from ivr.store.outcomes import DISPOSITIONS
from ivr.store.working import Next

LONGEST: Final = 5000
"""Characters of one note."""
FARTHEST: Final = timedelta(days=60)


def _install(pages: Blueprint, desk: Desk) -> None:
    work = work_of(desk)
    for install in (_take_attempt, _take_note, _take_transcript, _take_close):
        install(pages, desk, work)


def _take_attempt(pages: Blueprint, desk: Desk, work: Work) -> None:
    @pages.post("/requests/<row>/attempt")
    @may("staff")
    def log_attempt(row: str) -> ResponseReturnValue:
        typed, now = _typed("outcome", "attempt_words", "again"), desk.now()
        again, wrong = _again(typed["outcome"], typed["again"], now)
        if typed["outcome"] not in plain.WORDS:
            wrong["outcome"] = "Choose what came of it"
        if wrong:
            return refuse(desk, work, row, typed, wrong)
        came = (plain.WORDS[typed["outcome"]].id, typed["attempt_words"])
        return answer(desk, work, row, work.attempt(doing(row), came, again, now), "attempt", typed)


def _take_note(pages: Blueprint, desk: Desk, work: Work) -> None:
    @pages.post("/requests/<row>/note")
    @may("staff")
    def note_request(row: str) -> ResponseReturnValue:
        typed = _typed("note")
        if not typed["note"]:
            return refuse(desk, work, row, typed, {"note": "Type the note"})
        return answer(desk, work, row, work.note(doing(row), typed["note"], desk.now()), "note", typed)


def _take_transcript(pages: Blueprint, desk: Desk, work: Work) -> None:
    @pages.post("/requests/<row>/transcript")
    @may("staff")
    def type_transcript(row: str) -> ResponseReturnValue:
        typed = _typed("transcript", "recording")
        standing = work.one(row, desk.now())
        theirs = {message.sid for message in standing.request.messages} if standing else set()
        if not typed["transcript"] or typed["recording"] not in theirs - {""}:
            return refuse(desk, work, row, typed, {f"transcript-{typed['recording']}": "Type what the message says"})
        done = work.transcript(doing(row), typed["recording"], typed["transcript"], desk.now())
        return answer(desk, work, row, done, "transcript", typed)


def _take_close(pages: Blueprint, desk: Desk, work: Work) -> None:
    @pages.post("/requests/<row>/close")
    @may("staff")
    def close_request(row: str) -> ResponseReturnValue:
        typed = _typed("disposition", "close_words")
        if typed["disposition"] not in DISPOSITIONS:
            return refuse(desk, work, row, typed, {"disposition": "Choose how to close it"})
        said = (typed["disposition"], typed["close_words"])
        return answer(desk, work, row, work.close(doing(row), said, desk.now()), "close", typed)


def _typed(*names: str) -> Typed:
    """Fields of the form; one that is too long is refused, as no browser of ours sends it."""
    found = {name: request.form.get(name, "").strip() for name in names}
    if any(len(value) > LONGEST for value in found.values()):
        abort(413)
    return found


def _again(outcome: str, given: str, now: datetime) -> tuple[Next, Typed]:
    """When to try again: what was chosen, else as long after as the outcome says, within hours at which people work."""
    local, wrong = now.astimezone(LONDON), {}
    after = plain.WORDS[outcome].after if outcome in plain.WORDS else None
    at = plain.next_working(flow_now(), now + (after or timedelta()))
    if given:
        try:
            at = datetime.fromisoformat(given).replace(tzinfo=LONDON)
        except ValueError:
            wrong["again"] = "Enter a date and a time, such as 2026-11-26T14:30"
        else:
            if not local < at < local + FARTHEST:
                wrong["again"] = "Choose a time that is still to come, and within 60 days"
    elif outcome == "another_time":
        wrong["again"] = "Choose when they asked to be called"
    return Next(at, at.date()), wrong


SECTION = Section(_install)
