"""Every route of staff says who may use it, and nobody else does."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Blueprint, Flask

from ivr.staff import home, sign_in
from ivr.staff.access import declared, holds
from ivr.staff.desk import Desk, Section
from ivr.staff.files import Files
from ivr.staff.web import staff_pages
from ivr.store import Role
from tests.staff.people import Person, account_of

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
VALUES = {"rest": "nowhere", "name": "nothing.css", "word": "x" * 43, "account_id": "nobody", "reference": "ABC"}


def bare(pages: Blueprint) -> Flask:
    """These pages alone, in an application that knows just what they need of the line."""
    other = Flask("other")
    other.secret_key = "s" * 32
    other.register_blueprint(pages)
    other.context_processor(lambda: {"line": type("Line", (), {"name": "Plainline"}), "icon": "/icon.svg"})
    return other


def routes(app: Flask) -> list[tuple[str, str, str, object]]:
    """Every route of staff: endpoint, method, an address of it, and what it declares."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("staff."):
            values = {name: VALUES.get(name, "1") for name in rule.arguments}
            with app.test_request_context("/staff"):
                path = rule.build(values, append_unknown=False)
            assert path is not None
            view = declared(app.view_functions[rule.endpoint])
            found += [
                (rule.endpoint, method, path[1], view) for method in sorted((rule.methods or set()) - {"OPTIONS"})
            ]
    return found


def test_every_route_declares_who_may(app: Flask) -> None:
    assert len(routes(app)) > 20
    assert [route[:3] for route in routes(app) if route[3] is None] == []


def test_a_route_that_declares_nothing_is_refused_to_everybody(app: Flask, desk: Desk) -> None:
    def careless(pages: object, _desk: object) -> None:
        pages.get("/careless")(lambda: "secret")  # type: ignore[attr-defined]

    other = bare(staff_pages(desk, [home.SECTION, sign_in.SECTION, Section(careless)]))

    assert declared(other.view_functions["staff.<lambda>"]) is None
    refused = other.test_client().get("/staff/careless")
    assert (refused.status_code, "secret" in refused.text) == (403, False)


@pytest.mark.parametrize("role", [None, "second-step", "staff", "lead", "administrator"])
def test_the_matrix_of_routes_and_roles(app: Flask, role: str | None) -> None:
    """Who is not enough is sent to sign in, or told that they may not; who is enough is never refused."""
    person = Person(app)
    if role is not None:
        known: Role = "administrator" if role == "second-step" else role  # type: ignore[assignment]
        person = Person(app, account_of(app, known))
    for endpoint, method, path, who in routes(app):
        if endpoint in {"staff.sign_out", "staff.rehearse", "staff.sign_out_others"}:
            continue  # these change who is signed in; they have tests of their own
        if person.account:
            person.begin("password" if role == "second-step" else "full")
        data = {"csrf_token": person.token()} if method not in {"GET", "HEAD"} else None
        answered = person.client.open(path, method=method, data=data, base_url="http://127.0.0.1")
        where = (endpoint, method, path, who, role, answered.status_code)
        if who == "anyone":
            assert answered.status_code != 403, where
        elif role == "second-step" and who == "second-step":
            assert answered.headers.get("Location") != "/staff/sign-in", where
        elif role in {None, "second-step"} or who == "second-step":
            assert (answered.status_code, answered.headers.get("Location")) == (303, "/staff/sign-in"), where
        elif holds(str(role), who):  # type: ignore[arg-type]
            assert answered.status_code not in {401, 403}, where
        else:
            assert answered.status_code == 403, where


def test_every_change_asks_for_the_token_of_its_page(app: Flask, signed_in: Callable[[Role], Person]) -> None:
    administrator = signed_in("administrator")
    posts = [route for route in routes(app) if route[1] not in {"GET", "HEAD"}]

    assert posts
    for endpoint, method, path, _ in posts:
        administrator.begin()
        assert administrator.client.open(path, method=method, data={"name": "x"}).status_code == 400, endpoint


def test_a_form_of_another_place_is_refused(signed_in: Callable[[Role], Person]) -> None:
    lead = signed_in("lead")
    for place, answer in (("cross-site", 400), ("same-site", 400), ("same-origin", 200), ("none", 200)):
        assert lead.post("/staff/audit/verify", headers={"Sec-Fetch-Site": place}).status_code == answer


def test_every_answer_has_its_headers(app: Flask, signed_in: Callable[[Role], Person], anyone: Person) -> None:
    for person in (signed_in("administrator"), anyone):
        for endpoint, method, path, _ in routes(app):
            if method == "GET" and endpoint != "staff.static":
                answered = person.get(path)
                assert answered.headers["Content-Security-Policy"] == POLICY, path
                assert answered.headers["Cache-Control"] == "no-store", path
                assert answered.headers["X-Content-Type-Options"] == "nosniff", path
                assert answered.headers["Referrer-Policy"] == "same-origin", path
                assert answered.headers["X-Frame-Options"] == "DENY", path


def test_files_are_kept_for_ever_at_an_address_that_changes_with_them(anyone: Person) -> None:
    address = Files().address("staff.css")
    found = anyone.get(address)

    assert found.status_code == 200
    assert found.headers["Content-Type"] == "text/css; charset=utf-8"
    assert found.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert anyone.get("/staff/static/..%2f..%2fconfig.py").status_code == 404


def test_without_its_style_a_page_says_so_and_works(desk: Desk, tmp_path: Path) -> None:
    page = bare(staff_pages(desk, files=Files(tmp_path))).test_client().get("/staff/sign-in")

    assert page.status_code == 200
    assert "These pages have no style yet" in page.text
    assert "python3 dev.py run" in page.text
    assert "govuk-frontend-min" not in page.text


def test_with_its_style_a_page_says_nothing_of_it(anyone: Person) -> None:
    assert "no style yet" not in anyone.get("/staff/sign-in").text
    assert "govuk-frontend-min" in anyone.get("/staff/sign-in").text
