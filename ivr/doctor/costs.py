"""What a call and a month cost, as arithmetic that can be checked: amounts, prices, products, sums."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

COUNCILS: Final = 153
"""Local authorities in England."""
_CALL, _MONTH = Decimal("0.0001"), Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """How the line is used. Shares are of callers, 0 to 1."""

    calls: Decimal
    """Calls a month."""
    minutes: Decimal
    """Minutes of a call before anybody is rung; Twilio counts each begun minute."""
    connected: Decimal
    connected_minutes: Decimal
    texts: Decimal
    segments: Decimal
    messages: Decimal
    message_minutes: Decimal
    spoken: Decimal
    """Prompts a call at which the caller speaks."""
    councils: int = COUNCILS


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Of one currency; None where nobody has said."""

    currency: str
    coming_in: Decimal | None = None
    going_out: Decimal | None = None
    text: Decimal | None = None
    number: Decimal | None = None
    recording: Decimal | None = None
    speech: Decimal | None = None
    host: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the reckoning. Without an amount it is not counted, and `how` says what is missing."""

    what: str
    how: str
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Costs:
    """Items, and their sums: of a call, of a month of one council, of a month of all councils."""

    currency: str
    call: tuple[Item, ...]
    a_call: Decimal
    month: tuple[Item, ...]
    a_month: Decimal
    councils: int
    everybody: Decimal

    @property
    def missing(self) -> tuple[str, ...]:
        """What is not counted."""
        return tuple(item.what for item in (*self.call, *self.month) if item.amount is None)


def reckoned(use: Use, prices: Prices) -> Costs:
    """The whole reckoning. A month is counted from what a call costs before it is rounded."""
    call = tuple(_call(use, prices))
    a_call = _sum(call)
    month = (
        Item("calls", f"{use.calls} x {_round(a_call, _CALL)}", use.calls * a_call),
        _bought("the number", prices.number),
        _bought("the host", prices.host),
    )
    a_month = _sum(month)
    everybody = _round(use.councils * a_month, _MONTH)
    sums = _round(a_call, _CALL), _round(a_month, _MONTH)
    return Costs(prices.currency, call, sums[0], month, sums[1], use.councils, everybody)


def _call(use: Use, prices: Prices) -> Iterator[Item]:
    both = None if None in (prices.coming_in, prices.going_out) else _sums(prices.coming_in, prices.going_out)
    yield _product("minutes on the line", prices.coming_in, use.minutes)
    yield _product("minutes with a person", both, use.connected, use.connected_minutes)
    yield _product("texts", prices.text, use.texts, use.segments)
    yield _product("messages", prices.recording, use.messages, use.message_minutes)
    yield _product("spoken answers", prices.speech, use.spoken)


def _product(what: str, price: Decimal | None, *amounts: Decimal) -> Item:
    product = Decimal(1)
    for amount in amounts:
        product *= amount
    if price is None:
        return Item(what, "no price", None if product else Decimal(0))
    return Item(what, " x ".join(map(str, (*amounts, price))), product * price)


def _bought(what: str, price: Decimal | None) -> Item:
    return Item(what, "no price" if price is None else "1", price)


def _sums(*prices: Decimal | None) -> Decimal:
    return sum((price for price in prices if price is not None), Decimal(0))


def _sum(items: Iterable[Item]) -> Decimal:
    return _sums(*(item.amount for item in items))


def _round(amount: Decimal, to: Decimal) -> Decimal:
    return amount.quantize(to, ROUND_HALF_UP)
