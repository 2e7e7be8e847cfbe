"""Which voice speaks which language: a pair that Twilio does not know fails the whole <Say> (error 13511)."""

from typing import Final

POLLY: Final[dict[str, str]] = {
    "ar-AE": "Hala Zayd",
    "arb": "Zeina",
    "ca-ES": "Arlet",
    "cmn-CN": "Zhiyu",
    "cs-CZ": "Jitka",
    "cy-GB": "Gwyneth",
    "da-DK": "Naja Mads Sofie",
    "de-DE": "Marlene Vicki Hans Daniel",
    "en-AU": "Nicole Russell Olivia",
    "en-GB": "Amy Emma Brian Arthur",
    "en-GB-WLS": "Geraint",
    "en-IE": "Niamh",
    "en-IN": "Aditi Raveena Kajal",
    "en-NZ": "Aria",
    "en-US": "Ivy Joanna Kendra Kimberly Salli Joey Justin Kevin Matthew Ruth Stephen Danielle Gregory",
    "en-ZA": "Ayanda",
    "es-ES": "Conchita Lucia Enrique Sergio",
    "fi-FI": "Suvi",
    "fr-FR": "Celine Lea Mathieu Remi",
    "hi-IN": "Aditi Kajal",
    "is-IS": "Dora Karl",
    "it-IT": "Carla Bianca Giorgio Adriano",
    "nb-NO": "Liv Ida",
    "nl-NL": "Lotte Ruben Laura",
    "pl-PL": "Ewa Maja Jacek Jan Ola",
    "pt-PT": "Ines Cristiano",
    "ro-RO": "Carmen",
    "ru-RU": "Tatyana Maxim",
    "sv-SE": "Astrid Elin",
    "tr-TR": "Filiz Burcu",
}
"""Amazon Polly's voices by language; a Polly voice takes `-Neural` at its end."""

NEURAL_ONLY: Final = frozenset({"Arthur", "Olivia", "Niamh", "Aria", "Ayanda", "Ola", "Arlet", "Jitka", "Hala", "Zayd"})
STANDARD_ONLY: Final = frozenset({"Gwyneth", "Geraint", "Carmen", "Tatyana", "Maxim", "Ewa", "Maja", "Jacek", "Jan"})
BASIC: Final = frozenset({"man", "woman"})
BASIC_LANGUAGES: Final = frozenset({"en", "en-GB", "en-US", "es", "fr", "de"})


def fault_of(voice: str, language: str) -> str | None:
    """Why Twilio would not speak `language` with `voice`, as a plain sentence; None when it would."""
    if voice in BASIC:
        return None if language in BASIC_LANGUAGES else f"the basic voice {voice} does not speak {language}"
    maker, _, name = voice.partition(".")
    match maker:
        case "Polly":
            return _polly_fault(name, language)
        case "Google":
            return None if name.startswith(f"{language}-") else f"the voice {voice} does not speak {language}"
        case _:
            return f"there is no voice {voice}"


def _polly_fault(name: str, language: str) -> str | None:
    plain, _, kind = name.partition("-")
    if plain not in POLLY.get(language, "").split():
        return f"Polly has no voice {plain} for {language}"
    if kind not in {"", "Neural", "Generative"}:
        return f"Polly has no kind of voice called {kind}"
    if kind == "Neural" and plain in STANDARD_ONLY:
        return f"Polly's {plain} is not a neural voice"
    if not kind and plain in NEURAL_ONLY:
        return f"Polly's {plain} is a neural voice: write Polly.{plain}-Neural"
    return None
