"""/phone: a telephone in the browser. It rings the line through the stand-in, and never a real telephone."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from flask import Blueprint, Response, current_app, jsonify, render_template, request

from ivr.flow.line import Flow
from ivr.flow.spoken import digits_of
from ivr.rehearsal.browser.carried import Seal
from ivr.rehearsal.browser.desk import LONGEST_STORY, Desk
from ivr.rehearsal.browser.gate import Refused, check_own_page
from ivr.rehearsal.browser.replays import Replays
from ivr.rehearsal.browser.story import LARGEST, Story, story
from ivr.rehearsal.browser.troubles import Busy
from ivr.rehearsal.browser.wishes import CALLERS, FAULTS, FIRST_YEAR, LAST_YEAR, TRANSFERS, faults, text, wishes
from ivr.rehearsal.reach import Reach
from ivr.rehearsal.standin import NotNow
from ivr.rehearsal.twiml import TwilioRefuses

FILES: Final = Path(__file__).parent / "files"
KINDS: Final = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
A_YEAR: Final = 31_536_000
LONGEST_CALL: Final = 50_000
LONGEST_NAME: Final = 255
"""Letters of a file's name."""
LOCKED: Final = HTTPStatus.FORBIDDEN
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self' blob:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""As for every page of ours, and besides: our own script, our own sounds, and the microphone for this page alone."""

Asked = dict[str, Any]
Allowed = Callable[[], bool]
"""Whether whoever sends the present request may use the phone."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the phone is made of. `line` is what it rings: its requests are signed, and nobody is rung by it."""

    line: Callable[[], Reach]
    flow: Callable[[], Flow]
    busy: Busy
    secret: str
    replays: Replays
    practice: bool = False
    """Whether that is a line beside the real one, with a queue of its own."""


def phone_pages(parts: Parts, allowed: Allowed) -> Blueprint:
    """The phone, its files, and what its page asks. Everything is refused to whom `allowed` does not let in."""
    pages = Blueprint("phone", __name__, template_folder="templates", url_prefix="/phone")
    files = {path.name: path.read_bytes() for path in sorted(FILES.iterdir())}
    version = hashlib.sha256(b"\0".join(files.values())).hexdigest()[:12]
    pages.before_request(lambda: None if allowed() else _locked(version))
    pages.after_request(_guarded)
    seal = Seal(parts.secret)
    _serve_files(pages, files, version)
    _serve_page(pages, parts, seal, version)
    _serve_steps(pages, Desk(parts.line, parts.flow, seal, parts.busy, parts.replays), seal)
    return pages


def _guarded(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _locked(version: str) -> Response | None:
    """What whoever may not use the phone is told. The look of that page is no secret."""
    if request.view_args and request.view_args.get("name") in {"phone.css", "icon.svg"}:
        return None
    if request.method == "POST":
        return _problem("You may not use this phone any more. Load the page again, and sign in.", LOCKED)
    staff = any(rule.rule == "/staff" for rule in current_app.url_map.iter_rules())
    return Response(render_template("phone-locked.html", version=version, staff=staff), LOCKED)


def _serve_files(pages: Blueprint, files: dict[str, bytes], version: str) -> None:
    @pages.get(f"/{version}/<name>")
    def file(name: str) -> Response:
        if name not in files:
            return Response("There is no such file.\n", HTTPStatus.NOT_FOUND, content_type="text/plain; charset=utf-8")
        response = Response(files[name], content_type=KINDS[Path(name).suffix])
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
        return response


def _serve_page(pages: Blueprint, parts: Parts, seal: Seal, version: str) -> None:
    @pages.get("")
    def phone() -> str:
        flow = parts.flow()
        return render_template(
            "phone.html",
            version=version,
            name=flow.line.name,
            transfer=digits_of(flow.line.ringing.number).replace(" ", "").replace(",", " "),
            page=seal.page(),
            practice=parts.practice,
            callers=CALLERS,
            transfers=TRANSFERS,
            faults=FAULTS,
            years=(FIRST_YEAR, LAST_YEAR),
            here={rule.rule for rule in current_app.url_map.iter_rules()},
        )


def _serve_steps(pages: Blueprint, desk: Desk, seal: Seal) -> None:
    def dial(asked: Asked) -> Asked:
        seal.check_page(text(asked, "page", longest=400))
        told = _story(asked)
        return desk.dial(told.wishes if told else wishes(asked), faults(asked), told)

    def act(asked: Asked) -> Asked:
        wish = asked.get("wish")
        return desk.act(_call(asked), wish if isinstance(wish, dict) else {}, faults(asked))

    def go_on(asked: Asked) -> Asked:
        return desk.go_on(_call(asked), _told(asked), faults(asked))

    def read(asked: Asked) -> Asked:
        seal.check_page(text(asked, "page", longest=400))
        told = _told(asked).dialog
        return {"story": told.story, "steps": len(told.steps)}

    def save(asked: Asked) -> Asked:
        return {"text": desk.written(_call(asked), text(asked, "told", longest=LONGEST_STORY))}

    for path, view in {"/dial": dial, "/act": act, "/next": go_on, "/story": read, "/save": save}.items():
        pages.add_url_rule(path, path.strip("/"), _asked(view), methods=["POST"], provide_automatic_options=False)


def _call(asked: Asked) -> str:
    return text(asked, "call", longest=LONGEST_CALL)


def _story(asked: Asked) -> Story | None:
    return _told(asked) if "story" in asked else None


def _told(asked: Asked) -> Story:
    content = asked.get("story")
    if not isinstance(content, str) or len(content) > LARGEST:
        raise Refused(f"Choose a text file of at most {LARGEST:,} letters.")
    return story(content, text(asked, "file", "the file", LONGEST_NAME))


def _asked(view: Callable[[Asked], Asked]) -> Callable[[], Response]:
    """A step: only for our own page; every problem is a sentence for the person at the phone."""

    def answer() -> Response:
        try:
            check_own_page()
            return jsonify(view(_sent()))
        except Refused as refusal:
            return _problem(str(refusal), refusal.status)
        except NotNow as refusal:
            return _problem(f"That cannot be done now: {refusal}.", HTTPStatus.CONFLICT)
        except TwilioRefuses as refusal:
            return _problem(f"Here Twilio would end the call: {refusal}.", HTTPStatus.BAD_GATEWAY)

    return answer


def _sent() -> Asked:
    """What the page sent; nothing where that is no map, or nested without end. Raises Refused for half a letter."""
    try:
        asked = request.get_json(silent=True)
        json.dumps(asked, ensure_ascii=False).encode()
    except RecursionError:
        return {}
    except UnicodeEncodeError:
        raise Refused("A letter of this cannot be read. Please write it again.") from None
    return asked if isinstance(asked, dict) else {}


def _problem(sentence: str, status: HTTPStatus) -> Response:
    response = jsonify({"problem": sentence})
    response.status_code = status
    return response
