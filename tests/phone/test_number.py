"""`ivr doctor`, `ivr provision` and `ivr fallback` against a server made from Twilio's own OpenAPI."""

import json
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from ivr.cli import main
from ivr.config import Config
from ivr.doctor.account import account as examined
from ivr.phone import number
from ivr.phone.number import Change, Owned, TwilioAccount, TwilioSilent, changes
from ivr.rehearsal.twiml import parse
from tests.twilio_api.server import V2010, Prism, published, shaped

READY, NEW, TRIAL, EMPTY, BINNED = (f"AC{digit * 32}" for digit in "12345")
NUMBER = "+441604367125"
LINE = "https://line.example.org"
BIN = "https://handler.twilio.com/twiml/EH00000000000000000000000000000001"
GOOD = {
    "voice_url": f"{LINE}/voice",
    "voice_method": "POST",
    "voice_fallback_url": f"{LINE}/voice/fallback",
    "voice_fallback_method": "POST",
    "status_callback": f"{LINE}/voice/status",
    "status_callback_method": "POST",
}
ELSEWHERE = GOOD | {"voice_url": "https://demo.twilio.com/welcome/voice/", "status_callback": ""}
SID = "PN00000000000000000000000000000001"


def _listed(example, told):
    return {"incoming_phone_numbers": [example | told | {"sid": SID, "phone_number": NUMBER}]}


@pytest.fixture(scope="module")
def twilio(tmp_path_factory):
    """Twilio, with five accounts: one ready, one whose number goes elsewhere, a trial, one without a number, a Bin."""
    whole = published("api_v2010", "voice_v1")
    paths = whole["paths"]
    listing = f"{V2010}/{{AccountSid}}/IncomingPhoneNumbers.json"
    one = next(iter(paths[listing]["get"]["responses"]["200"]["content"]["application/json"]["examples"].values()))
    example = one["value"]["incoming_phone_numbers"][0]
    numbers = {READY: [GOOD], NEW: [ELSEWHERE], TRIAL: [GOOD], EMPTY: [], BINNED: [GOOD | {"voice_fallback_url": BIN}]}
    for account, told in numbers.items():
        kind = "Trial" if account == TRIAL else "Full"
        fetched = {"status": "active", "type": kind, "sid": account}
        paths |= shaped(whole, f"{V2010}/{{Sid}}.json", "get", at=f"{V2010}/{account}.json", answer=fetched)
        found = {"incoming_phone_numbers": [_listed(example, one)["incoming_phone_numbers"][0] for one in told]}
        at = listing.replace("{AccountSid}", account)
        paths |= shaped(whole, listing, "get", at=at, answer=found)
        single = f"{V2010}/{{AccountSid}}/IncomingPhoneNumbers/{{Sid}}.json"
        at = single.replace("{AccountSid}", account).replace("{Sid}", SID)
        paths |= shaped(whole, single, "post", at=at, answer=GOOD)
    country = "/v1/DialingPermissions/Countries/{IsoCode}"
    for code, allowed in (("GB", True), ("FR", False)):
        answer = {"low_risk_numbers_enabled": allowed}
        paths |= shaped(whole, country, "get", at=country.replace("{IsoCode}", code), answer=answer)
    server = Prism(whole, tmp_path_factory.mktemp("prism"))
    yield server
    server.close()


@pytest.fixture
def settings(twilio, tmp_path, monkeypatch):
    """Sets the environment of a line at one of the accounts; gives it back as a Config."""

    def given(account, **more):
        values = {
            "TWILIO_ACCOUNT_SID": account,
            "TWILIO_AUTH_TOKEN": "f" * 32,
            "TWILIO_API_URL": twilio.url,
            "TWILIO_NUMBER": NUMBER,
            "PUBLIC_URL": LINE,
            "SECRET_KEY": "k" * 40,
            "DATA_DIR": str(tmp_path),
            **more,
        }
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        return Config.from_env()

    return given


def run(*arguments, answer=None):
    return CliRunner().invoke(main, list(arguments), input=answer)


class TestAsking:
    def test_a_number_that_comes_here_needs_no_change(self, settings):
        config = settings(READY)
        owned = TwilioAccount(config).owned(NUMBER)

        assert owned == Owned(SID, f"POST {LINE}/voice", f"POST {LINE}/voice/fallback", f"POST {LINE}/voice/status")
        assert changes(config, owned) == ()

    def test_a_number_that_goes_elsewhere_is_told_apart_field_by_field(self, settings):
        config = settings(NEW)
        told = changes(config, TwilioAccount(config).owned(NUMBER))

        assert [(one.what, one.now) for one in told] == [
            ("A call comes in", "POST https://demo.twilio.com/welcome/voice/"),
            ("Call status changes", ""),
        ]

    def test_a_bin_may_stay_the_fallback(self, settings):
        config = settings(BINNED)

        assert changes(config, TwilioAccount(config).owned(NUMBER)) == ()

    def test_an_account_without_the_number(self, settings):
        assert TwilioAccount(settings(EMPTY)).owned(NUMBER) is None

    @pytest.mark.parametrize(("account", "trial"), [(READY, False), (TRIAL, True)])
    def test_a_trial_account_is_known(self, settings, account, trial):
        found = TwilioAccount(settings(account)).account()

        assert (found.status, found.trial) == ("active", trial)

    @pytest.mark.parametrize(("country", "allowed"), [("GB", True), ("FR", False)])
    def test_permission_to_ring(self, settings, monkeypatch, country, allowed):
        monkeypatch.setattr(number, "COUNTRY", country)

        assert TwilioAccount(settings(READY)).rings_home() is allowed

    def test_what_twilio_refuses_is_told_without_its_words(self, settings):
        twilio = TwilioAccount(settings(NEW))
        wrong = Change("A call comes in", "", "FLY https://line.example.org/voice")

        with pytest.raises(TwilioSilent, match=r"^Twilio answered 422, code"):
            twilio.direct(twilio.owned(NUMBER), (wrong,))


class TestProvision:
    def test_it_shows_and_asks_first(self, settings, twilio):
        settings(NEW)
        before = twilio.told().count("post /2010-04-01")
        done = run("provision", answer="n\n")

        assert done.exit_code == 1
        assert "now:    POST https://demo.twilio.com/welcome/voice/\n  wanted: POST https://line.example.org/voice" in (
            done.output
        )
        assert twilio.told().count("post /2010-04-01") == before

    def test_it_sends_calls_and_news_here(self, settings, twilio):
        settings(NEW)
        done = run("provision", "--yes")

        assert (done.exit_code, done.output.splitlines()[-1]) == (
            0,
            "Done. Ring the number and listen; ivr doctor says what is left.",
        )
        assert f"post {V2010}/{NEW}/IncomingPhoneNumbers/{SID}.json" in twilio.told()

    def test_again_it_changes_nothing(self, settings):
        settings(READY)

        assert run("provision", "--yes").output == (
            "The number's calls and news come to this line already. Nothing to change.\n"
        )

    def test_without_the_number_it_says_so(self, settings):
        settings(EMPTY)

        assert "this account does not have TWILIO_NUMBER" in run("provision", "--yes").output

    def test_when_twilio_is_away_nothing_is_changed(self, settings):
        settings(NEW, TWILIO_API_URL="http://127.0.0.1:9")
        done = run("provision", "--yes")

        assert done.exit_code == 1
        assert "Nothing more was changed; it is safe to try again." in done.output


class TestFallback:
    def test_it_is_a_document_that_needs_nothing_of_us(self):
        document = run("fallback").output.strip()
        root = ET.fromstring(document)

        parse(document.encode())
        assert [child.tag for child in root] == ["Say", "Say", "Dial", "Gather"]
        assert "://" not in document
        assert root.findtext("Dial/Number") == NUMBER
        assert root.find("Hangup") is None

    def test_it_says_the_number_for_as_long_as_the_caller_stays(self):
        said = ET.fromstring(run("fallback").output.strip()).find("Gather/Say")

        assert said.get("loop") == "0"
        assert "0 1 6 0 4, 3 6 7, 1 2 5" in "".join(said.itertext())

    def test_a_bin_takes_it(self):
        assert len(run("fallback").output) < 4000


class TestDoctor:
    def told(self, *arguments):
        done = run("doctor", "--json", *arguments)
        return done.exit_code, {one["name"]: one for one in json.loads(done.output)}

    def test_a_rehearsal_is_told_what_a_real_line_needs(self, tmp_path, monkeypatch):
        monkeypatch.setenv("DATA_DIR", str(tmp_path))
        code, found = self.told()

        assert code == 1
        assert found["Twilio token"]["state"] == "mend"
        assert found["database"]["mend"] == "run `ivr prepare`"
        assert found["words and menus"]["state"] == "good"

    def test_wrong_settings_come_alone_each_with_what_to_set(self, monkeypatch):
        monkeypatch.setenv("ENV", "production")
        done = run("doctor")

        assert done.exit_code == 1
        assert "MEND   settings: SECRET_KEY is missing" in done.output
        assert "database" not in done.output

    @pytest.mark.parametrize(
        ("account", "name", "state", "mend"),
        [
            (READY, "webhooks", "good", ""),
            (READY, "fallback", "think", "ivr fallback"),
            (NEW, "A call comes in", "mend", "ivr provision"),
            (TRIAL, "Twilio account", "mend", "upgrade"),
            (EMPTY, "number at Twilio", "mend", "TWILIO_NUMBER"),
            (READY, "permission to ring", "good", ""),
            (READY, "recordings at Twilio", "unseen", "authentication for media"),
        ],
    )
    def test_each_state_of_an_account(self, settings, account, name, state, mend):
        found = {one.name: one for one in examined(settings(account))}

        assert found[name].state == state
        assert mend in found[name].mend

    def test_a_bin_as_the_fallback_leaves_nothing_to_think_about(self, settings, monkeypatch):
        """All that the doctor looks at, but what it asks of the line's public address."""
        settings(BINNED)
        monkeypatch.setattr("ivr.doctor.commands.outside.outside", lambda *_: ())
        _, found = self.told()

        assert "fallback" not in found
        assert found["webhooks"]["state"] == "good"
        assert found["words and menus"]["state"] == "good"
