"""The contract of the read API, address by address."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from core import canonical
from register import services as register
from register.models import Entry
from tests.public.conftest import published_dataset, published_with
from tests.world import MUSTERSTADT_ARS, NEUDORF_ARS, Town, complete_system, publish_again, published_system

SYSTEMS = "/api/v1/systems/"
EXPORT = "/api/v1/export.jsonl"
FEED = f"/api/v1/feed?municipality={MUSTERSTADT_ARS}"


def get(client: Client, url: str) -> Any:
    return client.get(url).json()


def names(client: Client, url: str) -> list[str]:
    return [item["name"] for item in get(client, url)["results"]]


def path_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def lines(client: Client, url: str = EXPORT) -> list[str]:
    """JSON Lines end with a line feed and nothing else; U+2028 is part of a text."""
    return [line.decode() for line in b"".join(client.get(url)).split(b"\n") if line]  # type: ignore[arg-type]


@pytest.fixture
def withdrawn(musterstadt: Town, published: Entry) -> Entry:
    register.withdraw(published, by=musterstadt["leitung"], reason="Falsches System")
    return published


@pytest.fixture
def redacted(musterstadt: Town, published: Entry) -> Entry:
    entry = publish_again(musterstadt, published, retention="14 Tage", change_note="Frist verkürzt")
    register.redact(entry, number=1, by=musterstadt["leitung"], reason="Nannte eine Person")
    return entry


def test_a_list_holds_published_systems_only(client: Client, musterstadt: Town, published: Entry) -> None:
    complete_system(musterstadt, "Entwurf")
    assert names(client, SYSTEMS) == ["Chatbot Bürgerservice"]


def test_a_draft_is_not_found(client: Client, complete: Entry) -> None:
    assert client.get(f"{SYSTEMS}{complete.uuid}/").status_code == 404


def test_a_document_is_served_byte_for_byte_as_it_was_hashed(client: Client, published: Entry) -> None:
    body = client.get(f"{SYSTEMS}{published.uuid}/").content
    assert hashlib.sha256(body).hexdigest() == published.public.document_sha256


def test_a_list_holds_the_stored_text(client: Client, published: Entry) -> None:
    assert published.public.document in client.get(SYSTEMS).content.decode()


def test_an_old_version_keeps_its_address(client: Client, musterstadt: Town, published: Entry) -> None:
    publish_again(musterstadt, published, retention="14 Tage")
    assert get(client, f"{SYSTEMS}{published.uuid}/versions/1/")["retention"] == "30 Tage"


def test_a_version_that_never_was_is_not_found(client: Client, published: Entry) -> None:
    assert client.get(f"{SYSTEMS}{published.uuid}/versions/7/").status_code == 404


@pytest.mark.parametrize("tail", ["", "versions/1/"])
def test_a_withdrawn_entry_is_gone(client: Client, withdrawn: Entry, tail: str) -> None:
    assert client.get(f"{SYSTEMS}{withdrawn.uuid}/{tail}").status_code == 410


def test_the_tombstone_says_when_and_why(client: Client, withdrawn: Entry) -> None:
    stone = get(client, f"{SYSTEMS}{withdrawn.uuid}/")
    assert {key: stone[key] for key in ("op", "uuid", "number", "reason", "seq")} == {
        "op": "withdraw",
        "uuid": str(withdrawn.uuid),
        "number": 1,
        "reason": "Falsches System",
        "seq": 2,
    }


def test_a_redacted_version_is_gone_with_its_reason(client: Client, redacted: Entry) -> None:
    response = client.get(f"{SYSTEMS}{redacted.uuid}/versions/1/")
    assert (response.status_code, response.json()["op"], response.json()["reason"]) == (
        410,
        "redact",
        "Nannte eine Person",
    )


def test_a_system_is_no_dataset(client: Client, published: Entry) -> None:
    assert client.get(f"/api/v1/datasets/{published.uuid}/").status_code == 404


def test_datasets_have_list_document_and_versions(client: Client, musterstadt: Town, published: Entry) -> None:
    dataset = published_dataset(musterstadt, published)
    urls = ("/api/v1/datasets/", f"/api/v1/datasets/{dataset.uuid}/", f"/api/v1/datasets/{dataset.uuid}/versions/1/")
    assert [client.get(url).status_code for url in urls] == [200, 200, 200]


def test_use_cases_are_an_empty_list(client: Client, published: Entry) -> None:
    assert get(client, "/api/v1/use-cases/") == {"next": None, "results": []}


@pytest.mark.parametrize(
    "query",
    [
        "q=verkehr", "risk_class=HR_III", "status=pilot", "field=mobility", "modified_since=2026-12-24",
        "modified_since=2026-12-24T00:00:00Z", "modified_since=2026-12-24T00:00:00%2B01:00",
    ],
)  # fmt: skip
def test_a_filter_gives_what_matches(client: Client, musterstadt: Town, published: Entry, query: str) -> None:
    import time_machine

    with time_machine.travel("2026-12-24T10:00:00+01:00"):
        published_with(
            musterstadt,
            "Verkehrslenkung",
            ai_act_class="HR_III",
            status="pilot",
            category=["mobility"],
            dpia_state="done",
        )
    assert names(client, f"{SYSTEMS}?{query}") == ["Verkehrslenkung"]


def test_the_filter_by_municipality_takes_an_ars(client: Client, published: Entry, neudorf: Town) -> None:
    published_system(neudorf, "Chatbot Rathaus")
    assert names(client, f"{SYSTEMS}?municipality={NEUDORF_ARS}") == ["Chatbot Rathaus"]


def test_following_next_gives_every_entry_once_while_others_are_added(client: Client, musterstadt: Town) -> None:
    first = [f"System {number}" for number in range(5)]
    for name in first:
        published_system(musterstadt, name)
    seen: list[str] = []
    url = f"{SYSTEMS}?limit=2"
    for turn in range(10):
        page = get(client, url)
        seen += [item["name"] for item in page["results"]]
        if page["next"] is None:
            break
        published_system(musterstadt, f"Ankömmling {turn}") if turn < 2 else None
        url = path_of(page["next"])
    assert ([name for name in seen if name in first], len(seen)) == (first, len(set(seen)))


@override_settings(BASE_URL="https://register.example")
def test_next_begins_with_the_configured_address(client: Client, musterstadt: Town) -> None:
    for number in range(2):
        published_system(musterstadt, f"System {number}")
    assert get(client, f"{SYSTEMS}?limit=1")["next"].startswith(
        "https://register.example/api/v1/systems/?limit=1&cursor="
    )


def test_municipalities_are_listed_with_their_addresses(client: Client, published: Entry) -> None:
    (town,) = get(client, "/api/v1/municipalities/")["results"]
    assert (town["ars"], town["ags"], town["systems"]) == (MUSTERSTADT_ARS, "05777123", 1)


def test_municipalities_are_paged(client: Client, musterstadt: Town, neudorf: Town) -> None:
    page = get(client, "/api/v1/municipalities/?limit=1")
    assert names(client, path_of(page["next"])) == ["Neudorf an der Au"]


def test_the_export_is_one_stored_document_a_line(client: Client, musterstadt: Town) -> None:
    awkward = published_with(
        musterstadt, "Rück\\schrägstrich „\"' \t", description_short='Zeile 1\nZeile 2 \\n "x" \u2028 😀'
    )
    other = published_system(musterstadt, "Zweites")
    assert lines(client) == [awkward.public.document, other.public.document]


def test_the_export_leaves_out_what_is_withdrawn(client: Client, withdrawn: Entry) -> None:
    assert lines(client) == []


def test_the_export_of_one_municipality(client: Client, published: Entry, neudorf: Town) -> None:
    published_system(neudorf, "Chatbot Rathaus")
    (line,) = lines(client, f"{EXPORT}?municipality={NEUDORF_ARS}")
    assert json.loads(line)["name"] == "Chatbot Rathaus"


def test_somebody_who_asks_for_json_lines_gets_the_export(client: Client, published: Entry) -> None:
    assert client.get(EXPORT, headers={"accept": "application/x-ndjson"}).status_code == 200


@pytest.mark.parametrize(
    "url", [SYSTEMS, EXPORT, FEED, "/api/v1/municipalities/", "/api/v1/", "/.well-known/ki-register"]
)
def test_who_has_it_already_gets_nothing_again(client: Client, published: Entry, url: str) -> None:
    etag = client.get(url).headers["ETag"]
    assert client.get(url, headers={"if-none-match": etag}).status_code == 304


@pytest.mark.parametrize("url", [SYSTEMS, EXPORT, FEED])
def test_a_publication_changes_the_etag(client: Client, musterstadt: Town, published: Entry, url: str) -> None:
    before = client.get(url).headers["ETag"]
    publish_again(musterstadt, published, retention="1 Tag")
    assert client.get(url).headers["ETag"] != before


def test_a_known_etag_does_not_open_a_withdrawn_document(client: Client, musterstadt: Town, published: Entry) -> None:
    url = f"{SYSTEMS}{published.uuid}/"
    etag = client.get(url).headers["ETag"]
    register.withdraw(published, by=musterstadt["leitung"], reason="Falsch")
    assert client.get(url, headers={"if-none-match": etag}).status_code == 410


def test_the_feed_is_gapless_and_ordered(client: Client, redacted: Entry) -> None:
    assert [line["seq"] for line in get(client, FEED)["entries"]] == [1, 2, 3]


def test_the_feed_goes_on_after_a_line(client: Client, redacted: Entry) -> None:
    assert [line["op"] for line in get(client, f"{FEED}&after=2")["entries"]] == ["redact"]


def test_the_feed_is_read_in_pages(client: Client, redacted: Entry) -> None:
    first = get(client, f"{FEED}&limit=2")
    second = get(client, path_of(first["next"]))
    assert ([line["seq"] for line in second["entries"]], second["next"]) == ([3], None)


def test_everybody_can_verify_the_chain_from_the_feed(client: Client, redacted: Entry) -> None:
    keys = ("seq", "op", "number", "schema_version", "at", "document_sha256", "previous_sha256")
    feed = get(client, FEED)
    computed = [
        canonical.sha256({**{key: line[key] for key in keys}, "entry": line["uuid"]}) for line in feed["entries"]
    ]
    assert (computed, computed[-1]) == ([line["sha256"] for line in feed["entries"]], feed["head_sha256"])


def test_a_redacted_document_is_a_tombstone_in_the_feed(client: Client, redacted: Entry) -> None:
    assert [line["document"] is None for line in get(client, FEED)["entries"]] == [True, False, True]


def test_a_withdrawn_document_leaves_the_feed_and_its_hash_stays(client: Client, withdrawn: Entry) -> None:
    line = get(client, FEED)["entries"][0]
    assert (line["document"], len(line["document_sha256"])) == (None, 64)


def test_the_feed_of_a_stranger_is_not_found(client: Client, musterstadt: Town) -> None:
    assert client.get(f"/api/v1/feed?municipality={NEUDORF_ARS}").status_code == 404


def test_the_discovery_document_names_every_publisher(client: Client, musterstadt: Town, neudorf: Town) -> None:
    publishers = get(client, "/.well-known/ki-register")["publishers"]
    assert [item["urn"].rpartition(":")[2] for item in publishers] == [MUSTERSTADT_ARS, NEUDORF_ARS]


@pytest.mark.parametrize("url", [SYSTEMS, FEED, EXPORT, "/api/v1/municipalities/"])
def test_pages_of_other_origins_may_read(client: Client, published: Entry, url: str) -> None:
    assert client.get(url).headers["Access-Control-Allow-Origin"] == "*"


def test_head_gives_the_same_etag(client: Client, published: Entry) -> None:
    assert client.head(SYSTEMS).headers["ETag"] == client.get(SYSTEMS).headers["ETag"]


def test_options_names_the_methods(client: Client, published: Entry) -> None:
    response = client.options(SYSTEMS)
    assert (response.status_code, response.headers["Allow"]) == (204, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("url", [SYSTEMS, f"{SYSTEMS}?q=System", FEED, "/api/v1/municipalities/"])
def test_the_number_of_queries_does_not_grow(client: Client, musterstadt: Town, url: str) -> None:
    published_system(musterstadt, "System 0")
    counts = []
    for number in (1, 2):
        with CaptureQueriesContext(connection) as found:
            client.get(url)
        counts.append(len(found))
        published_system(musterstadt, f"System {number}")
    assert counts[0] == counts[1] <= 3
