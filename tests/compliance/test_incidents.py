"""An incident from the report to the end: rights, steps, clocks, chronicle, lessons."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone
from pypdf import PdfReader

import compliance.tasks  # noqa: F401 - registers the handler
from accounts import permissions
from accounts import services as accounts
from accounts.models import Notification, User
from accounts.rules import roles
from compliance import services
from compliance.models import Incident, IncidentEvent, Lesson
from compliance.selectors_incidents import clocks_of, law_of, notice_texts, steps_of, with_clocks
from core import jobs
from core.errors import Conflict, NotAllowed
from core.models import Job
from register import services as register
from register.models import AfterReview, Entry, Publication
from register.panels import work_of
from tests.compliance.assessing import finished
from tests.compliance.incidents import AI, BREACH, ERROR, again, report, sent, settled, step
from tests.compliance.law_files import operator
from tests.world import Town, complete_system, draft_system, make_person, published_system

pytestmark = pytest.mark.django_db


def sees(user: User, incident: Incident) -> bool:
    return Incident.objects.visible_to(User.objects.get(pk=user.pk)).filter(pk=incident.pk).exists()


# --- Reporting and rights -------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["fachamt", "cdo", "dsb", "leitung", "revision", "verwaltung"])
def test_everybody_with_a_role_reports(musterstadt: Town, role: str) -> None:
    assert report(musterstadt, role=role).number == 1


def test_somebody_without_a_role_does_not_report(musterstadt: Town, neudorf: Town) -> None:
    with pytest.raises(NotAllowed):
        services.report_incident(
            musterstadt.municipality, by=neudorf["cdo"], kind="breach", aware_at=timezone.now(), happened="Etwas"
        )


def test_numbers_have_no_gap(musterstadt: Town, neudorf: Town) -> None:
    assert [report(town).number for town in (musterstadt, neudorf, musterstadt)] == [1, 1, 2]


def test_nobody_notices_in_the_future(musterstadt: Town) -> None:
    with pytest.raises(ValidationError, match="Zukunft"):
        report(musterstadt, hours=-1)


def test_a_system_of_somebody_else_is_not_named(musterstadt: Town, neudorf: Town) -> None:
    with pytest.raises(ValidationError, match="kennen wir hier nicht"):
        report(musterstadt, draft_system(neudorf))


def test_dsb_leitung_and_the_responsible_are_told_at_once(musterstadt: Town, draft: Entry) -> None:
    Entry.objects.filter(pk=draft.pk).update(owner_person=musterstadt["cdo"])
    report(musterstadt, Entry.objects.get(pk=draft.pk))
    told = set(Notification.objects.filter(text__startswith="Vorfall V-0001").values_list("user", flat=True))
    assert told == {musterstadt[role].pk for role in ("dsb", "leitung", "cdo")}


def test_the_message_says_nothing_of_the_content(musterstadt: Town) -> None:
    report(musterstadt)
    assert not Notification.objects.filter(text__contains="Liste").exists()


def neighbour(town: Town) -> User:
    person = make_person("nachbar")
    accounts.give_role(
        person, by=None, municipality=town.municipality, role=roles.FACHAMT, department=town.departments["tiefbau"]
    )
    return person


def test_who_sees_an_incident_of_a_system(musterstadt: Town, neudorf: Town, operator: User, draft: Entry) -> None:
    incident = report(musterstadt, draft, role="revision")
    people = {**musterstadt.people, "nachbar": neighbour(musterstadt), "fremd": neudorf["dsb"], "plattform": operator}
    assert {name for name, person in people.items() if sees(person, incident)} == {
        "revision", "fachamt", "cdo", "dsb", "leitung",
    }  # fmt: skip


def test_without_a_system_only_reporter_dsb_and_leitung_see_it(musterstadt: Town) -> None:
    incident = report(musterstadt)
    assert {name for name, person in musterstadt.people.items() if sees(person, incident)} == {
        "fachamt", "dsb", "leitung",
    }  # fmt: skip


def test_an_operator_who_may_look_in_sees_no_incident(musterstadt: Town, operator: User, draft: Entry) -> None:
    incident = report(musterstadt, draft)
    accounts.grant_platform_access(
        musterstadt.municipality,
        by=musterstadt["verwaltung"],
        operator=operator,
        reason="Hilfe",
        valid_until=timezone.localdate(),
    )
    permissions.enter(operator, musterstadt.municipality)
    assert not Incident.objects.visible_to(operator).filter(pk=incident.pk).exists()


def test_who_left_the_municipality_sees_nothing_any_more(musterstadt: Town) -> None:
    incident = report(musterstadt)
    musterstadt["fachamt"].memberships.update(ended_at=timezone.now())
    assert not sees(musterstadt["fachamt"], incident)


def test_who_is_made_responsible_sees_and_decides(musterstadt: Town) -> None:
    incident = report(musterstadt)
    services.assign_incident(incident, by=musterstadt["dsb"], person=musterstadt["revision"])
    done = services.assess_incident(again(incident), by=musterstadt["revision"], **BREACH)
    assert done.assessed_by == musterstadt["revision"]


def test_who_edits_the_system_does_not_assess(musterstadt: Town, draft: Entry) -> None:
    incident = report(musterstadt, draft)
    with pytest.raises(NotAllowed):
        services.assess_incident(incident, by=musterstadt["cdo"], **BREACH)


# --- Assessing and steps --------------------------------------------------------------------------


def test_the_database_refuses_a_risk_that_is_not_notified(musterstadt: Town) -> None:
    incident = report(musterstadt)
    with pytest.raises(DatabaseError), transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(risk="high", notify="no")


def test_answers_of_another_kind_are_not_kept(musterstadt: Town) -> None:
    incident = report(musterstadt, kind="unsure")
    found = services.assess_incident(incident, by=musterstadt["dsb"], **{**BREACH, **AI})
    assert (found.kind, found.role, found.risk) == ("ai", "deployer", "")


def test_two_who_assess_at_once_do_not_overwrite_each_other(musterstadt: Town) -> None:
    incident = report(musterstadt)
    services.assess_incident(incident, by=musterstadt["dsb"], version=1, **BREACH)
    with pytest.raises(Conflict, match="inzwischen geändert"):
        services.assess_incident(incident, by=musterstadt["leitung"], version=1, **BREACH)


def test_the_provider_is_told_before_the_importer(musterstadt: Town, draft: Entry) -> None:
    incident = report(musterstadt, draft, kind="ai")
    with pytest.raises(Conflict, match="Anbieter informieren"):
        step(incident, musterstadt, "importer")


def test_the_provider_is_told_before_the_authority(musterstadt: Town, draft: Entry) -> None:
    incident = report(musterstadt, draft, kind="ai")
    with pytest.raises(Conflict, match="Anbieter informieren"):
        sent(incident, musterstadt, "ki")


def test_a_provider_out_of_reach_starts_the_clock(musterstadt: Town, draft: Entry) -> None:
    incident = report(musterstadt, draft, kind="ai")
    step(incident, musterstadt, "provider", "failed", note="Dreimal angerufen, 10 bis 12 Uhr")
    assert [one.clock.key for one in clocks_of(again(incident))] == ["ki"]


def test_out_of_reach_says_how_it_was_tried(musterstadt: Town, draft: Entry) -> None:
    with pytest.raises(ValidationError, match="wie und wann Sie es versucht haben"):
        step(report(musterstadt, draft, kind="ai"), musterstadt, "provider", "failed")


def test_a_later_assessment_of_the_incident_does_not_stop_that_clock(musterstadt: Town, draft: Entry) -> None:
    incident = report(musterstadt, draft, kind="ai")
    step(incident, musterstadt, "provider", "failed", note="Dreimal angerufen, 10 bis 12 Uhr")
    services.assess_incident(incident, by=musterstadt["dsb"], **AI)
    assert [one.clock.key for one in clocks_of(again(incident))] == ["ki"]


# --- Art. 26 (5) and 73 KI-VO ---------------------------------------------------------------------


def test_a_chatbot_owes_no_step_of_the_high_risk_systems(musterstadt: Town) -> None:
    entry = complete_system(musterstadt)
    finished(musterstadt, entry)
    incident = services.assess_incident(report(musterstadt, entry, kind="ai"), by=musterstadt["dsb"], **AI)
    assert [one.voluntary.partition(" (")[0] for one in steps_of(incident)] == ["Gilt für dieses System nicht"] * 4


def test_what_is_voluntary_does_not_lock_the_end(musterstadt: Town) -> None:
    entry = complete_system(musterstadt)
    finished(musterstadt, entry)
    incident = services.assess_incident(report(musterstadt, entry, kind="ai"), by=musterstadt["dsb"], **AI)
    assert not services.close_incident(incident, by=musterstadt["dsb"]).is_open


def test_a_high_risk_system_owes_them_from_its_day_on(musterstadt: Town) -> None:
    entry = complete_system(musterstadt)
    finished(musterstadt, entry, public_benefits="yes", profiling="yes")
    incident = report(musterstadt, entry, kind="ai")
    assert "noch nicht (ab 02.08.2030" in law_of(incident).why


def test_a_list_brings_the_same_law_along(musterstadt: Town) -> None:
    entry = complete_system(musterstadt)
    finished(musterstadt, entry, public_benefits="yes", profiling="yes")
    report(musterstadt, entry, kind="ai")
    assert law_of(with_clocks(Incident.objects.all()).get()) == law_of(Incident.objects.get())


def test_what_is_not_needed_has_a_reason(musterstadt: Town) -> None:
    with pytest.raises(ValidationError, match="begründen"):
        step(report(musterstadt), musterstadt, "contain", "not_needed")


def test_the_notice_is_no_step_to_tick_off(musterstadt: Town) -> None:
    with pytest.raises(Conflict, match="Absenden"):
        step(report(musterstadt), musterstadt, "dsgvo")


def test_late_needs_a_reason(musterstadt: Town) -> None:
    incident = report(musterstadt, hours=73)
    with pytest.raises(ValidationError, match="Verzögerung"):
        sent(incident, musterstadt)


def test_a_later_part_needs_no_reason_again(musterstadt: Town) -> None:
    incident = report(musterstadt, hours=70)
    sent(incident, musterstadt, part="first")
    with time_machine.travel(timezone.now() + timedelta(hours=5)):
        assert sent(incident, musterstadt, part="more").part == "more"


def test_a_measure_lets_its_person_read(musterstadt: Town) -> None:
    incident = report(musterstadt)
    services.add_incident_measure(
        incident, by=musterstadt["dsb"], text="Postfach prüfen", person=musterstadt["cdo"], due=timezone.localdate()
    )
    assert sees(musterstadt["cdo"], incident)


# --- Suspending -----------------------------------------------------------------------------------


def test_suspending_goes_through_the_register(musterstadt: Town) -> None:
    entry = published_system(musterstadt)
    incident = report(musterstadt, entry, kind="ai")
    services.suspend_system(incident, by=musterstadt["leitung"])
    measure = AfterReview.objects.get(entry=entry)
    assert (Entry.objects.get(pk=entry.pk).status, measure.reason, measure.reviewed_at) == (
        "suspended", "Vorfall V-0001", None,
    )  # fmt: skip


def test_suspending_answers_the_step(musterstadt: Town) -> None:
    incident = report(musterstadt, published_system(musterstadt), kind="ai")
    services.suspend_system(incident, by=musterstadt["leitung"])
    assert incident.steps.get().key == "suspend"


def test_no_word_of_the_incident_reaches_the_log_of_publications(musterstadt: Town) -> None:
    entry = published_system(musterstadt)
    services.suspend_system(report(musterstadt, entry, kind="ai"), by=musterstadt["leitung"])
    row = Publication.objects.filter(entry=entry).order_by("-seq").first()
    said = f"{row.document} {row.reason}"  # type: ignore[union-attr]
    assert ("Anschriften" in said, "V-0001" in said) == (False, False)


def test_who_may_not_suspend_in_the_register_does_not_here(musterstadt: Town) -> None:
    incident = report(musterstadt, published_system(musterstadt), kind="ai")
    with pytest.raises(NotAllowed):
        services.suspend_system(incident, by=musterstadt["dsb"])


# --- Closing, chronicle ---------------------------------------------------------------------------


def test_an_incident_is_closed_once_all_is_answered(musterstadt: Town) -> None:
    closed = services.close_incident(settled(musterstadt), by=musterstadt["dsb"])
    assert not closed.is_open


OPEN: dict[str, Any] = {
    "the assessment": lambda town: report(town),
    "a step": lambda town: services.assess_incident(report(town), by=town["dsb"], **BREACH),
    "a measure": lambda town: with_measure(town),
}


def with_measure(town: Town) -> Incident:
    incident = settled(town)
    services.add_incident_measure(
        incident, by=town["dsb"], text="Schulen", person=town["cdo"], due=timezone.localdate()
    )
    return incident


@pytest.mark.parametrize("case", OPEN)
def test_what_is_open_stands_against_closing(musterstadt: Town, case: str) -> None:
    incident = OPEN[case](musterstadt)
    with pytest.raises(Conflict, match="Noch offen"):
        services.close_incident(incident, by=musterstadt["dsb"])


def test_what_is_closed_does_not_change(musterstadt: Town) -> None:
    incident = services.close_incident(settled(musterstadt), by=musterstadt["dsb"])
    with pytest.raises(Conflict, match="abgeschlossen"):
        step(incident, musterstadt, "contain")


def test_reopening_says_why(musterstadt: Town) -> None:
    incident = services.close_incident(settled(musterstadt), by=musterstadt["dsb"])
    services.reopen_incident(incident, by=musterstadt["leitung"], reason="Neue Hinweise")
    assert (again(incident).is_open, IncidentEvent.objects.first().text) == (True, "Neue Hinweise")  # type: ignore[union-attr]


def test_the_chronicle_holds_every_step_in_order(musterstadt: Town) -> None:
    incident = services.close_incident(settled(musterstadt), by=musterstadt["dsb"])
    said = [row.what.split(":")[0] for row in incident.events.order_by("pk")]
    assert said == [
        "Vorfall gemeldet",
        "Bewertet als Datenpanne",
        "„Schaden begrenzen“",
        "Gesendet an Aufsichtsbehörde",
        "Abgeschlossen",
    ]


@pytest.mark.parametrize("rows", ["events", "sent"])
def test_the_chronicle_only_grows(musterstadt: Town, rows: str) -> None:
    incident = settled(musterstadt)
    with pytest.raises(DatabaseError), transaction.atomic():
        getattr(incident, rows).update(by=musterstadt["cdo"])
    with pytest.raises(DatabaseError), transaction.atomic():
        getattr(incident, rows).all().delete()


# --- Reminders ------------------------------------------------------------------------------------


def reminded(town: Town, role: str) -> int:
    return Notification.objects.filter(user=town[role], text__contains="noch nicht gemeldet").count()


def test_the_clock_reminds_at_half_time_a_day_before_and_when_it_is_over(musterstadt: Town) -> None:
    report(musterstadt)
    start, counts = timezone.now(), []
    for hours in (35, 36.1, 36.2, 47, 48.1, 60, 72.1, 90):
        with time_machine.travel(start + timedelta(hours=hours)):
            counts.append(services.remind_of_incidents())
    assert counts == [0, 1, 0, 0, 1, 0, 1, 0]


def test_dsb_and_responsible_are_reminded_and_nobody_else(musterstadt: Town) -> None:
    incident = report(musterstadt, hours=50)
    services.assign_incident(incident, by=musterstadt["dsb"], person=musterstadt["cdo"])
    services.remind_of_incidents()
    assert [reminded(musterstadt, role) for role in ("dsb", "cdo", "leitung", "fachamt")] == [1, 1, 0, 0]


def test_who_reports_late_is_reminded_once(musterstadt: Town) -> None:
    report(musterstadt, hours=80)
    assert [services.remind_of_incidents() for _ in range(3)] == [1, 0, 0]


def test_after_the_notice_nobody_is_reminded(musterstadt: Town) -> None:
    incident = report(musterstadt, hours=50)
    sent(incident, musterstadt)
    assert services.remind_of_incidents() == 0


# --- Lessons --------------------------------------------------------------------------------------


def lesson(town: Town, by: str = "dsb") -> Lesson:
    incident = services.assess_incident(report(town, kind="error"), by=town["dsb"], **ERROR)
    return services.propose_lesson(
        incident, by=town[by], title="Listen verwechselt", happened="Zwei Listen", cause="Gleich", change="Farben"
    )


def test_before_the_release_nobody_else_reads_a_lesson(musterstadt: Town) -> None:
    lesson(musterstadt)
    assert not Lesson.objects.visible_to(musterstadt["revision"]).exists()


def test_after_the_release_the_whole_house_reads_it(musterstadt: Town, neudorf: Town) -> None:
    services.decide_lesson(lesson(musterstadt), by=musterstadt["leitung"], agrees=True, no_names=True)
    readers = [Lesson.objects.visible_to(one).exists() for one in (musterstadt["verwaltung"], neudorf["leitung"])]
    assert readers == [True, False]


def test_a_lesson_is_released_by_somebody_who_looked_for_names(musterstadt: Town) -> None:
    with pytest.raises(ValidationError, match="auf Namen"):
        services.decide_lesson(lesson(musterstadt), by=musterstadt["leitung"], agrees=True)


def test_nobody_releases_their_own_lesson(musterstadt: Town) -> None:
    with pytest.raises(NotAllowed, match="andere Person"):
        services.decide_lesson(lesson(musterstadt), by=musterstadt["dsb"], agrees=True)


FORGED = {
    "released by the same person": {"state": "released", "decided_by": "dsb"},
    "another proposer in the same stroke": {"state": "released", "decided_by": "dsb", "proposed_by": "leitung"},
    "another text": {"change": "Anders"},
}


@pytest.mark.parametrize("case", FORGED)
def test_the_database_keeps_four_eyes_too(musterstadt: Town, case: str) -> None:
    row = lesson(musterstadt)
    values: dict[str, Any] = {
        name: musterstadt[to] if name.endswith("_by") else to for name, to in FORGED[case].items()
    }
    if "state" in values:
        values["decided_at"] = timezone.now()
    with pytest.raises(DatabaseError), transaction.atomic():
        Lesson.objects.filter(pk=row.pk).update(**values)


def test_a_returned_lesson_can_be_proposed_anew(musterstadt: Town) -> None:
    row = services.decide_lesson(
        lesson(musterstadt), by=musterstadt["leitung"], agrees=False, remark="Ein Name steht da"
    )
    new = services.propose_lesson(
        row.incident, by=musterstadt["dsb"], title="Listen", happened="Zwei", cause="Gleich", change="Farben"
    )
    assert new.state == "waiting"


# --- The notice -----------------------------------------------------------------------------------


def made(town: Town) -> tuple[Incident, Job]:
    incident = report(town)
    texts = {"nature": "Liste verschickt", "recipient": "Aufsicht"}
    services.write_notice(incident, by=town["dsb"], target="dsgvo", texts=texts, version=1)
    job = services.request_notice(again(incident), by=town["dsb"], target="dsgvo")
    jobs.run(job.pk)
    return incident, Job.objects.select_related("result").get(pk=job.pk)


def test_the_document_is_a_draft_with_a_checksum(musterstadt: Town) -> None:
    _, job = made(musterstadt)
    assert job.result is not None
    with job.result.file.open("rb") as file:
        text = " ".join("".join(page.extract_text() for page in PdfReader(file).pages).split())
    assert ("ENTWURF" in text, "Liste verschickt" in text, job.data["sha256"][:12] in text) == (True, True, True)


def test_the_notice_names_the_authority_that_the_platform_looked_up(musterstadt: Town) -> None:
    land = musterstadt.municipality.land
    given = {"name": "Landesamt für Beispiele", "contact": "Beispielweg 1\n40210 Beispielstadt"}
    services.set_market_authority(land, by=operator(), checked_on=timezone.localdate(), **given)
    said = notice_texts(report(musterstadt), "ki")["recipient"]
    assert said == "Landesamt für Beispiele\nBeispielweg 1\n40210 Beispielstadt"


def test_until_an_authority_is_named_the_notice_says_to_check(musterstadt: Town) -> None:
    assert notice_texts(report(musterstadt), "ki")["recipient"].endswith("bitte prüfen")


def test_the_same_text_is_the_same_job(musterstadt: Town) -> None:
    incident, job = made(musterstadt)
    assert services.request_notice(again(incident), by=musterstadt["leitung"], target="dsgvo").pk == job.pk


def test_the_start_page_says_when_more_incidents_are_open_than_it_shows(musterstadt: Town) -> None:
    for _ in range(9):
        report(musterstadt)
    group = next(
        one for one in work_of(musterstadt["dsb"], musterstadt.municipality) if one["title"] == "Vorfälle: offen"
    )
    assert [task["label"] for task in group["tasks"]][8:] == ["Es gibt noch mehr. Alle anzeigen"]


def test_an_entry_with_an_incident_stays(musterstadt: Town, draft: Entry) -> None:
    report(musterstadt, draft)
    with pytest.raises(Conflict):
        register.delete_draft(draft, by=musterstadt["cdo"])
