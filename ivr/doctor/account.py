"""What Twilio says of the account and of the number that callers ring."""

from collections.abc import Iterator
from typing import Final

from ivr.config import Config
from ivr.doctor.finding import Finding, good, mend, think, unseen
from ivr.phone.number import COUNTRY, TwilioAccount, TwilioSilent, changes, is_bin

CONSOLE: Final = "Twilio's console"


def account(config: Config) -> Iterator[Finding]:
    """The account, the number, where its calls go, and whom the line may ring."""
    if config.rehearsal:
        return
    twilio = TwilioAccount(config)
    try:
        yield from _account(twilio)
        yield from _number(config, twilio)
        yield _rings(twilio)
    except TwilioSilent as trouble:
        yield mend(
            "Twilio account",
            f"cannot be asked: {trouble}",
            "check TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and the network",
        )
        return
    yield unseen(
        "recordings at Twilio",
        "whether they need a password cannot be seen from here",
        f"{CONSOLE}, Voice, Settings: HTTP basic authentication for media access: on",
    )


def _account(twilio: TwilioAccount) -> Iterator[Finding]:
    found = twilio.account()
    if found.status != "active":
        yield mend("Twilio account", f"it is {found.status}", f"{CONSOLE}, Billing")
    elif found.trial:
        told = "a trial account speaks first and rings only numbers that it has verified"
        yield mend("Twilio account", told, f"{CONSOLE}, Billing: upgrade")
    else:
        yield good("Twilio account", "active, and the token is right")


def _number(config: Config, twilio: TwilioAccount) -> Iterator[Finding]:
    if not config.caller_id:
        return
    owned = twilio.owned(config.caller_id)
    if owned is None:
        yield mend("number at Twilio", "this account does not have it", "buy or port one, then set TWILIO_NUMBER to it")
        return
    wrong = changes(config, owned)
    for change in wrong:
        yield mend(change.what, f"goes to {change.now or 'nothing'}", "ivr provision")
    if not wrong:
        yield good("webhooks", "the number's calls and news come to this line")
    if not is_bin(owned.fallback):
        told = "the fallback is this line itself: when all its machines are down, nobody answers"
        yield think("fallback", told, "ivr fallback  prints a document for a TwiML Bin; set the Bin as the fallback")


def _rings(twilio: TwilioAccount) -> Finding:
    if twilio.rings_home():
        return good("permission to ring", f"ordinary numbers of {COUNTRY}; leave all other countries off")
    told = f"the account may not ring numbers of {COUNTRY}, so nobody is put through"
    return mend("permission to ring", told, f"{CONSOLE}, Voice, Geographic permissions: United Kingdom, and no other")
