"""Listening to a spoken message: sealed sound, opened piece by piece, for who may see its request; each time noted."""

from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from werkzeug.http import parse_range_header

from ivr.sealing import Opened
from ivr.sounds import KIND, NotHereError, Sounds
from ivr.staff.access import may, person
from ivr.staff.desk import Desk, Section
from ivr.staff.queue_pages import work_of
from ivr.store import Deed, Sound

STATES: Final = {
    "waiting": "It is being fetched. Look again in a minute. If it stays so, an administrator can see why.",
    "lost": "It cannot be had any more.",
    "erased": "It was deleted, as the rules on keeping recordings say.",
}
NOT_YET: Final = "There is nothing to be heard on this page yet."
LEFT_THERE: Final = "A copy is still at Twilio; it is deleted within hours."


def _install(pages: Blueprint, desk: Desk) -> None:
    sounds = Sounds(desk.store, desk.sealing, desk.store.boxes(desk.config.data_dir / "recordings"))
    work = work_of(desk)

    @pages.get("/requests/<row>/recordings/<sound>")
    @may("staff")
    def hear(row: str, sound: str) -> ResponseReturnValue:
        standing, found = work.one(row, desk.now()), desk.store.sound(sound)
        theirs = {message.sid for message in standing.request.messages} if standing else set()
        if found is None or found.recording_sid not in theirs:
            abort(HTTPStatus.NOT_FOUND)
        try:
            with sounds.hearing(found) as opened:
                return _part(desk, opened, found, row)
        except NotHereError:
            abort(HTTPStatus.NOT_FOUND)


def _part(desk: Desk, opened: Opened, sound: Sound, row: str) -> Response:
    """What was asked for: all of it, or a range of bytes, as a player asks for when it is moved."""
    asked = parse_range_header(request.headers.get("Range"))
    part = asked.range_for_length(opened.size) if asked and asked.units == "bytes" else None
    if asked and part is None:
        return Response(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers={"Content-Range": _all(opened)})
    start, end = part or (0, opened.size)
    if start == 0:  # once for each time it is begun; a player asks for the rest in many parts
        deed = Deed(person().account_id, "recording-heard", f"request:{row}", {"recording": sound.id})
        desk.audit.add(deed, desk.now())
    answer = Response(b"".join(opened.read(start, end)), HTTPStatus.PARTIAL_CONTENT if part else HTTPStatus.OK)
    answer.content_type = KIND
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["Content-Disposition"] = 'inline; filename="message.wav"'
    if part:
        answer.headers["Content-Range"] = f"bytes {start}-{end - 1}/{opened.size}"
    return answer


def _all(opened: Opened) -> str:
    return f"bytes */{opened.size}"


def shown(sound: Sound | None) -> dict[str, str]:
    """What a page says of a recording: our id where it can be heard, and how it stands."""
    if sound is None:
        return {"sound": "", "sound_state": NOT_YET}
    left = LEFT_THERE if sound.status == "kept" and sound.at_twilio else ""
    return {"sound": sound.id if sound.status == "kept" else "", "sound_state": STATES.get(sound.status, left)}


SECTION = Section(_install)
