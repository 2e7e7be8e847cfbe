"""Sending text messages: at most once, unless Twilio itself says that it never had one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from ivr.jobs.runner import Again, Dead, Done, Result
from ivr.store import Delivery, Job, Store, TextMessage

LOOK_AFTER: Final = 60.0
"""Seconds after which a text whose answer was lost would be in Twilio's list."""
SKEW: Final = timedelta(minutes=1)
"""How far Twilio's clock and ours may differ."""
MOST_SENDS: Final = 2
"""How often a text is handed over when it was looked for and not found."""


class Sender(Protocol):
    """Whoever takes text messages. Neither method raises."""

    def send(self, number: str, body: str) -> Delivery:
        """Hand one text over."""

    def find(self, number: str, body: str, since: datetime) -> tuple[str, ...] | None:
        """The ids of texts with these words that were taken since then; None when that cannot be known now."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Sends texts: at most once, unless Twilio itself says that it never had one."""

    store: Store
    sender: Sender
    now: Callable[[], datetime]

    def work(self, job: Job) -> Result:
        """Send the text of a job, or find out what became of it."""
        text = self.store.text(job.payload["text"])
        if text is None or text.over:
            return Done()
        return self._send(text) if text.status == "queued" else self._look(text)

    def _send(self, text: TextMessage) -> Result:
        if not self.store.text_sending(text.id, self.now()):
            return Again("another worker has it")
        delivery = self.sender.send(text.number, text.body)
        self.store.text_told(text.id, delivery)
        match delivery.status:
            case "sent" | "closed":
                return Done()
            case "later":
                return Again(delivery.trouble, delivery.seconds)
            case "refused":
                return Dead(delivery.trouble)
            case "unknown":
                return Again(delivery.trouble, LOOK_AFTER)

    def _look(self, text: TextMessage) -> Result:
        """Nobody noted an answer: ask Twilio whether it has the text, and only when it has not, send it again."""
        handed = text.sending or text.created
        early = LOOK_AFTER - (self.now() - handed).total_seconds()
        if early > 0:
            return Again("to be looked for", early)
        found = self.sender.find(text.number, text.body, handed - SKEW)
        if found is None:
            return Again("cannot be looked for now")
        new = [sid for sid in found if sid not in self.store.texts_known(found)]
        if new:
            self.store.text_told(text.id, Delivery("sent", new[-1]))
            return Done()
        if text.tries >= MOST_SENDS:
            self.store.text_told(text.id, Delivery("unknown", trouble="not found"))
            return Dead("not known whether it was sent")
        self.store.text_told(text.id, Delivery("later", trouble="not found"))
        return self._send(text)
