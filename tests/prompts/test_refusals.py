"""Each mistake an author can make is refused at its line, in words that say what to do."""

from pathlib import Path
from typing import get_args

import pytest

from ivr.flow.nodes import KINDS, Field
from tests.prompts.files import copied, edit, mistakes

MAIN, OWN, LINE, WORDS = "menus/main.yaml", "menus/own.yaml", "line.yaml", "words/en-GB.yaml"
ADVICE = "menus/advice.yaml"
DRAFT = "words/pl-PL.yaml"
UNREACHED = "no call can reach 'text': nothing leads to it; remove the file, or lead an option to it"
FIELDS = ", ".join(get_args(Field))

KEYS = [
    (MAIN, "options:", "optoins:", "menus/main.yaml:4:1: unknown key 'optoins' of Menu; did you mean 'options'?"),
    (
        MAIN,
        "help: main.help",
        "help: main.help\nzzz: 1",
        "menus/main.yaml:15:1: unknown key 'zzz' of Menu; known: ask, options, keeps, yes_no, help, no_input, no_match",
    ),
    (
        MAIN,
        "    goto: bye\n",
        "",
        "menus/main.yaml:11:5: Option needs 'goto': the node this choice leads to",
    ),
    (MAIN, "kind: menu", "kind: meun", "menus/main.yaml:2:7: unknown kind 'meun'; did you mean 'menu'?"),
    (
        MAIN,
        "kind: menu\n",
        "",
        f"menus/main.yaml:2:1: no kind given; one of {', '.join(KINDS)}",
    ),
    (
        MAIN,
        "help: main.help",
        "help: [main.help]",
        "menus/main.yaml:14:7: expected a prompt for 'help' of Menu, found a list",
    ),
    (
        MAIN,
        "ask: [main.ask]",
        "ask: main.ask",
        "menus/main.yaml:3:6: expected a list for 'ask' of Menu, found 'main.ask'; write [main.ask]",
    ),
    (MAIN, "ask: [main.ask]", "ask: []", "menus/main.yaml:3:6: 'ask' of Menu is an empty list"),
    (MAIN, "ask: [main.ask]", "ask: {a: b}", "menus/main.yaml:3:6: expected a list for 'ask' of Menu, found a map"),
    (OWN, "yes_no: yes", "yes_no: maybe", "menus/own.yaml:3:9: expected yes or no for 'yes_no' of Menu, found 'maybe'"),
    (
        OWN,
        "keeps: number",
        "keeps: numbre",
        f"menus/own.yaml:4:8: 'keeps' of Menu is one of {FIELDS}, found 'numbre'; did you mean 'number'?",
    ),
    (
        MAIN,
        'key: "3"',
        'key: "9"',
        "menus/main.yaml:11:10: 'key' of Option is one of 1, 2, 3, 4, 5, 6, 7, 8, found '9'",
    ),
    (
        ADVICE,
        "quiet: 3",
        "quiet: soon",
        "menus/advice.yaml:6:12: expected a whole number for 'quiet' of Part, found 'soon'",
    ),
    (
        ADVICE,
        "quiet: 3",
        "quiet: -3",
        "menus/advice.yaml:6:12: expected a whole number for 'quiet' of Part, found '-3'",
    ),
    (
        ADVICE,
        "- says: [advice.1]",
        "- advice.1",
        "menus/advice.yaml:4:5: expected a map (Part) here, found 'advice.1'",
    ),
    (
        LINE,
        "opens: 09:00",
        "opens: 9am",
        "line.yaml:26:12: expected a time such as 09:00 for 'opens' of Opening, found '9am'",
    ),
    (
        LINE,
        "guidance_dated: 2023-04-28",
        "guidance_dated: 2023-04-31",
        "line.yaml:23:17: expected a date such as 2026-12-21 for 'guidance_dated' of Line, found '2023-04-31'",
    ),
    (LINE, "name: Sample line", 'name: ""', "line.yaml:1:7: 'name' of Line is empty"),
    (LINE, "start: welcome", "start: Welcome!", "line.yaml:2:8: expected a node for 'start' of Line, found 'Welcome!'"),
    (
        WORDS,
        "  person: [person, operator]",
        "  persson: [person, operator]\n  person: [person]",
        "words/en-GB.yaml:6:3: unknown key 'persson'; did you mean 'person'?",
    ),
    (
        WORDS,
        "  bye: {says: [Goodbye.]}",
        "  bye: {says: [Goodbye.]}\n  Bye now: {says: [Goodbye.]}",
        "words/en-GB.yaml:55:3: 'Bye now' is no name for a prompt: small letters and digits, joined by single . - or _",
    ),
    (WORDS, "  bye: {says: [Goodbye.]}", '  bye: {says: [""]}', "words/en-GB.yaml:54:16: 'text' of Sentence is empty"),
    (
        WORDS,
        "status: approved",
        "status: aproved",
        "words/en-GB.yaml:1:9: 'status' of Words is one of draft, approved, found 'aproved'; did you mean 'approved'?",
    ),
]
"""Keys, types and shapes, told by the dataclasses."""

MEANING = [
    (MAIN, "goto: advice", "goto: advcie", "menus/main.yaml:7:11: no node called 'advcie'; did you mean 'advice'?"),
    (MAIN, "goto: advice", "goto: zzzz", "menus/main.yaml:7:11: no node called 'zzzz'; write menus/zzzz.yaml"),
    (LINE, "nobody: nobody", "nobody: nobdy", "line.yaml:5:9: no node called 'nobdy'; did you mean 'nobody'?"),
    (
        MAIN,
        "[main.ask]",
        "[main.ak]",
        "menus/main.yaml:3:7: no words for 'main.ak' in en-GB.yaml; did you mean 'main.ask'?",
    ),
    (
        DRAFT,
        '  main.bye: {says: ["To end this call, press {key}."], name: goodbye}\n',
        "",
        "menus/main.yaml:12:11: no words for 'main.bye' in pl-PL.yaml; did you mean 'main.help'?",
    ),
    (DRAFT, "  bye: {says: [Goodbye.]}\n", "", "menus/bye.yaml:2:8: no words for 'bye' in pl-PL.yaml"),
    (
        WORDS,
        "  digit.7: {says: [seven]}\n",
        "",
        "words/en-GB.yaml:19:3: no words for 'digit.7', which every language needs",
    ),
    (
        WORDS,
        '  language.offer: {says: ["For English, press {key}."]}\n',
        "",
        "words/en-GB.yaml:19:3: no words for 'language.offer', which every language needs",
    ),
    (
        WORDS,
        "facts: [free]",
        "facts: [fre]",
        "words/en-GB.yaml:37:17: no fact called 'fre' in facts.yaml; did you mean 'free'?",
    ),
    (
        WORDS,
        "facts: [free]",
        "facts: [referral]",
        "words/en-GB.yaml:37:17: the fact 'referral' is for staff and is not said to callers",
    ),
    (
        MAIN,
        "help: main.help",
        "help: main.bye",
        "menus/main.yaml:14:7: 'main.bye' is 'says' of Option elsewhere, and cannot be said here; write another prompt",
    ),
    ("facts.yaml", "{id: free,", "{id: phone,", "facts.yaml:2:8: the fact 'phone' is given twice; keep one"),
    (MAIN, 'key: "2"', 'key: "4"', "menus/main.yaml:8:10: keys count up from 1 without a gap: expected '2'"),
    (
        MAIN,
        "help: main.help",
        '  - {key: "4", says: main.bye, goto: bye}\n  - {key: "5", says: main.bye, goto: bye}\nhelp: main.help',
        "menus/main.yaml:5:3: 5 options; at most 4, more cannot be remembered: lead to another menu",
    ),
    (
        "menus/check.yaml",
        '  - {key: "2", says: own.no, goto: number}\n',
        "",
        "menus/check.yaml:5:3: a yes-or-no question has two options: 1 is yes, 2 is no",
    ),
    (
        OWN,
        ", value: keyed",
        "",
        "menus/own.yaml:7:5: 'value' is missing: the menu keeps 'number'",
    ),
    (OWN, "value: keyed", "value: other", "menus/own.yaml:7:51: a kept number is 'own' or 'keyed', found 'other'"),
    (
        OWN,
        "value: keyed",
        "value: own",
        "menus/own.yaml:7:51: the value 'own' is given twice; each option keeps its own",
    ),
    (
        OWN,
        "value: keyed",
        "value: My own",
        "menus/own.yaml:7:51: 'My own' is no value: small letters, digits, - and _ only, at most 32",
    ),
    (
        OWN,
        "keeps: number\n",
        "",
        "menus/own.yaml:5:50: a value, but the menu keeps nothing; add `keeps`, or remove 'own'",
    ),
    (
        MAIN,
        "help: main.help",
        "help: main.help\nno_input: [silence.1]",
        "menus/main.yaml:15:11: 'no_input' needs 2 prompts, one for each try of the line, found 1",
    ),
    (
        "menus/number.yaml",
        "failed: person",
        "failed: person\nno_input: [silence.1]",
        "menus/number.yaml:5:11: 'no_input' needs 2 prompts, one for each try of the line, found 1",
    ),
    (ADVICE, "quiet: 3", "quiet: 11", "menus/advice.yaml:6:12: 'quiet' is 0 to 10 seconds, found 11"),
    (
        ADVICE,
        "topic: advice",
        "topic: Some Advice",
        "menus/advice.yaml:2:8: 'Some Advice' is no topic: small letters, digits, - and _ only, at most 32",
    ),
    ("menus/leave.yaml", "seconds: 60", "seconds: 121", "menus/leave.yaml:5:10: 'seconds' is 1 to 120, found 121"),
    ("menus/leave.yaml", "seconds: 60", "seconds: 0", "menus/leave.yaml:5:10: 'seconds' is 1 to 120, found 0"),
    (LINE, "seconds: 30", "seconds: 19", "line.yaml:7:45: 'seconds' is 20 to 60, found 19"),
    (LINE, "seconds: 30", "seconds: 61", "line.yaml:7:45: 'seconds' is 20 to 60, found 61"),
    (
        LINE,
        "no_match: [other.1, other.2]",
        "no_match: [other.1]",
        "line.yaml:22:11: 'no_match' and 'no_input' are the number of tries, so as long as each other: 1 and 2",
    ),
    (
        LINE,
        "no_input: [silence.1, silence.2]\nno_match: [other.1, other.2]",
        "no_input: [silence.1, silence.2, silence.1, silence.2]\nno_match: [other.1, other.2, other.1, other.2]",
        "line.yaml:21:11: 4 tries; at most 3, then a person",
    ),
    (LINE, "closes: 17:00", "closes: 09:00", "line.yaml:27:13: closes at 09:00, not after 09:00"),
    (LINE, "[monday, tuesday,", "[monday, monday,", "line.yaml:25:11: a day is given twice; keep one"),
    (
        LINE,
        "ends: 2026-12-31",
        "ends: 2026-11-30",
        "line.yaml:29:57: the notice ends on 2026-11-30, before it starts on 2026-12-01",
    ),
    (
        LINE,
        "guidance_dated: 2023-04-28",
        "guidance_dated: 2023-04-28\ncallback_days: 0",
        "line.yaml:24:16: 'callback_days' is 1 to 10, found 0",
    ),
    (
        LINE,
        "guidance_dated: 2023-04-28",
        "guidance_dated: 2023-04-28\ncallback_days: 11",
        "line.yaml:24:16: 'callback_days' is 1 to 10, found 11",
    ),
    (LINE, "[en-GB, pl-PL]", "[en-GB, pl-PL, en-GB]", "line.yaml:6:27: 'en-GB' is given twice; keep one"),
    (LINE, "[en-GB, pl-PL]", "[en-GB, pl-PL, english]", "line.yaml:6:27: 'english' is no language; write it as en-GB"),
    (
        LINE,
        "[en-GB, pl-PL]",
        "[en-GB, pl-PL, cy-GB]",
        "line.yaml:6:27: no words for 'cy-GB': write words/cy-GB.yaml",
    ),
    (
        LINE,
        "[en-GB, pl-PL]",
        "[en-GB]",
        "words/pl-PL.yaml:1:1: 'pl-PL' is not among the languages of line.yaml; add it, or remove this file",
    ),
    (LINE, "[en-GB, pl-PL]", "[pl-PL, en-GB]", "words/pl-PL.yaml:1:9: the line's first language must be approved"),
    (
        WORDS,
        "approved_by: the authors of the sample\n",
        "",
        "words/en-GB.yaml:1:9: approved words need 'approved_by': who read and approved them",
    ),
    (
        WORDS,
        "  more_time: [wait]\n",
        "",
        "words/en-GB.yaml:6:3: no words for 'more_time': callers may say it anywhere",
    ),
    (
        WORDS,
        "more_time: [wait]",
        "more_time: [Again!]",
        "words/en-GB.yaml:13:15: 'Again!' already means 'again'; keep one",
    ),
    (
        WORDS,
        "hears: [call me back]",
        "hears: [Advice]",
        "words/en-GB.yaml:30:13: 'Advice' already means 'main.advice' in the menu 'main'; keep one",
    ),
    (
        WORDS,
        "hears: [call me back]",
        "hears: [operator]",
        "words/en-GB.yaml:30:13: 'operator' already means 'person' in the menu 'main'; keep one",
    ),
    (
        WORDS,
        "name: being called back",
        "name: tell me more",
        "words/en-GB.yaml:31:11: 'tell me more' already means 'main.advice' in the menu 'main'; keep one",
    ),
    (
        WORDS,
        "hears: [advice, tell me more]",
        "hears: [advice, 'wait!']",
        "words/en-GB.yaml:26:21: 'wait!' already means 'more_time' in the menu 'main'; keep one",
    ),
    (
        WORDS,
        '  own.no: {says: ["For no, press {key}."], name: "no"}',
        '  own.no: {says: ["For no, press {key}."], name: "yeah"}',
        "words/en-GB.yaml:43:50: 'yeah' already means 'yes' in the menu 'check'; keep one",
    ),
    (
        WORDS,
        ", name: goodbye}",
        "}",
        "words/en-GB.yaml:32:3: 'main.bye' is an option: give it a 'name', for `Did you say …?`",
    ),
    (
        WORDS,
        '"To end this call, press {key}."',
        '"To end this call, press 3."',
        "words/en-GB.yaml:32:3: 'main.bye' is a choice of a menu: hold {key} exactly once, found 0",
    ),
    (
        WORDS,
        '"To end this call, press {key}."',
        '"Press {key}, yes {key}."',
        "words/en-GB.yaml:32:3: 'main.bye' is a choice of a menu: hold {key} exactly once, found 2",
    ),
    (
        WORDS,
        '"For English, press {key}."',
        '"For English, press 1."',
        "words/en-GB.yaml:22:3: 'language.offer' is a choice of a menu: hold {key} exactly once, found 0",
    ),
    (
        WORDS,
        '"Did you say {name}?"',
        '"Did you say that?"',
        "words/en-GB.yaml:62:3: 'say.did-you-say' is a question back: hold {name} exactly once, found 0",
    ),
    (
        WORDS,
        "[Goodbye.]",
        '["Press {key}."]',
        "words/en-GB.yaml:54:16: {key} belongs to a choice of a menu only, and 'bye' is not that",
    ),
    (
        WORDS,
        "[Goodbye.]",
        '["Bye {name}."]',
        "words/en-GB.yaml:54:16: {name} belongs to a question back only, and 'bye' is not that",
    ),
    (WORDS, "[Goodbye.]", '["Ring {fone}."]', "words/en-GB.yaml:54:16: nothing fills {fone}; did you mean 'phone'?"),
    (
        WORDS,
        "[Goodbye.]",
        '["Ring {0}."]',
        "words/en-GB.yaml:54:16: nothing fills {0}; known here: {phone}, {days}, {line}, {dated}",
    ),
    (WORDS, "[Goodbye.]", '["Bye {phone."]', "words/en-GB.yaml:54:16: a lone { or }; write {key}, or leave it out"),
    (WORDS, "[Goodbye.]", '["..."]', "words/en-GB.yaml:54:16: a sentence without a word"),
    (
        WORDS,
        "[Goodbye.]",
        f'["{"word " * 501}"]',
        "words/en-GB.yaml:54:3: 'bye' has 2,505 characters; at most 2,500: split it",
    ),
    (
        WORDS,
        "  bye: {says: [Goodbye.]}",
        "  bye: {says: [Goodbye.]}\n  spare: {says: [Never said.]}",
        "words/en-GB.yaml:55:3: 'spare' is never said: no menu and no key of line.yaml names it; remove it",
    ),
    (
        WORDS,
        "part {part} of {parts}",
        "part {part}",
        "words/en-GB.yaml:70:3: 'say.where' is the place in a leaflet: hold {parts} exactly once, found 0",
    ),
    (
        "menus/nobody.yaml",
        "goto: wish}",
        "goto: wish, only: mobile}",
        "menus/nobody.yaml:5:11: keys count up from 1 without a gap, for callers of `only: others`: expected '1'",
    ),
    (
        LINE,
        "resume: resume",
        "resume: main",
        "line.yaml:30:9: 'main' is no yes-or-no menu, and 'resume' asks yes or no",
    ),
    (
        "menus/nobody.yaml",
        "goto: text, only: mobile}",
        "goto: main}",
        f"menus/text.yaml:1:1: {UNREACHED}",
    ),
]
"""Meaning: what no single value shows."""


def first_with(found: list[str], wanted: str) -> str:
    """The mistake at the wanted place, so that a failure shows how the words differ."""
    place = wanted.split(": ", 1)[0]
    return next((one for one in found if one.startswith(f"{place}: ") and one[-20:] == wanted[-20:]), "\n".join(found))


def test_the_sample_has_no_mistakes(tmp_path: Path) -> None:
    assert mistakes(copied(tmp_path)) == []


@pytest.mark.parametrize(("file", "old", "new", "wanted"), KEYS + MEANING)
def test_a_mistake_is_refused_at_its_line(tmp_path: Path, file: str, old: str, new: str, wanted: str) -> None:
    prompts = copied(tmp_path)
    edit(prompts, file, old, new)

    found = mistakes(prompts)

    assert first_with(found, f"prompts/{wanted}") == f"prompts/{wanted}"


@pytest.mark.parametrize(
    "number",
    [
        "01604367125",
        "+44 1604 367125",
        "999",
        "118118",
        "+449098790000",
        "+447012345678",
        "+448001111",
        "+447700900123",
        "+33142685300",
        "+4416043671",
    ],
)
def test_only_a_uk_landline_may_be_rung(tmp_path: Path, number: str) -> None:
    prompts = copied(tmp_path)
    edit(prompts, LINE, "+441604367125", number)

    wanted = "a UK number that starts 01, 02 or 03, written as +441604367125"
    assert mistakes(prompts) == [f"prompts/line.yaml:7:19: '{number}' is no number to ring: {wanted}"]


@pytest.mark.parametrize("number", ["+441604367125", "+442079460000", "+443003033000"])
def test_01_02_and_03_numbers_may_be_rung(tmp_path: Path, number: str) -> None:
    prompts = copied(tmp_path)
    edit(prompts, LINE, "+441604367125", number)

    assert mistakes(prompts) == []


def test_all_mistakes_of_all_files_are_told_at_once_and_in_order(tmp_path: Path) -> None:
    prompts = copied(tmp_path)
    edit(prompts, MAIN, "options:", "optoins:")
    edit(prompts, MAIN, "goto: advice", "goto: advcie")
    edit(prompts, MAIN, "help: main.help", "help: main.hlep")
    edit(prompts, LINE, "seconds: 30", "seconds: 5")
    edit(prompts, WORDS, "  digit.7: {says: [seven]}\n", "")
    edit(prompts, "menus/bye.yaml", "[bye]", "*bye")

    assert mistakes(prompts) == [
        "prompts/line.yaml:7:45: 'seconds' is 20 to 60, found 5",
        "prompts/menus/bye.yaml:2:7: an alias (*bye); write the value out, or put quotes round # and *",
        "prompts/menus/bye.yaml:2:7: expected a list for 'says' of Goodbye, found nothing",
        "prompts/menus/main.yaml:4:1: unknown key 'optoins' of Menu; did you mean 'options'?",
        "prompts/menus/main.yaml:7:11: no node called 'advcie'; did you mean 'advice'?",
        "prompts/menus/main.yaml:14:7: no words for 'main.hlep' in en-GB.yaml; did you mean 'main.help'?",
        "prompts/menus/main.yaml:14:7: no words for 'main.hlep' in pl-PL.yaml; did you mean 'main.help'?",
        "prompts/words/en-GB.yaml:19:3: no words for 'digit.7', which every language needs",
    ]


def test_a_list_in_place_of_a_map_is_refused(tmp_path: Path) -> None:
    prompts = copied(tmp_path)
    text = (prompts / WORDS).read_text("utf-8")
    begin, end = text.index("universal:"), text.index("prompts:")
    (prompts / WORDS).write_text(f"{text[:begin]}universal: [person]\n{text[end:]}", "utf-8")

    assert mistakes(prompts) == [
        "prompts/words/en-GB.yaml:5:12: expected a map for 'universal' of Words, found a list",
    ]


def test_a_key_that_may_be_left_out_may_be_left_empty(tmp_path: Path) -> None:
    prompts = copied(tmp_path)
    edit(prompts, MAIN, "help: main.help", "help:")
    for language in (WORDS, DRAFT):
        edit(prompts, language, "  main.help: {says: [Press one of the keys.]}\n", "")

    assert mistakes(prompts) == []


def test_what_is_never_said_or_reached_is_told_beside_other_mistakes(tmp_path: Path) -> None:
    prompts = copied(tmp_path)
    edit(prompts, LINE, "seconds: 30", "seconds: 5")
    edit(prompts, "menus/nobody.yaml", "goto: text, only: mobile}", "goto: main}")
    edit(prompts, WORDS, "  bye: {says: [Goodbye.]}", "  bye: {says: [Goodbye.]}\n  spare: {says: [Never said.]}")

    assert mistakes(prompts) == [
        "prompts/line.yaml:7:45: 'seconds' is 20 to 60, found 5",
        f"prompts/menus/text.yaml:1:1: {UNREACHED}",
        "prompts/words/en-GB.yaml:55:3: 'spare' is never said: no menu and no key of line.yaml names it; remove it",
    ]


def test_a_misspelt_id_is_told_once(tmp_path: Path) -> None:
    prompts = copied(tmp_path)
    edit(prompts, MAIN, "goto: advice", "goto: advcie")
    edit(prompts, MAIN, "[main.ask]", "[main.aks]")

    assert len(mistakes(prompts)) == 1 + 2


def test_a_menu_that_cannot_be_read_makes_no_other_file_wrong(tmp_path: Path) -> None:
    prompts = copied(tmp_path)
    edit(prompts, MAIN, 'key: "3"', "key: *")

    assert [one.split(":")[0] for one in mistakes(prompts)] == ["prompts/menus/main.yaml"]


def test_a_read_back_stands_in_ask_and_says_only(tmp_path: Path) -> None:
    prompts = copied(tmp_path)
    edit(prompts, MAIN, "help: main.help", "help: <number>")

    assert mistakes(prompts) == ["prompts/menus/main.yaml:14:7: expected a prompt for 'help' of Menu, found '<number>'"]


def test_a_circle_that_asks_nothing_is_refused(tmp_path: Path) -> None:
    prompts = copied(tmp_path)
    (prompts / "menus/round.yaml").write_text("kind: hours\nopen: ring\nclosed: again\nholiday: ring\n")
    (prompts / "menus/again.yaml").write_text("kind: message\nwaits: no\nparts:\n  - says: [bye]\ngoto: round\n")
    edit(prompts, MAIN, "goto: bye", "goto: round")
    (prompts / "menus/bye.yaml").unlink()

    assert mistakes(prompts) == [
        "prompts/menus/again.yaml:1:1: a call would go on for ever and ask nothing: again -> round -> again",
        "prompts/menus/round.yaml:1:1: a call would go on for ever and ask nothing: round -> again -> round",
    ]


def test_a_choice_may_be_called_what_a_universal_word_already_does(tmp_path: Path) -> None:
    prompts = copied(tmp_path)
    edit(prompts, WORDS, "hears: [main menu]", "hears: [main menu, the main menu]")

    assert mistakes(prompts) == []
