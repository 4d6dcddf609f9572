"""The pages of the incidents: reporting keeps what was typed, the clock is in the page, each person sees their part."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import compliance.tasks  # noqa: F401 - registers the handler
from compliance import services
from compliance.models import Incident
from core import jobs
from core.models import Job
from register.models import Entry
from register.selectors_report import report_content
from tests.compliance.assessing import finished
from tests.compliance.incidents import BREACH, again, report, sent, settled
from tests.world import Town, published_system

pytestmark = pytest.mark.django_db


def signed_in(town: Town, role: str) -> Client:
    client = Client()
    client.force_login(town[role])
    return client


def at(name: str, incident: Incident, *more: Any) -> str:
    return reverse(f"compliance:{name}", args=[incident.uuid, *more])


def text(response: Any) -> str:
    return response.content.decode()


def typed(**changes: str) -> dict[str, str]:
    now = timezone.localtime() - timedelta(hours=1)
    given = {
        "kind": "breach", "happened": "Ein Stick ist weg.", "day": f"{now:%d.%m.%Y}", "time": f"{now:%H:%M}",
        "entry": "", "ongoing": "no", "affected": "few",
    }  # fmt: skip
    return {**given, **changes}


def test_a_report_leads_to_number_and_clock(musterstadt: Town) -> None:
    response = signed_in(musterstadt, "revision").post(reverse("compliance:incident-new"), typed(), follow=True)
    assert [said in text(response) for said in ("V-0001", "noch 7", "Meldung an die Datenschutz")] == [True] * 3


def test_a_button_pressed_twice_makes_one_incident(musterstadt: Town) -> None:
    given, client = typed(), signed_in(musterstadt, "fachamt")
    addresses = {client.post(reverse("compliance:incident-new"), given).url for _ in range(2)}
    assert (len(addresses), Incident.objects.count()) == (1, 1)


def test_a_report_has_at_most_eight_inputs(musterstadt: Town) -> None:
    form = signed_in(musterstadt, "fachamt").get(reverse("compliance:incident-new")).context["form"]
    assert len(form.fields) <= 8


BAD = {
    "no kind": ({"kind": ""}, "Bitte wählen Sie eine Antwort."),
    "no text": ({"happened": ""}, "Füllen Sie „Was ist passiert?“ aus."),
    "an odd time": ({"time": "viertel nach"}, "Geben Sie die Uhrzeit so ein: 09:15."),
    "the future": ({"day": "01.01.2099"}, "Der Zeitpunkt liegt in der Zukunft."),
    "a year long past": ({"day": "01.01.0001"}, "liegt zu weit zurück"),
    "another town's system": ({"entry": "7b0c5f7e-2f9c-4c0e-9d56-1f0b1a4e7a11"}, "gültige Auswahl"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_report_says_so_and_keeps_what_was_typed(musterstadt: Town, case: str) -> None:
    changes, said = BAD[case]
    response = signed_in(musterstadt, "fachamt").post(reverse("compliance:incident-new"), typed(**changes))
    kept = "Ein Stick ist weg." in text(response) or "happened" in changes
    assert (response.status_code, said in text(response), kept) == (422, True, True)


def test_a_text_that_is_too_long_is_refused_and_stays_whole(musterstadt: Town) -> None:
    given = typed(happened="Zeile " * 10_000)
    response = signed_in(musterstadt, "fachamt").post(reverse("compliance:incident-new"), given)
    assert (response.status_code, text(response).count("Zeile ") >= 9_999, "4000" in text(response)) == (
        422,
        True,
        True,
    )


def test_no_field_lets_the_browser_cut_a_text(musterstadt: Town) -> None:
    page = text(signed_in(musterstadt, "fachamt").get(reverse("compliance:incident-new")))
    assert "maxlength" not in page.partition("<form")[2].partition("<textarea")[2]


def test_sending_the_ai_notice_names_the_ai_act_and_not_the_dsgvo(musterstadt: Town, draft: Entry) -> None:
    incident = report(musterstadt, draft, kind="ai")
    page = text(signed_in(musterstadt, "dsb").get(at("incident-sent", incident, "ki")))
    assert ("Art. 73 KI-VO" in page, "Art. 33" in page) == (True, False)


def test_german_ways_to_write_the_time_are_read(musterstadt: Town) -> None:
    day = timezone.localdate() - timedelta(days=1)
    changes = {"day": f"{day:%d.%m.%y}", "time": "9.15 Uhr"}
    signed_in(musterstadt, "fachamt").post(reverse("compliance:incident-new"), typed(**changes))
    assert f"{timezone.localtime(Incident.objects.get().aware_at):%H:%M}" == "09:15"


def test_the_entry_leads_to_a_report_about_it(musterstadt: Town, draft: Entry) -> None:
    page = text(signed_in(musterstadt, "revision").get(draft.get_absolute_url()))
    assert f"{reverse('compliance:incident-new')}?system={draft.uuid}" in page


def test_the_entry_does_not_name_what_a_reader_may_not_see(musterstadt: Town, draft: Entry) -> None:
    report(musterstadt, draft)
    seen = [
        "V-0001" in text(signed_in(musterstadt, role).get(draft.get_absolute_url())) for role in ("revision", "cdo")
    ]
    assert seen == [False, True]


def test_who_reported_sees_report_and_clock_alone(musterstadt: Town) -> None:
    incident = report(musterstadt, role="revision")
    services.assess_incident(incident, by=musterstadt["dsb"], **BREACH)
    page = text(signed_in(musterstadt, "revision").get(incident.get_absolute_url()))
    assert ("Ihre Meldung" in page, "noch 7" in page, "Chronik" in page, BREACH["risk_reason"] in page) == (
        True, True, False, False,
    )  # fmt: skip


def test_who_only_reported_finds_no_page_of_a_step(musterstadt: Town) -> None:
    incident = report(musterstadt, role="revision")
    names = [("incident-assess",), ("incident-step", "contain"), ("incident-notice", "dsgvo"), ("lesson-propose",)]
    client = signed_in(musterstadt, "revision")
    assert {client.get(at(name, incident, *more)).status_code for name, *more in names} == {404}


def test_the_assessment_asks_only_what_the_kind_needs(musterstadt: Town) -> None:
    incident = report(musterstadt, kind="unsure")
    client = signed_in(musterstadt, "dsb")
    undecided = client.get(at("incident-assess", incident)).context["form"]
    fields = client.get(at("incident-assess", incident) + "?art=ai").context["form"].fields
    assert (undecided, "risk" in fields, "role" in fields) == (None, False, True)


def test_the_role_is_proposed_from_the_assessment(musterstadt: Town, draft: Entry) -> None:
    finished(musterstadt, draft)
    incident = report(musterstadt, draft, kind="ai")
    page = signed_in(musterstadt, "dsb").get(at("incident-assess", incident))
    assert page.context["form"].initial["role"] == "deployer"


def test_a_refused_assessment_keeps_its_texts(musterstadt: Town) -> None:
    incident = report(musterstadt)
    given = {**BREACH, "notify": "no", "notify_reason": "Es war verschlüsselt.", "version": "1"}
    response = signed_in(musterstadt, "dsb").post(at("incident-assess", incident), given)
    assert (response.status_code, "Bei einem Risiko ist die Meldung nötig" in text(response), "verschlüsselt" in text(response)) == (
        422, True, True,
    )  # fmt: skip


def test_a_notice_overtaken_by_somebody_keeps_the_text(musterstadt: Town) -> None:
    incident = report(musterstadt)
    services.assess_incident(incident, by=musterstadt["leitung"], **BREACH)
    given = {"nature": "Mein Text", "version": "1"}
    response = signed_in(musterstadt, "dsb").post(at("incident-notice", incident, "dsgvo"), given)
    assert (response.status_code, "inzwischen geändert" in text(response), "Mein Text" in text(response)) == (
        422, True, True,
    )  # fmt: skip


def test_the_notice_is_proposed_from_what_is_known(musterstadt: Town) -> None:
    page = text(signed_in(musterstadt, "dsb").get(at("incident-notice", report(musterstadt), "dsgvo")))
    assert ("Aufsichtsbehörde des Landes" in page, "Datenschutz im Kreis" in page) == (True, True)


def test_a_late_notice_asks_for_the_reason_at_its_field(musterstadt: Town) -> None:
    incident = report(musterstadt, hours=80)
    now = timezone.localtime()
    given = {"part": "whole", "day": f"{now:%d.%m.%Y}", "time": f"{now:%H:%M}", "to": "Aufsicht"}
    response = signed_in(musterstadt, "dsb").post(at("incident-sent", incident, "dsgvo"), given)
    assert (response.status_code, "delay_reason" in response.context["form"].errors) == (422, True)


def test_the_documents_are_for_who_works_on_it(musterstadt: Town) -> None:
    incident = report(musterstadt, role="revision")
    signed_in(musterstadt, "dsb").post(at("incident-notice-document", incident, "dsgvo"))
    job = Job.objects.get(kind="incident-notice")
    jobs.run(job.pk)
    address = at("incident-document", incident, job.pk, "json")
    found = json.loads(b"".join(signed_in(musterstadt, "leitung").get(address)))
    assert (found["reference"], signed_in(musterstadt, "revision").get(address).status_code) == ("V-0001", 404)


def test_suspending_from_the_incident_is_one_click(musterstadt: Town) -> None:
    entry = published_system(musterstadt)
    incident = report(musterstadt, entry, kind="ai")
    signed_in(musterstadt, "leitung").post(at("incident-suspend", incident))
    assert Entry.objects.get(pk=entry.pk).status == "suspended"


def test_somebody_who_may_not_suspend_reads_who_may(musterstadt: Town) -> None:
    incident = report(musterstadt, published_system(musterstadt), kind="ai")
    page = text(signed_in(musterstadt, "dsb").get(at("incident-step", incident, "suspend")))
    assert f"Im Register aussetzen können: {musterstadt['cdo']}" in page


def test_the_start_page_shows_the_clock_to_who_works_on_it(musterstadt: Town) -> None:
    report(musterstadt, role="revision")
    seen = [
        "Vorfall V-0001"
        in text(signed_in(musterstadt, role).get(reverse("register:start"))).split("Neue Mitteilungen")[0]
        for role in ("dsb", "revision", "cdo")
    ]
    assert seen == [True, False, False]


def test_the_list_is_searched_and_narrowed_down(musterstadt: Town) -> None:
    services.close_incident(settled(musterstadt), by=musterstadt["dsb"])
    report(musterstadt)
    client = signed_in(musterstadt, "dsb")
    address = reverse("compliance:incident-list")
    numbers = [
        [row["incident"].number for row in client.get(address + query).context["rows"]]
        for query in ("", "?state=open", "?q=V-0001", "?q=anschriften&state=closed")
    ]
    assert numbers == [[2, 1], [2], [1], [1]]


def test_the_page_of_a_closed_incident_counts_no_time(musterstadt: Town) -> None:
    incident = settled(musterstadt)
    services.close_incident(incident, by=musterstadt["dsb"])
    page = text(signed_in(musterstadt, "dsb").get(incident.get_absolute_url()))
    assert ("gemeldet am" in page, "Wieder öffnen" in page) == (True, True)


def test_the_chronicle_names_who_and_when(musterstadt: Town) -> None:
    incident = report(musterstadt)
    sent(incident, musterstadt)
    events = signed_in(musterstadt, "dsb").get(again(incident).get_absolute_url()).context["events"]
    assert [(row.by, row.what.split(":")[0]) for row in events] == [
        (musterstadt["dsb"], "Gesendet an Aufsichtsbehörde"),
        (musterstadt["fachamt"], "Vorfall gemeldet"),
    ]


def test_the_yearly_report_counts_incidents(musterstadt: Town) -> None:
    sent(report(musterstadt, hours=80), musterstadt, delay_reason="Urlaub")
    year = timezone.localdate().year
    chapters = report_content(musterstadt.municipality, year=year, today=timezone.localdate())["chapters"]
    numbers = dict(next(one["rows"] for one in chapters if one["title"] == "Vorfälle"))
    assert [numbers[label] for label in ("Gemeldet im Zeitraum", "davon nach Ablauf der 72 Stunden")] == ["1", "1"]
