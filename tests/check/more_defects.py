"""More planted defects, found by a second pair of eyes: promises, keys that words name, claims, dates, waivers."""

from tests.check.defects import DRAFTED, WAIVER
from tests.check.files import Edit

LINE, WORDS, OWN = "line.yaml", "words/en-GB.yaml", "menus/own.yaml"
OVERLAP = "resume: resume\nhours:\n  - {days: [monday, friday], opens: 09:00, closes: 12:00}\n"
OVERLAP += "  - {days: [friday], opens: 11:00, closes: 17:00}"
AGAIN = "\n  - {check: count-unsaid, subject: main, reason: short enough, until: 2027-01-01}\nguidance_dated"
TWICE = WAIVER.format("count-unsaid", "main", "short enough", "2027-01-01").replace("\nguidance_dated", AGAIN)

MORE: dict[str, tuple[list[Edit], str]] = {
    "a failure that is told as a promise": (
        [("menus/keep.yaml", "failed: person", "failed: done")],
        "menus/keep.yaml:4:9: 'done.1' promises a call, and no request is stored: own -> keep -> done -> main",
    ),
    "a number that is asked for before the notice": (
        [(LINE, "resume: resume", "resume: resume\nprivacy: own.ask")],
        "menus/wish.yaml:3:8: 'number' asks for a number: say 'own.ask' there first, which tells what is kept",
    ),
    "a message that may not be here yet": (
        [(OWN, "<number-ending>]", "<number-ending>, <message>]")],
        "menus/own.yaml:2:6: a message may not be here yet when it is to be heard: set `message_later` in line.yaml",
    ),
    "a reference that there is none": (
        [
            ("menus/main.yaml", "goto: advice", "goto: told"),
            (
                "menus/told.yaml",
                "",
                "kind: message\nwaits: no\nparts:\n  - says: [own.ask, <reference>]\ngoto: advice\n",
            ),
        ],
        "menus/main.yaml:7:11: a reference is read out, and there is none: main -> told -> advice",
    ),
    "a promise on the way to a request": (
        [(WORDS, "I will ring a person now.", '"Staff will ring you within {days}."')],
        "menus/ring.yaml:1:1: 'ring.ask' promises a call, and no request is stored: main -> person -> ring",
    ),
    "a transfer that forgets the hours": (
        [(LINE, "person: person", "person: ring")],
        "line.yaml:4:9: 'ring' would ring a person at any hour; lead to a node of kind hours, and from there to 'r",
    ),
    "yes and no that do the same": (
        [("menus/check.yaml", "goto: number", "goto: keep")],
        "menus/check.yaml:6:36: the keys 1 and 2 both lead to 'keep', and nothing is kept",
    ),
    "a help that names another key": (
        [(WORDS, "To choose, press a key, or say what you want.", "To be called back, press 1.")],
        "words/en-GB.yaml:33:22: 'To be called back, press 1.' speaks of 'main.callback', which is the key 2 in 'm",
    ),
    "a help that names a key that is none": (
        [(WORDS, "To choose, press a key, or say what you want.", "To choose, press 7.")],
        "words/en-GB.yaml:33:22: the key 7 does nothing in 'main'; the keys that do: 0, 1, 2 and 3",
    ),
    "a key as a word in a question": (
        [(WORDS, "[What would you like? You have three choices.]", '["For mediation, press one."]')],
        "words/en-GB.yaml:23:21: the key 1 stands in the question; let the choice say its own key, with {key}",
    ),
    "a key that works nowhere, said anywhere": (
        [(WORDS, "[I did not hear anything.]", '["For a person, press 9."]')],
        "words/en-GB.yaml:60:22: the key 9 does nothing at some prompts; the keys that do: 0",
    ),
    "0 for something else": (
        [(WORDS, "[I did not hear anything.]", '["For the main menu, press 0."]')],
        "words/en-GB.yaml:60:22: 0 brings a person: say 'For a person, press 0', not 'For the main menu, press 0.'",
    ),
    "star for something else": (
        [(WORDS, "[I did not hear anything.]", '["To go back, press star."]')],
        "words/en-GB.yaml:60:22: star says it again, and twice more slowly; not 'To go back, press star.'",
    ),
    "a leaflet whose keys are others": (
        [(WORDS, "To go on, press 1. To go back, press 2.", "To go on, press 3. To go back, press 4.")],
        "words/en-GB.yaml:71:3: 'say.go-on' does not name 1 and 2: say 'For …, press 1'",
    ),
    "a question back without its keys": (
        [(WORDS, "For yes, press 1. For no, press 2.", "Say yes or no.")],
        "words/en-GB.yaml:68:3: 'say.yes-or-no' does not name 1 and 2: say 'For …, press 1'",
    ),
    "a whisper without its key": (
        [(WORDS, "A family is calling. To take the call, press 1.", "A family is calling.")],
        "words/en-GB.yaml:73:3: 'say.whisper' does not name 1: say 'For …, press 1'",
    ),
    "a reminder of the wrong key": (
        [(WORDS, "[I am still here.]", '["To be called back, press 3."]')],
        "words/en-GB.yaml:70:24: 'To be called back, press 3.' speaks of 'main.callback', which is the key 1 in 'n",
    ),
    "a choice that is clicked": (
        [(WORDS, "For mediation, press {key}.", "For mediation, click {key}.")],
        "words/en-GB.yaml:25:12: a key is pressed, on every kind of telephone: say 'For mediation, press {key}'",
    ),
    "a valid choice": (
        [(WORDS, "I did not catch that, so here it is again.", "That is not a valid choice.")],
        "words/en-GB.yaml:62:20: 'not a valid' blames the caller; say what to do instead",
    ),
    "a caller who got it wrong": (
        [(WORDS, "I did not catch that, so here it is again.", "You got that wrong, so here it is again.")],
        "words/en-GB.yaml:62:20: 'got that wrong' blames the caller; say what to do instead",
    ),
    "a caller who forgot": (
        [(WORDS, "I did not catch that, so here it is again.", "You forgot to press a key.")],
        "words/en-GB.yaml:62:20: 'You forgot' blames the caller; say what to do instead",
    ),
    "a caller told to listen": (
        [(WORDS, "I did not catch that, so here it is again.", "Please listen more carefully.")],
        "words/en-GB.yaml:62:20: 'more carefully' blames the caller; say what to do instead",
    ),
    "a choice that was not recognised": (
        [(WORDS, "I did not catch that, so here it is again.", "Your choice was not recognised.")],
        "words/en-GB.yaml:62:20: 'not recognised' blames the caller; say what to do instead",
    ),
    "a duty by another word": (
        [(WORDS, "text: Mediation is free.", "text: You have to use mediation.")],
        "words/en-GB.yaml:36:9: 'You have to' tells callers what they must do; say what they can do, as 'you can'",
    ),
    "a duty by a hard word": (
        [(WORDS, "text: Mediation is free.", "text: Mediation is compulsory.")],
        "words/en-GB.yaml:36:9: 'compulsory' tells callers what they must do; say what they can do, as 'you can'",
    ),
    "a sign for a word": (
        [(WORDS, "text: Mediation is free.", "text: Mediation & advice are free.")],
        "words/en-GB.yaml:36:9: '&' is not read as it is meant; write 'and'",
    ),
    "a short form": (
        [(WORDS, "text: Mediation is free.", "text: Mediation, e.g. by phone, is free.")],
        "words/en-GB.yaml:36:9: 'e.g.' is not read as it is meant; write 'such as'",
    ),
    "letters with stops": (
        [(WORDS, "text: Mediation is free.", "text: The S.E.N. mediation is free.")],
        "words/en-GB.yaml:36:9: 'S.E.N.' is not read as it is meant; write the words, as they are to be heard",
    ),
    "a web address": (
        [(WORDS, "text: Mediation is free.", "text: See www.example.org for mediation.")],
        "words/en-GB.yaml:36:9: 'www' is not read as it is meant; write the words, as they are to be heard",
    ),
    "markup": (
        [(WORDS, "text: Mediation is free.", 'text: "Mediation <break/> is free."')],
        "words/en-GB.yaml:36:9: '<' is not read as it is meant; write the words, as they are to be heard",
    ),
    "a picture": (
        [(WORDS, "text: Mediation is free.", "text: Mediation is free 🙂.")],
        "words/en-GB.yaml:36:9: '🙂' is not read as it is meant; write the words, as they are to be heard",
    ),
    "money": (
        [(WORDS, "text: Mediation is free.", "text: Mediation costs £0.")],
        "words/en-GB.yaml:36:9: '£' is not read as it is meant; write the words, as they are to be heard",
    ),
    "another number than the fact's": (
        [(WORDS, "The number is {phone}.", "The number is 0 1 6 0 4, 3 6 7, 1 2 6.")],
        "words/en-GB.yaml:40:9: '01604367126' is in none of its facts: phone",
    ),
    "another number than is rung": (
        [(LINE, "+441604367125", "+441604367126")],
        "words/en-GB.yaml:40:9: warning: {phone} is 01604367126 by line.yaml, and its facts do not say so: phone",
    ),
    "an age that no fact has": (
        [(WORDS, "text: Mediation is free.", "text: Mediation is free up to 19.")],
        "words/en-GB.yaml:36:9: '19' is in none of its facts: free",
    ),
    "invented opening hours": (
        [(WORDS, "Nobody could answer.", "Staff answer from nine to five on weekdays.")],
        "words/en-GB.yaml:55:23: 'from nine' is told to callers, and rests on no fact: name the fact in `facts`, o",
    ),
    "an invented time": (
        [(WORDS, "Nobody could answer.", "Most callers wait three weeks.")],
        "words/en-GB.yaml:55:23: 'weeks' is told to callers, and rests on no fact: name the fact in `facts`, or ta",
    ),
    "an invented price": (
        [(WORDS, "Nobody could answer.", "Mediation costs nothing for us.")],
        "words/en-GB.yaml:55:23: 'costs' is told to callers, and rests on no fact: name the fact in `facts`, or ta",
    ),
    "an invented always": (
        [(WORDS, "Nobody could answer.", "Somebody always answers.")],
        "words/en-GB.yaml:55:23: 'always' is told to callers, and rests on no fact: name the fact in `facts`, or t",
    ),
    "a date in words": (
        [(WORDS, "This was written on {dated}.", "This was written on 28 April 2023.")],
        "words/en-GB.yaml:44:9: the date would not change with the settings; write {dated}",
    ),
    "a sentence that runs into the next": (
        [
            (
                WORDS,
                'says: ["Staff will ring you within {days}.", "Your reference is"]',
                'says: ["Staff will ring you within {days}", "Your reference is"]',
            )
        ],
        "words/en-GB.yaml:53:19: 'Staff will ring you within {days}' runs into the next sentence; end it with a fu",
    ),
    "a reference announced and not said": (
        [("menus/done.yaml", "[done.1, <reference>]", "[done.1]")],
        "words/en-GB.yaml:53:3: 'Your reference is' leads to nothing in 'done': read something back after it, or e",
    ),
    "a word twice": (
        [(WORDS, "text: Mediation is free.", "text: Mediation is is free.")],
        "words/en-GB.yaml:36:9: 'is is': take one out",
    ),
    "a sentence that starts in the middle": (
        [(WORDS, "text: Mediation is free.", "text: and mediation is free.")],
        "words/en-GB.yaml:36:9: 'and mediation is free.' begins in the middle; start it with a capital letter",
    ),
    "a sentence left in English": (
        [(LINE, "[en-GB]", "[en-GB, pl-PL]"), ("words/pl-PL.yaml", "", DRAFTED)],
        "words/pl-PL.yaml:70:24: 'I am still here.' is still as in en-GB; say it in pl-PL",
    ),
    "guidance of the future": (
        [(LINE, "guidance_dated: 2023-04-28", "guidance_dated: 2033-04-28")],
        "line.yaml:23:17: the guidance is said to be of 2033-04-28, which is still to come",
    ),
    "a notice that is over": (
        [(LINE, "starts: 2026-12-01, ends: 2026-12-31", "starts: 2025-12-01, ends: 2025-12-31")],
        "line.yaml:24:57: warning: the notice ended on 2025-12-31; remove it, or give it new days",
    ),
    "a notice for years": (
        [(LINE, "ends: 2026-12-31", "ends: 2029-12-31")],
        "line.yaml:24:57: warning: the notice stands from 2026-12-01 to 2029-12-31; what lasts belongs into the we",
    ),
    "a closure that is over": (
        [(LINE, "resume: resume", "resume: resume\nclosures: [2024-12-24]")],
        "line.yaml:26:12: warning: 2024-12-24 is over; remove it",
    ),
    "a closure twice": (
        [(LINE, "resume: resume", "resume: resume\nclosures: [2026-12-24, 2026-12-24]")],
        "line.yaml:26:24: 2026-12-24 is given twice; keep one",
    ),
    "hours that overlap": (
        [
            (
                LINE,
                "resume: resume",
                OVERLAP,
            )
        ],
        "line.yaml:28:5: overlaps the hours of friday above, 09:00 to 12:00; make them one",
    ),
    "hours that close before they open": (
        [(LINE, "resume: resume", "resume: resume\nhours:\n  - {days: [monday], opens: 17:00, closes: 09:00}")],
        "line.yaml:27:44: closes at 09:00, not after 17:00",
    ),
    "hours that reach past midnight": (
        [(LINE, "resume: resume", "resume: resume\nhours:\n  - {days: [monday], opens: 09:00, closes: 24:00}")],
        "line.yaml:27:44: expected a time such as 09:00 for 'closes' of Opening, found '24:00'",
    ),
    "hours on no day": (
        [(LINE, "resume: resume", "resume: resume\nhours:\n  - {days: [], opens: 09:00, closes: 17:00}")],
        "line.yaml:27:12: 'days' of Opening is an empty list",
    ),
    "a day that there is not": (
        [(LINE, "resume: resume", "resume: resume\nclosures: [2026-11-31]")],
        "line.yaml:26:12: expected a date such as 2026-12-21 for 'closures' of Line, found '2026-11-31'",
    ),
    "a wrong count in digits": (
        [(WORDS, "You have three choices.", "You have 4 choices.")],
        "menus/main.yaml:3:7: 'main.ask' announces 4 choices; 'main' has 3 (en-GB)",
    ),
    "a number that chooses something else": (
        [(WORDS, "hears: [call me back]", "hears: [call me back, three]")],
        "words/en-GB.yaml:32:3: 'three' does not choose 'main.bye', key 3 in 'main': another choice hears it; take",
    ),
    "goodbye in words that end nothing": (
        [(WORDS, "  done: [done]\n", "  done: [done]\n  goodbye: [goodbye]\n")],
        "words/en-GB.yaml:18:3: warning: callers may say goodbye, and nothing comes of it: state the node `goodbye",
    ),
    "a waiver with a reason of one word": (
        [
            (WORDS, " You have three choices.", ""),
            (
                LINE,
                "guidance_dated",
                WAIVER.format("count-unsaid", "main", "fine", "2027-01-01"),
            ),
        ],
        "line.yaml:24:5: the waiver of 'count-unsaid' for 'main' gives no reason; say in some words why it is put ",
    ),
    "a waiver for ever": (
        [
            (WORDS, " You have three choices.", ""),
            (
                LINE,
                "guidance_dated",
                WAIVER.format("count-unsaid", "main", "short enough", "2099-01-01"),
            ),
        ],
        "line.yaml:24:5: the waiver of 'count-unsaid' for 'main' lasts until 2099-01-01; at most two years, so tha",
    ),
    "a waiver twice": (
        [
            (WORDS, " You have three choices.", ""),
            (
                LINE,
                "guidance_dated",
                TWICE,
            ),
        ],
        "line.yaml:25:5: warning: the waiver of 'count-unsaid' for 'main' is not needed: there is no such warning;",
    ),
    "a waiver of a check by another name": (
        [
            (WORDS, " You have three choices.", ""),
            (
                LINE,
                "guidance_dated",
                WAIVER.format("count-unsed", "main", "short enough", "2027-01-01"),
            ),
        ],
        "line.yaml:24:5: warning: the waiver of 'count-unsed' for 'main' is not needed: there is no such warning; ",
    ),
}
"""By name: the edits, and what an author reads."""
