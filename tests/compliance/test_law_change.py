"""After a change of law: who sees what changes, re-assessing many at once, and what is left for people."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import Notification
from compliance import selectors_law, services, tasks
from compliance.models import Assessment, AssessmentDraft, LawRun, LawRunItem
from compliance.selectors_assessments import assessed_under_earlier_law, with_assessments
from core import jobs
from core.errors import Conflict, NotAllowed
from core.models import AuditRecord, Job
from register import services as register
from register.models import Entry
from tests.compliance.assessing import finished, reviewed
from tests.compliance.law_files import in_use, next_version, operator
from tests.world import Town, complete_system

pytestmark = pytest.mark.django_db
HIGH_RISK = {"public_benefits": "yes", "profiling": "yes", "placed_on_market": "unknown"}
BEFORE_THE_OMNIBUS = date(2026, 7, 20)
LIST = "compliance:law-change"


@pytest.fixture
def system(musterstadt: Town) -> Entry:
    """A high-risk system that was assessed before version 3 came."""
    entry = complete_system(musterstadt)
    finished(musterstadt, entry, **HIGH_RISK)
    return entry


@pytest.fixture
def changed(system: Entry) -> Entry:
    in_use(operator())
    return system


def state(entry: Entry) -> str:
    return with_assessments(Entry.objects.filter(pk=entry.pk)).get().assessment_state


def effect(entry: Entry):
    return selectors_law.effects(assessed_under_earlier_law(Entry.objects.filter(pk=entry.pk)))[entry.pk]


def run_over(town: Town, *, by: str = "cdo") -> LawRun:
    run = services.start_law_run(town.municipality, by=town[by], entries=Entry.objects.all())
    for job in Job.objects.filter(scope=run.scope):
        jobs.run(job.pk)
    run.refresh_from_db()
    return run


def worked_out(town: Town) -> Job:
    job = services.request_law_effects(town.municipality, by=town["cdo"])
    jobs.run(job.pk)
    return job


def newest(entry: Entry) -> Assessment:
    return Assessment.objects.filter(entry=entry).order_by("-number").select_related("author", "answered_by").first()


# --- What changes ---------------------------------------------------------------------------------


def test_an_assessment_under_the_law_in_force_is_not_touched(system: Entry) -> None:
    assert not assessed_under_earlier_law(Entry.objects.all()).exists()


def test_an_assessment_under_earlier_law_needs_a_new_one(changed: Entry) -> None:
    assert state(changed) == "due"


def test_an_ended_system_needs_none(musterstadt: Town, changed: Entry) -> None:
    Entry.objects.filter(pk=changed.pk).update(status="retired")
    assert state(changed) == "review"


def test_the_effect_names_duties_and_dates(changed: Entry) -> None:
    assert effect(changed).kinds == ["duties", "dates"]


def test_new_questions_need_a_person(musterstadt: Town) -> None:
    entry = complete_system(musterstadt)
    with time_machine.travel(BEFORE_THE_OMNIBUS):
        finished(musterstadt, entry)
    assert effect(entry).open == ["intimate_imagery", "abuse_imagery"]


def test_a_changed_entry_needs_a_person(musterstadt: Town, changed: Entry) -> None:
    register.update(changed, by=musterstadt["cdo"], changes={"goal": "Ein anderer Zweck."})
    assert "register" in effect(changed).kinds


def test_what_the_register_tells_otherwise_by_now_needs_a_person(musterstadt: Town, changed: Entry) -> None:
    register.update_storage(
        musterstadt.storage, by=musterstadt["cdo"], changes={"country": "US", "third_country_basis": "missing"}
    )
    assert "Das Register sagt inzwischen anderes" in selectors_law.said(effect(changed))


def test_all_effects_cost_four_queries(musterstadt: Town, changed: Entry, django_assert_num_queries) -> None:
    rows = assessed_under_earlier_law(Entry.objects.all())
    with django_assert_num_queries(4):
        selectors_law.effects(rows)


# --- The page -------------------------------------------------------------------------------------


def test_the_page_shows_old_and_new_with_the_reason(client: Client, musterstadt: Town, changed: Entry) -> None:
    client.force_login(musterstadt["cdo"])
    page = client.get(reverse(LIST)).content.decode()
    assert [
        text for text in ("ab 02.12.2027", "ab 02.12.2028", "O-91 Jedes Jahr", "(Art. 113") if text not in page
    ] == []


def test_the_page_shows_only_what_the_person_may_see(client: Client, musterstadt: Town, changed: Entry) -> None:
    Entry.objects.filter(pk=changed.pk).update(department=musterstadt.departments["tiefbau"])
    client.force_login(musterstadt["fachamt"])
    assert client.get(reverse(LIST)).context["lines"] == []


@pytest.mark.parametrize(
    ("query", "number"),
    [("kind=dates", 1), ("kind=class", 0), ("kind=person", 0), ("risk_class=HR_III", 1), ("q=Wohngeld", 0)],
)
def test_the_page_is_filtered(client: Client, musterstadt: Town, changed: Entry, query: str, number: int) -> None:
    worked_out(musterstadt)
    client.force_login(musterstadt["cdo"])
    assert client.get(f"{reverse(LIST)}?{query}").context["count"] == number


def test_what_nobody_has_worked_out_yet_is_said(client: Client, musterstadt: Town, changed: Entry) -> None:
    client.force_login(musterstadt["cdo"])
    page = client.get(reverse(LIST))
    assert (page.context["unknown"], len(page.context["lines"])) == (1, 1)


def test_the_numbers_are_those_that_were_worked_out(client: Client, musterstadt: Town, changed: Entry) -> None:
    client.force_login(musterstadt["cdo"])
    client.post(reverse("compliance:law-effects"))
    jobs.run(Job.objects.get(kind="law-effects").pk)
    numbers = client.get(reverse(LIST)).context["numbers"]
    assert {row["label"]: row["value"] for row in numbers} == {
        "betroffene KI-Systeme": 1,
        "andere Pflichten": 1,
        "andere Termine": 1,
    }


def test_a_later_law_makes_them_void(client: Client, musterstadt: Town, system: Entry) -> None:
    worked_out(musterstadt)
    in_use(operator())
    client.force_login(musterstadt["cdo"])
    assert client.get(reverse(LIST)).context["unknown"] == 1


def test_two_who_ask_at_once_wait_for_the_same(musterstadt: Town, changed: Entry) -> None:
    asked = [services.request_law_effects(musterstadt.municipality, by=musterstadt["cdo"]) for _ in range(2)]
    assert asked[0] == asked[1]


def test_the_clock_works_it_out_once_for_each_law(musterstadt: Town, changed: Entry) -> None:
    for _ in range(2):
        tasks.remind_of_reassessments()
    assert Job.objects.filter(kind="law-effects").count() == 1


def test_the_page_of_one_system_sets_old_and_new_side_by_side(
    client: Client, musterstadt: Town, changed: Entry
) -> None:
    client.force_login(musterstadt["cdo"])
    line = client.get(reverse("compliance:law-change-of", args=[changed.uuid])).context["line"]
    assert {"label": "Gilt ab", "old": "02.12.2027", "new": "02.12.2028"} in line["rows"]


def test_the_assessment_says_that_the_law_has_changed(client: Client, musterstadt: Town, changed: Entry) -> None:
    client.force_login(musterstadt["cdo"])
    page = client.get(newest(changed).get_absolute_url()).content.decode()
    assert "Neubewertung nötig: Rechtsänderung" in page


def test_the_list_says_the_reason(client: Client, musterstadt: Town, changed: Entry) -> None:
    client.force_login(musterstadt["cdo"])
    page = client.get(reverse("compliance:assessment-list")).content.decode()
    assert "Rechtsänderung: Die Bewertung beruht auf einem früheren Regelwerk." in page


def test_the_reminder_of_changed_entries_does_not_write_about_the_law(changed: Entry) -> None:
    assert services.remind_of_reassessments() == 0


# --- Re-assessing ---------------------------------------------------------------------------------


def test_the_preview_says_what_will_happen(client: Client, musterstadt: Town, changed: Entry) -> None:
    client.force_login(musterstadt["cdo"])
    response = client.get(reverse("compliance:law-run-new"), {"e": changed.uuid})
    assert [number["value"] for number in response.context["numbers"]] == [1, 0]


def test_starting_leads_to_the_page_of_the_run(client: Client, musterstadt: Town, changed: Entry) -> None:
    client.force_login(musterstadt["cdo"])
    response = client.post(f"{reverse('compliance:law-run-new')}?alle=1")
    assert response.headers["Location"] == LawRun.objects.get().get_absolute_url()


def test_choosing_nothing_is_refused(client: Client, musterstadt: Town, changed: Entry) -> None:
    client.force_login(musterstadt["cdo"])
    assert client.post(reverse("compliance:law-run-new")).status_code == 422


def test_the_answers_are_carried_over(musterstadt: Town, changed: Entry) -> None:
    old = newest(changed)
    run_over(musterstadt)
    new = newest(changed)
    assert (new.number, new.facts, new.carried_over_from) == (2, old.facts, old)


def test_the_new_assessment_rests_on_the_law_in_force(musterstadt: Town, changed: Entry) -> None:
    run_over(musterstadt)
    assert [one["version"] for one in newest(changed).rulesets] == ["3", "1"]


def test_the_earlier_assessment_stays_as_it_was(musterstadt: Town, changed: Entry) -> None:
    before = Assessment.objects.filter(entry=changed).values().get()
    run_over(musterstadt)
    assert Assessment.objects.filter(number=1).values().get() == before


def test_who_started_the_run_cannot_review(musterstadt: Town, changed: Entry) -> None:
    run_over(musterstadt)
    with pytest.raises(Conflict):
        services.review_assessment(newest(changed), by=musterstadt["cdo"], agrees=True)


def test_a_reviewed_assessment_waits_for_a_new_review(musterstadt: Town) -> None:
    entry = complete_system(musterstadt)
    reviewed(musterstadt, entry, **HIGH_RISK)
    in_use(operator())
    run_over(musterstadt)
    assert state(entry) == "review"


def test_new_questions_become_a_draft(musterstadt: Town, system: Entry) -> None:
    question = ("facts: [interacts_with_people,", "facts: [emotion_medical_or_safety, interacts_with_people,")
    in_use(operator(), next_version(question))
    run_over(musterstadt)
    draft = AssessmentDraft.objects.get(entry=system)
    assert (draft.facts["public_benefits"], LawRunItem.objects.get().outcome) == ("yes", "person")


def test_the_responsible_get_one_message_for_all_their_systems(musterstadt: Town) -> None:
    with time_machine.travel(BEFORE_THE_OMNIBUS):
        for number in range(3):
            finished(musterstadt, complete_system(musterstadt, f"System {number}"))
    run_over(musterstadt)
    texts = Notification.objects.filter(user=musterstadt["fachamt"], text__contains="Rechtsänderung")
    assert [row.text for row in texts] == ["Nach einer Rechtsänderung brauchen 3 KI-Systeme Ihre Antworten."]


def test_reviewers_get_one_message(musterstadt: Town, changed: Entry) -> None:
    run_over(musterstadt)
    texts = Notification.objects.filter(user=musterstadt["dsb"], text__contains="nach einer Rechtsänderung")
    assert texts.count() == 1


def test_every_new_assessment_has_its_record(musterstadt: Town, changed: Entry) -> None:
    run_over(musterstadt)
    rows = AuditRecord.objects.filter(action="compliance.assessment.carried_over")
    assert [row.object_id for row in rows] == [str(changed.pk)]


def test_somebody_elses_department_is_left_alone(musterstadt: Town, changed: Entry) -> None:
    Entry.objects.filter(pk=changed.pk).update(department=musterstadt.departments["tiefbau"])
    with pytest.raises(ValidationError):
        services.start_law_run(musterstadt.municipality, by=musterstadt["fachamt"], entries=Entry.objects.all())


def test_a_reader_starts_nothing(musterstadt: Town, changed: Entry) -> None:
    with pytest.raises(NotAllowed):
        services.start_law_run(musterstadt.municipality, by=musterstadt["revision"], entries=Entry.objects.all())


def test_what_was_assessed_meanwhile_is_left_alone(musterstadt: Town, changed: Entry) -> None:
    run = services.start_law_run(musterstadt.municipality, by=musterstadt["cdo"], entries=Entry.objects.all())
    finished(musterstadt, changed, **HIGH_RISK)
    jobs.run(Job.objects.get(scope=run.scope).pk)
    assert (run.items.get().outcome, newest(changed).number) == ("skipped", 2)


def test_a_part_that_failed_is_taken_up_again(client: Client, musterstadt: Town, changed: Entry) -> None:
    run = services.start_law_run(musterstadt.municipality, by=musterstadt["cdo"], entries=Entry.objects.all())
    Job.objects.filter(scope=run.scope).update(state=Job.State.FAILED)
    client.force_login(musterstadt["cdo"])
    client.post(reverse("compliance:law-run-resume", args=[run.uuid]))
    jobs.run(Job.objects.get(scope=run.scope).pk)
    run.refresh_from_db()
    assert (run.finished_at is not None, newest(changed).number) == (True, 2)


def test_the_page_of_the_run_shows_what_has_changed(client: Client, musterstadt: Town, changed: Entry) -> None:
    run = run_over(musterstadt)
    client.force_login(musterstadt["dsb"])
    (line,) = client.get(run.get_absolute_url()).context["lines"]
    assert (line["kinds"], line["reviewed"]) == ("Andere Pflichten, Andere Termine", "Prüfung offen")
