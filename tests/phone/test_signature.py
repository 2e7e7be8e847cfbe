"""The signature check agrees with Twilio's own, on published vectors and on anything Hypothesis thinks of."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from ivr.phone.signature import _spelled, _spelled_origin, both_forms, is_signed, sign

VECTORS = json.loads((Path(__file__).parent / "signature_vectors.json").read_text("utf-8"))
URL = "https://line.example/voice/turn?s=1.main"


def pairs(params):
    if isinstance(params, list):
        return [tuple(pair) for pair in params]
    return list((params or {}).items())


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_published_vectors(vector):
    body = vector["body"].encode() if vector["body"] is not None else None
    signed = is_signed(vector["url"], pairs(vector["params"]), vector["signature"], [vector["auth_token"]], body)
    assert signed is vector["valid"]


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)


@given(st.dictionaries(names, names, max_size=6), st.sampled_from(["https://a.example/x", "http://a.example:81/x?b=1"]))
def test_agrees_with_twilios_validator(fields, url):
    validator = RequestValidator("token")
    theirs = validator.compute_signature(url, fields)
    assert sign(url, list(fields.items()), "token") == theirs
    assert is_signed(url, list(fields.items()), theirs, ["token"]) is validator.validate(url, fields, theirs) is True


ADDRESSES = st.lists(
    st.sampled_from(
        ["https://", "HTTP://", "a.example", "A", ":81", ":", "/", "//", "voice", "?", "s=1.b~", "#", "%2", "@"]
    ),
    max_size=9,
).map("".join)


@given(ADDRESSES)
def test_an_address_is_spelled_with_and_without_its_port_as_if_none_were_known_before(url):
    """The quick way, for the line's own addresses, and the long way agree on everything."""
    try:
        expected = _spelled(url)
    except ValueError:
        with pytest.raises(ValueError, match=r"."):
            both_forms(url)
    else:
        assert both_forms(url) == expected


@pytest.mark.parametrize(
    ("url", "with_port"),
    [
        (URL, URL.replace("example", "example:443")),
        ("http://127.0.0.1:8000/voice", "http://127.0.0.1:8000/voice"),
    ],
)
def test_the_addresses_of_the_line_go_the_quick_way(url, with_port):
    _spelled_origin.cache_clear()
    assert both_forms(url) == (url if with_port != url else "http://127.0.0.1/voice", with_port)
    assert _spelled_origin.cache_info().misses == 1


@given(st.lists(st.tuples(names, names), max_size=8))
def test_fields_given_twice_are_signed_as_twilio_signs_them(fields):
    theirs = RequestValidator("token").compute_signature(URL, MultiDict(fields))
    assert sign(URL, fields, "token") == theirs


@pytest.mark.parametrize("signature", ["", "é", "x" * 9000, "AAAA", "\x00"])
@pytest.mark.parametrize("url", [URL, "https://host:abc/voice", "https://[::1/voice", ""])
def test_nonsense_is_refused_without_an_exception(url, signature):
    assert is_signed(url, [("Digits", "1")], signature, ["token"]) is False


def test_either_token_is_good_while_tokens_are_rotated():
    old = sign(URL, [("Digits", "1")], "old")
    assert is_signed(URL, [("Digits", "1")], old, ["new", "old"])
    assert not is_signed(URL, [("Digits", "1")], old, ["new"])


def test_no_token_signs_nothing():
    assert not is_signed(URL, [], sign(URL, [], ""), [""])
    assert not is_signed(URL, [], sign(URL, [], ""), [])
