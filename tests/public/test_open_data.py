"""What a municipality has published, as files."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

from django.test import Client
from openpyxl import load_workbook

import public.tasks  # noqa: F401 - registers the handler
from accounts.models import Municipality
from core import jobs
from core.models import Job
from public import made
from register import services as register
from register.models import Entry
from tests.public.conftest import HOME, published_with
from tests.world import Town, publish_again

DATA = f"{HOME}daten/"


def content(client: Client, url: str) -> bytes:
    return b"".join(client.get(url).streaming_content)  # type: ignore[attr-defined]


def history(client: Client) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content(client, f"{DATA}verlauf.jsonl").decode().splitlines()]


def test_the_table_has_a_line_for_each_public_system(client: Client, musterstadt: Town, published: Entry) -> None:
    other = published_with(musterstadt, "Terminhilfe")
    rows = list(
        csv.DictReader(io.StringIO(content(client, f"{DATA}ki-systeme.csv").decode("utf-8-sig")), delimiter=";")
    )
    assert {row["Kennung"] for row in rows} == {str(published.uuid), str(other.uuid)}


def test_a_draft_is_in_no_file(client: Client, published: Entry, complete: Entry) -> None:
    names = [row["name"] for row in json.loads(content(client, f"{DATA}ki-systeme.json"))]
    assert names == [published.name]


def test_what_is_withheld_is_no_column_but_its_reason_is(client: Client, musterstadt: Town, published: Entry) -> None:
    items = [{"field": "provider", "reason": "Laufendes Vergabeverfahren", "norm": ""}]
    entry = register.set_withheld(published, by=musterstadt["cdo"], items=items)
    publish_again(musterstadt, entry, change_note="Anbieter zurückgehalten")
    text = content(client, f"{DATA}ki-systeme.csv").decode("utf-8-sig")
    row = next(iter(csv.DictReader(io.StringIO(text), delimiter=";")))
    assert (row["Anbieter"], row["Nicht veröffentlicht (Grund)"]) == ("", "Anbieter: Laufendes Vergabeverfahren")


def test_a_formula_stays_a_text(client: Client, musterstadt: Town) -> None:
    published_with(musterstadt, "Zähler", goal="=1+1")
    assert ";'=1+1;" in content(client, f"{DATA}ki-systeme.csv").decode("utf-8-sig")


def test_the_spreadsheet_is_made_by_the_worker(client: Client, published: Entry) -> None:
    first = client.get(f"{DATA}ki-systeme.xlsx").status_code
    jobs.run(Job.objects.get(kind=made.KIND).pk)
    sheet = load_workbook(io.BytesIO(content(client, f"{DATA}ki-systeme.xlsx"))).active
    assert (first, sheet and sheet.cell(2, 1).value) == (202, published.name)


def test_a_character_that_no_cell_can_hold_does_not_stop_the_spreadsheet(client: Client, musterstadt: Town) -> None:
    published_with(musterstadt, "Zähler", goal="vor\x0bnach")
    client.get(f"{DATA}ki-systeme.xlsx")
    jobs.run(Job.objects.get(kind=made.KIND).pk)
    assert Job.objects.get(kind=made.KIND).state == Job.State.DONE


def test_the_history_tells_every_version(client: Client, second_version: Entry) -> None:
    assert [(line["op"], line["document"]["number"]) for line in history(client)] == [("publish", 1), ("publish", 2)]


def test_the_history_keeps_the_line_of_what_was_withdrawn_and_not_its_text(client: Client, withdrawn: Entry) -> None:
    assert [(line["op"], line["document"]) for line in history(client)] == [("publish", None), ("withdraw", None)]


def test_the_history_has_no_text_of_what_was_redacted(client: Client, redacted: Entry) -> None:
    assert history(client)[0]["document"] is None


def test_the_page_names_the_licence_that_the_municipality_chose(client: Client, published: Entry) -> None:
    Municipality.objects.filter(pk=published.municipality_id).update(open_data_licence="cc-by")
    assert "CC BY 4.0" in client.get(DATA).content.decode()


def test_the_description_for_search_engines_is_safe_in_a_script_element(client: Client, published: Entry) -> None:
    Municipality.objects.filter(pk=published.municipality_id).update(name="Ort </script><script>alert(1)</script>")
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', client.get(DATA).content.decode())
    assert json.loads(found[1] if found else "")["publisher"]["name"].startswith("Ort </script>")


def test_an_unknown_kind_of_file_is_not_found(client: Client, published: Entry) -> None:
    assert client.get(f"{DATA}ki-systeme.exe").status_code == 404


def test_a_withdrawn_entry_is_in_no_table(client: Client, musterstadt: Town, published: Entry) -> None:
    register.withdraw(published, by=musterstadt["leitung"], reason="Falsches System.")
    assert json.loads(content(client, f"{DATA}ki-systeme.json")) == []
