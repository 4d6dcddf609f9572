"""Duties of a system follow its assessments, and are worked on until they are done."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Notification
from compliance import services
from compliance.models import Assessment, Duty
from compliance.rules.duty_reasons import reasons_of
from core.errors import Conflict, NotAllowed
from register import services as register
from register.models import Entry
from tests.compliance.assessing import finished
from tests.world import Town, draft_system, published_system

pytestmark = pytest.mark.django_db
# Turns the ordinary system into one of Annex III, with more and later duties.
HIGH_RISK = {
    "public_benefits": "yes",
    "profiling": "yes",
    "influences_decision": "yes",
    "exception_conditions": [],
    "decision_automation": "supports",
    "placed_on_market": "2028-01-01",
}


@pytest.fixture
def assessed(musterstadt: Town, draft: Entry) -> Assessment:
    return finished(musterstadt, draft)


def duty_of(entry: Entry, code: str = "O-02") -> Duty:
    return Duty.objects.select_related("entry__municipality", "entry__department").get(entry=entry, code=code)


def plan(duty: Duty, town: Town, role: str = "fachamt", **values: object) -> Duty:
    given = {"responsible": None, "target_day": None, "state": "open", **values}
    return services.plan_duty(duty, by=town[role], **given)  # type: ignore[arg-type]


def test_every_duty_of_a_finished_assessment_is_open(assessed: Assessment) -> None:
    wanted = {(row["id"], row["due"]) for row in assessed.result["obligations"]}
    found = Duty.objects.filter(entry=assessed.entry, state="open")
    assert {(duty.code, duty.due and duty.due.isoformat()) for duty in found} == wanted


def test_a_duty_that_stays_keeps_its_work(musterstadt: Town, assessed: Assessment) -> None:
    plan(duty_of(assessed.entry), musterstadt, responsible=musterstadt["dsb"], state="in_work", note="Liegt bei uns.")
    newer = finished(musterstadt, assessed.entry, **HIGH_RISK)
    duty = duty_of(assessed.entry)
    expected = (musterstadt["dsb"], "in_work", "Liegt bei uns.", newer)
    assert (duty.responsible, duty.state, duty.note, duty.assessment) == expected


def test_a_duty_that_no_longer_applies_says_why_and_stays(musterstadt: Town, assessed: Assessment) -> None:
    finished(musterstadt, assessed.entry, **HIGH_RISK)
    duty = duty_of(assessed.entry, "O-75")
    assert (duty.state, duty.dropped_reason.startswith("Nach Bewertung 2")) == ("dropped", True)


def test_a_duty_that_applies_again_is_open_again(musterstadt: Town, assessed: Assessment) -> None:
    finished(musterstadt, assessed.entry, **HIGH_RISK)
    finished(musterstadt, assessed.entry, public_benefits="no")
    kinds = list(duty_of(assessed.entry, "O-75").events.order_by("pk").values_list("kind", flat=True))
    assert (duty_of(assessed.entry, "O-75").state, kinds) == ("open", ["made", "dropped", "back"])


def test_a_day_that_moves_stands_in_the_chronicle(musterstadt: Town, draft: Entry) -> None:
    finished(musterstadt, draft, **HIGH_RISK)
    finished(musterstadt, draft, **HIGH_RISK | {"placed_on_market": "2025-06-01"})
    event = duty_of(draft, "O-16").events.get(kind="moved")
    assert event.text.startswith("02.08.2030 statt 02.12.2027")


def test_many_assessments_cost_as_many_statements_as_one(musterstadt: Town) -> None:
    done = [finished(musterstadt, draft_system(musterstadt, f"System {n}")) for n in range(5)]

    def count(some: list[Assessment]) -> int:
        with CaptureQueriesContext(connection) as captured:
            services.duties_of_assessments(some, by=None)
        return len(captured)

    assert count(done) == count(done[:1])


def test_the_reasons_name_what_the_duty_hangs_on(assessed: Assessment) -> None:
    reasons, law = reasons_of("O-70", assessed.result, assessed.rulesets)
    assert ([reason["rule"] for reason in reasons], law["id"]) == (["gdpr-personal"], "dsgvo/duties")


def test_the_own_day_is_not_later_than_the_law(musterstadt: Town, assessed: Assessment) -> None:
    with pytest.raises(ValidationError, match="nach dem Tag des Gesetzes"):
        plan(duty_of(assessed.entry, "O-01"), musterstadt, target_day=date(2026, 1, 1))


def test_the_earlier_day_puts_the_duty_in_order(musterstadt: Town, assessed: Assessment) -> None:
    plan(duty_of(assessed.entry), musterstadt, target_day=date(2027, 3, 1))
    assert duty_of(assessed.entry).sort_day == date(2027, 3, 1)


def test_a_named_person_is_told(musterstadt: Town, assessed: Assessment) -> None:
    plan(duty_of(assessed.entry), musterstadt, responsible=musterstadt["dsb"])
    assert Notification.objects.filter(user=musterstadt["dsb"], text__contains="für eine Pflicht").count() == 1


def test_a_stranger_to_the_entry_is_not_named(musterstadt: Town, neudorf: Town, assessed: Assessment) -> None:
    with pytest.raises(ValidationError, match="nicht lesen"):
        plan(duty_of(assessed.entry), musterstadt, responsible=neudorf["dsb"])


def test_who_is_named_may_work_on_it(musterstadt: Town, assessed: Assessment) -> None:
    plan(duty_of(assessed.entry), musterstadt, responsible=musterstadt["dsb"])
    assert services.finish_duty(duty_of(assessed.entry), by=musterstadt["dsb"], note="Geprüft.").state == "done"


def test_who_only_reads_does_not_plan(musterstadt: Town, assessed: Assessment) -> None:
    with pytest.raises(NotAllowed):
        plan(duty_of(assessed.entry), musterstadt, role="dsb")


def test_two_editors_do_not_overwrite_each_other(musterstadt: Town, assessed: Assessment) -> None:
    duty = duty_of(assessed.entry)
    plan(duty, musterstadt, state="in_work")
    with pytest.raises(Conflict, match="inzwischen geändert"):
        plan(duty, musterstadt, version=duty.version)


def test_done_needs_a_proof_or_a_reason(musterstadt: Town, assessed: Assessment) -> None:
    with pytest.raises(ValidationError, match="Nachweis"):
        services.finish_duty(duty_of(assessed.entry), by=musterstadt["fachamt"])


def test_a_new_nachweis_belongs_to_entry_and_duty(musterstadt: Town, assessed: Assessment) -> None:
    duty = duty_of(assessed.entry)
    row = services.add_duty_evidence(duty, by=musterstadt["fachamt"], kind="other", title="Vermerk", reference="10-1")
    done = services.finish_duty(duty, by=musterstadt["fachamt"])
    assert (row.entry, list(done.evidence.all()), done.closed_by) == (duty.entry, [row], musterstadt["fachamt"])


def test_a_nachweis_of_another_entry_proves_nothing(musterstadt: Town, assessed: Assessment) -> None:
    other = published_system(musterstadt, "Postzuordnung")
    row = register.add_evidence(other, by=musterstadt["cdo"], kind="other", title="Vermerk", reference="10-1")
    with pytest.raises(ValidationError):
        services.prove_duty(duty_of(assessed.entry), by=musterstadt["fachamt"], evidence=row)


def test_the_last_proof_of_what_is_done_stays(musterstadt: Town, assessed: Assessment) -> None:
    duty, by = duty_of(assessed.entry), musterstadt["fachamt"]
    row = services.add_duty_evidence(duty, by=by, kind="other", title="Vermerk", reference="10-1")
    services.finish_duty(duty, by=by)
    with pytest.raises(Conflict):
        services.unprove_duty(duty, by=by, evidence=row)


def test_nobody_lets_their_own_proposal_go(musterstadt: Town, assessed: Assessment) -> None:
    duty = services.propose_duty_dismissal(duty_of(assessed.entry), by=musterstadt["cdo"], reason="Kein Einsatz.")
    with pytest.raises(NotAllowed, match="andere Person"):
        services.decide_duty_dismissal(duty, by=musterstadt["cdo"], agrees=True)


def test_a_second_person_lets_a_duty_go(musterstadt: Town, assessed: Assessment) -> None:
    duty = services.propose_duty_dismissal(duty_of(assessed.entry), by=musterstadt["fachamt"], reason="Kein Einsatz.")
    decided = services.decide_duty_dismissal(duty, by=musterstadt["dsb"], agrees=True)
    assert (decided.state, decided.closed_by) == ("not_applicable", musterstadt["dsb"])


def test_a_done_duty_can_be_opened_again(musterstadt: Town, assessed: Assessment) -> None:
    duty = services.finish_duty(duty_of(assessed.entry), by=musterstadt["fachamt"], note="Erledigt.")
    again = services.reopen_duty(duty, by=musterstadt["fachamt"], reason="Es fehlt noch etwas.")
    assert (again.state, again.closed_by) == ("open", None)


def test_one_person_is_named_for_many_duties(musterstadt: Town, assessed: Assessment) -> None:
    rows = list(Duty.objects.filter(entry=assessed.entry, code__in=["O-70", "O-71"]))
    services.assign_duties(musterstadt.municipality, rows, by=musterstadt["fachamt"], responsible=musterstadt["dsb"])
    assert Duty.objects.filter(responsible=musterstadt["dsb"]).count() == 2


def test_an_ended_system_asks_for_nothing_more(assessed: Assessment) -> None:
    Entry.objects.filter(pk=assessed.entry_id).update(status="retired")
    assert not Duty.objects.pending().exists()
