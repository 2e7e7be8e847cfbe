"""The pages as they are sent: whole, true to the flow, linked, guarded, and honest about what is there."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from flask import Flask

from ivr.flow.nodes import Goodbye, Menu, TextMessage
from ivr.flow.script import leads_to, nodes_in_order, script
from ivr.flow.wording import Sentence, Wording
from ivr.pages.book import book
from ivr.pages.text import as_values
from ivr.pages.web import About, public_pages
from tests.pages.serving import ENGLISH, PAGES, app_of, flow, plain, words

ERRORS = ("/nothing", "/script?language=pl-PL", "/script?language=xx")
FILES = ("/script.txt", "/map.svg")


class Outline(HTMLParser):
    """Headings, links and ids of a page."""

    def __init__(self, html):
        super().__init__()
        self.headings, self.links, self.ids, self.depth = [], [], [], 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag in {"a", "link", "img"}:
            self.links.append(given.get("href") or given.get("src"))
        if "id" in given:
            self.ids.append(given["id"])


class Fixed:
    """A flow that does not change."""

    def __init__(self, given):
        self.flow = given


def alone(given, about=None):
    """The pages alone, for a flow of a test's own."""
    app = Flask(__name__, static_folder=None)
    app.register_blueprint(public_pages(Fixed(given), about or About()))
    return app


def text(client, path):
    return client.get(path).get_data(as_text=True)


def test_the_page_says_all_that_the_line_says(client):
    page = words(text(client, "/script"))

    assert [line.text for line in script(flow(), ENGLISH) if plain(line.text) not in page] == []


def test_the_plain_text_says_all_that_the_line_says(client):
    page = plain(re.sub(r" \[[\d, ]+\]", "", plain(text(client, "/script.txt"))))

    assert [line.text for line in script(flow(), ENGLISH) if plain(line.text) not in page] == []


def test_a_sentence_that_is_not_there_is_seen():
    given = flow()
    page = words(text(alone(given).test_client(), "/script"))
    prompts = given.words[ENGLISH].prompts | {"welcome": Wording(says=(Sentence(text="A badger."),))}
    changed = replace(given, words=given.words | {ENGLISH: replace(given.words[ENGLISH], prompts=prompts)})

    assert "A badger." not in page
    assert [line.text for line in script(changed, ENGLISH) if line.text not in page] == ["A badger."]
    assert "A badger." in words(text(alone(changed).test_client(), "/script"))


def test_nodes_stand_in_the_order_in_which_a_call_meets_them_within_their_chapter(client):
    page = text(client, "/script")
    order = list(nodes_in_order(flow()))
    chapters = [re.findall(r'id="node-([a-z0-9-]+)"', part) for part in page.split('class="chapter"')[1:]]
    shown = [[name for name in chapter if not name.endswith("-heading")] for chapter in chapters]

    assert sorted(name for chapter in shown for name in chapter) == sorted(order)
    assert shown == [sorted(chapter, key=order.index) for chapter in shown]


def test_each_choice_is_a_link_to_the_node_it_leads_to(client):
    page = text(client, "/script")
    for name, node in flow().nodes.items():
        article = re.search(rf'<article[^>]* id="node-{name}".*?</article>', page, re.DOTALL)[0]
        links = re.findall(r'class="to" href="#node-([a-z0-9-]+)"', article)
        ways = [option.goto for option in node.options] if isinstance(node, Menu) else list(leads_to(node))
        assert set(links) <= set(ways), name
        assert set(ways) - set(links) <= ({"callback"} if name == flow().line.start else set()), name
        if isinstance(node, Menu):
            assert re.findall(r"<kbd[^>]*>(.)</kbd>", article) == [option.key for option in node.options], name


def test_each_sentence_leads_to_its_facts_and_each_fact_to_its_sentences(client):
    page = text(client, "/script")
    given = flow()
    for wording in given.words[ENGLISH].prompts.values():
        for sentence in wording.says:
            if "{" in sentence.text or not sentence.facts:
                continue
            shown = re.findall(rf'<span class="sentence">{re.escape(_escaped(sentence.text))}(.*?)</span> ', page)
            cited = [re.findall(r'href="#fact-([a-z-]+)"', one) for one in shown]
            assert list(sentence.facts) in cited, sentence.text
    assert "Told in" in page


def _escaped(raw):
    return raw.replace("&", "&amp;").replace("'", "&#39;").replace('"', "&#34;")


def test_a_fact_for_staff_alone_is_not_shown(client):
    hidden = [fact.fact for fact in flow().facts.values() if fact.spoken == "staff"]

    assert hidden
    assert [fact for fact in hidden if fact in words(text(client, "/script")) + text(client, "/script.txt")] == []


def test_the_age_of_the_guidance_and_the_councils_number_are_shown(client):
    page = text(client, "/script")

    assert "last updated on 28 April 2023" in page
    assert re.search(r"That was \d+ years?( and \d+ months?)? ago", words(page))
    assert '<a href="tel:+441604367125">01604 367 125</a>' in page


@pytest.mark.parametrize("path", ["/script", "/script.txt", "/map", "/map.svg", "/"])
def test_a_draft_is_shown_to_nobody(client, path):
    for language in ("pl-PL", "ro-RO"):
        draft = flow().words[language].prompts["welcome"].says[0].text
        assert draft not in text(client, path)
        assert client.get(f"/script?language={language}").status_code == 404
        assert client.get(f"/script.txt?language={language}").status_code == 404


def test_an_approved_language_has_a_page_in_its_own_language():
    given = flow()
    approved = replace(given.words["pl-PL"], status="approved", approved_by="somebody")
    client = alone(replace(given, words=given.words | {"pl-PL": approved})).test_client()
    polish = text(client, "/script?language=pl-PL")

    assert 'href="/script?language=pl-PL"' in text(client, "/script")
    assert re.search(r'<p class="said" lang="pl-PL">', polish)
    assert approved.prompts["mediation.who"].says[0].text in words(polish)


@pytest.mark.parametrize("path", PAGES)
def test_headings_are_in_order(client, path):
    levels = Outline(text(client, path)).headings

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= before + 1 for before, later in pairwise(levels))


@pytest.mark.parametrize("path", [*PAGES, "/nothing"])
def test_every_link_goes_somewhere(client, path):
    outlines = {}
    for link in set(Outline(text(client, path)).links):
        if link.startswith("tel:"):
            assert re.fullmatch(r"tel:\+\d{8,15}", link)
            continue
        where, _, spot = link.partition("#")
        if where not in outlines:
            answer = client.get(where or path, follow_redirects=True)
            assert answer.status_code == 200 or not where, link
            outlines[where] = Outline(answer.get_data(as_text=True)).ids
        assert not spot or outlines[where].count(spot) == 1, link


@pytest.mark.parametrize("path", PAGES)
def test_no_id_is_given_twice(client, path):
    ids = Outline(text(client, path)).ids

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", [*PAGES, *ERRORS, *FILES])
def test_the_browser_is_told_to_load_nothing_but_our_style(client, path):
    headers = client.get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))

    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert "script-src" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in headers
    if path not in FILES:
        assert policy["style-src"] == policy["img-src"] == "'self'"


def test_the_picture_alone_allows_its_own_style_and_no_other(client):
    answer = client.get("/map.svg")
    (style,) = re.findall(r"<style>(.*?)</style>", answer.get_data(as_text=True), re.DOTALL)
    digest = re.search(r"style-src 'sha256-([^']+)'", answer.headers["Content-Security-Policy"])[1]

    assert digest == _digest(style)
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def _digest(style):
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def test_files_are_named_by_content_and_kept_for_a_year(client):
    for link in Outline(text(client, "/")).links:
        if link.startswith("/pages/"):
            answer = client.get(link)
            assert hashlib.sha256(answer.data).hexdigest()[:12] in link
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get("/pages/web.py").status_code == 404


def test_a_page_is_sent_again_only_when_it_changed(client):
    first = client.get("/script")

    assert client.get("/script", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert client.get("/script", headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_changed_flow_is_shown_at_once():
    given = flow()
    flows = Fixed(given)
    app = Flask(__name__, static_folder=None)
    app.register_blueprint(public_pages(flows, About()))
    before = text(app.test_client(), "/script")
    flows.flow = replace(given, line=replace(given.line, guidance_dated=date(2024, 2, 29)))

    assert "29 February 2024" not in before
    assert "29 February 2024" in text(app.test_client(), "/script")


def test_a_page_that_is_not_there_says_so_plainly(client):
    answer = client.get("/nothing")

    assert answer.status_code == 404
    assert "There is no page at this address." in words(answer.get_data(as_text=True))
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_page_that_fails_tells_nothing_of_the_inside():
    app = alone(flow())
    app.add_url_rule("/broken", view_func=lambda: 1 // 0)
    answer = app.test_client().get("/broken")

    assert answer.status_code == 500
    assert "We are sorry" in words(answer.get_data(as_text=True))
    assert "ZeroDivision" not in answer.get_data(as_text=True)


def test_a_page_cannot_be_written_to(client):
    answer = client.post("/script")

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert "That did not work" in words(answer.get_data(as_text=True))


def test_machines_are_not_given_a_page_to_read(client):
    answer = client.get("/voice/nothing")

    assert answer.status_code == 404
    assert "There is no page" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(("route", "told"), [("/phone", "a phone in the browser"), ("/staff", "pages for staff")])
def test_only_what_is_there_is_linked(route, told):
    without, there = alone(flow()), alone(flow())
    there.add_url_rule(route, endpoint="there", view_func=str)

    assert f'href="{route}"' not in text(without.test_client(), "/")
    assert told in words(text(without.test_client(), "/"))
    assert f'href="{route}"' in text(there.test_client(), "/")
    assert f"Not made yet: {told}" not in words(text(there.test_client(), "/"))


def test_a_rehearsal_says_so_and_a_line_gives_its_number(client, tmp_path):
    real = {"TWILIO_AUTH_TOKEN": "a" * 32, "TWILIO_ACCOUNT_SID": "AC" + "1" * 32, "SECRET_KEY": "k" * 32}
    app = app_of(tmp_path, **real, PUBLIC_URL="https://line.example.org", TWILIO_NUMBER="+442079460000")
    page = text(app.test_client(), "/")
    app.extensions["switchboard"].close()

    assert "This is a rehearsal." in text(client, "/")
    assert "rehearsal" not in page.partition("Three steps")[0]
    assert '<a href="tel:+442079460000">020 7946 0000</a>' in page


def test_the_privacy_notice_says_what_the_line_says_and_invents_nobody(client):
    page = words(text(client, "/privacy"))

    for sentence in flow().words[ENGLISH].prompts["callback.privacy"].says:
        assert sentence.text in page
    assert "For up to 90 days." in page
    assert "They have not done so yet." in page
    assert "@" not in page


def test_whom_to_ask_about_privacy_and_how_long_are_settings():
    page = words(text(alone(flow(), About(contact="write to us", kept_days=30)).test_client(), "/privacy"))

    assert "Whom to ask: write to us" in page
    assert "For up to 30 days." in page
    assert "They have not done so yet." not in page


def test_the_map_has_every_node_as_a_box_and_in_the_list(client):
    page = text(client, "/map")
    picture = ET.fromstring(re.search(r"<svg.*</svg>", page, re.DOTALL)[0])
    space = {"svg": "http://www.w3.org/2000/svg"}
    boxes = [link.get("href") for link in picture.findall(".//svg:a", space)]

    assert sorted(boxes) == sorted(f"/script#node-{name}" for name in flow().nodes)
    assert picture.find("svg:title", space).text
    assert picture.find("svg:desc", space).text
    assert all(f'id="list-{name}"' in page for name in flow().nodes)


def test_the_map_shows_every_key_of_every_menu(client):
    page = text(client, "/map")
    for name, node in flow().nodes.items():
        item = re.search(rf'<li id="list-{name}".*?</ul></li>', page, re.DOTALL)
        if isinstance(node, Menu):
            assert re.findall(r"<kbd>(.)</kbd>", item[0]) == [option.key for option in node.options], name
            assert re.findall(r'href="#list-([a-z0-9-]+)"', item[0]) == [option.goto for option in node.options], name


def test_the_script_for_a_machine_has_every_node():
    values = json.loads(json.dumps(as_values(book(flow(), ENGLISH), datetime(2026, 11, 24, tzinfo=UTC).date())))

    assert {node["node"] for node in values["nodes"]} == set(flow().nodes)
    assert values["guidance_age"] == "3 years and 6 months"


def test_the_privacy_notice_tells_only_of_what_this_line_can_do():
    given = flow()
    bye = {name: Goodbye(says=("goodbye",)) for name, node in given.nodes.items() if isinstance(node, TextMessage)}
    calm = replace(given, line=replace(given.line, resume=None), nodes=given.nodes | bye)
    told, less = (words(text(alone(one).test_client(), "/privacy")) for one in (given, calm))

    assert ("text message" in told, "text message" in less) == (True, False)
    assert ("for ten minutes" in told, "for ten minutes" in less) == (True, False)


@pytest.mark.parametrize("path", [*PAGES, *FILES])
def test_a_page_is_written_once_for_a_flow(path):
    flows = Counted(flow())
    app = Flask(__name__, static_folder=None)
    app.register_blueprint(public_pages(flows, About()))
    first = app.test_client().get(path)
    read = flows.read
    again = app.test_client().get(path)

    assert again.data == first.data
    assert flows.read == read


class Counted:
    """A flow that counts how often its nodes are gone through."""

    def __init__(self, given):
        self.read = 0
        self.flow = replace(given, nodes=_Watched(given.nodes, self))


class _Watched(dict):
    def __init__(self, given, owner):
        super().__init__(given)
        self._owner = owner

    def __getitem__(self, name):
        self._owner.read += 1
        return super().__getitem__(name)
