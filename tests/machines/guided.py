"""One parser, fed by what its own branches have not seen yet: `python guided.py NAME FOLDER -max_total_time=60`.

Runs in an environment of its own, which has Atheris; what our code needs comes from the line's.
"""

import sys
from collections.abc import Callable

import atheris  # type: ignore[import-not-found]

with atheris.instrument_imports(include=["ivr.flow.state", "ivr.jobs.wav", "ivr.phone", "ivr.prompts", "yaml", "wave"]):
    from ivr.flow.state import decode, encode
    from ivr.jobs.wav import NoSoundError, anew
    from ivr.phone import requests
    from ivr.phone.shifted import is_shifted
    from ivr.phone.signature import is_signed
    from ivr.prompts.yaml_text import parse

MOST: int = 64 * 1024


def words(data: bytes) -> None:
    """A file of prompts: a tree, or mistakes that each say where."""
    tree, mistakes = parse(data, "words.yaml")
    assert tree is not None or mistakes, "neither read nor refused"
    assert all(one.line >= 1 for one in mistakes), "a mistake without its line"


def state(data: bytes) -> None:
    """The place in an address: one that is taken is written again as it came."""
    text = data.decode("utf-8", "surrogateescape")
    found = decode(text)
    assert found is None or encode(found) == text, "taken, and not the same"


def form(data: bytes) -> None:
    """A request of Twilio's, its signature and its fields; the query is what stands before a line's end."""
    query, _, body = data.partition(b"\n")
    try:
        read = requests.read_form(body, query.decode("utf-8", "surrogateescape"))
    except requests.MalformedError:
        return
    assert not is_signed("https://line.example/voice", read.fields, "A" * 28, ["token"]), "signed by nobody"
    is_signed("https://line.example/voice?" + read.query, read.fields, read.get("Signature"), ["token"])
    is_shifted(read.values)
    for event in (requests.answered, requests.message, requests.rang):
        event(read)
    for name in ("CallSid", "RecordingSid"):
        assert not read.sid(name) or len(read.sid(name)) == 34, "an id of another shape"
    requests.state_of(read.query)
    requests.rehearsed_time(read.get("Now"))


def sound(data: bytes) -> None:
    """A recording: written anew, or refused."""
    try:
        made = anew(data)
    except NoSoundError:
        return
    assert anew(made.data).data == made.data, "what was written anew is not taken as it is"


def planted(data: bytes) -> None:
    """A parser at fault, four branches deep: whoever looks by chance alone does not find it."""
    deep = 0
    for at, letter in enumerate(b"RIFF"):
        if len(data) > at and data[at] == letter:
            deep += 1
        else:
            break
    if deep == 4:
        raise RuntimeError("found")


PARSERS: dict[str, Callable[[bytes], None]] = {one.__name__: one for one in (words, state, form, sound, planted)}

if __name__ == "__main__":
    name = sys.argv.pop(1)
    parser = PARSERS[name] if name != "planted" else atheris.instrument_func(planted)
    atheris.Setup(sys.argv, parser)
    atheris.Fuzz()
