"""A few texts like the line's own."""

from ivr.audio.clip import Utterance

PHONE = "You can ring the councils on 0 1 6 0 4, 3 6 7, 1 2 5."


def utterance(text: str, prompt: str = "welcome", key: str = "", language: str = "en-GB") -> Utterance:
    return Utterance(language, prompt, text, key)


LINE = [
    utterance("Hello. This is the councils' line about settling disagreements."),
    utterance("For mediation, press 1.", "main.mediation", "1"),
    utterance("For disagreement resolution, press 2.", "main.resolution", "2"),
    utterance(PHONE, "phone"),
    utterance("An EHC plan is an Education, Health and Care plan.", "ehc"),
    *[utterance(str(digit), f"digit.{digit}") for digit in range(10)],
]
