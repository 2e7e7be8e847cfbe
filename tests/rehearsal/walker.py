"""A random caller. The same seed makes the same call; every promise that can be seen from outside is checked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from ivr.flow.line import Flow
from ivr.flow.nodes import CallbackRequest, Goodbye, PhoneNumber
from ivr.flow.spoken import text_of
from ivr.flow.turn import Say
from ivr.numbers import ringable
from ivr.rehearsal.ear import Turn
from ivr.rehearsal.faults import Faults
from ivr.rehearsal.fields import WITHHELD
from ivr.rehearsal.keys import hears_keys, hears_words, wait_of
from ivr.rehearsal.manners import lapses
from ivr.rehearsal.standin import Call
from ivr.rehearsal.transfer import OUTCOMES
from ivr.rehearsal.twiml import parse
from tests.rehearsal.line import RealLine

MOST_MOVES = 25
PERSON_WITHIN = 30.0
"""Seconds of listening from the first of two keys until a person is rung or a callback is offered."""
CALLERS = ("+447700900123", "+442079460018", "+33123456789", *WITHHELD.values())
NUMBERS = ("02079460018", "07700900123", "01604367125", "0909879", "1234", "999", "00447700900123", "07700 900123")
EAGER = r"called back|For yes|new one"
MANNERS = {"any": 14, "late": 2, "silent": 2, "confused": 2}
"""How callers are, and how many in twenty: `late` ones answer 45 seconds after the words, as a text relay does."""
LATE = 45
MOST_FAILURES = 2
"""Turns one after the other that say that nothing, or nothing fitting, was heard; the next brings a person."""
ODD = ("²", "</Say><Dial>+1900</Dial>", "\u202eperson", "ein Mensch bitte", "mmm", "", " ", "0", "a" * 3000)


@dataclass
class Walk:
    """One random call, and what went wrong in it."""

    line: RealLine
    flow: Flow
    seed: int
    troubles: Faults | None = None
    wrong: list[str] = field(default_factory=list)
    given: set[str] = field(default_factory=set)
    moves: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.random = Random(self.seed)
        self.eager = self.random.random() < 0.7
        self.manner = self.random.choices(list(MANNERS), list(MANNERS.values()))[0]
        self.most = self.random.choice([MOST_MOVES, MOST_MOVES, self.random.randint(0, MOST_MOVES)])
        self.failures = 0
        self.words = self.flow.words[self.flow.line.languages[0]]
        self.cues = self._cues()

    def go(self) -> Call:
        """Make the call. What went wrong is in `wrong`, each with the moves that led to it."""
        call = self._call()
        self._turned(call, 0, call.dial)
        for _ in range(self.most):
            if call.ended_by or self.wrong:
                break
            self._move(call)
        if not call.ended_by:
            call.hang_up()
        self._check_number_kept(call)
        return call

    def _call(self) -> Call:
        call = self.line.reach.call(
            self.random.choice(CALLERS),
            tuple(self.random.choices([name for name in OUTCOMES if name != "caller-leaves"], k=3)),
            self.random.choice(["1", "1", "2", ""]),
        )
        if self.troubles is not None:
            call.player.wire.faults = self.troubles
        call.player.fallback = ""
        return call

    def _move(self, call: Call) -> None:
        before = len(call.turns)
        if self.random.random() < 0.07:
            self._turned(call, before, lambda: self._reach_a_person(call))
            return
        if call.listens.tag == "Record":
            self._turned(call, before, lambda: self._record(call))
            return
        if self.manner == "late":
            self._turned(call, before, lambda: self._linger(call))
            before = len(call.turns)
        act = {"silent": self._stays_silent, "confused": self._is_confused}.get(self.manner, self._answer)
        if not call.ended_by and not self.wrong and call.listens.tag == "Gather":
            self._turned(call, before, lambda: act(call))

    def _turned(self, call: Call, before: int, act) -> None:
        act()
        for turn in call.turns[before:]:
            for lapse in lapses(parse(turn.body.encode())):
                self._wrong(f"{lapse}: {turn.body}")
        if call.ended_by not in {"", "caller"} and not self._said_goodbye(call):
            self._wrong(f"ended by {call.ended_by} after: {' '.join(call.heard[-5:])}")
        for turn in call.turns[before:]:
            self._failing(call, turn)
        if self._promised(call, before) and self.line.store.number_of(call.sid) is None:
            self._wrong("a request was promised, and no number is stored")

    def _failing(self, call: Call, turn: Turn) -> None:
        """No caller hears more than twice in a row that nothing was understood: then a person is rung, or offered."""
        if turn.heard and turn.heard[0] in self.cues and not any(self._offers(sentence) for sentence in turn.heard):
            self.failures += 1
        else:
            self.failures = 0
        if self.failures > MOST_FAILURES and "<Dial" not in turn.body:
            self._wrong(f"{self.failures} failures in a row and nobody: {' '.join(call.heard[-8:])}")

    def _cues(self) -> set[str]:
        line = self.flow.line
        numbers = [node for node in self.flow.nodes.values() if isinstance(node, PhoneNumber)]
        cues = (*line.no_input, *line.no_match, *(prompt for node in numbers for prompt in node.not_a_number))
        return {self._text(prompt) for prompt in cues}

    def _wrong(self, sentence: str) -> None:
        self.wrong.append(f"seed {self.seed}: {sentence}\n  moves: {self.moves}")

    # What the caller does

    def _linger(self, call: Call) -> None:
        """Let 45 seconds pass; nobody is rung meanwhile, and the line still waits for the answer."""
        late, rang, offered = 0, len(call.rang), len(call.turns)
        self._did("types")
        while call.listens is not None and call.listens.tag == "Gather" and late + wait_of(call.listens) < LATE:
            late += wait_of(call.listens)
            call.wait()
        if len(call.rang) > rang:
            self._wrong(f"a person was rung after {late} s, before a late caller could answer: {call.heard[-5:]}")
        if len(call.turns) > offered:
            self.failures = 0  # a late answer is an answer

    def _stays_silent(self, call: Call) -> None:
        self._did("stays silent")
        call.wait()

    def _is_confused(self, call: Call) -> None:
        if hears_words(call.listens) and self.random.random() < 0.5:
            self._say(call, self.random.choice(ODD[:5]))
        else:
            self._press(call, self.random.choice(["9", "99", "7", "#*", "98"]))

    def _answer(self, call: Call) -> None:
        if hears_keys(call.listens) and not hears_words(call.listens):
            self._entry(call)
            return
        if self.random.random() < (0.75 if self.eager else 0.4):
            self._press(call, self._announced(call))
            return
        roll = self.random.random()
        if roll < 0.2:
            self._press(call, self.random.choice("0123456789*#"))
        elif roll < 0.3:
            self._press(call, "".join(self.random.choices("1234*#", k=self.random.randint(2, 6))))
        elif roll < 0.64:
            self._say(call, self._phrase())
        elif roll < 0.9:
            self._did("waits")
            call.wait()
        elif roll < 0.95:
            self._did("loses its place")
            call.lose_place()
            call.wait()
        else:
            self._did("hangs up")
            call.hang_up()

    def _entry(self, call: Call) -> None:
        roll = self.random.random()
        if roll < 0.7:
            keys = self.random.choice(NUMBERS).replace(" ", "")
            before = len(call.turns)
            self._press(call, keys + self.random.choice(["#", ""]))
            number = ringable(keys)
            if number and not self._turned_away(call, before):
                self.given.add(number)
        elif roll < 0.85:
            self._press(call, self.random.choice(["#", "*", "**", "0", "0#", "1", "*#"]))
        else:
            self._did("waits")
            call.wait()

    def _record(self, call: Call) -> None:
        roll = self.random.random()
        self._did("records")
        if roll < 0.6:
            call.leave_message(self.random.randint(0, 200), self.random.choice(["#", "1", ""]))
        elif roll < 0.85:
            call.wait()
        else:
            call.hang_up()

    def _press(self, call: Call, keys: str) -> None:
        self._did(f"presses {keys}")
        call.press(keys, after=self.random.choice([None, 0.0, self.random.uniform(0, 20)]))

    def _say(self, call: Call, words: str) -> None:
        self._did(f"says {words[:30]!r}")
        call.say(words, self.random.choice([None, 0.0, 0.3, 0.6, 0.95]))

    def _did(self, move: str) -> None:
        self.moves.append(move)

    def _announced(self, call: Call) -> str:
        """One of the keys just said; an eager caller mostly takes the one that leads to a callback."""
        choices = [(key, text) for text in call.turns[-1].heard for key in re.findall(r"press (\d)", text)]
        eager = [4 if self.eager and re.search(EAGER, text) else 1 for _, text in choices]
        return self.random.choices([key for key, _ in choices], eager)[0] if choices else "1"

    def _phrase(self) -> str:
        if self.random.random() < 0.2:
            return self.random.choice(ODD)
        phrases = [phrase for wording in self.words.prompts.values() for phrase in wording.hears]
        phrases += [phrase for said in self.words.universal.values() for phrase in said]
        return self.random.choice(phrases)

    # What the line has promised

    def _reach_a_person(self, call: Call) -> None:
        """At most two keys and 30 seconds bring a person, or the offer of a callback."""
        self._did("wants a person")
        if call.listens.tag == "Record":
            call.press("#")
            if call.ended_by or call.listens.tag == "Record":
                self._wrong("hash does not end a recording")
                return
        rang, turns = len(call.rang), len(call.turns)
        started = call.seconds - sum(sound.seconds for sound in call.player.nested)
        call.press("0" if hears_words(call.listens) else "0#", after=0.0)
        reached = call.rang_at[rang] - started if len(call.rang) > rang else None
        offered = any(self._offers(sentence) for turn in call.turns[turns:] for sentence in turn.heard)
        if reached is None and not offered:
            self._wrong(f"0 brought neither a person nor a callback, but: {' '.join(call.heard[-5:])}")
        if reached is not None and reached > PERSON_WITHIN:
            self._wrong(f"0 rang a person after {reached:.0f} seconds")

    def _offers(self, sentence: str) -> bool:
        return "called back" in sentence or "ring you" in sentence

    def _said_goodbye(self, call: Call) -> bool:
        goodbyes = [node for node in self.flow.nodes.values() if isinstance(node, Goodbye)]
        return any(self._text(prompt) in call.heard[-1] for node in goodbyes for prompt in node.says)

    def _promised(self, call: Call, before: int) -> bool:
        saved = {node.goto for node in self.flow.nodes.values() if isinstance(node, CallbackRequest)}
        prompts = {prompt for name in saved for part in self.flow.nodes[name].parts for prompt in part.says}
        heard = {sentence for turn in call.turns[before:] for sentence in turn.heard}
        return any(self._text(prompt) in heard for prompt in prompts)

    def _turned_away(self, call: Call, before: int) -> bool:
        """Whether what followed a number says that staff cannot ring it, or that the line heard no number at all."""
        refusals = {
            prompt
            for node in self.flow.nodes.values()
            if isinstance(node, PhoneNumber)
            for prompt in (*node.not_a_number, *node.no_input, self.flow.line.phrases.restart)
        }
        heard = {sentence for turn in call.turns[before:] for sentence in turn.heard}
        return any(self._text(prompt) in heard for prompt in refusals)

    def _check_number_kept(self, call: Call) -> None:
        if self.given and self.line.store.number_of(call.sid) is None:
            self._wrong(f"{self.given} was keyed, and no request holds a number")

    def _text(self, prompt) -> str:
        return text_of(self.flow, Say(prompt), self.flow.line.languages[0])


def walks(line: RealLine, flow: Flow, seeds: range, troubles: Faults | None = None) -> Iterator[Walk]:
    """Random calls, one for each seed, already made."""
    for seed in seeds:
        walk = Walk(line, flow, seed, troubles)
        walk.go()
        yield walk
