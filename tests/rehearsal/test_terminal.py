"""A call in a terminal, and the ways in which `ivr call` reaches a line."""

import json
import threading
from contextlib import contextmanager

import pytest
from werkzeug.serving import make_server

from ivr.rehearsal.commands import call as command
from ivr.rehearsal.notebook import Notebook
from ivr.rehearsal.speaker import Speaker, find_player
from ivr.rehearsal.standin import Call
from ivr.rehearsal.terminal import Terminal, in_sentences
from ivr.rehearsal.transport import loopback, wsgi
from ivr.rehearsal.twiml import TwilioRefuses
from tests.rehearsal.toy import TOKEN, URL, Toy, call, menu, say

PAGES = {
    "/voice": menu("Press 1.", "/next", 'input="dtmf speech" finishOnKey=""'),
    "/next": '<Record action="/left"/>' + say("Nothing.") + "<Hangup/>",
    "/left": say("Thank you.") + "<Hangup/>",
}


def talk(*lines, **how):
    _, ringing = call(PAGES)
    told: list[str] = []
    asked: list[str] = []
    answers = iter(lines)

    def ask(prompt):
        asked.append(prompt)
        try:
            return next(answers)
        except StopIteration:
            raise EOFError from None

    notebook = Notebook("+447700900123", ("conversation",))
    Terminal(ringing, told.append, notebook, **how).run(ask)
    return told, asked, notebook


def test_keys_words_and_the_end_of_the_call_are_shown():
    told, asked, _ = talk("1", "please ring me in the morning")
    assert told[:3] == ["Press 1.", "(beep)", "Thank you."]
    assert told[-1].startswith("[the call is over, ended by the line;")
    assert asked == ["key or words> ", "words, then Enter; # ends> "]


def test_silence_and_the_end_of_input():
    told, _, notebook = talk("/help", "mediation", "")
    assert "Enter alone is silence" in told[1]
    assert told[-2] == "Nothing."
    assert ("says", "mediation") in notebook.steps
    assert ("waits", "true") in notebook.steps
    assert talk()[0][-1].startswith("[the call is over, ended by the caller;")


def test_for_a_machine_each_turn_is_one_object():
    told, _, _ = talk("/hangup", as_json=True)
    assert [json.loads(line)["ended_by"] for line in told] == ["", "caller"]
    assert json.loads(told[0])["heard"] == ["Press 1."]


def test_the_documents_are_shown_when_asked_for():
    told, _, _ = talk("/hangup", verbose=True)
    assert "<Response>" in told[0]


def test_digits_are_shown_on_one_line():
    assert in_sentences(["Your number is", "zero", "seven", "Is this right?"]) == [
        "Your number is",
        "zero seven",
        "Is this right?",
    ]


def test_the_sounds_of_a_turn_are_fetched_and_played(tmp_path):
    played = tmp_path / "played"
    player = tmp_path / "paplay"
    player.write_text(f'#!/bin/sh\ncat "$1" >> {played}\n', encoding="utf-8")
    player.chmod(0o755)
    toy = Toy({"/a.wav": (200, "audio/x-wav", "AAA"), "/b.wav": (404, "text/plain", "no")})
    document = "<Response><Play>https://line.example/a.wav</Play><Play>/b.wav</Play></Response>"
    Speaker(str(player), lambda path: _page(toy, path)).play(document)
    assert played.read_text("utf-8") == "AAA"


def _page(toy, path):
    reply = toy._answer(path, {})
    return type("Answer", (), {"status": reply.status_code, "body": reply.get_data()})()


def test_a_player_is_found_by_name(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_player() == ""
    player = tmp_path / "aplay"
    player.write_text("#!/bin/sh\n", encoding="utf-8")
    player.chmod(0o755)
    assert find_player() == str(player)


@contextmanager
def serving(toy):
    server = make_server("127.0.0.1", 0, toy, threaded=False)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_running_line_is_reached_over_http():
    toy = Toy(PAGES)
    with serving(toy) as url:
        ringing = Call(loopback(url).post, token=TOKEN, public_url=URL)
        assert ringing.dial().press("1").leave_message(3).heard[-1] == "Thank you."
        assert loopback(url).fetch("/nothing").status == 403
    assert toy.headers[0]["Content-Type"].startswith("application/x-www-form-urlencoded")


def test_a_line_that_does_not_run_is_a_plain_sentence():
    toy = Toy(PAGES)
    with serving(toy) as url:
        pass
    with pytest.raises(TwilioRefuses, match="did not answer"):
        Call(loopback(url).post, token=TOKEN, public_url=URL).dial()


def test_a_wrong_token_is_refused_by_the_line():
    with pytest.raises(TwilioRefuses, match="status 403"):
        Call(wsgi(Toy(PAGES), URL).post, token="other", public_url=URL).dial()


def test_the_help_names_every_option_with_examples():
    help_text = command.get_help(command.make_context("call", ["--json"]))
    for option in ("--from", "--transfer", "--whisper", "--now", "--url", "--script", "--record", "--json", "--audio"):
        assert option in help_text
    assert "ivr call --from withheld" in help_text
