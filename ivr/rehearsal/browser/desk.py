"""One step of a call, from the page's wish to what is heard next: put back, do, take down."""

import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Final

from ivr.flow.line import Flow
from ivr.line import LONDON, clock
from ivr.rehearsal.browser import reply
from ivr.rehearsal.browser.carried import Carried, Seal, put_back, state_of
from ivr.rehearsal.browser.gate import Refused
from ivr.rehearsal.browser.replays import Replays
from ivr.rehearsal.browser.story import Story
from ivr.rehearsal.browser.troubles import Busy, faults_of, troubled
from ivr.rehearsal.browser.where import where
from ivr.rehearsal.browser.wishes import Wishes, amount, text
from ivr.rehearsal.ear import Ear
from ivr.rehearsal.fields import WITHHELD
from ivr.rehearsal.keys import ANY_KEY
from ivr.rehearsal.notebook import Notebook
from ivr.rehearsal.reach import Reach, words_of
from ivr.rehearsal.replay import act
from ivr.rehearsal.standin import Call
from ivr.rehearsal.steps import CallsAgain

LONGEST_WORDS: Final = 500
LONGEST_ENTRY: Final = 40
LONGEST_MESSAGE: Final = 600
"""Seconds; a line's own limit is shorter."""
LONGEST_STORY: Final = 200

Did = tuple[str, str]
"""What the caller did, as a step of a dialog."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Plays calls of a line for the pages that carry them. Holds nothing of any call."""

    line: Callable[[], Reach]
    flow: Callable[[], Flow]
    seal: Seal
    busy: Busy
    replays: Replays

    def dial(self, wished: Wishes, faults: Collection[str], story: Story | None = None) -> reply.Told:
        """Ring the line; with a story, one whose queue is empty, and hold what it expects against the first words."""
        carried = Carried(
            replay=self.replays.begin() if story else "",
            sid=_new_sid(),
            caller=wished.caller,
            transfer=wished.transfer,
            whisper=wished.whisper,
            now=wished.now.isoformat() if wished.now else "",
            began=clock().astimezone(LONDON).isoformat(timespec="seconds"),
        )
        return self._step(carried, faults, _dial, story)

    def act(self, sealed: str, wish: Mapping[str, Any], faults: Collection[str]) -> reply.Told:
        """Do one thing in a call. Raises NotNow or Refused when that cannot be done now."""
        carried = self.seal.open(sealed)
        return self._step(carried, faults, lambda call: do(call, wish))

    def go_on(self, sealed: str, story: Story, faults: Collection[str]) -> reply.Told:
        """Do the next thing that a story says, and hold what is heard against it."""
        carried = self.seal.open(sealed)
        step = story.next(carried.place)
        following = replace(carried, place=carried.place + 1)
        if isinstance(step, CallsAgain):
            again = replace(following, sid=_new_sid(), path="", document="", ended="", seconds=0.0, last=None)
            return self._step(again, faults, lambda call: _dial(call, ("calls_again", "true")), story)
        return self._step(following, faults, lambda call: act(call, step), story)

    def written(self, sealed: str, told: str) -> str:
        """The call as a dialog file."""
        carried = self.seal.open(sealed)
        moment = datetime.fromisoformat(carried.now or carried.began)
        notebook = Notebook(carried.caller, carried.transfer, carried.whisper, moment, list(carried.steps))
        faults = f"# Made with trouble on the line: {', '.join(carried.faults)}.\n" if carried.faults else ""
        return faults + notebook.text(told or "A call from the phone in the browser.", [*carried.rang], carried.ended)

    def _step(
        self, carried: Carried, faults: Collection[str], did: Callable[[Call], Did | None], story: Story | None = None
    ) -> reply.Told:
        call = self._call(carried, faults, asks_to_ring=story is None)
        before, steps = len(call.exchanges), list(carried.steps)
        done = did(call)
        everything = call.player.ear.everything
        steps += [step for step in (done, reply.known_by(everything)) if step]
        checks = story.checks(carried.place, everything, partial(words_of, self.flow())) if story else ()
        after = replace(
            carried,
            steps=tuple(steps),
            place=carried.place + len(checks),
            faults=tuple(sorted({*carried.faults, *faults})),
            **state_of(call),  # type: ignore[arg-type]
        )
        return {
            "call": self.seal.close(after),
            "plays": reply.plays(everything),
            "listens": reply.listens(call),
            "where": where(self.flow(), call.listens).shown(),
            "ended": call.ended_by,
            "recorded": reply.recorded(call, before),
            "refused": [str(refusal) for refusal in call.refusals],
            "story": story.told(after.place, checks, call, partial(self.replays.queue, carried.replay))
            if story
            else None,
        }

    def _call(self, carried: Carried, faults: Collection[str], *, asks_to_ring: bool) -> Call:
        line = self.replays.line(carried.replay) if carried.replay else self.line()
        busy = partial(self.replays.busy, carried.replay) if carried.replay else self.busy
        caller = WITHHELD.get(carried.caller, carried.caller)
        plain = line.call(caller, carried.transfer, carried.whisper, carried.moment)
        ears: list[Ear] = []
        call = replace(
            plain,
            sid=carried.sid,
            post=troubled(plain.post, faults, busy, lambda: ears[0]),
            faults=faults_of(faults),
            asks_to_ring=asks_to_ring,
        )
        ears.append(call.player.ear)
        call.player.rang = list(carried.rang)
        return put_back(call, carried) if carried.path else call


def _new_sid() -> str:
    return "CA" + secrets.token_hex(16)


def _dial(call: Call, step: Did | None = None) -> Did | None:
    call.dial()
    return step


def do(call: Call, wish: Mapping[str, Any]) -> Did | None:
    """Do what the page asks for. Raises Refused for what no caller can do, NotNow for what cannot be done now."""
    after = amount(wish, "after", LONGEST_MESSAGE) if "after" in wish else None
    match wish.get("kind"):
        case "press":
            keys = text(wish, "keys", longest=LONGEST_ENTRY)
            call.press(keys, after)
            return "press", keys
        case "say":
            words = text(wish, "words", longest=LONGEST_WORDS)
            if not words:
                raise Refused("Write what you say.")
            call.say(words, min(1.0, amount(wish, "confidence", 1)) if "confidence" in wish else 0.9, after)
            return "says", words
        case "wait":
            call.wait()
            return "waits", "true"
        case "ring":
            call.let_ring()
            return None
        case "message":
            return _message(call, wish)
        case "hang_up":
            call.hang_up(round(amount(wish, "seconds", LONGEST_MESSAGE)))
            return "hangs_up", "true"
        case _:
            raise Refused("A telephone cannot do that.")


def _message(call: Call, wish: Mapping[str, Any]) -> Did:
    """A message of at least a second; ended by a key, or by quiet."""
    seconds, key = max(1, round(amount(wish, "seconds", LONGEST_MESSAGE))), text(wish, "key", longest=1)
    if key and key not in ANY_KEY:
        raise Refused("A telephone has no such key.")
    call.leave_message(seconds, key)
    return "leaves_message", str(seconds)
