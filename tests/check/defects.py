"""Planted defects: what an author changed, and the line in which the check tells of it."""

from tests.check.files import SAMPLE, Edit

MAIN, NOBODY, PERSON, RING = "menus/main.yaml", "menus/nobody.yaml", "menus/person.yaml", "menus/ring.yaml"
ADVICE, OWN, DONE, WISH = "menus/advice.yaml", "menus/own.yaml", "menus/done.yaml", "menus/wish.yaml"
LINE, FACTS, WORDS = "line.yaml", "facts.yaml", "words/en-GB.yaml"

GO_ROUND = "kind: message\nwaits: no\nparts:\n  - says: [advice.2]\ngoto: {}\n"
ASKS = "kind: menu\nask: [check.ask]\nyes_no: yes\noptions:\n"
ASKS += '  - {{key: "1", says: own.yes, goto: {}}}\n  - {{key: "2", says: own.no, goto: {}}}\n'

TWO = 'kind: menu\nask: [check.ask]\noptions:\n  - {{key: "1", says: main.advice, goto: {}}}\n'
TEXTS = TWO.format("advice, only: mobile")
LEVEL = TWO + '  - {{key: "2", says: main.callback, goto: wish}}\n'
LEVELS = (("two", "three"), ("three", "four"), ("four", "advice"))
MORE = '  - {key: "4", says: nobody.main, goto: main}\n  - {key: "5", says: own.no, goto: main}\n'

STRANDED: dict[str, tuple[list[Edit], str]] = {
    "a circle that asks nothing": (
        [
            (DONE, "goto: main", "goto: ping"),
            ("menus/ping.yaml", "", GO_ROUND.format("pong")),
            ("menus/pong.yaml", "", GO_ROUND.format("ping")),
        ],
        "menus/ping.yaml:1:1:",
    ),
    "a circle of hours": ([(PERSON, "open: ring", "open: person")], "menus/person.yaml:1:1:"),
    "a node that nothing leads to": ([("menus/orphan.yaml", "", GO_ROUND.format("main"))], "menus/orphan.yaml:1:1:"),
    "nodes that only lead to each other": (
        [("menus/ping.yaml", "", ASKS.format("pong", "pong")), ("menus/pong.yaml", "", ASKS.format("ping", "ping"))],
        "menus/ping.yaml:1:1:",
    ),
    "choices that only lead round": (
        [
            (MAIN, "goto: advice", "goto: ping"),
            ("menus/ping.yaml", "", ASKS.format("pong", "advice")),
            ("menus/pong.yaml", "", ASKS.format("ping", "ping")),
            (ADVICE, "goto: main", "goto: ping"),
        ],
        "menus/ping.yaml:1:1: the choices here only lead round (ping, advice, pong), to no person",
    ),
    "a request stored without asking": (
        [(ADVICE, "goto: main", "goto: keep")],
        "menus/advice.yaml:7:7: 'keep' stores a request: lead to it only from a menu that reads the number back",
    ),
    "a question of a dropped call in the middle of one": (
        [(ADVICE, "goto: main", "goto: resume")],
        "menus/advice.yaml:7:7: 'resume' is asked at the start of a call only; lead to another node",
    ),
    "a recording that nobody chose": (
        [
            (ADVICE, "goto: main", "goto: speak"),
            ("menus/speak.yaml", "", "kind: recording\nask: [check.ask]\ngoto: main\nempty: main\n"),
        ],
        "menus/advice.yaml:7:7: 'speak' records the caller: lead to it only from a choice of a menu",
    ),
    "a pen without time to find it": (
        [(WORDS, "Mediation is free.", "Take a pen. Mediation is free.")],
        "menus/advice.yaml:4:5: 0 s to find a pen; add `quiet: 5`, at least 2",
    ),
    "a goodbye after a leaflet": (
        [(ADVICE, "goto: main", "goto: bye")],
        "menus/advice.yaml:7:7: the line would hang up, but the caller chose no goodbye: resume -",
    ),
    "a goodbye after the reference": (
        [(DONE, "goto: main", "goto: bye")],
        "menus/done.yaml:5:7: the line would hang up, but the caller chose no goodbye: ask-leave",
    ),
    "a goodbye when nobody answers": (
        [(RING, "no_answer: nobody", "no_answer: bye")],
        "menus/ring.yaml:5:12: the line would hang up, but the caller chose no goodbye: ring -> b",
    ),
    "a goodbye after a talk": (
        [(RING, "goto: main", "goto: bye")],
        "menus/ring.yaml:3:7: the line would hang up, but the caller chose no goodbye: ring -> by",
    ),
    "a goodbye when closed": (
        [(PERSON, "closed: nobody", "closed: bye")],
        "menus/person.yaml:3:9: the line would hang up, but the caller chose no goodbye: main -> ",
    ),
    "a goodbye when a request cannot be stored": (
        [("menus/keep.yaml", "failed: person", "failed: bye")],
        "menus/keep.yaml:4:9: the line would hang up, but the caller chose no goodbye: own -> kee",
    ),
    "a goodbye when no text message can be sent": (
        [("menus/text.yaml", "cannot: main", "cannot: bye")],
        "menus/text.yaml:4:9: the line would hang up, but the caller chose no goodbye: nobody -> ",
    ),
    "a holiday that leads to the leaflet": (
        [(PERSON, "holiday: nobody", "holiday: advice")],
        "menus/person.yaml:4:10: when it is a holiday, 0 leads where no callback is offered: main",
    ),
    "a holiday on which a person is rung": (
        [(PERSON, "holiday: nobody", "holiday: ring")],
        "menus/person.yaml:4:10: when it is a holiday the line would go on to 'ring', as if staff",
    ),
    "closed hours that lead round": (
        [(PERSON, "closed: nobody", "closed: resume")],
        "menus/person.yaml:3:9: when it is closed, 0 leads where no callback is offered: main -> ",
    ),
    "no exit for holidays": ([(PERSON, "holiday: nobody\n", "")], "menus/person.yaml:1:1:"),
    "0 leads to a leaflet": (
        [(LINE, "person: person", "person: advice")],
        "line.yaml:21:11: at 'advice', silence 3 times brings no person and no offer of a callbac",
    ),
    "a busy number and no callback": (
        [(RING, "busy: nobody", "busy: advice")],
        "menus/ring.yaml:4:7: after 'busy' the caller is offered no callback: ring -> advice [unr",
    ),
    "a failed transfer and no callback": (
        [(RING, "failed: nobody", "failed: resume")],
        "menus/ring.yaml:6:9: after 'failed' the caller is offered no callback: ring -> resume [u",
    ),
    "nobody there and no callback": (
        [(NOBODY, "goto: wish", "goto: advice")],
        "menus/ring.yaml:5:12: after 'no_answer' the caller is offered no callback: ring -> nobod",
    ),
    "too many tries": (
        [
            (LINE, "[silence.1, silence.2]", "[silence.1, silence.2, silence.2]"),
            (LINE, "[other.1, other.2]", "[other.1, other.2, other.2]"),
        ],
        "line.yaml:21:11: at 'main', silence 3 times brings no person and no offer of a callback ",
    ),
    "five choices": (
        [(MAIN, "help: main.help", MORE + "help: main.help")],
        "menus/main.yaml:5:3:",
    ),
    "keys with a gap": ([(MAIN, 'key: "3"', 'key: "4"')], "menus/main.yaml:11:10:"),
    "a menu with no choice for some": (
        [(MAIN, "goto: advice", "goto: texts"), ("menus/texts.yaml", "", TEXTS)],
        "menus/texts.yaml:4:3: no choice is offered here to a caller with a landline number [dead",
    ),
    "five levels": (
        [
            (MAIN, "goto: advice", "goto: two"),
            *((f"menus/{name}.yaml", "", LEVEL.format(goto)) for name, goto in LEVELS),
        ],
        "menus/advice.yaml:1:1: 4 choices below the main menu; at most 3 [too-deep advice]",
    ),
    "a way that leads nowhere": ([(WISH, "other: number", "other: nowhere")], "menus/wish.yaml:3:8:"),
}
"""Nobody is stranded. By name: the edits, and what an author reads."""

DRAFTED = (SAMPLE / "words" / "en-GB.yaml").read_text("utf-8").replace("status: approved", "status: draft")
DRAFT = DRAFTED.replace("  say.help: ", "  say.helped: ")
HELP = 'say.help: {says: ["For a person, press 0."]}'
EASY = "        facts: [must]\n      - text: Mediation is easy.\n        facts: []\n"
LONG = "We are very glad that you called this line today, and we hope that it helps. "
FOLLOW = "Considerable administrative complexity characterises international organisational responsibilities, "
FOLLOW += "notwithstanding extraordinarily comprehensive interdisciplinary collaboration arrangements everywhere."
FREE = "text: Mediation is free."

WAIVER = "waivers:\n  - {{check: {}, subject: {}, reason: {}, until: {}}}\nguidance_dated"

SPOKEN: dict[str, tuple[list[Edit], str]] = {
    "a prompt without words": ([(WORDS, f"  {HELP}\n", "")], "line.yaml:19:9:"),
    "a sentence of 30 words": (
        [(WORDS, "text: Mediation is free.", 'text: "' + "so " * 29 + 'free."')],
        "words/en-GB.yaml:36:9: 30 words in a sentence; at most 25: make it two [sentence-too-lon",
    ),
    "a time limit that the guidance does not state": (
        [(WORDS, "Mediation is free.", "You have two months to appeal.")],
        "words/en-GB.yaml:36:9: 'You have two months': ",
    ),
    "a key before the words": (
        [(WORDS, "To be called back, press {key}.", "Press {key} to be called back.")],
        "words/en-GB.yaml:29:12: words follow the key; say what the choice is, then its key [key-",
    ),
    "a spelled-out key before the words": (
        [(WORDS, "For yes, press 1. For no, press 2.", "Press 1 for yes. For no, press 2.")],
        "words/en-GB.yaml:68:26: the key comes before the words; say 'For mediation, press 1' [ke",
    ),
    "keys counted down": (
        [(WORDS, "For yes, press 1. For no, press 2.", "For no, press 2. For yes, press 1.")],
        "words/en-GB.yaml:68:3: keys are said in the order [2, 1]; count up [keys-not-ascending s",
    ),
    "a key called by another name": (
        [(WORDS, 'then press hash."]}\n  number.odd', 'then press the asterisk."]}\n  number.odd')],
        "words/en-GB.yaml:49:23: keys are called star, hash and 0 [key-names number.ask]",
    ),
    "blame": (
        [(WORDS, "I did not catch that, so here it is again.", "That key was invalid, so here it is again.")],
        "words/en-GB.yaml:62:20: 'invalid' blames the caller; say what to do instead [blame other",
    ),
    "a wrong count of choices": (
        [(WORDS, "You have three choices.", "You have four choices.")],
        "menus/main.yaml:3:7: 'main.ask' announces 4 choices; 'main' has 3 (en-GB) [count main]",
    ),
    "no count of choices": (
        [(WORDS, " You have three choices.", "")],
        "menus/main.yaml:3:6: warning: 'main' does not say that there are 3 choices (en-GB) [coun",
    ),
    "an abbreviation": (
        [(WORDS, FREE, "text: Mediation about an EHC plan is free.")],
        "words/en-GB.yaml:36:9: 'EHC' is not said in full before, in 'advice' [abbreviation advic",
    ),
    "a number in one piece": (
        [(WORDS, "This was written on {dated}.", "This was written on {dated}, number 01604367125.")],
        "words/en-GB.yaml:44:9: '01604367125' would be read as one large number; write '0 1 6 0 4",
    ),
    "must where nothing must": (
        [(WORDS, FREE, "text: You must use mediation.")],
        "words/en-GB.yaml:36:9: 'must' is said only of contacting a mediation adviser before an a",
    ),
    "a promise that is not the line's": (
        [(WORDS, "within {days}", "within 2 working days")],
        "words/en-GB.yaml:53:19: '2 working days' would not change with the settings; write {days",
    ),
    "a deadline": (
        [(WORDS, FREE, "text: You have until May for mediation.")],
        "words/en-GB.yaml:36:9: 'You have until': the guidance does not say this to callers [not-",
    ),
    "a fact that is not said": (
        [(WORDS, "facts: [free]", "facts: [phone]")],
        "words/en-GB.yaml:21:3: the fact 'free' is not said in en-GB: Mediation is free. [fact-un",
    ),
    "a fact for staff": ([(WORDS, "facts: [free]", "facts: [free, referral]")], "words/en-GB.yaml:37:23:"),
    "a fact that there is not": ([(WORDS, "facts: [free]", "facts: [fre]")], "words/en-GB.yaml:37:17:"),
    "a sentence of the guidance without a fact": (
        [(WORDS, "        facts: [must]\n", EASY)],
        "words/en-GB.yaml:40:9: 'Mediation is easy.' names no fact that it rests on [no-fact",
    ),
    "words that choose nothing": (
        [(WORDS, "[call me back]", '[call me back, "..."]')],
        "words/en-GB.yaml:30:27: '...' does not choose 'main.callback' in 'main': heard as nothin",
    ),
    "words that choose two things": (
        [(WORDS, "[call me back]", "[call me back, mediation]")],
        "words/en-GB.yaml:30:27:",
    ),
    "words that sound like another choice": (
        [(WORDS, "hears: [goodbye]", "hears: [goodbye, meditation]")],
        "words/en-GB.yaml:32:73: 'meditation' does not choose 'main.bye' in 'main': heard as 'adv",
    ),
    "a universal word that means nothing": (
        [(WORDS, "[person, operator]", '[person, "..."]')],
        "words/en-GB.yaml:7:20: '...' does not mean 'person' in 'advice' [not-heard person]",
    ),
    "no word for a universal wish": ([(WORDS, "  more_time: [wait]\n", "")], "words/en-GB.yaml:7:3:"),
    "a text message that tells": (
        [(WORDS, "You asked for our number: {phone}.", "You asked about mediation: {phone}.")],
        "words/en-GB.yaml:58:3: 'mediation' tells what the call was about; anyone may read a text",
    ),
    "the same words on each try": (
        [(WORDS, "[Take your time.]", "[I did not hear anything.]")],
        "line.yaml:21:23: try 2 says the same as before (en-GB) [same-again line]",
    ),
    "more words on each try": (
        [(WORDS, "[Take your time.]", "[Take all the time that you may need for this.]")],
        "line.yaml:21:23: warning: try 2 has more words than the one before; say less each time (",
    ),
    "hard words": (
        [(WORDS, "text: Mediation is free.", f'text: "{FOLLOW}"')],
        "words/en-GB.yaml:34:3: warning: hard to follow: school grade 28.0, at most 8",
    ),
    "a part of 80 words": (
        [(WORDS, "text: Mediation is free.", f'text: "{LONG * 5}"')],
        "menus/advice.yaml:4:5: part 1 has 103 words, 41 s; at most 75 words and 30 s: split it (",
    ),
    "a long way to a person": (
        [(WORDS, "[I will ring a person now.]", f'["{LONG * 6}"]')],
        "menus/ring.yaml:1:1: 39 s of listening, 48 s at slow pace, to a person or a callback; at",
    ),
    "a long welcome": (
        [(WORDS, "Welcome to the {line}. ", f"Welcome to the {{line}}. {LONG * 4}")],
        "menus/main.yaml:2:1: warning: 38 s before the first choice; at most 30 s (en-GB) [late-c",
    ),
    "three keys that work anywhere": (
        [(WORDS, HELP, HELP.replace("]", ', "To go back, press hash.", "Or press star."]'))],
        "words/en-GB.yaml:74:3: warning: more than 2 keys that work anywhere are announced here [",
    ),
    "a draft without a prompt": (
        [(LINE, "[en-GB]", "[en-GB, pl-PL]"), ("words/pl-PL.yaml", "", DRAFT)],
        "line.yaml:19:9:",
    ),
    "a translation that rests on other facts": (
        [
            (LINE, "[en-GB]", "[en-GB, pl-PL]"),
            ("words/pl-PL.yaml", "", DRAFTED.replace("facts: [dated]", "facts: [free]")),
        ],
        "words/pl-PL.yaml:42:3: 'advice.2' rests on other facts than in en-GB: dated, free",
    ),
    "a waiver of nothing": (
        [(LINE, "guidance_dated", WAIVER.format("blame", "other.1", "we like it", "2027-01-01"))],
        "line.yaml:24:5: warning: the waiver of 'blame' for 'other.1' is not needed: there is no ",
    ),
    "a waiver out of date": (
        [
            (WORDS, " You have three choices.", ""),
            (LINE, "guidance_dated", WAIVER.format("count-unsaid", "main", "short enough", "2026-11-23")),
        ],
        "line.yaml:24:5: the waiver of 'count-unsaid' for 'main' ended on 2026-11-23; mend it, or",
    ),
    "a waiver without a reason": (
        [
            (WORDS, " You have three choices.", ""),
            (LINE, "guidance_dated", WAIVER.format("count-unsaid", "main", "' '", "2027-01-01")),
        ],
        "line.yaml:24:50:",
    ),
    "an error with a waiver": (
        [
            (WORDS, "You have three choices.", "You have four choices."),
            (LINE, "guidance_dated", WAIVER.format("count", "main", "we like it", "2027-01-01")),
        ],
        "menus/main.yaml:3:7: 'main.ask' announces 4 choices; 'main' has 3 (en-GB) [count main]",
    ),
}
"""Everything said can be followed by ear. By name: the edits, and what an author reads."""
