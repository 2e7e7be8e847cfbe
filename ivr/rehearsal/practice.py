"""A line to practise on, beside a real one: the same words and sounds, nobody's telephone, a queue of its own."""

import hashlib
from dataclasses import replace

from ivr.config import DRAMA_NUMBER, Config
from ivr.store.practised import FILE, FOLDER


def practice(config: Config) -> Config:
    """The settings of that line. It sends no texts, and its token and account are no account's at Twilio.

    All workers with the same secret key agree on them.
    """
    token = hashlib.sha256(f"practice {config.secret_key}".encode()).hexdigest()[:32]
    folder = config.data_dir / FOLDER
    return replace(
        config,
        account_sid="AC" + hashlib.sha256(b"account of " + token.encode()).hexdigest()[:32],
        auth_tokens=(token,),
        caller_id=DRAMA_NUMBER,
        database_url=f"sqlite:///{folder / FILE}",
        data_dir=folder,
        audio_url="",
        production=False,
        rehearsal=True,
        text_from="",
        api_key=None,
        worker=False,
        watching=replace(config.watching, metrics=False, turns=False),
    )
