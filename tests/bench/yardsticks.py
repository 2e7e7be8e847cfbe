"""What the line is measured against: a bare route, and a line written as tutorials write one.

The tutorial's line checks every signature with Twilio's validator and writes its menus with Twilio's `VoiceResponse`.
It decides nothing and always says the same menu, so it is the best that a line of its kind can be. One of them stores
nothing, one stores a row with SQLAlchemy at the two steps at which ours stores.
"""

import os
from functools import wraps

from flask import Flask, Response, abort, request, url_for
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from twilio.request_validator import RequestValidator
from twilio.twiml.voice_response import VoiceResponse

XML = "text/xml; charset=utf-8"
CHOICES = ("mediation", "settling a disagreement", "the difference between them", "the main menu")
STORES_AT = frozenset({"after-mediation", "callback-own"})
"""Nodes at which the typical call is before a step that stores something."""
_CONSTANT = b"<?xml version='1.0' encoding='UTF-8'?><Response>" + b"<Pause length='1' />" * 60 + b"</Response>"


class Base(DeclarativeBase):
    """The tables of the tutorial's line."""


class Wanted(Base):
    """A caller who wants to be called back."""

    __tablename__ = "wanted"
    id: Mapped[int] = mapped_column(primary_key=True)
    call: Mapped[str]
    number: Mapped[str]
    node: Mapped[str]


def bare() -> Flask:
    """The limit of the server: a route that looks at nothing and answers constant bytes."""
    app = Flask("bare")

    @app.post("/voice")
    @app.post("/voice/turn")
    def answer() -> Response:
        return Response(_CONSTANT, content_type=XML)

    return app


def tutorial() -> Flask:
    """A line that stores nothing."""
    return _tutorial(None)


def storing() -> Flask:
    """A line that stores a row when a caller wants to be called back, and when they say on which number."""
    engine = create_engine(f"sqlite:///{os.environ['DATA_DIR']}/tutorial.db")
    Base.metadata.create_all(engine)

    def store() -> None:
        node = request.args.get("s", "").split(".")[1:2]
        if node and node[0] in STORES_AT:
            with Session(engine) as session:
                session.add(Wanted(call=request.form["CallSid"], number=request.form["From"], node=node[0]))
                session.commit()

    return _tutorial(store)


def _tutorial(store):
    app = Flask("tutorial")
    validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])

    def signed(view):
        @wraps(view)
        def decorated():
            address = os.environ["PUBLIC_URL"] + request.full_path.rstrip("?")
            if not validator.validate(address, request.form, request.headers.get("X-Twilio-Signature", "")):
                abort(403)
            return view()

        return decorated

    @app.post("/voice")
    @app.post("/voice/turn", endpoint="turn")
    @signed
    def answer():
        if store is not None:
            store()
        response = VoiceResponse()
        gather = response.gather(num_digits=1, action=url_for("turn"), method="POST", input="dtmf speech", timeout=10)
        for key, choice in enumerate(CHOICES, 1):
            gather.say(f"For {choice}, press {key}.", voice="Polly.Amy-Neural", language="en-GB")
        response.redirect(url_for("turn"))
        return Response(str(response), content_type=XML)

    return app
