"""The report to the council: what each edition says, set once as PDF and ODT, for who may read all of it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from odfdo import Document
from pypdf import PdfReader

import usecases.tasks  # noqa: F401 - registers the handler
from core import jobs
from core.errors import NotAllowed
from core.models import Job
from register import services as register
from register.models import Entry
from tests.compliance.assessing import reviewed
from tests.compliance.incidents import report as report_incident
from tests.usecases.cases import again, evaluated, idea, in_evaluation, in_pilot
from tests.world import Town, draft_system
from usecases import services
from usecases.council import text
from usecases.models import Figure, GateProposal

pytestmark = pytest.mark.django_db
SINCE = date(2020, 1, 1)


def ask(town: Town, edition: str = "inner", *, role: str = "cdo", until: date | None = None) -> Job:
    until = until or timezone.localdate()
    return services.request_council_report(town.municipality, by=town[role], edition=edition, since=SINCE, until=until)


def chapter(job: Job, title: str) -> dict[str, Any]:
    return next(one for one in job.data["content"]["chapters"] if one["title"] == title)


def cells(part: dict[str, Any]) -> list[str]:
    return [line for table in part["tables"] for row in table["rows"] for cell in row for line in cell]


@pytest.fixture
def made(musterstadt: Town, published: Entry) -> Job:
    job = ask(musterstadt, "public")
    jobs.run(job.pk)
    return Job.objects.select_related("result").get(pk=job.pk)


def test_a_system_in_use_is_told_with_provider_place_and_legal_basis(musterstadt: Town, published: Entry) -> None:
    said = cells(chapter(ask(musterstadt), "KI-Systeme im Einsatz"))
    started = [line.partition(":")[0] for line in said if ":" in line]
    assert {"Anbieter", "Ort der Daten", "Kosten", "Daten", "Rechtsgrundlage", "Folgenabschätzung"} <= set(started)


def test_a_class_stands_with_the_day_of_the_self_assessment(musterstadt: Town) -> None:
    in_evaluation(musterstadt)
    today = timezone.localdate()
    said = cells(chapter(ask(musterstadt), "KI-Systeme im Einsatz"))
    sentence = f"Selbsteinschätzung vom {today:%d.%m.%Y}; sagt nichts über die datenschutzrechtliche Zulässigkeit."
    assert sentence in said


def test_a_draft_is_in_the_inner_edition_only(musterstadt: Town, published: Entry) -> None:
    draft_system(musterstadt, "Geheime Idee")
    told = [str(ask(musterstadt, edition).data["content"]) for edition in ("inner", "public")]
    assert ["Geheime Idee" in text for text in told] == [True, False]


def test_the_public_edition_keeps_the_released_words_while_a_change_waits(musterstadt: Town, published: Entry) -> None:
    register.update(published, by=musterstadt["cdo"], changes={"goal": "Noch nicht freigegeben"})
    assert "Noch nicht freigegeben" not in str(ask(musterstadt, "public").data["content"])


def test_a_withheld_answer_says_why(musterstadt: Town, published: Entry) -> None:
    from usecases.council.systems import said

    document = {"withheld": [{"field": "provider", "reason": "Vergabe läuft"}]}
    assert said(document, "provider") == "nicht veröffentlicht (Vergabe läuft)"


def test_the_public_edition_says_of_no_evaluation_that_it_is_not_published(musterstadt: Town, published: Entry) -> None:
    lines = cells(chapter(ask(musterstadt, "public"), "KI-Systeme im Einsatz"))
    assert [line for line in lines if line.startswith("Auswertung")] == ["Auswertung: nicht veröffentlicht"]


def test_the_inner_edition_says_that_no_evaluation_is_recorded(musterstadt: Town, published: Entry) -> None:
    assert "Auswertung: keine eingetragen" in cells(chapter(ask(musterstadt), "KI-Systeme im Einsatz"))


def test_an_approved_dpia_goes_before_what_the_entry_still_says(musterstadt: Town) -> None:
    in_pilot(musterstadt)
    lines = cells(chapter(ask(musterstadt), "KI-Systeme im Einsatz"))
    said = f"DSFA, Fassung 1, genehmigt am {timezone.localdate():%d.%m.%Y}"
    assert [line for line in lines if line.startswith("Folgenabschätzung") or "genehmigt" in line] == [
        f"Folgenabschätzung: {said} (im Eintrag noch nicht nachgetragen)"
    ]


def test_a_stage_without_a_begin_in_the_entry_has_the_day_of_the_use_case(musterstadt: Town) -> None:
    in_pilot(musterstadt)
    lines = cells(chapter(ask(musterstadt), "KI-Systeme im Einsatz"))
    assert f"Pilot, seit {timezone.localdate():%d.%m.%Y} (Stufe des Vorhabens)" in lines


def test_costs_of_the_use_case_stand_in_for_those_of_the_entry_in_the_inner_edition_only(
    musterstadt: Town, published: Entry
) -> None:
    use_case = services.take_over(published, by=musterstadt["cdo"])
    about = {"since": SINCE, "until": timezone.localdate(), "by": musterstadt["cdo"], "at": timezone.now()}
    Figure.objects.create(use_case=use_case, key="cost_once", value=Decimal("41100.5"), **about)
    told = [str(ask(musterstadt, edition).data["content"]) for edition in ("inner", "public")]
    assert ["Kosten laut Vorhaben: einmalig 41.100,50 Euro" in text for text in told] == [True, False]


def test_a_suspended_system_and_its_use_case_have_their_own_chapter_with_day_and_reason(musterstadt: Town) -> None:
    use_case = in_pilot(musterstadt)
    services.take_step(use_case, by=musterstadt["cdo"], step="suspend", reason="Zu viele Fehler.")
    found = chapter(ask(musterstadt), "Ausgesetzt")
    assert [table["caption"] for table in found["tables"] if "Zu viele Fehler." in str(table["rows"])] == [
        "Ausgesetzte KI-Systeme",
        "Ausgesetzte Vorhaben",
    ]


def test_a_suspended_system_is_not_in_use(musterstadt: Town, published: Entry) -> None:
    register.suspend(published, by=musterstadt["leitung"], reason="Zu viele Fehler.")
    jobs_ = [ask(musterstadt, edition) for edition in ("inner", "public")]
    assert [chapter(job, "KI-Systeme im Einsatz")["nothing"] for job in jobs_] == ["Keine.", "Keine."]


def test_the_public_edition_tells_since_when_a_system_is_suspended_and_not_why(
    musterstadt: Town, published: Entry
) -> None:
    register.suspend(published, by=musterstadt["leitung"], reason="Zu viele Fehler.")
    content = ask(musterstadt, "public").data["content"]
    told = f"Ausgesetzt, veröffentlicht am {timezone.localdate():%d.%m.%Y}"
    assert (told in str(content), "Zu viele Fehler." in str(content)) == (True, False)


def test_an_open_mangel_of_a_system_in_use_is_told_with_article_and_day(musterstadt: Town, published: Entry) -> None:
    register.update(published, by=musterstadt["cdo"], changes={"national_norm": ""})
    mangel = published.deficiencies.get(rule="norm-missing")
    assert {mangel.title, mangel.article, "keine Frist gesetzt"} <= set(
        cells(chapter(ask(musterstadt), "Offene Mängel"))
    )


def test_overdue_evidence_of_a_bestand_is_told_with_its_day(musterstadt: Town, published: Entry) -> None:
    use_case = services.take_over(published, by=musterstadt["cdo"])
    yesterday = timezone.localdate() - timedelta(days=1)
    use_case.missing_evidence.update(due=yesterday)
    assert f"{yesterday:%d.%m.%Y}" in cells(chapter(ask(musterstadt), "Überfällige Nachweise aus dem Bestand"))


@pytest.mark.parametrize("title", ["Offene Mängel", "Überfällige Nachweise aus dem Bestand", "Ausgesetzt"])
def test_a_chapter_without_anything_in_it_says_so(musterstadt: Town, published: Entry, title: str) -> None:
    assert chapter(ask(musterstadt), title)["nothing"] == "Keine."


def test_a_confirmed_class_that_the_entry_lacks_is_counted_as_assessed(musterstadt: Town, published: Entry) -> None:
    reviewed(musterstadt, published)
    facts = dict(chapter(ask(musterstadt), "Auf einen Blick")["facts"])
    assert (facts["davon noch nicht bewertet"], facts["davon bewertet, Klasse noch nicht im Eintrag"]) == ("0", "1")


def test_an_exception_is_told_with_its_reason_and_both_people(musterstadt: Town) -> None:
    use_case = evaluated(in_evaluation(musterstadt), musterstadt)
    for key in ("ethics", "training"):
        services.make_statement(
            again(use_case), by=musterstadt["fachamt"], key=key, day=timezone.localdate(), text="Gut."
        )
    proposal = services.propose_gate(
        again(use_case), by=musterstadt["fachamt"], step="operate", reason="Läuft.", exception_reason="Nur ein Monat."
    )
    services.decide_gate(GateProposal.objects.get(pk=proposal.pk), by=musterstadt["leitung"], agrees=True)
    said = cells(chapter(ask(musterstadt), "Ausnahmen"))
    people = [f"vorgelegt von {musterstadt['fachamt']}", f"entschieden von {musterstadt['leitung']}"]
    assert set(said) >= {"Nur ein Monat.", "Rückfallebene", *people}


def test_a_rejected_use_case_is_told_with_its_reason(musterstadt: Town) -> None:
    services.take_step(idea(musterstadt), by=musterstadt["fachamt"], step="reject", reason="Zu teuer.")
    assert "Zu teuer." in cells(chapter(ask(musterstadt), "Beendet oder verworfen"))


def test_an_incident_is_told_without_its_free_text(musterstadt: Town, published: Entry) -> None:
    incident = report_incident(musterstadt, published, kind="error")
    told = chapter(ask(musterstadt), "Vorfälle")
    assert (incident.reference in cells(told), incident.happened in str(told)) == (True, False)


def test_what_happened_after_the_period_is_left_out(musterstadt: Town, published: Entry) -> None:
    report_incident(musterstadt, published, kind="error")
    yesterday = timezone.localdate() - timedelta(days=1)
    assert chapter(ask(musterstadt, until=yesterday), "Vorfälle")["nothing"] == "Keine."


def test_a_sum_counts_the_later_of_two_figures_for_one_span(musterstadt: Town) -> None:
    use_case, today = idea(musterstadt), timezone.localdate()
    for value in (100, 80):
        about = {"since": today, "until": today, "by": musterstadt["cdo"], "at": timezone.now()}
        Figure.objects.create(use_case=use_case, key="savings", value=value, **about)
    rows = chapter(ask(musterstadt), "Kosten und Nutzen")["tables"][0]["rows"]
    assert [row[1] for row in rows] == [["nicht erhoben"], ["nicht erhoben"], ["80 Euro"], ["nicht erhoben"]]


def test_offices_that_have_not_reported_are_named(musterstadt: Town) -> None:
    assert "Tiefbauamt" in cells(chapter(ask(musterstadt), "Meldestand der Ämter"))


def test_the_same_content_is_the_same_job(musterstadt: Town, published: Entry) -> None:
    assert ask(musterstadt).pk == ask(musterstadt, role="leitung").pk


@pytest.mark.parametrize(("since", "until", "field"), [(0, 1, "Zukunft"), (0, -1, "vor dem Beginn")])
def test_a_period_that_cannot_be_is_refused(musterstadt: Town, since: int, until: int, field: str) -> None:
    today = timezone.localdate()
    days = {"since": today + timedelta(days=since), "until": today + timedelta(days=until)}
    with pytest.raises(ValidationError, match=field):
        services.request_council_report(musterstadt.municipality, by=musterstadt["cdo"], edition="inner", **days)


def test_an_office_does_not_make_the_report(musterstadt: Town) -> None:
    with pytest.raises(NotAllowed):
        ask(musterstadt, role="fachamt")


def test_the_pdf_is_tagged_and_names_system_and_edition(made: Job) -> None:
    assert made.result is not None, made.error
    with made.result.file.open("rb") as file:
        data = file.read()
    words = " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages).split())
    with pikepdf.open(BytesIO(data)) as document:
        tagged = bool(document.Root.MarkInfo.Marked)
    assert (tagged, "Chatbot Bürgerservice" in words, "öffentliche Fassung" in words) == (True, True, True)


def test_the_odt_says_every_cell_of_the_content(client: Client, musterstadt: Town, made: Job) -> None:
    client.force_login(musterstadt["leitung"])
    response = client.get(reverse("usecases:council-file", args=[made.pk]), {"format": "odt"})
    document = Document(BytesIO(b"".join(response.streaming_content)))
    words = document.get_formatted_text()
    lines = {line.text_recursive for line in document.body.paragraphs} | {
        p.text_recursive for p in document.body.headers
    }
    wanted = [line for one in made.data["content"]["chapters"] for line in [one["title"], *cells(one)]]
    assert [line for line in wanted if line not in lines and line not in words] == []


def test_the_page_lists_both_files_and_refuses_a_day_to_come(client: Client, musterstadt: Town, made: Job) -> None:
    client.force_login(musterstadt["cdo"])
    shown = client.get(reverse("usecases:council")).content.decode()
    data = {"edition": "public", "since": "1.1.2026", "until": "1.1.2090"}
    refused = client.post(reverse("usecases:council"), data)
    assert (
        shown.count("?format=odt"),
        refused.status_code,
        "Der Tag liegt in der Zukunft." in refused.content.decode(),
    ) == (
        1,
        422,
        True,
    )


def test_another_town_cannot_tell_that_there_is_a_report(client: Client, neudorf: Town, made: Job) -> None:
    client.force_login(neudorf["cdo"])
    assert client.get(reverse("usecases:council-file", args=[made.pk])).status_code == 404


def test_the_columns_of_the_odt_are_as_wide_as_on_paper(musterstadt: Town, made: Job) -> None:
    content = made.data["content"]
    document = Document(BytesIO(text.write(content)))
    widths = [
        [int(width[1:]) for _, width in one["headings"]] for part in content["chapters"] for one in part["tables"]
    ]
    names = [[column.style for column in table.columns] for table in document.body.tables]
    wanted = [[f"OLSpalte{width}" for width in row] for row in widths]
    assert [row for row in wanted if row not in names] == []
