"""Who is let in: what Twilio signed for this line's account, and nothing else. Reads a request, stores nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, NoReturn

from werkzeug.exceptions import abort

from ivr.phone.requests import Form, MalformedError, read_form
from ivr.phone.shifted import is_shifted
from ivr.phone.signature import is_signed

SIGNATURE: Final = "HTTP_X_TWILIO_SIGNATURE"
_MOMENT: Final = "HTTP_X_PLAINLINE_NOW"
_FORM: Final = "application/x-www-form-urlencoded"
Asked = Mapping[str, Any]
"""A request as servers hand it over: PEP 3333."""


@dataclass(frozen=True, slots=True)
class Twilio:
    """What makes a request Twilio's own: the account, its tokens, and the address that it signs."""

    account: str
    tokens: tuple[str, ...]
    public_url: str
    rehearsal: bool

    def admit(self, asked: Asked, body: bytes) -> Form:
        """The form of a request that Twilio signed. Aborts with 403 or 415 for any other."""
        try:
            form = read_form(body, _query(asked), self._moment(asked)) if _is_form(asked) else None
        except MalformedError:
            refuse()
        fields = form.fields if form else ()
        if not is_signed(self._url(asked), fields, asked[SIGNATURE], self.tokens):
            refuse()
        if form is None:
            abort(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        if form.get("AccountSid") != self.account or is_shifted(form.values):
            refuse()
        return form

    def _url(self, asked: Asked) -> str:
        """The address as Twilio signed it: ours by configuration, never by what the request says of its host."""
        query, path = _query(asked), asked["PATH_INFO"]
        return f"{self.public_url}{path}?{query}" if query else f"{self.public_url}{path}"

    def _moment(self, asked: Asked) -> str:
        """The time that a rehearsal wants it to be; a real line knows one time only."""
        moment: str = asked.get(_MOMENT, "") if self.rehearsal else ""
        return moment


def refuse() -> NoReturn:
    """Nothing is told to whoever is not Twilio."""
    abort(HTTPStatus.FORBIDDEN)


def _query(asked: Asked) -> str:
    query: str = asked.get("QUERY_STRING", "")
    return query


def _is_form(asked: Asked) -> bool:
    kind: str = asked.get("CONTENT_TYPE", "")
    return kind.partition(";")[0].strip().lower() == _FORM
