"""The final words of a prompt in one language: what a voice reads, with every placeholder filled in."""

import re
from datetime import date
from typing import Final

from ivr.flow.line import Flow
from ivr.flow.nodes import PromptId
from ivr.flow.turn import Say
from ivr.flow.wording import Wording

_MONTHS: Final = {
    "en": "January February March April May June July August September October November December",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "ro": "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
}
_WORKING_DAYS: Final = {
    "en": ("1 working day", "{} working days"),
    "pl": ("1 dnia roboczego", "{} dni roboczych"),
    "ro": ("1 zi lucrătoare", "{} zile lucrătoare"),
}
"""After a word such as "within", which is where a promise stands."""


def text_of(flow: Flow, say: Say, language: str) -> str:
    """The words of a prompt as one line of text. A prompt that a language lacks is said in the default language.

    Raises KeyError for a prompt that no language has; the loader refuses such a flow.
    """
    tongue = say.language or language
    if tongue not in flow.words or say.prompt not in flow.words[tongue].prompts:
        tongue = flow.line.languages[0]
    says = flow.words[tongue].prompts[say.prompt].says
    return _filled(flow, say, tongue, " ".join(sentence.text for sentence in says))


def _filled(flow: Flow, say: Say, language: str, text: str) -> str:
    if "{" not in text:
        return text
    fillings = {
        "key": say.key,
        "name": option_name(flow, say.option, language) if say.option else "",
        "phone": digits_of(flow.line.ringing.number),
        "days": working_days(flow.line.callback_days, language),
        "line": flow.line.name,
        "part": str(say.place[0]) if say.place else "",
        "parts": str(say.place[1]) if say.place else "",
        "dated": dated(flow.line.guidance_dated, language),
    }
    return re.sub(r"\{(\w+)\}", lambda found: fillings[found[1]], text)


def option_name(flow: Flow, option: PromptId, language: str) -> str:
    """What a choice is called in a question back: its name, or the first words that choose it."""
    words = flow.words.get(language) or flow.words[flow.line.languages[0]]
    wording = words.prompts.get(option) or Wording(says=())
    return wording.name or next(iter(wording.hears), "")


def digits_of(number: str) -> str:
    """A UK number in international form, digit by digit in the groups people say: `0 1 6 0 4, 3 6 7, 1 2 5`."""
    digits = number.replace("+44", "0", 1)
    first, second = {"02": (3, 4), "03": (4, 3)}.get(digits[:2], (5, 3))
    groups = (digits[:first], digits[first : first + second], digits[first + second :])
    return ", ".join(" ".join(group) for group in groups if group)


def working_days(days: int, language: str) -> str:
    """`2 working days`, in the language's own words."""
    one, many = _WORKING_DAYS.get(language[:2], _WORKING_DAYS["en"])
    return one if days == 1 else many.format(days)


def dated(day: date, language: str) -> str:
    """`28 April 2023`, in the language's own words."""
    months = _MONTHS.get(language[:2], _MONTHS["en"]).split()
    return f"{day.day} {months[day.month - 1]} {day.year}"
