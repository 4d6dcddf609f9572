"""The yearly report of the Datenschutz: facts of the register, set once."""

from __future__ import annotations

import io
from datetime import timedelta

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

import register.tasks  # noqa: F401 - registers the handler
from core import jobs
from core.errors import NotAllowed
from core.models import Job
from register import services
from register.models import Deficiency, Entry
from tests.world import Town, draft_system


def this_year() -> int:
    return timezone.localdate().year


@pytest.fixture
def made(musterstadt: Town, published: Entry) -> Job:
    job = services.request_dpo_report(musterstadt.municipality, by=musterstadt["dsb"], year=this_year())
    jobs.run(job.pk)
    return Job.objects.select_related("result").get(pk=job.pk)


def pdf_of(job: Job) -> bytes:
    assert job.result is not None, job.error
    with job.result.file.open("rb") as file:
        return file.read()


def test_the_report_counts_the_opinions_of_the_year(musterstadt: Town, published: Entry) -> None:
    job = services.request_dpo_report(musterstadt.municipality, by=musterstadt["dsb"], year=this_year())
    assert ["Zustimmend", "1"] in job.data["content"]["opinions"]["results"]


def test_the_report_lists_releases_against_the_advice(musterstadt: Town, submitted: Entry) -> None:
    services.opine(submitted, by=musterstadt["dsb"], result="rejects", text="Frist fehlt.")
    services.release(submitted, by=musterstadt["leitung"], deviation_reason="Frist folgt.")
    job = services.request_dpo_report(musterstadt.municipality, by=musterstadt["dsb"], year=this_year())
    assert [row[2] for row in job.data["content"]["deviations"]] == ["Frist folgt."]


def test_the_report_knows_nothing_of_another_town(musterstadt: Town, neudorf: Town, published: Entry) -> None:
    job = services.request_dpo_report(neudorf.municipality, by=neudorf["dsb"], year=this_year())
    assert job.data["content"]["opinions"]["list"] == []


def broken(town: Town) -> Entry:
    """A system in use whose legal basis contradicts itself."""
    entry = draft_system(town, "Zuschnitt der Bezirke")
    values = {"status": "operational", "personal_data_level": "personal", "gdpr_basis": ["6-1-f"], "public_task": "yes"}
    return services.update(entry, by=town["cdo"], changes=values)


def deficiencies_in(town: Town) -> dict[str, list[list[str]]]:
    job = services.request_dpo_report(town.municipality, by=town["dsb"], year=this_year())
    return dict(job.data["content"]["deficiencies"])


def test_the_report_counts_open_deficiencies_by_article(musterstadt: Town) -> None:
    row = broken(musterstadt).deficiencies.get()
    assert deficiencies_in(musterstadt)["articles"] == [[row.article, "1"]]


def test_the_report_counts_deficiencies_past_their_due_date(musterstadt: Town) -> None:
    row = broken(musterstadt).deficiencies.get()
    Deficiency.objects.filter(pk=row.pk).update(due=timezone.localdate() - timedelta(days=1))
    assert ["davon Frist überschritten", "1"] in deficiencies_in(musterstadt)["numbers"]


def test_the_report_counts_deficiencies_that_were_let_go(musterstadt: Town) -> None:
    row = broken(musterstadt).deficiencies.get()
    row = services.propose_dismissal(row, by=musterstadt["cdo"], reason="Keine öffentliche Aufgabe.")
    services.decide_dismissal(row, by=musterstadt["leitung"], agrees=True)
    assert ["Im Zeitraum als nicht zutreffend anerkannt", "1"] in deficiencies_in(musterstadt)["numbers"]


def test_the_same_content_is_the_same_job(musterstadt: Town, published: Entry) -> None:
    ask = {"by": musterstadt["dsb"], "year": this_year()}
    first = services.request_dpo_report(musterstadt.municipality, **ask)
    assert services.request_dpo_report(musterstadt.municipality, **ask).pk == first.pk


def test_a_year_before_the_register_is_refused(musterstadt: Town) -> None:
    with pytest.raises(ValidationError, match="nichts"):
        services.request_dpo_report(musterstadt.municipality, by=musterstadt["dsb"], year=1999)


def test_the_cdo_does_not_write_the_report_of_the_dsb(musterstadt: Town) -> None:
    with pytest.raises(NotAllowed):
        services.request_dpo_report(musterstadt.municipality, by=musterstadt["cdo"], year=this_year())


def test_the_pdf_names_the_entry_and_who_signed(made: Job) -> None:
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf_of(made))).pages)
    assert ("Chatbot Bürgerservice" in " ".join(text.split()), "zustimmend" in text) == (True, True)


def test_the_pdf_is_tagged_for_screen_readers(made: Job) -> None:
    with pikepdf.open(io.BytesIO(pdf_of(made))) as document:
        assert bool(document.Root.MarkInfo.Marked)


def test_the_leitung_reads_the_report(client: Client, musterstadt: Town, made: Job) -> None:
    client.force_login(musterstadt["leitung"])
    assert client.get(reverse("register:dpo-report", args=[made.pk])).status_code == 200


def test_another_town_cannot_tell_that_there_is_a_report(client: Client, neudorf: Town, made: Job) -> None:
    client.force_login(neudorf["dsb"])
    assert client.get(reverse("register:dpo-report", args=[made.pk])).status_code == 404
