"""Finds the line to rehearse with: a running one by its address, or one started in this process."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ivr.config import DRAMA_NUMBER, Config
from ivr.flow.line import Flow
from ivr.flow.nodes import PromptId
from ivr.prompts.load import load
from ivr.rehearsal.sounds import Sounds, from_folder, served
from ivr.rehearsal.standin import Call
from ivr.rehearsal.transport import Transport, loopback, wsgi

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


@dataclass(frozen=True, slots=True)
class Reach:
    """A line, how to reach it, and what its requests are signed with."""

    transport: Transport
    token: str
    account: str
    public_url: str
    called: str
    sounds: Sounds
    prompts: Path

    def call(self, caller: str, transfer: tuple[str, ...], whisper: str = "1", now: datetime | None = None) -> Call:
        """A call to this line, not yet dialled."""
        return Call(
            self.transport.post,
            token=self.token,
            public_url=self.public_url,
            caller=caller,
            called=self.called,
            account=self.account,
            sounds=self.sounds,
            transfer=transfer,
            whisper=whisper,
            now=now,
            fallback="/voice/fallback",
        )

    def words(self, prompt: str) -> str:
        """The words of a prompt as its file has them now. Raises KeyError for no prompt."""
        return words_of(load(self.prompts), prompt)


def words_of(flow: Flow, prompt: str) -> str:
    """The words of a prompt in the line's first language, placeholders and all. Raises KeyError for no prompt."""
    return " ".join(sentence.text for sentence in flow.words[flow.line.languages[0]].prompts[PromptId(prompt)].says)


def running(config: Config, url: str) -> Reach:
    """A line that runs at `url`, started with the same settings and DATA_DIR as this command."""
    return _reach(config, loopback(url), url if config.rehearsal else config.public_url)


def in_this_process(config: Config, create_app: "Callable[[Config], WSGIApplication]") -> Reach:
    """A line of our own, with the database and the words that these settings name."""
    return _reach(config, wsgi(create_app(config), config.public_url), config.public_url)


def _reach(config: Config, transport: Transport, public_url: str) -> Reach:
    known = from_folder(config.audio_dir)
    elsewhere = urlsplit(config.audio_url).path
    sounds = (lambda path: known(path.removeprefix(elsewhere))) if config.audio_url else served(transport.fetch, known)
    called = config.caller_id or DRAMA_NUMBER
    return Reach(
        transport, config.auth_token, config.account_sid, public_url.rstrip("/"), called, sounds, config.prompts_dir
    )
