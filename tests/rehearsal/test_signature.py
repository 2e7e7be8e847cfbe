"""The stand-in signs as Twilio does: by Twilio's own published examples, and as its library does."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from ivr.rehearsal.signature import sign

VECTORS = Path(__file__).parents[1] / "phone" / "signature_vectors.json"
PLAIN = [
    vector
    for vector in json.loads(VECTORS.read_text("utf-8"))
    if vector["body"] is None
    and vector["valid"]
    and isinstance(vector["params"], dict)
    and all(isinstance(value, str) for value in vector["params"].values())
]


def test_twilios_own_example_gives_its_published_signature():
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    assert sign("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", form) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


@pytest.mark.parametrize("vector", PLAIN, ids=[vector["name"] for vector in PLAIN])
def test_a_published_vector_is_signed_so_that_it_validates(vector):
    signature = sign(vector["auth_token"], vector["url"], vector["params"])
    assert RequestValidator(vector["auth_token"]).validate(vector["url"], vector["params"], signature)


@given(st.dictionaries(st.text(min_size=1), st.text(), max_size=6), st.text(min_size=1))
def test_any_form_is_signed_as_twilios_library_signs_it(form, token):
    form = {name: value.encode("utf-8", "replace").decode() for name, value in form.items()}
    form = {name.encode("utf-8", "replace").decode(): value for name, value in form.items()}
    token = token.encode("utf-8", "replace").decode()
    url = "https://line.example/voice/turn?s=1"
    assert sign(token, url, form) == RequestValidator(token).compute_signature(url, form)
