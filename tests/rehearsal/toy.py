"""A toy line for tests of the stand-in: documents by path, every request kept, signatures checked."""

from collections.abc import Callable
from dataclasses import dataclass, field

from twilio.request_validator import RequestValidator
from werkzeug.wrappers import Request, Response

from ivr.rehearsal.standin import Call
from ivr.rehearsal.transport import wsgi

TOKEN = "rehearsal-token"
URL = "https://line.example"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'

Page = str | tuple[int, str, str] | Callable[[dict[str, str]], str]


@dataclass
class Toy:
    """Answers with `pages[path]`: TwiML inside <Response>, or (status, type, body), or a function of the form."""

    pages: dict[str, Page]
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def __call__(self, environ, start_response):
        request = Request(environ)
        form = request.form.to_dict()
        url = URL + request.full_path.rstrip("?")
        if not RequestValidator(TOKEN).validate(url, form, request.headers.get("X-Twilio-Signature", "")):
            return Response("no", 403)(environ, start_response)
        self.asked.append((request.path, form))
        self.headers.append(dict(request.headers))
        return self._answer(request.path, form)(environ, start_response)

    def _answer(self, path, form):
        page = self.pages.get(path, "" if path in {"/voice/status", "/rec"} else (404, "text/html", "nothing here"))
        if callable(page):
            page = page(form)
        if isinstance(page, tuple):
            return Response(page[2], page[0], content_type=page[1])
        return Response(f"{HEAD}<Response>{page}</Response>", content_type="text/xml; charset=utf-8")

    def forms(self, path):
        return [form for asked, form in self.asked if asked == path]


def call(pages, **options):
    """A dialled call to a toy line, and the toy itself."""
    toy = Toy(pages)
    ringing = Call(wsgi(toy, URL).post, token=TOKEN, public_url=URL, **options)
    return toy, ringing


def menu(words="Hello.", action="/next", attributes='numDigits="1" finishOnKey=""'):
    say = f'<Say voice="Polly.Amy-Neural" language="en-GB">{words}</Say>' if words else ""
    return f'<Gather action="{action}" timeout="10" {attributes}>{say}</Gather>'


def say(words):
    return f'<Say voice="Polly.Amy-Neural" language="en-GB">{words}</Say>'
