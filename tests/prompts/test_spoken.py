"""The words a voice reads, with everything filled in; and the whole script of a language."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ivr.flow.line import Flow
from ivr.flow.nodes import READ_BACK, Menu, PromptId
from ivr.flow.script import ScriptLine, nodes_in_order, script
from ivr.flow.spoken import dated, digits_of, text_of, working_days
from ivr.flow.turn import Say
from ivr.prompts.load import load
from tests.prompts.files import SAMPLE, SHIPPED, copied, edit


@pytest.fixture(scope="module")
def flow() -> Flow:
    return load(SAMPLE)


@pytest.mark.parametrize(
    ("say", "wanted"),
    [
        (Say(PromptId("main.advice"), key="1"), "For advice, press 1."),
        (Say(PromptId("say.did-you-say"), option=PromptId("main.callback")), "Did you say being called back?"),
        (Say(PromptId("advice.1")), "It is free. The number is 0 1 6 0 4, 3 6 7, 1 2 5."),
        (Say(PromptId("advice.2")), "That was on 28 April 2023."),
        (Say(PromptId("done.1")), "Staff will ring you within 2 working days. Your reference is"),
        (Say(PromptId("welcome")), "Welcome to the Sample line."),
    ],
)
def test_every_placeholder_is_filled_in(flow: Flow, say: Say, wanted: str) -> None:
    assert text_of(flow, say, "en-GB") == wanted


def test_a_prompt_may_be_said_in_a_language_of_its_own(flow: Flow) -> None:
    assert text_of(flow, Say(PromptId("main.advice"), key="1", language="pl-PL"), "en-GB") == "Porady, press 1."


def test_what_a_language_lacks_is_said_in_the_default_language(flow: Flow) -> None:
    assert text_of(flow, Say(PromptId("bye")), "cy-GB") == "Goodbye."

    polish = replace(flow.words["pl-PL"], prompts={})
    assert text_of(replace(flow, words=flow.words | {"pl-PL": polish}), Say(PromptId("bye")), "pl-PL") == "Goodbye."


def test_an_option_without_a_name_is_called_what_it_hears(tmp_path: Path) -> None:
    prompts = copied(tmp_path)
    edit(prompts, "words/en-GB.yaml", "    name: being called back\n", "")

    said = Say(PromptId("say.did-you-say"), option=PromptId("main.callback"))
    assert text_of(load(prompts), said, "en-GB") == "Did you say call me back?"


@pytest.mark.parametrize(
    ("number", "wanted"),
    [
        ("+441604367125", "0 1 6 0 4, 3 6 7, 1 2 5"),
        ("+442079460018", "0 2 0, 7 9 4 6, 0 0 1 8"),
        ("+443003033000", "0 3 0 0, 3 0 3, 3 0 0 0"),
        ("+44169772123", "0 1 6 9 7, 7 2 1, 2 3"),
    ],
)
def test_numbers_are_said_digit_by_digit_in_their_groups(number: str, wanted: str) -> None:
    assert digits_of(number) == wanted


@pytest.mark.parametrize(
    ("days", "language", "wanted"),
    [
        (1, "en-GB", "1 working day"),
        (2, "en-GB", "2 working days"),
        (1, "pl-PL", "1 dnia roboczego"),
        (5, "pl-PL", "5 dni roboczych"),
        (2, "ro-RO", "2 zile lucrătoare"),
        (2, "cy-GB", "2 working days"),
    ],
)
def test_days_have_their_plural(days: int, language: str, wanted: str) -> None:
    assert working_days(days, language) == wanted


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("en-GB", "28 April 2023"),
        ("pl-PL", "28 kwietnia 2023"),
        ("ro-RO", "28 aprilie 2023"),
        ("cy-GB", "28 April 2023"),
    ],
)
def test_dates_are_words(language: str, wanted: str) -> None:
    assert dated(date(2023, 4, 28), language) == wanted


def test_the_script_has_every_text_once_in_the_order_of_a_call(flow: Flow) -> None:
    lines = script(flow, "en-GB")

    assert [line.prompt for line in lines[:4]] == ["notice.winter", "welcome", "tongue.ask", "main.ask"]
    assert len(set(lines)) == len(lines)
    keys = {(line.prompt, line.key) for line in lines}
    assert {("main.callback", "1"), ("main.callback", "2")} <= keys
    assert {(f"digit.{digit}", "") for digit in range(10)} <= keys
    assert (
        ScriptLine(
            PromptId("say.did-you-say"),
            "",
            "main.bye",
            "Did you say goodbye?",
            Say(PromptId("say.did-you-say"), option=PromptId("main.bye")),
        )
        in lines
    )


def test_the_script_holds_every_prompt_but_those_that_are_not_spoken(flow: Flow) -> None:
    said = {line.prompt for line in script(flow, "en-GB")}

    assert set(flow.words["en-GB"].prompts) - said == {"text.words", "language.offer", "language.other"}
    assert not said & READ_BACK


def test_languages_offer_themselves_once_there_are_two(flow: Flow) -> None:
    both = replace(flow, words=flow.words | {"pl-PL": replace(flow.words["pl-PL"], status="approved")})

    offers = [line.say for line in script(both, "pl-PL") if line.prompt == "language.offer"]

    assert offers == [Say(PromptId("language.offer"), key="2", language="pl-PL")]


def test_nodes_come_in_the_order_of_a_call(flow: Flow) -> None:
    order = nodes_in_order(flow)

    assert order[:5] == ("welcome", "tongue", "main", "advice", "wish")
    assert set(order) == set(flow.nodes)


def test_the_shipped_script_is_complete_in_every_language() -> None:
    shipped = load(SHIPPED)
    menus = [node for node in shipped.nodes.values() if isinstance(node, Menu)]
    options = {(option.says, option.key) for menu in menus for option in menu.options}

    for language in shipped.words:
        lines = script(shipped, language)
        assert options <= {(line.prompt, line.key) for line in lines}
        assert [line.text for line in lines if "{" in line.text or not line.text.strip()] == []
