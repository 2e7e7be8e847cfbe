"""The proof explores the engine itself: everywhere, at every time, for every caller; and it is not fooled."""

from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from ivr.flow.check import check, waive
from ivr.flow.check_finding import Finding, node, prompt
from ivr.flow.events import NoInput, Pressed, RingEnded, Started
from ivr.flow.line import Flow, Waiver
from ivr.flow.nodes import Menu, NodeId, Option, PromptId
from ivr.flow.proof import stranded, too_long
from ivr.flow.proof_everywhere import everywhere
from ivr.flow.proof_help import help_in
from ivr.flow.proof_moves import Noted, canonical, moves, staged
from ivr.flow.proof_times import by_words
from ivr.flow.state import State
from ivr.flow.turn import End, NotStored, Ring
from ivr.flow.walk import Walked, walk
from ivr.prompts.load import load
from tests.check.files import SAMPLE, TODAY

OTHER = Waiver(check="late-choice", subject="main", reason="short enough", until=date(2026, 12, 1))


@cache
def sample() -> Flow:
    return load(SAMPLE)


@cache
def walked() -> Walked:
    return walk(sample())


def test_every_node_is_gone_through() -> None:
    assert walked().passed == set(sample().nodes)


def test_a_flow_that_states_no_hours_is_tried_closed_and_on_holiday_too() -> None:
    assert not sample().line.hours
    assert {move.clock for move in walked().moves} == {"open", "closed", "holiday"}
    assert any(move.clock == "holiday" and "person" in move.path for move in walked().moves)


def test_every_caller_every_outcome_and_every_fate_of_a_promise_is_tried() -> None:
    tried = walked().moves
    outcomes = {move.event.outcome for move in tried if isinstance(move.event, RingEnded)}

    assert {place.caller for place in walked().places} == {"mobile", "landline", "unknown"}
    assert {"conversation", "busy", "no_answer", "failed", "refused", "something-new"} <= outcomes
    assert {type(one).__name__ for move in tried for one in move.outcomes} == {"Stored", "NotStored"}
    assert any(getattr(one, "merged", False) for move in tried for one in move.outcomes)
    assert {place.progress for place in walked().places} == {"none", "wished", "drafted", "kept"}


def test_every_key_every_language_and_every_pace_is_tried_at_every_place() -> None:
    tried, elsewhere = everywhere(sample(), walked())
    keys = {(move.place.node, move.event.keys) for move in tried if move.place and isinstance(move.event, Pressed)}

    assert elsewhere == []
    assert {(name, key) for name in ("main", "advice", "number", "own") for key in "0123456789*#"} <= keys
    assert {move.place.pace for move in tried if move.place} == {"normal", "slow"}


def test_a_call_that_dropped_a_lost_one_and_one_from_an_earlier_flow_are_begun() -> None:
    begun = [move for move in walked().moves if move.place is None]

    assert any(isinstance(move.event, Started) and move.event.left for move in begun)
    assert any(move.place and move.place.node == "no-longer-there" for move in walked().moves)


def test_the_work_grows_with_the_flow_and_no_faster() -> None:
    """Twice the leaflets, each with its own menu after it: about twice the moves."""
    small, large = (len(walk(_with_leaflets(count)).moves) for count in (2, 4))
    none = len(walked().moves)

    assert large - none < 2.6 * (small - none)


def _with_leaflets(count: int) -> Flow:
    """The sample with a row of menus behind its first choice, each leading to the next and to the main menu."""
    flow = sample()
    nodes = dict(flow.nodes)
    for number in range(count):
        ahead = NodeId(f"more-{number + 1}" if number + 1 < count else "advice")
        nodes[NodeId(f"more-{number}")] = Menu(
            ask=(PromptId("check.ask"),), options=(_option("1", ahead), _option("2", "main"))
        )
    main = nodes[NodeId("main")]
    assert isinstance(main, Menu)
    first = replace(main.options[0], goto=NodeId("more-0"))
    nodes[NodeId("main")] = replace(main, options=(first, *main.options[1:]))
    return replace(flow, nodes=nodes)


def _option(key: str, goto: str) -> Option:
    return Option(key=key, says=PromptId("main.advice"), goto=NodeId(goto))  # type: ignore[arg-type]


def test_the_path_of_a_move_is_what_the_engine_went_through() -> None:
    flow = staged(sample())
    place = State(NodeId("main"), turn=1, caller="mobile")
    paths = {move.clock: move.path for move in moves(flow, place, Pressed("0"))}

    assert paths == {
        "open": ("main", "person", "ring"),
        "closed": ("main", "person", "nobody"),
        "holiday": ("main", "person", "nobody"),
    }


def test_a_promise_that_is_not_kept_is_followed_too() -> None:
    flow = staged(sample())
    place = State(NodeId("own"), turn=1, caller="mobile", progress="wished")
    ends = [(move.outcomes[-1], move.path[-1]) for move in moves(flow, place, Pressed("1")) if move.clock == "open"]

    assert (NotStored(), "ring") in ends
    assert len(ends) == 3


def test_an_exception_of_the_engine_is_a_finding() -> None:
    flow = replace(sample(), nodes={name: one for name, one in sample().nodes.items() if name != "done"})
    found = list(stranded(broken := walk(flow), help_in(broken)))

    assert any(finding.code == "no-answer" for finding in found)


def test_the_engine_going_round_is_a_finding() -> None:
    nodes = sample().nodes
    person = replace(nodes[NodeId("person")], open=NodeId("person"))  # type: ignore[arg-type]
    broken = walk(replace(sample(), nodes={**nodes, NodeId("person"): person}))  # type: ignore[dict-item]

    assert ("circle", "person") in {(one.code, one.subject.name) for one in stranded(broken, help_in(broken))}


def test_nodes_that_the_loader_would_let_pass_are_found_out_of_reach() -> None:
    flow = sample()
    lonely = Menu(ask=(PromptId("check.ask"),), options=(_option("1", "lonely"),))
    found = walk(replace(flow, nodes={**flow.nodes, NodeId("lonely"): lonely}))

    assert ("unreachable", "lonely") in {(one.code, one.subject.name) for one in stranded(found, help_in(found))}


def test_more_choices_than_four_are_found_without_the_loader() -> None:
    main = sample().nodes[NodeId("main")]
    assert isinstance(main, Menu)
    more = replace(main, options=(*main.options, _option("4", "advice"), _option("5", "advice")))
    found = walk(replace(sample(), nodes={**sample().nodes, NodeId("main"): more}))

    assert ("menu-too-long", "main") in {(one.code, one.subject.name) for one in stranded(found, help_in(found))}


def test_answers_must_fit_into_the_address_of_a_turn() -> None:
    own = sample().nodes[NodeId("own")]
    assert isinstance(own, Menu)
    wide = tuple(replace(own.options[0], key=str(key), value=str(key) * 90) for key in range(1, 5))  # type: ignore[arg-type]
    flow = replace(sample(), nodes={**sample().nodes, NodeId("own"): replace(own, keeps="needs", options=wide)})

    assert list(too_long(sample())) == []
    assert [finding.code for finding in too_long(flow)] == ["state-too-long"]


def test_places_that_differ_in_nothing_that_matters_are_one() -> None:
    one = State(NodeId("main"), turn=3, starred=True, trail=(NodeId("advice"),), answers=(("council", "north"),))

    assert canonical(one) == canonical(State(NodeId("main")))
    for change in ({"tries": 1}, {"pace": "slow"}, {"caller": "mobile"}, {"progress": "kept"}, {"unreached": True}):
        assert canonical(one._replace(**change)) != canonical(one)  # type: ignore[arg-type]


def test_looking_at_nodes_by_get_leaves_no_trace() -> None:
    nodes = Noted(sample().nodes)
    nodes.get(NodeId("main"))
    assert nodes.path == []
    _ = nodes[NodeId("main")]
    assert nodes.path == ["main"]


def test_only_a_choice_ends_a_call_and_silence_rings_a_person() -> None:
    ends = {(move.path, move.event) for move in walked().moves if move.turn and isinstance(move.turn.action, End)}
    rung = [
        move for move in walked().moves if move.event == NoInput() and move.turn and isinstance(move.turn.action, Ring)
    ]

    assert {path for path, _ in ends} <= {("main", "bye"), ("nobody", "bye")}
    assert all(isinstance(event, Pressed) for _, event in ends)
    assert rung


def test_the_table_has_the_worst_first_and_measures_with_what_it_is_given() -> None:
    report = check(sample(), TODAY, lambda _text, pace: 4.0 if pace == "normal" else 5.0)
    rows = {row.node: row for row in report.rows}

    assert [row.keys for row in report.rows] == sorted((row.keys for row in report.rows), reverse=True)
    # A breath and one prompt until a person is rung; when closed, two prompts and two pauses until the offer.
    assert (rows[NodeId("main")].person.normal, rows[NodeId("main")].person.slow) == (10.0, 14.0)
    assert rows[NodeId("advice")].parts == (18 + 8, 7)
    assert rows[NodeId("number")].keys == 2
    assert report.sound
    assert report.moves > len(report.rows) * 100


@pytest.mark.parametrize(("pace", "seconds"), [("normal", 4.0), ("slow", 4.8)])
def test_ten_words_last_as_long_as_their_pace_says(pace: str, seconds: float) -> None:
    assert by_words("one two three four five six seven eight nine ten", pace) == pytest.approx(seconds)  # type: ignore[arg-type]


def test_a_warning_is_waived_until_the_last_day_and_an_error_never() -> None:
    late = Finding("warning", "late-choice", node("main"), "long")
    wrong = Finding("error", "late-choice", node("main"), "longer")

    assert waive([late], (OTHER,), OTHER.until) == ((), ((late, OTHER),))
    assert [one.code for one in waive([late], (OTHER,), date(2026, 12, 2))[0]] == ["waiver", "late-choice"]
    assert waive([wrong], (OTHER,), OTHER.until)[0][0] == wrong


def test_a_waiver_needs_a_reason_and_something_to_waive() -> None:
    late = Finding("warning", "late-choice", node("main"), "long")
    bare = replace(OTHER, reason=" ")

    assert [one.severity for one in waive([late], (bare,), TODAY)[0]] == ["error"]
    assert [one.severity for one in waive([], (OTHER,), TODAY)[0]] == ["warning"]
    assert waive([replace(late, subject=prompt("en-GB", "main.ask"))], (OTHER,), TODAY)[1] == ()
