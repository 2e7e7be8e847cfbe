"""Forms and states are read as the standard library reads them, only quicker."""

from urllib.parse import parse_qs, parse_qsl, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ivr.flow.state import State, encode
from ivr.phone.requests import MOST_FIELDS, MalformedError, read_form, state_of

BYTES = st.lists(
    st.sampled_from(
        [b"&", b"=", b"+", b"%", b"%2B44", b"%00", b"%01", b"\0", b"\1", b"%E2%82%AC", b"%E2", b"\xe2", b"%zz"]
    )
    | st.binary(max_size=4),
    max_size=30,
).map(b"".join)
"""Bodies made of what a parser may trip over."""


@given(BYTES)
@example(b"a=b=c&d&=e&&f=%3D%26+%2B")
@example(b"a=%E2&b=%82%AC")
@example(b"a=\xe2%82%ac")
def test_a_body_is_read_as_parse_qsl_reads_it(body):
    expected = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    assert list(read_form(body).fields) == expected


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=20), max_size=8))
def test_what_a_browser_or_twilio_writes_comes_back(fields):
    named = {name: value for name, value in fields.items() if name}
    form = read_form(urlencode(named, errors="replace").encode())
    assert all(form.get(name) == value.encode("utf-8", "replace").decode() for name, value in named.items())


def test_the_first_value_of_a_name_counts_and_all_are_signed():
    form = read_form(b"Digits=1&Digits=2&From=")
    assert form.get("Digits") == "1"
    assert form.get("From") == form.get("Nothing") == ""
    assert form.fields == (("Digits", "1"), ("Digits", "2"), ("From", ""))


def test_too_many_fields_are_no_form():
    assert len(read_form(b"&".join([b"a=1"] * MOST_FIELDS)).fields) == MOST_FIELDS
    with pytest.raises(MalformedError):
        read_form(b"&".join([b"a=1"] * (MOST_FIELDS + 1)))


QUERIES = st.lists(
    st.sampled_from([b"s=", b"&", b"1.main", b"%2E", b"~", b"+", b"#", b"x=1", b";", b"\xff"]), max_size=6
)


@given(QUERIES.map(b"".join))
def test_a_state_is_read_as_parse_qs_reads_it(query):
    values = parse_qs(query.decode("ascii", "replace")).get("s", [])
    expected = values[0] if len(values) == 1 and query.isascii() else ""
    assert state_of(query.decode("latin-1")) == expected


def test_the_state_of_a_call_is_read_directly():
    state = State("main", turn=7, answers=(("topic", "mediation"), ("needs", "slower")), trail=("a", "b-c"))
    assert state_of("s=" + encode(state)) == encode(state)
