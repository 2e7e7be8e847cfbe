"""Headings, chapters and ages, for our flow and for flows that authors change."""

from dataclasses import replace
from datetime import date

import pytest
from click.testing import CliRunner

from ivr.cli import main
from ivr.flow.nodes import Menu, NodeId, Option
from ivr.pages.book import age, book, written
from ivr.pages.chart import chart_of
from ivr.pages.text import WIDTH, as_text, map_text
from tests.pages.serving import ENGLISH, TOP, flow, plain

TODAY = date(2026, 11, 24)
PROMPTS = ("--prompts", str(TOP / "prompts"))


def run(*arguments):
    done = CliRunner(mix_stderr=False).invoke(main, arguments)
    return done.exit_code, done.stdout, done.stderr


def entries(told):
    return [entry for chapter in told.chapters for entry in chapter.entries]


@pytest.mark.parametrize("language", [ENGLISH, "pl-PL", "ro-RO"])
def test_every_node_has_a_heading_of_its_own_that_is_no_id(language):
    told = entries(book(flow(), language))

    assert {entry.node for entry in told} == set(flow().nodes)
    assert len({entry.heading for entry in told}) == len(told)
    assert len({entry.number for entry in told}) == len(told)
    assert [
        entry.node for entry in told if entry.heading.lower().replace(" ", "-") == entry.node and "-" in entry.node
    ] == []
    assert all(entry.heading[0].isupper() or not entry.heading[0].isalpha() for entry in told)


@pytest.mark.parametrize(
    ("node", "heading"),
    [
        ("main", "The main menu"),
        ("mediation", "Mediation"),
        ("after-mediation", "After “Mediation”: What would you like next?"),
        ("callback-check", "The number that I have is … Is that right?"),
        ("ask-council", "Which council is it about?"),
        ("busy", "If the number is busy"),
        ("callback-done", "Staff will ring you within 2 working days."),
    ],
)
def test_a_heading_is_what_the_node_is_about(node, heading):
    assert book(flow(), ENGLISH).stops[NodeId(node)].entry.heading == heading


def test_chapters_follow_the_main_menu():
    titles = [chapter.title for chapter in book(flow(), ENGLISH).chapters]

    assert titles[:3] == ["The start of a call", "Help to choose", "Mediation or disagreement resolution"]
    assert {"A person", "Asking to be called back"} < set(titles)
    assert titles[-1] == "The end of a call"


def test_a_menu_that_an_author_adds_is_in_the_book_and_on_the_map():
    given = flow()
    option = Option(key="4", says=given.nodes[NodeId("support")].options[0].says, goto=NodeId("lunch"))
    support = replace(given.nodes[NodeId("support")], options=(*given.nodes[NodeId("support")].options, option))
    lunch = Menu(ask=("support.ask",), options=support.options[:1])
    told = book(replace(given, nodes=given.nodes | {"support": support, "lunch": lunch}), ENGLISH)

    assert told.stops[NodeId("lunch")].entry in entries(told)
    assert "lunch" in {box.entry.node for lane in chart_of(told).lanes for box in lane.boxes}


def test_a_choice_that_only_some_callers_have_says_so():
    told = book(flow(), ENGLISH)
    ways = told.stops[NodeId("after-mediation")].ways
    (box,) = (box for lane in chart_of(told).lanes for box in lane.boxes if box.entry.node == "after-mediation")

    assert [onward.way.who for onward in ways][-2:] == ["callers who can be sent a text message", "all other callers"]
    assert [chip.text.split()[0] for chip in box.chips] == ["↑", "→", "→", "mobiles", "others"]
    assert "(only all other callers)" in plain(as_text(told, TODAY))


def test_a_line_is_drawn_or_told_for_every_way_on():
    told = book(flow(), ENGLISH)
    for lane in chart_of(told).lanes:
        away = sum(len(box.chips) for box in lane.boxes)
        ways = [(box.entry.node, onward) for box in lane.boxes for onward in told.stops[box.entry.node].ways]
        together = len(ways) - len({(node, onward.entry.node) for node, onward in ways})
        assert len(lane.lines) <= len(ways) - away <= len(lane.lines) + together


def test_most_ways_inside_a_chapter_are_lines_and_lead_down():
    for lane in chart_of(book(flow(), ENGLISH)).lanes:
        for line in lane.lines:
            assert line.leaves < line.stretches[-1].to_y
            assert all(piece.y < piece.to_y for piece in line.stretches)


@pytest.mark.parametrize(
    ("today", "told"),
    [
        (date(2023, 4, 28), "less than a month"),
        (date(2023, 5, 27), "less than a month"),
        (date(2023, 5, 28), "1 month"),
        (date(2024, 4, 27), "11 months"),
        (date(2024, 4, 28), "1 year"),
        (date(2026, 11, 24), "3 years and 6 months"),
    ],
)
def test_age_is_told_in_whole_years_and_months(today, told):
    assert age(date(2023, 4, 28), today) == told


@pytest.mark.parametrize(("number", "told"), [("+441604367125", "01604 367 125"), ("+442079460000", "020 7946 0000")])
def test_a_number_is_written_as_people_write_it(number, told):
    assert written(number) == told


@pytest.mark.parametrize("language", [ENGLISH, "pl-PL", "ro-RO"])
def test_no_line_of_plain_text_is_longer_than_a_page_is_wide(language):
    told = book(flow(), language)

    assert max(map(len, (as_text(told, TODAY) + map_text(told)).splitlines())) <= WIDTH


def test_the_command_prints_the_script():
    code, shown, _ = run("script", *PROMPTS)

    assert code == 0
    assert "Before you register an appeal like that, you must contact a mediation adviser." in plain(shown)
    assert "DRAFT" not in shown


def test_the_command_marks_a_draft():
    code, shown, _ = run("script", *PROMPTS, "--language", "pl-PL")

    assert code == 0
    assert "DRAFT. These words are not approved." in plain(shown)
    assert flow().words["pl-PL"].prompts["mediation.who"].says[0].text in plain(shown)


def test_a_language_that_is_not_there_is_refused():
    code, shown, said = run("script", *PROMPTS, "--language", "cy-GB")

    assert (code, shown) == (2, "")
    assert "there are: en-GB, pl-PL, ro-RO" in said


def test_the_command_draws_the_map(tmp_path):
    file = tmp_path / "map.svg"
    code, shown, _ = run("map", *PROMPTS, "--output", str(file), "--url", "https://line.example.org/")

    assert (code, shown) == (0, f"written: {file}\n")
    assert 'href="https://line.example.org/script#node-main"' in file.read_text("utf-8")


def test_the_command_tells_the_map_in_words():
    code, shown, _ = run("map", *PROMPTS, "--text")

    assert code == 0
    assert "   1  Help to choose → 2.1 Help to choose" in shown
