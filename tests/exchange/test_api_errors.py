"""Every refusal of the API is a problem with a German sentence that helps."""

from __future__ import annotations

import pytest
from django.test import Client

from register.models import Entry
from tests.public.test_safety import ODD
from tests.world import MUSTERSTADT_ARS, Town

SYSTEMS = "/api/v1/systems/"
FEED = f"/api/v1/feed?municipality={MUSTERSTADT_ARS}"
PROBLEM = "application/problem+json"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (
            f"{SYSTEMS}?farbe=rot",
            "„farbe“ gibt es hier nicht. Möglich sind: municipality, q, risk_class, status, field",
        ),
        (f"{SYSTEMS}?risk_class=hoch", "„risk_class“ hat keinen gültigen Wert. Möglich sind: VERBOTEN, HR_I, HR_III"),
        (f"{SYSTEMS}?status=fertig", "Möglich sind: planned, design, development"),
        (f"{SYSTEMS}?field=Verkehr", "Möglich sind: citizen_services"),
        (f"{SYSTEMS}?municipality=123", "hier sind es 3"),
        (f"{SYSTEMS}?municipality=05777123", "Gemeindeschlüssel (AGS, 8 Ziffern)"),
        (f"{SYSTEMS}?modified_since=gestern", "ISO 8601"),
        (f"{SYSTEMS}?cursor=quatsch", "„cursor“ hat keinen gültigen Wert"),
        (f"{SYSTEMS}?limit=0", "ganze Zahl von 1 bis 500"),
        (f"{SYSTEMS}?limit=100000", "ganze Zahl von 1 bis 500"),
        (f"{SYSTEMS}?status=pilot&status=planned", "steht mehrfach in der Adresse"),
        (f"{SYSTEMS}?q=", "1 bis 200 Zeichen"),
        (f"{SYSTEMS}?q=%00", "ungültiges Zeichen"),
        (f"{FEED}&after=-1", "„after“ hat keinen gültigen Wert"),
        ("/api/v1/feed", "„municipality“ fehlt"),
        ("/api/v1/export.jsonl?x=1", "Möglich sind: municipality"),
        ("/api/v1/datasets/?status=pilot", "„status“ gibt es hier nicht"),
    ],
)
def test_a_wrong_parameter_is_named_in_a_german_sentence(
    client: Client, musterstadt: Town, url: str, said: str
) -> None:
    response = client.get(url)
    assert (response.status_code, response.headers["Content-Type"], said in response.json()["detail"]) == (
        400,
        PROBLEM,
        True,
    )


@pytest.mark.parametrize(
    ("method", "url", "status"),
    [
        ("get", "/api/", 404),
        ("get", "/api/v1/nichts", 404),
        ("get", "/api/v2/systems/", 404),
        ("post", "/api/v1/nichts", 404),
        ("get", f"{SYSTEMS}keine-uuid/", 404),
        ("get", f"{SYSTEMS}{'0' * 8}-0000-4000-8000-{'0' * 12}/", 404),
        ("post", SYSTEMS, 405),
        ("put", SYSTEMS, 405),
        ("patch", "/api/v1/municipalities/", 405),
        ("delete", "/api/v1/export.jsonl", 405),
        ("trace", FEED, 405),
    ],
)
def test_every_refusal_is_a_problem(client: Client, musterstadt: Town, method: str, url: str, status: int) -> None:
    response = getattr(client, method)(url)
    assert (response.status_code, response.headers["Content-Type"], response.json()["status"]) == (
        status,
        PROBLEM,
        status,
    )


def test_a_refused_method_names_the_allowed_ones(client: Client, db: None) -> None:
    assert client.post(SYSTEMS).headers["Allow"] == "GET, HEAD, OPTIONS"


def test_another_format_is_refused_with_advice(client: Client, db: None) -> None:
    response = client.get(SYSTEMS, headers={"accept": "text/csv"})
    assert (response.status_code, "application/json" in response.json()["detail"]) == (406, True)


def test_a_fault_of_ours_is_a_problem_too(client: Client, monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    from register import selectors_public

    monkeypatch.delattr(selectors_public, "log_state")
    client.raise_request_exception = False
    response = client.get(SYSTEMS)
    assert (response.status_code, response.headers["Content-Type"]) == (500, PROBLEM)


@pytest.mark.parametrize(
    "name", ["q", "municipality", "risk_class", "status", "field", "modified_since", "cursor", "limit", "zufall"]
)
def test_no_odd_value_breaks_a_list(client: Client, published: Entry, name: str) -> None:
    found = {odd[:20]: client.get(f"{SYSTEMS}?{name}={odd}").status_code for odd in ODD}
    assert {odd: status for odd, status in found.items() if status >= 500} == {}


@pytest.mark.parametrize("name", ["after", "limit", "municipality", "zufall"])
def test_no_odd_value_breaks_the_feed(client: Client, published: Entry, name: str) -> None:
    found = {odd[:20]: client.get(f"{FEED}&{name}={odd}").status_code for odd in ODD}
    assert {odd: status for odd, status in found.items() if status >= 500} == {}


@pytest.mark.parametrize("number", ["0", "9" * 12, "9" * 30])
def test_no_odd_number_breaks_a_version(client: Client, published: Entry, number: str) -> None:
    assert client.get(f"{SYSTEMS}{published.uuid}/versions/{number}/").status_code == 404


def test_the_error_of_the_api_stays_closed_to_scripts(client: Client, db: None) -> None:
    assert client.get(f"{SYSTEMS}?<script>=1").headers["X-Content-Type-Options"] == "nosniff"
