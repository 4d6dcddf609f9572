"""What must never happen on a citizens' page: a leak, a script, a cookie, a crash."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from register import publication
from register import services as register
from register.models import Entry
from tests.public.conftest import HOME, address, published_dataset, published_with, text_of
from tests.world import CANARY, Town, publish_again, published_system

PROBE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'><svg/onload=alert(1)>{{7*7}}"
API = (
    "/api/v1/systems/",
    "/api/v1/datasets/",
    "/api/v1/export.jsonl",
    "/api/v1/municipalities/",
    "/.well-known/ki-register",
)


def all_pages(entry: Entry, dataset: Entry) -> list[str]:
    tails = ("", "versionen/", "versionen/1/", "versionen/2/", "versionen/1/vergleich/2/")
    api = f"/api/v1/systems/{entry.uuid}/"
    return [
        "/", "/?q=Chatbot", HOME, f"{HOME}?q=Chatbot", f"{HOME}?kind=dataset", f"{HOME}feed.atom", f"{HOME}sitemap.xml",
        f"{HOME}zahlen/", f"{HOME}zahlen/status.csv", f"{HOME}impressum/", f"{HOME}datenschutz/", f"{HOME}barrierefreiheit/", "/offene-daten/",
        *(address(entry, tail) for tail in tails), address(dataset),
        *API, api, f"{api}versions/1/", f"/api/v1/feed?municipality={entry.municipality.ars}",
    ]  # fmt: skip


@pytest.fixture
def everything(musterstadt: Town, second_version: Entry) -> list[str]:
    dataset = published_dataset(musterstadt, second_version)
    return all_pages(second_version, dataset)


def read(client: Client, url: str) -> str:
    response = client.get(url)
    body = b"".join(response) if response.streaming else response.content  # type: ignore[arg-type]
    return body.decode()


def test_internal_texts_appear_in_no_anonymous_answer(client: Client, everything: list[str]) -> None:
    assert [url for url in everything if CANARY in read(client, url)] == []


def test_names_of_the_people_at_work_appear_in_no_anonymous_answer(
    client: Client, musterstadt: Town, everything: list[str]
) -> None:
    secrets = {value for person in musterstadt.people.values() for value in (person.username, person.email)}
    assert [(url, text) for url in everything for text in secrets if text in read(client, url)] == []


def test_no_page_sets_a_cookie_or_differs_by_cookie(client: Client, everything: list[str]) -> None:
    answers = [client.get(url) for url in everything]
    assert [a.headers.get("Vary") for a in answers if "ookie" in a.headers.get("Vary", "") or a.cookies] == []


class Tags(HTMLParser):
    """Collects what a browser would run."""

    def __init__(self) -> None:
        super().__init__()
        self.dangers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script" and not (given.get("src") or "").startswith(settings.STATIC_URL):
            self.dangers.append(tag)
        # The one picture of ours is the QR code.
        own_code = given.get("class") == "op-code" and (given.get("src") or "").endswith("/hinweise/qr.svg")
        if tag in ("svg", "iframe", "object", "style") or (tag == "img" and not own_code):
            self.dangers.append(tag)
        self.dangers += [name for name in given if name.startswith("on") or name == "style"]
        self.dangers += [value for value in given.values() if (value or "").lower().startswith("javascript:")]


def text_changes(kind: str = "system") -> dict[str, Any]:
    """A probe for every free text of an entry."""
    fields = {
        "name", "description_short", "competent_authority", "goal", "out_of_scope", "impact", "decision_making_process",
        "description", "methods_and_models", "provider", "lawful_basis", "ai_act_reason", "human_intervention",
        "objection_procedure", "national_norm", "data_subjects", "data_categories", "retention", "dpia_reason",
        "special_categories_reason", "change_note", "easy_language",
    }  # fmt: skip
    assert fields <= {row.key for row in publication.rows_of(kind)}
    return {key: PROBE[:100] if key == "name" else PROBE for key in fields}


@pytest.fixture
def infested(musterstadt: Town, published: Entry) -> Entry:
    cdo = musterstadt["cdo"]
    entry = register.set_block(published, "training", {PROBE: PROBE, "Liste": [PROBE, {PROBE: PROBE}]}, by=cdo)
    rights = {
        "controller": {"name": PROBE},
        "rights": [{"title": PROBE, "article": PROBE, "text": PROBE}],
        "processing": PROBE,
    }
    entry = register.set_block(entry, "rights", rights, by=cdo)
    entry = register.set_withheld(
        entry, by=musterstadt["cdo"], items=[{"field": "out_of_scope", "reason": PROBE, "norm": PROBE}]
    )
    return publish_again(musterstadt, entry, **text_changes())


@pytest.mark.parametrize("tail", ["", "versionen/", "versionen/2/", "versionen/1/vergleich/2/"])
def test_a_script_in_a_text_stays_text(client: Client, infested: Entry, tail: str) -> None:
    parser = Tags()
    parser.feed(text_of(client, address(infested, tail)))
    assert parser.dangers == []


@pytest.mark.parametrize(
    "url", ["/", f"/?q={PROBE}", HOME, f"{HOME}?q={PROBE}", f"{HOME}?status={PROBE}&field={PROBE}"]
)
def test_a_script_in_a_list_or_a_search_stays_text(client: Client, infested: Entry, url: str) -> None:
    parser = Tags()
    parser.feed(text_of(client, url))
    assert parser.dangers == []


def test_the_reason_of_a_withdrawal_stays_text(client: Client, musterstadt: Town, published: Entry) -> None:
    register.withdraw(published, by=musterstadt["leitung"], reason=PROBE)
    parser = Tags()
    parser.feed(text_of(client, address(published)))
    assert parser.dangers == []


ODD = [
    "%00", "1" + "0" * 30, "-1", "(", "((((", "'", "\\", "..%2F..%2F", "%ED%A0%80", "%FF%FE", "%F0%9F%92%A9", "x" * 65536,
    "%22%22%22", "a%20OR%20b", "-", "!", "%26%7C%21", ":*", "%0d%0aSet-Cookie:a=b", "%E2%80%AE", "null", "[]", "{}", "NaN",
    "2026-99-99", "e30", "WzFd", "WyIiXQ", "WyIxIiwyLDNd", "W251bGwsMV0", "WzFlOTk5XQ", "W3siYSI6MX1d", "WzEsMiwzXQ", "",
]  # fmt: skip
PARAMETERS = (
    "q", "after", "before", "kind", "status", "field", "risk_class", "department", "affects_people", "sort", "dataset",
    "provider", "country", "personal_data_level",
)  # fmt: skip


@pytest.mark.parametrize("base", ["/", HOME])
@pytest.mark.parametrize("name", PARAMETERS)
def test_no_odd_parameter_breaks_a_page(client: Client, second_version: Entry, base: str, name: str) -> None:
    found = {odd[:20]: client.get(f"{base}?{name}={odd}").status_code for odd in ODD}
    assert {odd: status for odd, status in found.items() if status >= 500} == {}


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_parameter_given_twice_breaks_no_page(client: Client, published: Entry, name: str) -> None:
    assert client.get(f"{HOME}?{name}=a&{name}=b&q=chatbot&after=x").status_code == 200


def test_odd_cursors_break_no_search(client: Client, published: Entry) -> None:
    found = {odd[:20]: client.get(f"{HOME}?q=chatbot&after={odd}").status_code for odd in ODD}
    assert {odd: status for odd, status in found.items() if status >= 500} == {}


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(url).status_code == 200
    return len(found)


@pytest.mark.parametrize("url", ["/", "/?q=System", HOME, f"{HOME}?q=System", f"{HOME}feed.atom", f"{HOME}sitemap.xml"])
def test_the_number_of_queries_does_not_grow_with_the_register(client: Client, musterstadt: Town, url: str) -> None:
    published_system(musterstadt, "System 0")
    few = queries(client, url)
    for number in range(1, 6):
        published_system(musterstadt, f"System {number}")
    assert queries(client, url) == few


def test_the_number_of_queries_does_not_grow_with_the_versions(
    client: Client, musterstadt: Town, published: Entry
) -> None:
    few = queries(client, address(published, "versionen/"))
    for number in range(3):
        publish_again(musterstadt, published, description=f"Beschreibung {number}")
    assert queries(client, address(published, "versionen/")) == few


def test_an_entry_page_needs_few_queries(client: Client, published: Entry) -> None:
    assert queries(client, address(published)) <= 7


def test_a_reader_that_has_the_page_gets_nothing_again(client: Client, published: Entry) -> None:
    etag = client.get(address(published)).headers["ETag"]
    assert client.get(address(published), headers={"if-none-match": etag}).status_code == 304


def test_a_new_publication_changes_the_etag(client: Client, musterstadt: Town, published: Entry) -> None:
    before = client.get(address(published)).headers["ETag"]
    publish_again(musterstadt, published, retention="1 Tag")
    assert client.get(address(published)).headers["ETag"] != before


def test_a_known_etag_does_not_open_a_withdrawn_page(client: Client, musterstadt: Town, published: Entry) -> None:
    etag = client.get(address(published)).headers["ETag"]
    register.withdraw(published, by=musterstadt["leitung"], reason="Falsch")
    assert client.get(address(published), headers={"if-none-match": etag}).status_code == 410


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_citizens_pages_only_answer_reading(client: Client, published: Entry, method: str) -> None:
    assert getattr(client, method)(HOME).status_code == 405


def test_a_link_that_is_no_web_address_is_not_a_link(client: Client, musterstadt: Town) -> None:
    entry = published_with(musterstadt, "Seite", website="ftp://example.org/x")
    assert 'href="ftp:' not in text_of(client, address(entry))
