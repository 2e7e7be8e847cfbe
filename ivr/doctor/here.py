"""What can be seen on this machine: settings, database, words, voice, guidance, staff."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from ivr.audio.build import utterances
from ivr.audio.library import Library
from ivr.config import Config
from ivr.doctor.finding import Finding, good, mend, think
from ivr.flow.check_dates import AHEAD
from ivr.flow.line import Flow
from ivr.flow.state import Pace
from ivr.flow.workdays import holidays_until
from ivr.prompts.commands import examine
from ivr.prompts.load import load
from ivr.settings.unusable import unusable
from ivr.store import Store, StoreUnavailable

PACES: Final[tuple[Pace, ...]] = ("normal", "slow")
OLD: Final = timedelta(days=365)
"""After a year without a look, guidance is asked about again."""


def settings(config: Config) -> Iterator[Finding]:
    """Whether the settings are those of a line that answers real callers."""
    if config.rehearsal:
        yield mend(
            "Twilio token",
            "not set: this is a rehearsal",
            "set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and ENV=production",
        )
        return
    yield good("Twilio token", "set")
    if config.production:
        yield good("ENV", "production")
    else:
        yield mend("ENV", "not production: settings that are unsafe would be accepted", "set ENV=production")
    if config.caller_id:
        besides = f", and {len(config.more_numbers)} more" if config.more_numbers else ""
        yield good("number", f"ends in {config.caller_id[-4:]}{besides}; a call for any other raises an alert")
    else:
        yield mend(
            "number",
            "not set, so nothing can be looked up for it, and calls for another number are not noticed",
            "set TWILIO_NUMBER to the line's own number",
        )


def database(config: Config) -> Iterator[Finding]:
    """Whether promises can be kept."""
    store = Store.open(config.database_url)
    try:
        store.check()
        yield good("database", config.database_url.partition(":")[0])
    except StoreUnavailable as trouble:
        what, how = unusable(trouble, config.database_url)
        yield mend("database", f"no promise can be kept: {what}", how)
    finally:
        store.close()


def words(config: Config, today: date) -> Iterator[Finding]:
    """Whether what the line says is sound, and how old the guidance is."""
    errors = [one for one in examine(config.prompts_dir, today)[2] if one.severity == "error"]
    if errors:
        yield mend("words and menus", f"{len(errors)} mistakes, the first: {errors[0]}", "ivr check")
        return
    flow = load(config.prompts_dir)
    yield good("words and menus", f"{len(flow.nodes)} nodes, no mistakes")
    yield _guidance(flow, today)
    yield from _bank_holidays(flow, today)
    yield from _said(flow, config)


def _guidance(flow: Flow, today: date) -> Finding:
    dated = flow.line.guidance_dated
    told = f"last updated on {dated.day} {dated:%B %Y}"
    if today - dated <= OLD:
        return good("guidance", told)
    how = "ask the councils whether it still holds; they may have newer words. `guidance_dated` in prompts/line.yaml"
    return think("guidance", f"{told}, {(today - dated).days} days ago; callers are told so", how)


def _bank_holidays(flow: Flow, today: date) -> Iterator[Finding]:
    """Whether the days are known on which nobody answers and no promise counts."""
    known = holidays_until(flow)
    if known is None:
        return
    told = f"known until the end of {known.year}"
    if known - today > AHEAD:
        yield good("bank holidays", told)
    else:
        how = "use a newer version of the line, or state them as `closures` in prompts/line.yaml"
        yield think("bank holidays", f"{told}; later ones would be promised as working days", how)


def _said(flow: Flow, config: Config) -> Iterator[Finding]:
    """Whether each prompt has audio."""
    if config.voice == "twilio":
        yield think("voice", "Twilio's own voice says everything", "leave VOICE out for the shipped voice")
        return
    library, said = Library.open(config.audio_dir), utterances(flow)
    mute = sum(library.find(one.language, pace, one.text) is None for one in said for pace in PACES)
    if mute:
        yield mend("voice", f"{mute} recordings are missing; Twilio's voice says those words", "ivr audio build")
    else:
        yield good("voice", f"{len(said)} texts at both paces")
