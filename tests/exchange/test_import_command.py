"""`manage.py import_register`: JSON report, exit codes, drafts only."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from core.models import AuditRecord
from register.models import Entry
from tests.world import MUSTERSTADT_ARS, NEUDORF_ARS, Town

GOOD = """KI-Bestand der Stadt;;;;;
;;;;;
Bezeichnung;Fachbereich;Hersteller/Anbieter;Zweck;Status;Im Einsatz seit
Chatbot Bürgerservice;Bürgerbüro;Dialogwerk GmbH;Auskünfte geben;in Betrieb;03/2025
Schlagloch-Erkennung;Tiefbauamt;Fahrbahnblick GmbH;Schäden finden;Pilotbetrieb;k. A.
"""


def run(path: Path, *options: str, ars: str = MUSTERSTADT_ARS) -> tuple[int, dict[str, Any]]:
    out, code = StringIO(), 0
    try:
        call_command("import_register", str(path), "--municipality", ars, *options, stdout=out)
    except SystemExit as exit_:
        code = int(exit_.code or 0)
    return code, json.loads(out.getvalue())


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "bestand.csv"
    path.write_text(GOOD, encoding="utf-8-sig")
    return path


def test_a_list_becomes_drafts(musterstadt: Town, good: Path) -> None:
    code, report = run(good)
    assert (code, report["errors"], report["counts"]["new"]["system"]) == (0, [], 2)
    states = Entry.objects.filter(import_reference__startswith=report["reference"]).values_list(
        "review_state", flat=True
    )
    assert list(states) == ["draft", "draft"]


def test_without_a_name_a_person_acts_who_may_import_there(musterstadt: Town, good: Path) -> None:
    run(good)
    assert {entry.created_by for entry in Entry.objects.all()} == {musterstadt["cdo"]}


def test_a_dry_run_writes_nothing(musterstadt: Town, good: Path) -> None:
    before = AuditRecord.objects.count()
    code, report = run(good, "--dry-run")
    assert (code, report["imported"], Entry.objects.count(), AuditRecord.objects.count()) == (0, False, 0, before)


def test_a_second_run_names_what_is_there_already(musterstadt: Town, good: Path) -> None:
    run(good)
    _code, report = run(good)
    assert (len(report["existing"]), report["created"], Entry.objects.count()) == (2, [], 2)


def test_one_faulty_row_stops_all_and_names_row_and_column(musterstadt: Town, tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(GOOD.replace("Pilotbetrieb", "Pilotbetrib"), encoding="utf-8")
    code, report = run(path)
    assert (code, report["imported"], Entry.objects.count()) == (2, False, 0)
    error = report["errors"][0]
    assert (error["row"], error["column"], error["heading"], error["value"]) == (5, "E", "Status", "Pilotbetrib")


def test_a_person_without_the_right_imports_nothing(musterstadt: Town, good: Path) -> None:
    code, _report = run(good, "--by", "fachamt-musterstadt")
    assert (code, Entry.objects.count()) == (2, 0)


def test_a_person_of_another_municipality_imports_nothing(musterstadt: Town, neudorf: Town, good: Path) -> None:
    code, _report = run(good, "--by", "cdo-neudorf-an-der-au")
    assert (code, Entry.objects.count()) == (2, 0)


@pytest.mark.parametrize("ars", ["", "57770123123", "057770123124", NEUDORF_ARS, "0577701231x3"])
def test_a_wrong_key_is_refused_with_a_sentence(musterstadt: Town, good: Path, ars: str) -> None:
    code, report = run(good, ars=ars)
    assert code == 2
    assert report["errors"][0]["message"].endswith(".")


def test_a_mapping_file_decides_about_columns(musterstadt: Town, good: Path, tmp_path: Path) -> None:
    rule = tmp_path / "zuordnung.yaml"
    rule.write_text("columns: {Zweck: impact, C: null}\n", encoding="utf-8")
    code, report = run(good, "--mapping", str(rule))
    assert code == 0, report
    system = Entry.objects.get(name="Chatbot Bürgerservice").system
    assert (system.impact, system.goal, system.provider) == ("Auskünfte geben", "", "")


@pytest.mark.parametrize(
    "text", ["", "[]", "{", "columns: 3", "columns: {Zweck: gibtesnicht}", "sheets: {Nirgends: {}}", "kind: house"]
)
def test_a_bad_mapping_file_is_refused(musterstadt: Town, good: Path, tmp_path: Path, text: str) -> None:
    rule = tmp_path / "zuordnung.yaml"
    rule.write_text(text, encoding="utf-8")
    code, _report = run(good, "--mapping", str(rule))
    assert (code, Entry.objects.count()) == (2, 0)


def test_json_with_our_keys_is_taken_over(musterstadt: Town, tmp_path: Path) -> None:
    path = tmp_path / "liste.json"
    data = {
        "systems": [{"name": "Chatbot", "status": "pilot", "category": ["mobility"], "department": "Bürgerbüro"}],
        "activities": [{"title": "Fragen beantworten", "purposes": "Auskunft", "systems": ["Chatbot"]}],
    }
    path.write_text(json.dumps(data), encoding="utf-8")
    code, report = run(path)
    assert (code, [made["kind"] for made in report["created"]]) == (0, ["system", "activity"])


def test_a_file_that_is_not_there_is_refused(musterstadt: Town, tmp_path: Path) -> None:
    code, report = run(tmp_path / "fehlt.csv")
    assert (code, len(report["errors"])) == (2, 1)
