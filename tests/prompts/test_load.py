"""A folder becomes a flow; an edit is served, a bad edit is not."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from datetime import time as clock
from pathlib import Path

import holidays
import pytest

from ivr.flow.line import Opening
from ivr.flow.nodes import Hours, Menu, Message, NodeId, Option, Part, PromptId
from ivr.flow.wording import Sentence
from ivr.prompts import bank_holidays
from ivr.prompts.findings import PromptsError
from ivr.prompts.load import Watched, load, load_with_positions
from tests.prompts.files import SAMPLE, SHIPPED, copied, edit, mistakes

SLOWEST = 1.5
"""Seconds; about 0.1 is usual, and a busy machine is no mistake."""


def test_the_yaml_becomes_the_dataclasses() -> None:
    flow = load(SAMPLE)

    assert flow.nodes[NodeId("person")] == Hours(open=NodeId("ring"), closed=NodeId("nobody"), holiday=NodeId("nobody"))
    assert flow.nodes[NodeId("advice")] == Message(
        topic="advice",
        parts=(Part(says=(PromptId("advice.1"),)), Part(says=(PromptId("advice.2"),), quiet=3)),
        goto=NodeId("main"),
    )
    own = flow.nodes[NodeId("own")]
    assert isinstance(own, Menu)
    assert own.yes_no
    assert own.options[1] == Option(key="2", says=PromptId("own.no"), goto=NodeId("number"), value="keyed")
    assert flow.line.hours == (
        Opening(days=("monday", "tuesday", "wednesday", "thursday", "friday"), opens=clock(9), closes=clock(17)),
    )
    assert flow.line.closures == (date(2026, 12, 24),)
    words = flow.words["en-GB"].prompts
    assert words[PromptId("bye")].says == (Sentence(text="Goodbye."),)
    assert words[PromptId("advice.1")].says[0] == Sentence(text="It is free.", facts=("free",))


def test_a_sentence_over_several_lines_is_one_line(tmp_path: Path) -> None:
    prompts = copied(tmp_path)
    edit(
        prompts,
        "words/en-GB.yaml",
        "  bye: {says: [Goodbye.]}",
        "  bye:\n    says:\n      - |\n        Good\n        bye.\n",
    )

    assert load(prompts).words["en-GB"].prompts[PromptId("bye")].says[0].text == "Good bye."


def test_a_node_and_a_prompt_know_where_they_are_written() -> None:
    loaded = load_with_positions(SAMPLE)

    assert loaded.where("main") == ("sample/menus/main.yaml", 2, 1)
    assert loaded.where("main.ask") == ("sample/words/en-GB.yaml", 23, 3)
    assert loaded.spot("menus/main.yaml", ("options", 2, "goto")) == ("sample/menus/main.yaml", 13, 11)
    assert loaded.spot("words/pl-PL.yaml", ("prompts", "bye", "facts")) == ("sample/words/pl-PL.yaml", 53, 3)
    with pytest.raises(KeyError):
        loaded.where("nowhere")


def test_the_shipped_line_loads_without_a_mistake_and_quickly() -> None:
    load_with_positions(SHIPPED)
    started = time.perf_counter()
    flow = load_with_positions(SHIPPED).flow

    assert time.perf_counter() - started < SLOWEST
    assert set(flow.line.languages) == set(flow.words)


def test_the_same_files_are_the_same_flow_and_others_are_not(tmp_path: Path) -> None:
    prompts = copied(tmp_path)
    before = load(prompts)
    assert load(prompts) is before

    edit(prompts, "words/en-GB.yaml", "[Goodbye.]", "[Bye bye.]")
    assert load(prompts).version != before.version
    edit(prompts, "words/en-GB.yaml", "[Bye bye.]", "[Goodbye.]")
    assert load(prompts) == before

    (prompts / "menus" / "stray.txt").write_text("x")
    for _ in range(2):
        assert len(mistakes(prompts)) == 1


def test_bank_holidays_are_those_of_the_holidays_package() -> None:
    known = holidays.country_holidays("GB", subdiv="ENG", years=range(2020, 2051))
    rows = "\n".join(
        f"    {year} " + " ".join(f"{day:%m-%d}" for day in sorted(known) if day.year == year)
        for year in range(2020, 2051)
    )

    assert set(known) == bank_holidays.ENGLAND, f"paste into ivr/prompts/bank_holidays.py:\n{rows}"
    assert load(SAMPLE).bank_holidays == bank_holidays.ENGLAND


def test_an_edit_is_served(tmp_path: Path) -> None:
    prompts = copied(tmp_path)
    watched = Watched(prompts, every=0)
    before = watched.flow
    assert watched.flow is before

    edit(prompts, "words/en-GB.yaml", "[Goodbye.]", "[Bye bye.]")

    assert watched.flow.words["en-GB"].prompts[PromptId("bye")].says[0].text == "Bye bye."
    assert watched.flow.version != before.version


def test_a_bad_edit_is_told_once_and_the_old_flow_goes_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    prompts = copied(tmp_path)
    watched = Watched(prompts, every=0)
    before = watched.flow
    edit(prompts, "menus/main.yaml", "goto: bye", "goto: by")

    with caplog.at_level(logging.ERROR):
        assert watched.flow is before
        assert watched.flow is before

    wanted = "prompts/menus/main.yaml:13:11: no node called 'by'; did you mean 'bye'?"
    assert [str(one) for one in watched.mistakes] == [wanted]
    assert [wanted in record.message for record in caplog.records] == [True]

    edit(prompts, "menus/main.yaml", "goto: by", "goto: bye")
    edit(prompts, "words/en-GB.yaml", "[Goodbye.]", "[Bye bye.]")
    assert watched.flow.version != before.version
    assert watched.mistakes == ()


def test_files_added_and_removed_are_seen(tmp_path: Path) -> None:
    prompts = copied(tmp_path)
    watched = Watched(prompts, every=0)
    before = watched.flow
    (prompts / "menus/bye.yaml").rename(tmp_path / "bye.yaml")

    assert watched.flow is before
    assert watched.mistakes

    (tmp_path / "bye.yaml").rename(prompts / "menus/bye.yaml")
    assert watched.flow.version == before.version
    assert watched.mistakes == ()


def test_the_files_are_looked_at_no_more_often_than_asked(tmp_path: Path) -> None:
    prompts = copied(tmp_path)
    watched = Watched(prompts, every=3600)
    before = watched.flow
    edit(prompts, "words/en-GB.yaml", "[Goodbye.]", "[Bye bye.]")

    assert watched.flow is before


def test_many_threads_get_one_whole_flow_or_the_other(tmp_path: Path) -> None:
    prompts = copied(tmp_path)
    watched = Watched(prompts, every=0)
    versions = [watched.flow.version]
    edit(prompts, "words/en-GB.yaml", "[Goodbye.]", "[Bye bye.]")
    versions.append(load(prompts).version)

    with ThreadPoolExecutor(8) as threads:
        seen = list(threads.map(lambda _: watched.flow.version, range(200)))

    assert set(seen) <= set(versions)
    assert watched.flow.version == versions[1]


def test_a_folder_that_cannot_be_served_to_begin_with_is_refused(tmp_path: Path) -> None:
    prompts = copied(tmp_path)
    (prompts / "line.yaml").unlink()

    with pytest.raises(PromptsError):
        Watched(prompts)
