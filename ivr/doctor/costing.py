"""`ivr costs`: what a call and a month of this line cost, with today's prices and all of the arithmetic."""

import json
from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import click

from ivr.config import Config
from ivr.doctor.costs import COUNCILS, Costs, Item, Prices, Use, reckoned
from ivr.phone.number import TwilioSilent
from ivr.phone.prices import PriceList
from ivr.prompts.load import load

_PRICE: Final = "price_"
_Command = Callable[..., None]


class Amount(click.ParamType):
    """A number that is not negative, as written: 0.1 is a tenth exactly."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """Refuses what is no amount, in the words of whoever typed it."""
        try:
            amount = Decimal(value)
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or amount < 0:
            self.fail(f"{value!r} is no amount: write a number such as 0.25", param, ctx)
        return amount


AMOUNT: Final = Amount()


def _amount(name: str, default: str | None, about: str) -> Callable[[_Command], _Command]:
    return click.option(f"--{name}", type=AMOUNT, default=default, show_default=True, help=about, metavar="N")


@click.command()
@_amount("calls", "500", "Calls a month.")
@_amount("minutes", "3", "Minutes of a call on the line; Twilio counts each begun minute.")
@_amount("connected", "0.2", "Share of callers who are connected to a person, 0 to 1.")
@_amount("connected-minutes", "5", "Minutes that they then talk.")
@_amount("texts", "0.1", "Share of callers who ask for a text.")
@_amount("segments", "2", "Segments of a text.")
@_amount("messages", "0.1", "Share of callers who leave a message.")
@_amount("message-minutes", "1", "Minutes of a message.")
@_amount("spoken", "1", "Prompts a call at which the caller speaks.")
@_amount("price-coming-in", None, "A minute coming in, instead of Twilio's price.")
@_amount("price-going-out", None, "A minute to the person rung, instead of Twilio's price.")
@_amount("price-text", None, "A segment of a text, instead of Twilio's price.")
@_amount("price-number", None, "The number for a month, instead of Twilio's price.")
@_amount("price-recording", None, "A minute recorded: see Twilio's price list.")
@_amount("price-speech", None, "One spoken answer understood: see Twilio's price list.")
@_amount("price-host", None, "The machine for a month.")
@click.option("--currency", default="", help="What the prices are in, where none is asked of Twilio.", metavar="USD")
@click.option("--councils", type=click.IntRange(min=1), default=COUNCILS, show_default=True, help="How many in all.")
@click.option("--json", "as_json", is_flag=True, help="For a machine: one JSON object.")
def costs(*, as_json: bool, currency: str, councils: int, **given: Decimal | None) -> None:
    """What a call costs, a month of one council, and a month of all local authorities in England.

    Prices that you do not give are asked of Twilio: today's, of this account. What nobody has a price for is named, and
    not counted. How much the line is used is yours to say: the numbers below are examples, nobody's statistics.

    \b
    With this account's prices:   ivr costs
    A busier line:                ivr costs --calls 2000 --connected 0.3
    Without an account:           ivr costs --price-coming-in 0.01 --currency USD
    """
    told = {name.removeprefix(_PRICE): value for name, value in given.items() if name.startswith(_PRICE)}
    use = {name: value for name, value in given.items() if value is not None and not name.startswith(_PRICE)}
    prices = _prices(Config.from_env(), {name: value for name, value in told.items() if value is not None}, currency)
    found = reckoned(Use(councils=councils, **use), prices)
    click.echo(json.dumps(asdict(found), default=str, indent=2) if as_json else shown(found))


def _prices(config: Config, told: dict[str, Decimal], currency: str) -> Prices:
    """Those that were given; the others as Twilio tells them, where there is an account."""
    if config.rehearsal or not config.caller_id:
        if not told:
            raise click.ClickException(
                "no prices: set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, PUBLIC_URL and TWILIO_NUMBER, so that Twilio can"
                " be asked, or give some, such as --price-coming-in 0.01"
            )
        return Prices(currency=currency, **told)
    try:
        return _of_twilio(config, told, currency)
    except TwilioSilent as trouble:
        raise click.ClickException(
            f"Twilio could not be asked for prices: {trouble}. Give them, or try again"
        ) from None


def _of_twilio(config: Config, told: dict[str, Decimal], currency: str) -> Prices:
    listed, rung = PriceList(config), load(config.prompts_dir).line.ringing.number
    asking = {
        "coming_in": listed.coming_in,
        "going_out": lambda: listed.going_out(rung),
        "text": listed.text,
        "number": listed.number,
    }
    asked = {name: price() for name, price in asking.items() if name not in told}
    theirs = listed.currency()
    if currency and told and currency.upper() != theirs.upper():
        raise click.ClickException(f"Twilio's prices are in {theirs}: give yours in the same, with --currency {theirs}")
    return Prices(currency=theirs, **{**asked, **told})


def shown(found: Costs) -> str:
    """The reckoning as a person reads it."""
    unit = f", in {found.currency}" if found.currency else ""
    each = f"{found.councils} x {found.a_month}"
    lines = [
        f"A call{unit}",
        *(_line(item, 4) for item in found.call),
        _line(Item("a call", "", found.a_call), 4),
        "",
        "A month, one council",
        *(_line(item, 2) for item in found.month),
        _line(Item("a month", "", found.a_month), 2),
        "",
        "A month, all councils",
        _line(Item("all councils", each, found.everybody), 2),
    ]
    if found.missing:
        lines += ["", f"Not counted, since nobody gave a price: {', '.join(found.missing)}."]
    return "\n".join(lines)


def _line(item: Item, places: int) -> str:
    amount = "not counted" if item.amount is None else f"{item.amount:,.{places}f}"
    return f"  {item.what:<22}{item.how:<28}{amount:>12}"
