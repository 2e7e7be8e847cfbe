"""What the line costs: the arithmetic, and prices as Twilio's own Pricing service gives them."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from click.testing import CliRunner, Result

from ivr.cli import main
from ivr.config import Config
from ivr.doctor.costs import Prices, Use, reckoned
from ivr.phone.prices import PriceList
from tests.twilio_api.server import Prism, published

ACCOUNT = {
    "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
    "TWILIO_AUTH_TOKEN": "f" * 32,
    "TWILIO_NUMBER": "+441604367000",
    "PUBLIC_URL": "https://line.example.org",
    "SECRET_KEY": "k" * 40,
}
USE = Use(
    calls=Decimal(500),
    minutes=Decimal(3),
    connected=Decimal("0.2"),
    connected_minutes=Decimal(5),
    texts=Decimal("0.1"),
    segments=Decimal(2),
    messages=Decimal("0.1"),
    message_minutes=Decimal(1),
    spoken=Decimal(1),
)
ONES = Prices(
    currency="GBP",
    coming_in=Decimal("0.01"),
    going_out=Decimal("0.02"),
    text=Decimal("0.04"),
    number=Decimal("1.15"),
    recording=Decimal("0.0025"),
    speech=Decimal("0.02"),
    host=Decimal(5),
)
"""Nobody's prices: chosen so that each can be seen in the sums."""


class TestArithmetic:
    def test_every_product_and_every_sum(self) -> None:
        found = reckoned(USE, ONES)

        assert [item.amount for item in found.call] == [
            Decimal("0.03"),
            Decimal("0.030"),  # a fifth of the callers, five minutes, and both calls are paid for
            Decimal("0.008"),
            Decimal("0.00025"),
            Decimal("0.02"),
        ]
        assert found.a_call == Decimal("0.0883")
        assert [item.amount for item in found.month] == [Decimal("44.125"), Decimal("1.15"), Decimal(5)]
        assert found.a_month == Decimal("50.28")
        assert found.everybody == (153 * Decimal("50.275")).quantize(Decimal("0.01"))
        assert found.missing == ()

    def test_what_nobody_has_a_price_for_is_named_and_not_taken_for_nothing(self) -> None:
        found = reckoned(USE, replace(ONES, going_out=None, host=None))

        assert found.missing == ("minutes with a person", "the host")
        assert found.a_call == Decimal("0.0583")

    def test_what_is_not_used_needs_no_price(self) -> None:
        assert reckoned(replace(USE, messages=Decimal(0)), replace(ONES, recording=None)).missing == ()


def price(amount: str, kind: str = "local") -> dict[str, str]:
    return {"base_price": "9", "current_price": amount, "number_type": kind}


ANSWERS = {
    "/v2/Voice/Countries/{IsoCountry}": {
        "inbound_call_prices": [price("0.0100"), price("0.0400", "mobile"), price("0.0300", "national")],
        "price_unit": "GBP",
    },
    "/v2/Voice/Numbers/{DestinationNumber}": {
        "outbound_call_prices": [
            {"base_price": "9", "current_price": one, "origination_prefixes": ["ALL"]} for one in ("0.0158", "0.0201")
        ]
    },
    "/v1/Messaging/Countries/{IsoCountry}": {
        "outbound_sms_prices": [
            {"carrier": "one", "mcc": "234", "mnc": "10", "prices": [price("0.0400", "mobile")]},
            {"carrier": "two", "mcc": "234", "mnc": "15", "prices": [price("0.0463", "mobile")]},
        ]
    },
    "/v1/PhoneNumbers/Countries/{IsoCountry}": {"phone_number_prices": [price("1.15"), price("2", "x")]},
}
"""Made up, in the form of Twilio's document."""


@pytest.fixture(scope="module")
def twilio(tmp_path_factory: pytest.TempPathFactory) -> object:
    whole = published("pricing_v2", "pricing_v1")
    for path, answer in ANSWERS.items():
        content = whole["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
        example = next(iter(content.pop("examples").values()))["value"]
        assert answer.keys() <= example.keys(), "a name that Twilio does not have"
        content["example"] = example | answer
    server = Prism(whole, tmp_path_factory.mktemp("prism"))
    yield server
    server.close()


@pytest.fixture
def account(twilio: Prism, monkeypatch: pytest.MonkeyPatch) -> Config:
    for name, value in {**ACCOUNT, "TWILIO_API_URL": twilio.url}.items():
        monkeypatch.setenv(name, value)
    return Config.from_env()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["costs", *arguments])


class TestPrices:
    def test_those_of_the_account_for_a_number_like_ours(self, account: Config) -> None:
        asked = PriceList(account)

        assert asked.currency() == "GBP"
        assert asked.coming_in() == Decimal("0.0100")
        assert asked.going_out("+441604367125") == Decimal("0.0201")
        assert asked.text() == Decimal("0.0463")
        assert asked.number() == Decimal("1.15")

    @pytest.mark.parametrize(
        ("number", "minute"), [("+447700900123", "0.0400"), ("+443003303000", "0.0300"), ("+448001111", None)]
    )
    def test_each_kind_of_number_has_its_own(self, account: Config, number: str, minute: str | None) -> None:
        asked = PriceList(replace(account, caller_id=number))

        assert asked.coming_in() == (Decimal(minute) if minute else None)

    @pytest.mark.usefixtures("account")
    def test_a_month_with_the_prices_of_today(self) -> None:
        done = run("--price-host", "5", "--json")

        told = json.loads(done.output)
        assert told["currency"] == "GBP"
        assert told["month"][1]["amount"] == "1.15"
        assert Decimal(told["a_month"]) > 6
        assert [item["what"] for item in told["call"] if item["amount"] is None] == ["messages", "spoken answers"]

    @pytest.mark.usefixtures("account")
    def test_a_price_that_is_given_is_not_asked_for(self) -> None:
        assert "3 x 0.5 " in run("--price-coming-in", "0.5").output

    @pytest.mark.usefixtures("account")
    def test_two_currencies_are_never_added(self) -> None:
        done = run("--price-host", "5", "--currency", "USD")

        assert done.exit_code == 1
        assert "Twilio's prices are in GBP" in done.output


class TestWithoutTwilio:
    @pytest.fixture(autouse=True)
    def _alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ACCOUNT:
            monkeypatch.delenv(name, raising=False)

    def test_the_arithmetic_is_shown_line_by_line(self) -> None:
        shown = run("--price-coming-in", "0.01", "--price-number", "1", "--currency", "USD").output

        assert shown.splitlines()[:2] == [
            "A call, in USD",
            "  minutes on the line   3 x 0.01                          0.0300",
        ]
        assert "  calls                 500 x 0.0300                       15.00" in shown
        assert "  all councils          153 x 16.00                     2,448.00" in shown
        assert "Not counted, since nobody gave a price: minutes with a person, texts" in shown

    def test_with_no_price_at_all_it_says_what_to_do(self) -> None:
        done = run()

        assert done.exit_code == 1
        assert "--price-coming-in 0.01" in done.output
        assert "TWILIO_NUMBER" in done.output

    @pytest.mark.parametrize("wrong", ["-1", "nan", "inf", "a penny", ""])
    def test_what_is_no_amount_is_refused(self, wrong: str) -> None:
        done = run("--price-host", wrong)

        assert done.exit_code == 2
        assert "write a number such as 0.25" in done.output

    def test_where_twilio_is_away_it_says_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in {**ACCOUNT, "TWILIO_API_URL": "http://127.0.0.1:9"}.items():
            monkeypatch.setenv(name, value)
        done = run()

        assert done.exit_code == 1
        assert "Twilio could not be asked for prices" in done.output
