"""Who may use the phone: a browser on this machine in a rehearsal, and the phone's own page alone."""

import re

import pytest
from itsdangerous import URLSafeTimedSerializer

from tests.phone_page.served import HERE, app_of, close

ROUTES = ("/phone/dial", "/phone/act", "/phone/next", "/phone/story", "/phone/save")
REAL = {
    "TWILIO_AUTH_TOKEN": "a" * 32,
    "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
    "SECRET_KEY": "k" * 32,
    "PUBLIC_URL": "https://line.example.org",
    "TWILIO_NUMBER": "+442079460000",
}
STRANGERS = {
    "from another machine": {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}},
    "from another machine by IPv6": {"environ_base": {"REMOTE_ADDR": "2001:db8::7"}},
    "by a socket without an address": {"environ_base": {"REMOTE_ADDR": ""}},
    "through a proxy": {"headers": {"X-Forwarded-For": "192.0.2.7"}},
    "through a proxy that says it is this machine": {"headers": {"X-Forwarded-For": "127.0.0.1"}},
    "through a proxy of the new kind": {"headers": {"Forwarded": "for=192.0.2.7"}},
    "through a proxy that only says so": {"headers": {"Via": "1.1 proxy"}},
    "by a name that was made to lead here": {"base_url": "http://rebound.example.org"},
    "by a name that begins like ours": {"base_url": "http://localhost.example.org"},
    "by no name": {"headers": {"Host": ""}},
    "by a broken name": {"headers": {"Host": "[::1"}},
}


@pytest.mark.parametrize("who", STRANGERS)
def test_a_stranger_neither_sees_nor_drives_it(app, phone, who):
    asked = STRANGERS[who]
    page = app.test_client().get("/phone", **asked)
    headers = {**HERE, **asked.get("headers", {})}
    dialled = app.test_client().post("/phone/dial", json={"page": phone.token}, **{**asked, "headers": headers})

    assert (page.status_code, dialled.status_code) == (403, 403)
    assert "This phone is locked" in page.get_data(as_text=True)
    assert "data-page" not in page.get_data(as_text=True)
    assert set(dialled.get_json()) == {"problem"}


@pytest.mark.parametrize("name", ["127.0.0.1:8000", "localhost", "LOCALHOST:8000", "[::1]:8000"])
def test_every_name_of_this_machine_is_let_in(app, name):
    assert app.test_client().get("/phone", headers={"Host": name}).status_code == 200


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example.org", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://evil.example.org"},
        {"Origin": "http://localhost:9999", "Sec-Fetch-Site": "same-site"},
        {"Origin": "null"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
        {},
    ],
)
def test_no_other_page_can_drive_it(app, route, headers):
    answer = app.test_client().post(route, json={}, headers=headers)

    assert (answer.status_code, answer.get_json()) == (403, {"problem": "Only the phone's own page can do this."})


def test_a_form_cannot_drive_it(app, phone):
    answer = app.test_client().post("/phone/dial", data={"page": phone.token}, headers=HERE)

    assert answer.status_code == 403


@pytest.mark.parametrize("page", ["", "x", "InBob25lIg.aaaa.bbbb", None, 7])
def test_a_call_begins_only_from_a_page_that_this_line_made(phone, page):
    answer = phone.post("dial", page=page)

    assert answer.status_code == 400
    assert "token" not in answer.get_json()["problem"]


def test_what_the_page_carries_cannot_be_changed_or_made(phone):
    call = phone.dial().told["call"]
    head, rest = call[:40], call[40:]
    changed = head + ("A" if rest[0] != "A" else "B") + rest[1:]
    for carried in (changed, call[:-1], "", phone.token, "x" * 100):
        answer = phone.post("act", call=carried, wish={"kind": "wait"})
        assert answer.status_code == 400, carried[:50]
        assert "Please ring again" in answer.get_json()["problem"]


def test_no_secret_and_no_signature_is_ever_sent_to_the_page(app, phone):
    answers = [phone.post("dial", page=phone.token).get_data(as_text=True), str(phone.dial().press("4", "1", "1").told)]
    carried = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="plainline rehearsal call").loads(
        phone.told["call"]
    )
    token = app.view_functions["voice.voice"].__closure__
    secrets = {app.config["SECRET_KEY"], *_tokens(token)}

    assert len(secrets) == 2
    assert not [secret for secret in secrets if any(secret in text for text in (*answers, str(carried)))]
    assert "Signature" not in str(carried)


def _tokens(closure):
    [twilio] = [cell.cell_contents for cell in closure if hasattr(cell.cell_contents, "tokens")]
    return twilio.tokens


def test_a_real_line_lends_it_to_nobody_by_where_they_sit(tmp_path):
    app = app_of(tmp_path, **REAL)
    client = app.test_client()

    assert client.get("/phone").status_code == 403
    assert client.post("/phone/dial", json={}, headers=HERE).status_code == 403
    close(app)


def test_every_answer_has_the_policy(app, phone):
    html = app.test_client().get("/phone")
    files = [app.test_client().get(path) for path in re.findall(r'(?:href|src)="(/phone/[^"]+)"', html.text)]
    answers = [html, *files, phone.post("dial", page=phone.token), app.test_client().get("/phone", base_url="http://x")]

    assert len(files) >= 3
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'; script-src 'self';" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Permissions-Policy"].endswith("microphone=(self)")


def test_the_page_holds_no_script_and_no_style_of_its_own(app):
    html = app.test_client().get("/phone").text

    assert re.findall(r"<script(?! type=\"module\" src=\"/phone/)", html) == []
    assert re.findall(r" (?:style|on\w+)=", html) == []


@pytest.mark.parametrize("path", ["/phone/nothing", "/phone/0123456789ab/phone.js", "/phone/../app.py"])
def test_what_is_not_there_is_not_found(app, path):
    assert app.test_client().get(path).status_code == 404


@pytest.mark.parametrize("route", ROUTES)
def test_a_step_is_never_fetched(app, route):
    assert app.test_client().get(route).status_code == 405
