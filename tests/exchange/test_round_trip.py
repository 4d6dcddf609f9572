"""Export, edit, import again: exactly what was changed changes, and a whole import can be taken back."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from compliance import services as compliance
from core.models import AuditRecord
from exchange import services
from exchange.exports import register_table
from exchange.imports.fields import ACTIVITY, DATASET, KINDS, RECIPIENT, STORAGE, SYSTEM, exported
from exchange.imports.records import load, visible
from exchange.models import ImportRun
from register import services as register
from register.models import Entry, StorageLocation
from tests.world import Town, complete_system, submitted_system

pytestmark = pytest.mark.django_db


@pytest.fixture
def system(musterstadt: Town) -> Entry:
    """A system with links of every kind, texts that look like formulas, dates and lists."""
    town, by = musterstadt.municipality, musterstadt["cdo"]
    office = musterstadt.departments["buergerbuero"]
    place = register.create_storage(town, by=by, name="RZ Nord; Saal 2", kind="own")
    maker = register.create_recipient(town, by=by, name="Dialogwerk GmbH", kind="processor")
    court = register.create_recipient(town, by=by, name="Dialogwerk GmbH", kind="third_party")
    data = register.create_dataset(town, by=by, name="Melderegister", department=office, values={"origin": "=Amt"})
    entry = register.create_system(
        town,
        by=by,
        name="Chatbot",
        department=office,
        values={
            "goal": "=1+1",
            "impact": "- erstens\n- zweitens",
            "begin_date": "2025-03",
            "category": ["mobility"],
            "website": "https://musterstadt.example/bot",
        },
        links={"storage": [place], "recipients": [maker, court], "datasets": [(data.dataset, "operation")]},
    )
    compliance.create_activity(
        town, by=by, title="Fragen beantworten", systems=[entry], values={"purposes": "@Auskunft"}
    )
    return entry


def book_of(town: Town) -> bytes:
    found = {kind: load(kind, visible(kind, town["cdo"], town.municipality)) for kind in KINDS}
    return register_table.workbook(found)


def edited(content: bytes, kind: str, key: str, value: Any, row: int = 3) -> bytes:
    book = load_workbook(BytesIO(content))
    sheet = book[KINDS[kind]]
    column = [cell.value for cell in sheet[2]].index(key) + 1
    sheet.cell(row, column).value = value
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def check(town: Town, content: bytes, **options: Any) -> Any:
    name = "register.xlsx" if content.startswith(b"PK") else "liste.csv"
    run = services.upload(town.municipality, by=town["cdo"], filename=name, content=content)
    ImportRun.objects.filter(pk=run.pk).update(**options)
    run.refresh_from_db()
    return run, services.check(run).plan


def take(town: Town, content: bytes, **options: Any) -> ImportRun:
    run, plan = check(town, content, **options)
    assert plan.problems == []
    return services.request_take_over(run, by=town["cdo"], version=run.version)


def test_an_export_comes_back_without_a_difference(musterstadt: Town, system: Entry) -> None:
    _run, plan = check(musterstadt, book_of(musterstadt))
    assert (plan.problems, plan.new, plan.changed, plan.existing) == ([], [], [], [])


def test_every_row_of_an_export_is_recognized(musterstadt: Town, system: Entry) -> None:
    _run, plan = check(musterstadt, book_of(musterstadt))
    assert {row.kind for row in plan.unchanged} == {SYSTEM, ACTIVITY, DATASET, STORAGE, RECIPIENT}


def test_a_damaged_key_row_is_named_and_not_read_as_an_entry(musterstadt: Town, system: Entry) -> None:
    _, plan = check(musterstadt, edited(book_of(musterstadt), SYSTEM, "goal", "zweck_des_systems", row=2))
    named = [note for note in plan.notes if "Zeile 2" in note and "„zweck_des_systems“ in Spalte" in note]
    assert (len(named), plan.new) == (1, [])


@pytest.mark.parametrize("kind", [SYSTEM, ACTIVITY, DATASET, STORAGE, RECIPIENT])
def test_a_csv_comes_back_without_a_difference(musterstadt: Town, system: Entry, kind: str) -> None:
    rows = load(kind, visible(kind, musterstadt["cdo"], musterstadt.municipality))
    _run, plan = check(musterstadt, register_table.separated(kind, rows))
    assert (plan.problems, plan.new, plan.changed, len(plan.unchanged)) == ([], [], [], len(rows))


def test_a_text_like_a_formula_is_exported_as_text(musterstadt: Town, system: Entry) -> None:
    sheet = load_workbook(BytesIO(book_of(musterstadt)))[KINDS[SYSTEM]]
    column = [cell.value for cell in sheet[2]].index("goal") + 1
    assert (sheet.cell(3, column).value, sheet.cell(3, column).data_type) == ("'=1+1", "s")


def test_a_changed_cell_is_shown_with_old_and_new(musterstadt: Town, system: Entry) -> None:
    _run, plan = check(musterstadt, edited(book_of(musterstadt), SYSTEM, "status", "Pilotbetrieb"))
    assert [(change.label, change.old, change.new) for row in plan.changed for change in row.changes] == [
        ("Status", "Idee", "Pilot")
    ]


def test_only_the_changed_cell_is_written(musterstadt: Town, system: Entry) -> None:
    take(musterstadt, edited(book_of(musterstadt), SYSTEM, "status", "Pilotbetrieb"))
    record = AuditRecord.objects.filter(action="register.entry.changed").latest("seq")
    assert '"fields":["status"]' in record.payload


def test_an_emptied_cell_empties_the_field(musterstadt: Town, system: Entry) -> None:
    take(musterstadt, edited(book_of(musterstadt), SYSTEM, "goal", None))
    system.system.refresh_from_db()
    assert system.system.goal == ""


def test_a_changed_link_keeps_the_others(musterstadt: Town, system: Entry) -> None:
    take(musterstadt, edited(book_of(musterstadt), SYSTEM, "processors", None))
    assert [link.recipient.kind for link in system.system.recipient_links.all()] == ["third_party"]


@pytest.mark.parametrize(
    ("kind", "key", "value"),
    [(ACTIVITY, "purposes", "Auskunft"), (DATASET, "origin", "Amt"), (STORAGE, "operator", "Stadtwerke")],
)
def test_other_kinds_are_changed_too(musterstadt: Town, system: Entry, kind: str, key: str, value: str) -> None:
    run = take(musterstadt, edited(book_of(musterstadt), kind, key, value))
    _again, plan = check(musterstadt, edited(book_of(musterstadt), kind, key, value))
    assert (run.state, len(run.report["changed"]), plan.changed) == ("done", 1, [])


def test_an_entry_in_review_is_refused(musterstadt: Town) -> None:
    submitted_system(musterstadt, "Postzuordnung")
    _run, plan = check(musterstadt, edited(book_of(musterstadt), SYSTEM, "goal", "Anderer Zweck"))
    assert "ist in Prüfung und deshalb gesperrt" in plan.problems[0].message


def test_a_system_in_use_does_not_end_by_a_list(musterstadt: Town) -> None:
    complete_system(musterstadt, "Postzuordnung")
    _run, plan = check(musterstadt, edited(book_of(musterstadt), SYSTEM, "status", "Beendet"))
    assert "Außer Betrieb nehmen" in plan.problems[0].message


def test_an_entry_in_review_that_nothing_changes_is_no_fault(musterstadt: Town) -> None:
    submitted_system(musterstadt, "Postzuordnung")
    assert check(musterstadt, book_of(musterstadt))[1].problems == []


def test_an_old_export_does_not_overwrite_newer_work(musterstadt: Town, system: Entry) -> None:
    content = edited(book_of(musterstadt), SYSTEM, "goal", "Aus dem Export")
    register.update(system, by=musterstadt["cdo"], changes={"goal": "Von der Kollegin"})
    _run, plan = check(musterstadt, content)
    assert "wurde seit dem Export geändert" in plan.problems[0].message


def test_a_uuid_of_another_town_is_refused(musterstadt: Town, neudorf: Town, system: Entry) -> None:
    other = register.create_system(neudorf.municipality, by=neudorf["cdo"], name="Fremd")
    _run, plan = check(musterstadt, edited(book_of(musterstadt), SYSTEM, "uuid", str(other.uuid)))
    assert "Zu dieser Kennung gibt es" in plan.problems[0].message


LIST = b"Name des KI-Systems;Zweck;Auswirkung auf Menschen\nChatbot;Neuer Zweck;\n"


@pytest.mark.parametrize(("choice", "counts"), [("skip", (0, 1, 0)), ("update", (1, 0, 0)), ("stop", (0, 0, 1))])
def test_the_person_decides_about_names_that_exist(
    musterstadt: Town, system: Entry, choice: str, counts: tuple[int, int, int]
) -> None:
    _run, plan = check(musterstadt, LIST, on_conflict=choice)
    assert (len(plan.changed), len(plan.existing), len(plan.problems)) == counts


def test_an_empty_cell_of_a_foreign_list_changes_nothing(musterstadt: Town, system: Entry) -> None:
    take(musterstadt, LIST, on_conflict="update")
    system.system.refresh_from_db()
    assert system.system.impact.startswith("- erstens")


def test_a_changed_entry_gets_its_old_values_back(musterstadt: Town, system: Entry) -> None:
    content = edited(book_of(musterstadt), SYSTEM, "goal", "Kurz")
    run = services.request_undo(take(musterstadt, edited(content, SYSTEM, "processors", None)), by=musterstadt["cdo"])
    system.system.refresh_from_db()
    assert (run.state, system.system.goal, system.system.recipient_links.count()) == ("undone", "=1+1", 2)


def test_new_entries_vanish_when_an_import_is_taken_back(musterstadt: Town) -> None:
    content = b"Name des KI-Systems;Speicherorte;Art des Speicherorts\nNeu;RZ;Cloud\n"
    run = services.request_undo(take(musterstadt, content), by=musterstadt["cdo"])
    assert run.report["kept"] == []
    assert not Entry.objects.exists()
    assert not StorageLocation.objects.filter(name="RZ").exists()


def test_what_somebody_has_touched_since_stays_and_is_named(musterstadt: Town) -> None:
    run = take(musterstadt, b"Name des KI-Systems;Zweck\nEins;a\nZwei;b\n")
    register.update(Entry.objects.get(name="Zwei"), by=musterstadt["cdo"], changes={"goal": "c"})
    run = services.request_undo(run, by=musterstadt["cdo"])
    assert [(one["name"], one["reason"]) for one in run.report["kept"]] == [("Zwei", "wurde seitdem geändert")]
    assert list(Entry.objects.values_list("name", flat=True)) == ["Zwei"]


def test_an_entry_that_was_handed_in_stays(musterstadt: Town) -> None:
    run = take(musterstadt, b"Name des KI-Systems;Zweck\nEins;a\n")
    Entry.objects.update(review_state="in_review")
    run = services.request_undo(run, by=musterstadt["cdo"])
    assert [one["reason"] for one in run.report["kept"]] == ["ist zur Prüfung gegeben"]


def test_every_field_of_a_kind_has_its_column(musterstadt: Town) -> None:
    assert all(len({target.key for target in exported(kind)}) == len(exported(kind)) for kind in KINDS)
