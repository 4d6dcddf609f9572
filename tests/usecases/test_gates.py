"""The way of a use case: nothing is skipped, two people decide, and the entry follows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import services as accounts
from accounts.models import Membership, User
from compliance import services as compliance
from compliance.models import LegalDocumentVersion
from core.errors import Conflict, NotAllowed, Unmet
from register import services as register
from register.models import Entry
from tests.compliance.assessing import reviewed
from tests.compliance.incidents import report as report_incident
from tests.usecases.cases import (
    GOAL,
    again,
    at_development,
    decided,
    evaluated,
    idea,
    in_evaluation,
    in_pilot,
    planned,
    ready_for_pilot,
    stated,
    with_fallback,
)
from tests.usecases.people import approve, hold, make_course
from tests.world import Town, complete_system, draft_system, published_system
from usecases import services
from usecases.models import GateProposal, MissingEvidence, UseCase, UseCaseEvent
from usecases.selectors import exceptions_of
from usecases.selectors_gates import checklist, facts_of, owed

pytestmark = pytest.mark.django_db


def missing(use_case: UseCase, step: str) -> set[str]:
    return {row.key for row in checklist(facts_of(use_case), step) if not row.met}


def test_an_idea_without_a_benefit_does_not_go_on(musterstadt: Town) -> None:
    use_case = idea(musterstadt, benefit="")
    with pytest.raises(Unmet, match="der Nutzen"):
        services.take_step(use_case, by=musterstadt["fachamt"], step="examine")


@pytest.mark.parametrize("step", ["procure", "pilot", "operate"])
def test_no_stage_can_be_skipped(musterstadt: Town, step: str) -> None:
    run = services.take_step if step == "procure" else services.propose_gate
    with pytest.raises(Conflict, match="überspringen"):
        run(idea(musterstadt), by=musterstadt["fachamt"], step=step, reason="Eilig")


def test_the_database_lets_no_stage_be_skipped(musterstadt: Town) -> None:
    use_case = idea(musterstadt)
    with pytest.raises(Error, match="überspringen"), transaction.atomic():
        UseCase.objects.filter(pk=use_case.pk).update(stage="pilot", steps=1)


def test_the_history_cannot_be_changed(musterstadt: Town) -> None:
    use_case = at_development(musterstadt)
    with pytest.raises(Error, match="nur zum Anfügen"), transaction.atomic():
        UseCaseEvent.objects.filter(use_case=use_case).update(reason="anders")


def test_the_pilot_says_everything_that_is_missing(musterstadt: Town) -> None:
    use_case = at_development(musterstadt, draft_system(musterstadt))
    assert missing(use_case, "pilot") == {
        "assessment",
        "legal_basis",
        "dpia",
        "dpo",
        "works_council",
        "training",
        "plan",
    }


def test_without_a_system_the_facts_cannot_be_known(musterstadt: Town) -> None:
    assert {"system", "assessment", "dpia"} <= missing(at_development(musterstadt), "pilot")


def test_the_works_council_is_asked_where_the_assessment_says_so(musterstadt: Town) -> None:
    entry = complete_system(musterstadt, status="development", begin_date="")
    reviewed(musterstadt, entry, can_monitor_staff="yes")
    assert "works_council" in missing(at_development(musterstadt, entry), "pilot")


def test_everything_there_leads_into_the_pilot_by_two(musterstadt: Town) -> None:
    use_case = in_pilot(musterstadt)
    event = use_case.events.first()
    assert (use_case.stage, event.by, event.second) == ("pilot", musterstadt["fachamt"], musterstadt["leitung"])


def test_nobody_decides_on_their_own_proposal(musterstadt: Town) -> None:
    use_case = ready_for_pilot(musterstadt)
    proposal = services.propose_gate(use_case, by=musterstadt["cdo"], step="pilot", reason="Fertig")
    with pytest.raises(NotAllowed, match="andere Person"):
        services.decide_gate(proposal, by=musterstadt["cdo"], agrees=True)


def test_the_database_asks_for_two_people_too(musterstadt: Town) -> None:
    use_case = ready_for_pilot(musterstadt)
    proposal = services.propose_gate(use_case, by=musterstadt["cdo"], step="pilot", reason="Fertig")
    rows = GateProposal.objects.filter(pk=proposal.pk)
    with pytest.raises(Error), transaction.atomic():
        rows.update(state="confirmed", decided_by=musterstadt["cdo"], decided_at=proposal.proposed_at)


def test_a_step_by_two_cannot_be_taken_alone(musterstadt: Town) -> None:
    with pytest.raises(Conflict, match="zwei Personen"):
        services.take_step(ready_for_pilot(musterstadt), by=musterstadt["fachamt"], step="pilot")


def test_the_gate_is_asked_again_when_it_is_decided(musterstadt: Town) -> None:
    use_case = ready_for_pilot(musterstadt)
    proposal = services.propose_gate(use_case, by=musterstadt["fachamt"], step="pilot", reason="Fertig")
    services.change_use_case(again(use_case), by=musterstadt["fachamt"], values={"pilot_people": ""})
    with pytest.raises(Unmet, match="Plan"):
        services.decide_gate(proposal, by=musterstadt["leitung"], agrees=True)


def test_what_the_law_asks_for_allows_no_exception(musterstadt: Town) -> None:
    use_case = planned(at_development(musterstadt, draft_system(musterstadt)), musterstadt)
    with pytest.raises(Unmet, match="DSFA"):
        services.propose_gate(
            use_case, by=musterstadt["fachamt"], step="pilot", reason="Eilig", exception_reason="Keine Zeit"
        )


def test_an_exception_has_its_reason_in_the_report_to_the_council(musterstadt: Town) -> None:
    use_case = evaluated(in_evaluation(musterstadt), musterstadt)
    proposal = services.propose_gate(
        use_case,
        by=musterstadt["fachamt"],
        step="operate",
        reason="Bewährt",
        exception_reason="Rückfallebene folgt im Mai",
    )
    services.decide_gate(proposal, by=musterstadt["leitung"], agrees=True)
    assert [row.exception_reason for row in exceptions_of(musterstadt.municipality)] == ["Rückfallebene folgt im Mai"]


def test_operation_asks_for_evaluation_and_fallback(musterstadt: Town) -> None:
    assert missing(in_evaluation(musterstadt), "operate") == {"evaluation", "fallback"}


def test_evaluated_and_with_a_fallback_it_goes_into_operation(musterstadt: Town) -> None:
    use_case = in_evaluation(musterstadt)
    evaluated(use_case, musterstadt)
    with_fallback(musterstadt, use_case.links.get().entry)
    assert decided(use_case, musterstadt, "operate").stage == "operational"


def test_a_rejected_use_case_stays_and_says_why(musterstadt: Town) -> None:
    use_case = services.take_step(idea(musterstadt), by=musterstadt["fachamt"], step="reject", reason="Zu teuer")
    event = UseCase.objects.visible_to(musterstadt["revision"]).get(pk=use_case.pk).events.get()
    assert (event.target, event.reason) == ("rejected", "Zu teuer")


def test_rejecting_needs_a_reason(musterstadt: Town) -> None:
    with pytest.raises(ValidationError, match="begründen"):
        services.take_step(idea(musterstadt), by=musterstadt["fachamt"], step="reject")


def test_a_suspended_pilot_comes_back_only_through_its_gate(musterstadt: Town) -> None:
    use_case = in_pilot(musterstadt)
    services.take_step(use_case, by=musterstadt["cdo"], step="suspend", reason="Fehler")
    assert [step.name for step in services.possible_steps(again(use_case), musterstadt["cdo"])] == [
        "resume_pilot",
        "end",
    ]


def test_the_status_of_the_entry_follows_the_decision(musterstadt: Town) -> None:
    assert in_pilot(musterstadt).links.get().entry.status == "pilot"


def test_the_entry_alone_cannot_be_set_into_use(musterstadt: Town) -> None:
    entry = draft_system(musterstadt)
    at_development(musterstadt, entry)
    with pytest.raises(ValidationError, match="entscheidet das Vorhaben"):
        register.update(Entry.objects.get(pk=entry.pk), by=musterstadt["fachamt"], changes={"status": "pilot"})


def test_a_decision_by_two_is_the_review_of_the_status_and_publishes_nothing(musterstadt: Town) -> None:
    entry = register.set_status(
        published_system(musterstadt), by=musterstadt["fachamt"], status="evaluation", second=musterstadt["leitung"]
    )
    assert (entry.review_state, entry.public.number) == ("released", 1)


def test_other_changes_are_not_reviewed_by_a_decision(musterstadt: Town) -> None:
    entry = published_system(musterstadt)
    register.update(entry, by=musterstadt["fachamt"], changes={"goal": "Anders"})
    entry = register.set_status(entry, by=musterstadt["fachamt"], status="evaluation", second=musterstadt["leitung"])
    assert entry.review_state == "draft"


def test_one_use_case_leads_an_entry(musterstadt: Town) -> None:
    entry = draft_system(musterstadt)
    at_development(musterstadt, entry)
    with pytest.raises(ValidationError, match="schon ein anderes Vorhaben"):
        services.link_entry(idea(musterstadt), by=musterstadt["fachamt"], entry=entry)


def test_the_database_knows_one_leading_use_case(musterstadt: Town) -> None:
    entry = draft_system(musterstadt)
    at_development(musterstadt, entry)
    with pytest.raises(Error), transaction.atomic():
        idea(musterstadt).links.create(entry=entry, leads=True)


def test_an_entry_is_made_from_the_use_case(musterstadt: Town) -> None:
    entry = services.create_entry(idea(musterstadt), by=musterstadt["fachamt"])
    assert (entry.name, entry.system.goal, entry.system.category) == (
        "Anträge vorsortieren",
        "Anträge liegen ungeordnet im Eingang.",
        ["citizen_services"],
    )


def test_a_system_in_use_enters_at_its_real_stage_with_dated_work(musterstadt: Town) -> None:
    use_case = services.take_over(published_system(musterstadt), by=musterstadt["cdo"])
    keys = set(MissingEvidence.objects.filter(use_case=use_case).values_list("key", flat=True))
    assert (use_case.stage, {"training", "evaluation", "dpia"} <= keys) == ("operational", True)


def test_what_is_brought_in_is_ticked_off_by_itself(musterstadt: Town) -> None:
    use_case = services.take_over(published_system(musterstadt), by=musterstadt["cdo"])
    stated(use_case, musterstadt, "training")
    assert services.settle_evidence(use_case) == ["training"]


def test_what_a_bestand_owes_leads_to_where_it_is_mended(musterstadt: Town, client: Client) -> None:
    use_case = services.take_over(published_system(musterstadt), by=musterstadt["cdo"])
    client.force_login(musterstadt["cdo"])
    place = reverse("usecases:state", args=[use_case.uuid, "training"])
    assert f'<a href="{place}">Schulung der Beteiligten' in client.get(use_case.get_absolute_url()).text


def test_what_a_bestand_owed_reads_as_met_before_the_clock_comes_by(musterstadt: Town) -> None:
    use_case = services.take_over(published_system(musterstadt), by=musterstadt["cdo"])
    stated(use_case, musterstadt, "training")
    rows = owed(use_case, facts_of(use_case), use_case.missing_evidence.all())
    assert [one["owed"].key for one in rows if not one["open"]] == ["training"]


def test_the_records_of_courses_show_that_an_office_is_trained(musterstadt: Town) -> None:
    use_case = at_development(musterstadt, draft_system(musterstadt))
    hold(make_course(musterstadt), musterstadt, buergerbuero=4)
    assert "training" not in missing(use_case, "pilot")


def test_a_course_that_a_linked_system_asks_for_is_missed(musterstadt: Town) -> None:
    entry = draft_system(musterstadt)
    approve(musterstadt, entry=entry, courses=[make_course(musterstadt, "Dialogwerk nutzen", kind="tool")])
    hold(make_course(musterstadt), musterstadt, buergerbuero=4)
    assert "training" in missing(at_development(musterstadt, entry), "pilot")


def test_a_stranger_does_not_see_it(musterstadt: Town, neudorf: Town) -> None:
    idea(musterstadt)
    assert not UseCase.objects.visible_to(neudorf["cdo"]).exists()


def test_a_proposal_stays_as_it_was_made(musterstadt: Town) -> None:
    use_case = ready_for_pilot(musterstadt)
    services.propose_gate(use_case, by=musterstadt["fachamt"], step="pilot", reason="Fertig")
    with pytest.raises(Error, match="bleibt stehen"), transaction.atomic():
        GateProposal.objects.update(reason="Anders")


def test_a_dsfa_that_no_longer_fits_stands_against_operation(musterstadt: Town) -> None:
    use_case = in_evaluation(musterstadt)
    entry = use_case.links.get().entry
    register.update(entry, by=musterstadt["fachamt"], changes={"provider": "Andere Software GmbH"})
    assert "dpia" in missing(use_case, "operate")


def test_nobody_evaluates_a_pilot_that_has_not_begun(musterstadt: Town) -> None:
    use_case = in_pilot(musterstadt)
    services.set_goal(use_case, by=musterstadt["fachamt"], values=GOAL)
    start = timezone.localdate() + timedelta(days=14)
    services.change_use_case(again(use_case), by=musterstadt["fachamt"], values={"pilot_start": start})
    with pytest.raises(Unmet, match=f"beginnt erst am {start:%d.%m.%Y}"):
        services.take_step(again(use_case), by=musterstadt["fachamt"], step="evaluate")


def test_without_an_evaluation_there_is_no_operation_not_even_as_an_exception(musterstadt: Town) -> None:
    use_case = in_evaluation(musterstadt)
    told = {"step": "operate", "reason": "Eilig", "exception_reason": "Folgt im Mai"}
    with pytest.raises(Unmet, match="Noch nicht ausgewertet"):
        services.propose_gate(use_case, by=musterstadt["fachamt"], **told)


def test_an_open_incident_of_the_system_stands_in_the_checklist(musterstadt: Town) -> None:
    use_case = ready_for_pilot(musterstadt)
    incident = report_incident(musterstadt, use_case.links.get().entry, kind="error")
    row = next(row for row in checklist(facts_of(again(use_case)), "pilot") if row.key == "incidents")
    assert incident.reference in row.text


def test_whoever_laid_it_before_the_others_is_offered_to_take_it_back_only(musterstadt: Town) -> None:
    use_case = ready_for_pilot(musterstadt, role="cdo")
    proposal = services.propose_gate(use_case, by=musterstadt["cdo"], step="pilot", reason="Fertig")
    client = Client()
    client.force_login(musterstadt["cdo"])
    page = client.get(reverse("usecases:decide", args=[use_case.uuid, proposal.pk]))
    assert page.context["form"].fields["agrees"].choices == [("no", "Ich nehme es zurück")]


def test_what_a_stock_owes_is_not_put_off_for_years(musterstadt: Town) -> None:
    use_case = services.take_over(
        complete_system(musterstadt, "Altes System", status="operational"), by=musterstadt["cdo"]
    )
    row = use_case.missing_evidence.select_related("use_case").first()
    with pytest.raises(ValidationError, match="zwölf Monaten"):
        services.plan_evidence(row, by=musterstadt["cdo"], due=timezone.localdate() + timedelta(days=900))


def test_the_gate_takes_a_dsfa_that_was_confirmed_unchanged(musterstadt: Town) -> None:
    use_case = ready_for_pilot(musterstadt)
    entry = use_case.links.get().entry
    register.update(entry, by=musterstadt["fachamt"], changes={"retention": "Drei Monate"})
    before = missing(again(use_case), "pilot")
    approved_one = LegalDocumentVersion.objects.get(document__entry=entry)
    version = compliance.confirm_legal_document(approved_one.document, by=musterstadt["fachamt"], reason="Nur kürzer.")
    compliance.advise_on_document(version, by=musterstadt["dsb"], result="agrees")
    compliance.decide_on_document(version, by=musterstadt["leitung"], approves=True)
    assert ("dpia" in before, "dpia" in missing(again(use_case), "pilot")) == (True, False)


@pytest.mark.parametrize(("proposes", "decides"), [("cdo", "revision"), ("revision", "cdo")])
def test_a_deputy_and_the_colleague_do_not_decide_as_two(musterstadt: Town, proposes: str, decides: str) -> None:
    use_case, person = ready_for_pilot(musterstadt), _with_deputy(musterstadt)
    proposal = services.propose_gate(use_case, by=person[proposes], step="pilot", reason="Alles liegt vor.")
    with pytest.raises(NotAllowed, match="Vertretung"):
        services.decide_gate(proposal, by=person[decides], agrees=True)


def test_a_deputy_decides_about_what_others_propose(musterstadt: Town) -> None:
    use_case, person = ready_for_pilot(musterstadt), _with_deputy(musterstadt)
    proposal = services.propose_gate(use_case, by=musterstadt["fachamt"], step="pilot", reason="Alles liegt vor.")
    services.decide_gate(proposal, by=person["revision"], agrees=True)
    assert again(use_case).stage == "pilot"


def _with_deputy(town: Town) -> dict[str, User]:
    """The Revision stands in for the CDO; both as they are read afresh."""
    role = Membership.objects.get(user=town["cdo"], role="cdo")
    until = timezone.localdate() + timedelta(days=10)
    accounts.add_deputy(role, by=town["verwaltung"], user=town["revision"], valid_from=None, valid_until=until)
    return {name: User.objects.get(pk=town[name].pk) for name in ("cdo", "revision")}
