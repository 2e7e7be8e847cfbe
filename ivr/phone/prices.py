"""What Twilio asks of this account today, by its Pricing service: minutes, texts, the number."""

from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from ivr.config import Config
from ivr.phone.number import COUNTRY, TwilioSilent
from ivr.phone.rest import client, refused

KINDS: Final = (("+447", "mobile"), ("+4480", "toll free"), ("+441", "local"), ("+442", "local"))
"""What Twilio calls a kind of number, by how it begins; every other of the country is `national`."""


class PriceList:
    """Prices of one account. Every method raises TwilioSilent; a price that Twilio does not state is None."""

    def __init__(self, config: Config) -> None:
        self._number = config.caller_id
        self._kind = next((kind for begins, kind in KINDS if self._number.startswith(begins)), "national")
        self._pricing = client(config).pricing

    def currency(self) -> str:
        """In which currency all of these are, for example USD."""
        return str(self._voice().price_unit)

    def coming_in(self) -> Decimal | None:
        """A minute of a call to the line's number."""
        return self._of_our_kind(self._voice().inbound_call_prices)

    def going_out(self, number: str) -> Decimal | None:
        """A minute of a call to `number`: the dearest of what Twilio lists."""
        asked = self._pricing.v2.voice.numbers(number)
        found = _asked(lambda: asked.fetch(origination_number=self._number))
        return _dearest(found.outbound_call_prices)

    def text(self) -> Decimal | None:
        """A segment of a text to a mobile of the country: that of the dearest network."""
        found = _asked(lambda: self._pricing.v1.messaging.countries(COUNTRY).fetch())
        return _dearest(price for network in found.outbound_sms_prices or () for price in network.get("prices") or ())

    def number(self) -> Decimal | None:
        """A number like the line's, for a month."""
        found = _asked(lambda: self._pricing.v1.phone_numbers.countries(COUNTRY).fetch())
        return self._of_our_kind(found.phone_number_prices)

    def _voice(self) -> Any:
        return _asked(lambda: self._pricing.v2.voice.countries(COUNTRY).fetch())

    def _of_our_kind(self, listed: Iterable[dict[str, Any]] | None) -> Decimal | None:
        return _dearest(one for one in listed or () if one.get("number_type") == self._kind)


def _dearest(listed: Iterable[dict[str, Any]] | None) -> Decimal | None:
    """The account's own price, discounts in it; never less than will be asked."""
    return max((price for one in listed or () if (price := _price(one.get("current_price"))) is not None), default=None)


def _price(text: object) -> Decimal | None:
    try:
        price = Decimal(str(text))
    except InvalidOperation:
        return None
    return price if price.is_finite() and price >= 0 else None


def _asked(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except Exception as error:
        raise TwilioSilent(refused(error)) from error
