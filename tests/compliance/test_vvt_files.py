"""PDF, XLSX and ODT say the same, an earlier day is printed as it was, and the register of the processor."""

import io
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from odfdo import Document
from openpyxl import load_workbook

from accounts import services as accounts
from compliance import reports, services
from compliance.models import ActivityVersion, VvtReport
from compliance.services.snapshots import content_in
from core.cells import protected
from core.models import StoredDocument
from register import services as register
from tests.compliance.test_activities import activity_of
from tests.compliance.test_vvt_pdf import made, media, text_of  # noqa: F401 - files go to a folder of their own
from tests.world import complete_system

pytestmark = pytest.mark.django_db
FORMULA = "=cmd|'/c calc'!A0"


def commissioned(town):
    activity = services.create_activity(
        town.municipality, by=town["cdo"], title="Rechenbetrieb", department=town.departments["tiefbau"],
        role="processor", values={"third_country": "none", "security_measures": "Zutritt gesichert"},
    )  # fmt: skip
    lines = [{"name": "Gemeinde Auental", "contact": "Am Markt 1", "categories": "Betrieb des Meldewesens"}]
    return services.set_lines(activity, by=town["cdo"], field="commissioners", lines=lines)


def opened(document):
    with document.file.open("rb") as file:
        return io.BytesIO(file.read())


def gathered(report):
    versions = ActivityVersion.objects.filter(pk__in=report.job.data["versions"])
    return reports.book_of(report.job.data, [content_in(version) for version in versions])


def said_by(report):
    """Every label and value of the sheets, from the gathered content itself."""
    book = gathered(report)
    return [(row.heading, row.text) for sheet in book.sheets for block in sheet.blocks for row in block.rows]


@pytest.fixture
def report(musterstadt) -> VvtReport:
    services.activity_from_system(complete_system(musterstadt), by=musterstadt["fachamt"])
    activity = activity_of(musterstadt, purposes=f"{FORMULA}\nZweite Zeile", joint_controller="Landkreis Au")
    rules = [{"categories": "Anträge", "period": "10 Jahre", "start": "Jahresende", "basis": "§ 24 WoGG"}]
    services.set_lines(activity, by=musterstadt["cdo"], field="retention_rules", lines=rules)
    return made(musterstadt)


def test_the_workbook_holds_every_row_of_every_sheet(report):
    book = load_workbook(opened(report.spreadsheet))
    cells = set()
    for sheet in book.worksheets[1:]:
        heads = [cell.value for cell in sheet[1]]
        for line in sheet.iter_rows(min_row=2, values_only=True):
            cells |= set(zip(heads, line, strict=True))
    assert [pair for pair in said_by(report) if (pair[0], protected(pair[1])) not in cells] == []


def test_the_workbook_names_every_section_with_its_note(report):
    sections = load_workbook(opened(report.spreadsheet))["Abschnitte"]
    told = {(title, note or "") for title, note, _ in sections.iter_rows(min_row=2, values_only=True)}
    blocks = [block for sheet in gathered(report).sheets for block in sheet.blocks if block.title]
    assert {("KI-Systeme" if block.kind else block.title, block.note) for block in blocks} == told


def test_workbook_and_text_document_say_what_the_chain_proves(report):
    sentence = gathered(report).front.proof_note
    vorblatt = [row[1] for row in load_workbook(opened(report.spreadsheet))["Vorblatt"].iter_rows(values_only=True)]
    written = Document(opened(report.office_text)).body.text_recursive
    assert (sentence in vorblatt, sentence in written) == (True, True)


def test_the_workbook_prints_the_chain_on_every_page(report):
    book = load_workbook(opened(report.spreadsheet))
    assert {"Protokollkette" in (sheet.oddFooter.left.text or "") for sheet in book} == {True}


def test_the_text_document_holds_every_row_of_every_sheet(report):
    rows = set()
    for table in Document(opened(report.office_text)).body.tables:
        for row in table.rows:
            label, value = row.cells
            rows.add((label.text_recursive.strip("\n"), "\n".join(p.text_recursive for p in value.paragraphs)))
    assert [pair for pair in said_by(report) if pair not in rows] == []


def test_the_pdf_holds_every_line_of_every_sheet(report):
    text = text_of(report).replace("\u00a0", " ").replace("\u00ad", "").replace("- ", "").replace(" ", "")
    lines = [line for _, value in said_by(report) for line in value.splitlines()]
    assert [
        x for x in lines if x.replace(" ", "").replace("\u00a0", "").replace("-", "") not in text.replace("-", "")
    ] == []


def test_no_cell_of_the_workbook_is_a_formula(report):
    book = load_workbook(opened(report.spreadsheet))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


def test_asked_twice_every_file_is_made_once(musterstadt, report):
    again = made(musterstadt, by="cdo")
    kept = StoredDocument.objects.filter(key__regex="^vvt-(xlsx|odt):").count()
    assert (again.spreadsheet, again.office_text, kept) == (report.spreadsheet, report.office_text, 2)


def test_an_earlier_day_shows_the_earlier_vorblatt(musterstadt):
    town = musterstadt.municipality
    with time_machine.travel(timezone.now() - timedelta(days=30), tick=True):
        activity_of(musterstadt)
        town = accounts.update_municipality(
            town, by=musterstadt["verwaltung"], changes={"dpo_name": "Alte Stelle"}, version=town.version
        )
    accounts.update_municipality(
        town, by=musterstadt["verwaltung"], changes={"dpo_name": "Neue Stelle"}, version=town.version
    )
    text = text_of(made(musterstadt, as_of=timezone.localdate() - timedelta(days=7)))
    assert ("Alte Stelle" in text, "Neue Stelle" in text) == (True, False)


def test_an_earlier_day_knows_what_was_declared_then(musterstadt):
    with time_machine.travel(timezone.now() - timedelta(days=30), tick=True):
        activity_of(musterstadt)
    services.declare_complete(musterstadt.municipality, by=musterstadt["cdo"], is_complete=True)
    assert "Auszug KI" in made(musterstadt, as_of=timezone.localdate() - timedelta(days=7)).title


def test_an_office_of_an_earlier_day_holds_what_was_there_then(musterstadt):
    with time_machine.travel(timezone.now() - timedelta(days=30), tick=True):
        activity = activity_of(musterstadt)
    tiefbau = musterstadt.departments["tiefbau"]
    services.update_activity(activity, by=musterstadt["cdo"], changes={"department": tiefbau})
    office = musterstadt.departments["buergerbuero"]
    made_then = made(musterstadt, department=office, as_of=timezone.localdate() - timedelta(days=7))
    assert made_then.activity_count == 1


def test_one_activity_can_be_a_document(musterstadt):
    activity_of(musterstadt, "Hundesteuer")
    text = text_of(made(musterstadt, activity=activity_of(musterstadt, "Wohngeld")))
    assert ("Wohngeld" in text, "Hundesteuer" in text) == (True, False)


def test_the_processor_has_a_register_of_its_own(musterstadt):
    activity_of(musterstadt, "Wohngeld")
    commissioned(musterstadt)
    text = text_of(made(musterstadt, role="processor"))
    said = ["AV-0001", "Gemeinde Auental", "Betrieb des Meldewesens", "Zutritt gesichert", "Art. 30 Abs. 2"]
    assert [words for words in [*said, "Wohngeld"] if words not in text.replace("\u00a0", " ")] == ["Wohngeld"]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_loeschkonzept_is_a_file_too(client, musterstadt, kind):
    activity_of(musterstadt, retention=FORMULA)
    client.force_login(musterstadt["dsb"])
    answer = client.get(reverse("compliance:retention"), {"format": kind})
    rows = (
        [list(map(str, r)) for r in load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)]
        if kind == "xlsx"
        else [line.split(";") for line in answer.content.decode("utf-8-sig").splitlines()]
    )
    assert (rows[1][0], rows[1][4]) == ("VVT-0001", protected(FORMULA))


def test_the_list_of_the_dsfa_compares_sheet_and_system(client, musterstadt):
    services.activity_from_system(complete_system(musterstadt), by=musterstadt["fachamt"])
    client.force_login(musterstadt["dsb"])
    page = client.get(reverse("compliance:dpia")).content.decode()
    assert "Chatbot Bürgerservice: nicht erforderlich (Schwellwertanalyse)" in page


def test_loeschregeln_are_saved_and_a_half_line_is_refused_at_its_field(client, musterstadt):
    activity = activity_of(musterstadt)
    client.force_login(musterstadt["cdo"])
    sent = {
        "version": activity.version,
        "zeile-TOTAL_FORMS": 1,
        "zeile-INITIAL_FORMS": 0,
        "zeile-0-categories": "Akten",
    }
    address = reverse("compliance:activity-retention", args=[activity.uuid])
    refused = client.post(address, sent)
    saved = client.post(address, {**sent, "zeile-0-period": "3 Jahre"})
    activity.refresh_from_db()
    assert (refused.status_code, saved.status_code, activity.retention_rules[0]["period"]) == (422, 302, "3 Jahre")


def test_what_a_system_said_on_an_evening_is_kept_without_anybody_saving_the_sheet(musterstadt):
    with time_machine.travel(timezone.now() - timedelta(days=9)):
        system = complete_system(musterstadt)
        services.activity_from_system(system, by=musterstadt["cdo"])
    with time_machine.travel(timezone.now() - timedelta(days=8)):
        register.update(system, by=musterstadt["cdo"], changes={"name": "Name dieses Abends"})
        services.keep_day(musterstadt.municipality)
    register.update(system, by=musterstadt["cdo"], changes={"name": "Name von heute"})
    text = text_of(made(musterstadt, as_of=timezone.localdate() - timedelta(days=7)))
    assert ("Name dieses Abends" in text, "Name von heute" in text) == (True, False)


def test_an_evening_on_which_nothing_changed_keeps_nothing(musterstadt):
    services.activity_from_system(complete_system(musterstadt), by=musterstadt["cdo"])
    assert services.keep_day(musterstadt.municipality) == 0


def test_the_vorblatt_leads_to_the_sheets_that_name_somebody_jointly_responsible(musterstadt):
    activity_of(musterstadt, "Wohngeld", joint_controller="Landkreis Au")
    text = text_of(made(musterstadt)).replace("\u00a0", " ")
    assert "für einzelne Tätigkeiten: VVT-0001" in text


def test_the_register_of_the_processor_names_nobody_jointly_responsible(musterstadt):
    commissioned(musterstadt)
    assert "Gemeinsam Verantwortliche" not in text_of(made(musterstadt, role="processor"))
