"""Nothing typed is lost: a form that came after its session ended is given back to its person."""

import logging
from datetime import datetime
from typing import Final

from flask import request
from werkzeug.datastructures import MultiDict

from ivr.store import Drafts, Session, StoreUnavailable

SECRET: Final = ("csrf", "password", "code", "secret", "caller_number")
"""Fields with one of these in their name are never kept and never shown again."""
_log: Final = logging.getLogger(__name__)


class Handover:
    """Keeps what is in a form for whoever was signed in when its page was shown."""

    def __init__(self, drafts: Drafts) -> None:
        self.drafts: Final = drafts

    def keep(self, owner: Session | None, now: datetime) -> str:
        """Keep this request's form; the draft's id, empty when there is nothing to keep, or nobody to keep it for."""
        fields = typed(request.form)
        if owner is None or owner.stage != "full" or owner.status not in {"active", "rehearsal"} or not fields:
            return ""
        try:
            return self.drafts.keep(owner.account_id, request.full_path.rstrip("?"), fields, now)
        except StoreUnavailable:
            _log.exception("what was typed could not be kept")
            return ""


def typed(form: "MultiDict[str, str]") -> tuple[tuple[str, str], ...]:
    """The fields of a form that somebody typed or chose, in order, without what is secret."""
    return tuple(
        (name, value)
        for name, value in form.items(multi=True)
        if value.strip() and not any(word in name.lower() for word in SECRET)
    )
