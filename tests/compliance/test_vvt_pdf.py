"""The Verarbeitungsverzeichnis as a PDF: what it says, what it never says, and that it is made once."""

import json
from datetime import date, timedelta

import pymupdf
import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone
from outloud import check

from accounts.models import Notification
from compliance import services, tasks
from compliance.models import ActivityVersion, VvtReport
from core import audit, canonical, jobs
from core.errors import NotAllowed
from core.models import Job, StoredDocument
from register import services as register
from tests.compliance.test_activities import activity_of
from tests.world import complete_system

pytestmark = pytest.mark.django_db

assert tasks.vvt_pdf  # registers the kind of job, as the worker does

# Guesses of the checker at what is drawn: several small tables on a page, and tables that run over a page.
GUESSES = {"TBL-014", "PAG-001"}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    return tmp_path


def made(town, *, by="dsb", **wanted) -> VvtReport:
    job = services.request_vvt(town.municipality, by=town[by], **wanted)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    return VvtReport.objects.get(job=job)


def read(report: VvtReport) -> bytes:
    with report.document.file.open("rb") as file:
        return file.read()


def text_of(report: VvtReport) -> str:
    """The printed words with single blanks: where a line ends does not matter here."""
    with pymupdf.open(stream=read(report), filetype="pdf") as document:
        return " ".join(" ".join(page.get_text().split()) for page in document)


def test_what_stands_in_the_database_stands_on_paper(musterstadt):
    activity = activity_of(
        musterstadt,
        purposes="Wohngeld berechnen und auszahlen",
        gdpr_basis=["6-1-e"],
        legal_basis="§ 24 WoGG",
        data_subjects="Antragstellende",
        data_categories="Einkommen",
        recipients_external="Wohngeldstelle des Landes",
        third_country="none",
        retention="10 Jahre",
        security_measures="Zugriffe werden protokolliert",
    )
    text = text_of(made(musterstadt))
    said = [activity.title, activity.purposes, activity.legal_basis, activity.data_subjects, activity.data_categories]
    said += [activity.recipients_external, activity.retention, activity.security_measures, "Bürgerbüro"]
    said += ["findet nicht statt und ist nicht geplant", "Datenschutz im Kreis", "Aufsichtsbehörde des Landes"]
    assert [words for words in said if words not in text] == []


def test_what_nobody_said_is_printed_as_open(musterstadt):
    activity_of(musterstadt)
    assert "Zwecke der Verarbeitung (Buchst. b) noch nicht angegeben" in text_of(made(musterstadt)).replace(
        "\u00a0", " "
    )


def test_a_linked_system_has_its_own_block(musterstadt):
    services.activity_from_system(complete_system(musterstadt), by=musterstadt["fachamt"])
    text = text_of(made(musterstadt))
    said = [
        "KI-System: Chatbot Bürgerservice",
        "noch nicht bewertet",
        "nein, ein Mensch entscheidet",
        "Beispielsoftware GmbH",
    ]
    said += ["kein Inhalt nach Art. 30 DSGVO", "nicht erforderlich (Schwellwertanalyse)"]
    assert [words for words in said if words not in text] == []


def test_another_municipality_never_stands_inside(musterstadt, neudorf):
    activity_of(neudorf, "FREMDEKOMMUNE", purposes="FREMDERZWECK")
    activity_of(musterstadt)
    text = text_of(made(musterstadt))
    assert not {"FREMDEKOMMUNE", "FREMDERZWECK", "Neudorf"} & set(text.split())


def test_an_undeclared_register_is_called_an_excerpt(musterstadt):
    activity_of(musterstadt)
    assert "Auszug KI" in text_of(made(musterstadt))


def test_a_declared_register_is_called_by_its_full_name(musterstadt):
    activity_of(musterstadt)
    services.declare_complete(musterstadt.municipality, by=musterstadt["cdo"], is_complete=True)
    report = made(musterstadt)
    assert (report.title, "Auszug" in text_of(report)) == ("Verzeichnis von Verarbeitungstätigkeiten", False)


def test_the_heads_of_the_chains_stand_in_every_footer(musterstadt):
    activity_of(musterstadt)
    report = made(musterstadt)
    seq, head = report.job.data["heads"]["audit"]
    with pymupdf.open(stream=read(report), filetype="pdf") as document:
        assert all(f"Protokollkette Nr. {seq}: {head[:16]}" in page.get_text() for page in document)


def test_the_printed_head_is_a_record_of_the_chain(musterstadt):
    activity_of(musterstadt)
    seq, head = made(musterstadt).job.data["heads"]["audit"]
    assert audit.actions_of(musterstadt.municipality).model.objects.filter(seq=seq, hmac=head).exists()


def test_asked_twice_it_is_made_once(musterstadt):
    activity_of(musterstadt)
    first, second = made(musterstadt), made(musterstadt, by="cdo")
    assert (first.pk, VvtReport.objects.count()) == (second.pk, 1)


def test_a_change_makes_a_new_edition(musterstadt):
    activity = activity_of(musterstadt)
    first = made(musterstadt)
    services.update_activity(activity, by=musterstadt["cdo"], changes={"purposes": "Neuer Zweck"})
    assert made(musterstadt).number == first.number + 1


def test_a_change_sets_only_the_changed_sheet_again(musterstadt):
    activity = activity_of(musterstadt)
    activity_of(musterstadt, "Hundesteuer")
    made(musterstadt)
    services.update_activity(activity, by=musterstadt["cdo"], changes={"purposes": "Neuer Zweck"})
    made(musterstadt)
    assert StoredDocument.objects.filter(key__startswith="vvt-blatt:").count() == 3


def test_a_change_in_a_linked_system_makes_a_new_edition(musterstadt):
    entry = complete_system(musterstadt)
    services.activity_from_system(entry, by=musterstadt["fachamt"])
    made(musterstadt)
    register.update(entry, by=musterstadt["fachamt"], changes={"provider": "Andere Software AG"})
    assert "Andere Software AG" in text_of(made(musterstadt))


def test_an_earlier_day_shows_the_earlier_text(musterstadt):
    with time_machine.travel(timezone.now() - timedelta(days=30), tick=True):
        activity = activity_of(musterstadt, purposes="Alter Zweck")
    services.update_activity(activity, by=musterstadt["cdo"], changes={"purposes": "Neuer Zweck"})
    text = text_of(made(musterstadt, as_of=timezone.localdate() - timedelta(days=7)))
    assert ("Alter Zweck" in text, "Neuer Zweck" in text) == (True, False)


def test_an_activity_from_later_is_missing_on_an_earlier_day(musterstadt):
    with time_machine.travel(timezone.now() - timedelta(days=30), tick=True):
        activity_of(musterstadt, "Früher da")
    activity_of(musterstadt, "Neu dazugekommen")
    assert "Neu dazugekommen" not in text_of(made(musterstadt, as_of=timezone.localdate() - timedelta(days=7)))


def test_a_day_before_everything_is_refused_in_words(musterstadt):
    activity_of(musterstadt)
    with pytest.raises(ValidationError, match="keine Verarbeitungstätigkeit"):
        services.request_vvt(musterstadt.municipality, by=musterstadt["dsb"], as_of=date(2020, 1, 1))


def test_a_day_to_come_is_refused(musterstadt):
    activity_of(musterstadt)
    with pytest.raises(ValidationError, match="Zukunft"):
        services.request_vvt(musterstadt.municipality, by=musterstadt["dsb"], as_of=date(2999, 1, 1))


def test_one_office_gets_only_its_own_activities(musterstadt):
    activity_of(musterstadt, "Wohngeld")
    activity_of(musterstadt, "Straßenaufbruch", department="tiefbau")
    text = text_of(made(musterstadt, department=musterstadt.departments["tiefbau"]))
    assert ("Straßenaufbruch" in text, "Wohngeld" in text) == (True, False)


@pytest.mark.parametrize(
    ("role", "may"),
    [("fachamt", False), ("cdo", True), ("dsb", True), ("leitung", True), ("revision", True), ("verwaltung", False)],
)
def test_who_may_ask_for_the_document(musterstadt, role, may):
    activity_of(musterstadt)
    try:
        services.request_vvt(musterstadt.municipality, by=musterstadt[role])
    except NotAllowed:
        assert not may
    else:
        assert may


def test_a_stranger_cannot_ask_for_it(musterstadt, neudorf):
    activity_of(musterstadt)
    with pytest.raises(NotAllowed):
        services.request_vvt(musterstadt.municipality, by=neudorf["dsb"])


def test_an_office_does_not_see_the_document_of_the_whole_town(musterstadt):
    activity_of(musterstadt)
    made(musterstadt)
    assert not VvtReport.objects.visible_to(musterstadt["fachamt"]).exists()


def test_an_office_sees_the_document_about_itself(musterstadt):
    activity_of(musterstadt)
    made(musterstadt, department=musterstadt.departments["buergerbuero"])
    assert VvtReport.objects.visible_to(musterstadt["fachamt"]).exists()


def test_everybody_who_asked_is_told_once(musterstadt):
    activity_of(musterstadt)
    services.request_vvt(musterstadt.municipality, by=musterstadt["cdo"])
    made(musterstadt)
    people = Notification.objects.filter(text__contains="ist fertig").values_list("user__username", flat=True)
    assert sorted(people) == ["cdo-musterstadt", "dsb-musterstadt"]


def test_who_lost_the_right_is_not_told(musterstadt):
    activity_of(musterstadt)
    job = services.request_vvt(musterstadt.municipality, by=musterstadt["cdo"])
    musterstadt["cdo"].memberships.update(ended_at=timezone.now())
    jobs.run(job.pk)
    assert not Notification.objects.filter(text__contains="ist fertig").exists()


def test_without_the_libraries_the_job_says_which_command_helps(musterstadt, monkeypatch):
    # Asks the machine for a library that no machine has.
    monkeypatch.setattr("core.pdf.system._found", False)
    monkeypatch.setattr("core.pdf.system._LIBRARIES", ("gibt-es-nicht",))
    activity_of(musterstadt)
    job = services.request_vvt(musterstadt.municipality, by=musterstadt["dsb"])
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, "apt-get install" in job.error) == (Job.State.FAILED, True)


def test_an_independent_checker_finds_no_error(musterstadt, tmp_path):
    services.activity_from_system(complete_system(musterstadt), by=musterstadt["fachamt"])
    activity_of(musterstadt, "Hundesteuer erheben", purposes="Steuer festsetzen", external_url="https://vvt.example/7")
    path = tmp_path / "pruefling.pdf"
    path.write_bytes(read(made(musterstadt)))
    serious = [f for f in check(str(path)).findings if f.severity in ("error", "warning")]
    assert [finding for finding in serious if finding.rule not in GUESSES] == []


def test_the_document_has_title_language_and_a_bookmark_for_each_activity(musterstadt):
    activity_of(musterstadt)
    report = made(musterstadt)
    with pymupdf.open(stream=read(report), filetype="pdf") as document:
        found = (document.metadata["title"], [entry[1] for entry in document.get_toc() if entry[0] == 1][-1])
    day = timezone.localdate().strftime("%d.%m.%Y")
    title = f"Verzeichnis von Verarbeitungstätigkeiten – Auszug KI, Musterstadt, Stichtag {day}"
    assert found == (title, "VVT-0001 Wohngeld bearbeiten")


def test_markup_in_a_text_is_printed_and_not_obeyed(musterstadt):
    activity_of(musterstadt, purposes='<img src="file:///etc/hostname"> <b>fett</b>')
    assert '<img src="file:///etc/hostname"> <b>fett</b>' in text_of(made(musterstadt))


def test_the_kept_version_is_what_its_checksum_says(musterstadt):
    activity_of(musterstadt, purposes="Ein Zweck")
    version = ActivityVersion.objects.get()
    assert canonical.sha256(json.loads(version.content)) == version.sha256
