"""Assessments: answers, the finished record, four eyes, what the register takes over, and when a new one is due."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import Notification
from compliance import services
from compliance.models import Assessment, AssessmentDraft, AssessmentReview, Clarification, Duty
from compliance.rules import questionnaire
from compliance.selectors_assessments import needing_reassessment, program_on, register_facts, with_assessments
from core.errors import Conflict, NotAllowed
from register import services as register
from register.models import Entry
from tests.compliance.assessing import answered, finished, reviewed
from tests.world import Town, complete_system

pytestmark = pytest.mark.django_db


def asked(entry: Entry, facts: dict) -> list[str]:
    program, _ = program_on(entry, timezone.localdate().isoformat())
    return [one.key for one in questionnaire.asked(program, facts)]


# --- Questions ------------------------------------------------------------------------------------


def test_every_fact_has_a_question_with_every_answer_in_words() -> None:
    from compliance.rules.law.shelf import vocabulary

    silent = {
        key: set(fact.values) - {"unclear"} - questionnaire.question(key).values.keys()
        for key, fact in vocabulary().facts.items()
    }
    assert {key: values for key, values in silent.items() if values} == {}


def test_only_the_questions_of_the_branch_are_asked(draft: Entry) -> None:
    assert asked(draft, {"infers_output": "no"}) == ["infers_output", "personal_data", "can_monitor_staff"]


def test_an_answer_opens_the_next_questions(draft: Entry) -> None:
    assert "use_context" in asked(draft, {"infers_output": "yes"})


# --- Answering ------------------------------------------------------------------------------------


def test_what_the_register_knows_is_filled_in_and_marked(musterstadt: Town) -> None:
    entry = complete_system(musterstadt)
    opened = services.start_assessment(entry, by=musterstadt["fachamt"])
    assert (opened.facts["infers_output"], "infers_output" in opened.from_register) == ("yes", True)


def test_a_changed_answer_is_no_longer_marked(musterstadt: Town) -> None:
    opened = services.start_assessment(complete_system(musterstadt), by=musterstadt["fachamt"])
    opened = services.answer(opened, by=musterstadt["fachamt"], answers={"infers_output": "no"})
    assert "infers_output" not in opened.from_register


def test_the_register_never_says_that_software_only_follows_rules(musterstadt: Town) -> None:
    entry = complete_system(musterstadt)
    entry = register.update(entry, by=musterstadt["fachamt"], changes={"algorithm_type": "rule_based"})
    assert "infers_output" not in register_facts(entry)


def test_a_storage_in_the_eu_is_no_third_country(musterstadt: Town) -> None:
    assert register_facts(complete_system(musterstadt))["third_country"] == "no"


def test_an_unknown_value_is_refused(musterstadt: Town, draft: Entry) -> None:
    opened = services.start_assessment(draft, by=musterstadt["fachamt"])
    with pytest.raises(ValidationError):
        services.answer(opened, by=musterstadt["fachamt"], answers={"infers_output": "vielleicht"})


def test_contradicting_answers_are_refused_with_a_sentence(musterstadt: Town, draft: Entry) -> None:
    opened = answered(musterstadt, draft)
    with pytest.raises(ValidationError, match="Eine erhebliche Änderung"):
        services.answer(opened, by=musterstadt["fachamt"], answers={"substantially_changed": "2020-01-01"})


def test_who_only_reads_the_entry_cannot_answer(musterstadt: Town, draft: Entry) -> None:
    opened = services.start_assessment(draft, by=musterstadt["fachamt"])
    with pytest.raises(NotAllowed):
        services.answer(opened, by=musterstadt["dsb"], answers={"infers_output": "no"})


def test_answers_that_somebody_else_changed_are_a_conflict(musterstadt: Town, draft: Entry) -> None:
    opened = services.start_assessment(draft, by=musterstadt["fachamt"])
    services.answer(opened, by=musterstadt["cdo"], answers={"infers_output": "no"})
    with pytest.raises(Conflict):
        services.answer(opened, by=musterstadt["fachamt"], answers={"infers_output": "yes"}, version=1)


# --- "Weiß ich nicht" -----------------------------------------------------------------------------


def ask(town: Town, entry: Entry, key: str = "general_purpose_model") -> Clarification:
    opened = services.start_assessment(entry, by=town["fachamt"])
    services.answer(opened, by=town["fachamt"], answers={}, ask={key: town["cdo"]}, note="Bitte beim Anbieter fragen.")
    return Clarification.objects.get()


def test_not_knowing_makes_a_task_for_the_named_person(musterstadt: Town, draft: Entry) -> None:
    assert ask(musterstadt, draft).person == musterstadt["cdo"]


def test_the_named_person_is_notified(musterstadt: Town, draft: Entry) -> None:
    ask(musterstadt, draft)
    assert Notification.objects.filter(user=musterstadt["cdo"], text__contains="Bitte klären").exists()


def test_not_knowing_is_stored_as_unclear(musterstadt: Town, draft: Entry) -> None:
    assert ask(musterstadt, draft).entry.assessment_draft.facts["general_purpose_model"] == "unclear"


def test_a_question_without_such_an_answer_stays_open(musterstadt: Town, draft: Entry) -> None:
    assert "operator" not in ask(musterstadt, draft, "operator").entry.assessment_draft.facts


def test_somebody_who_cannot_read_the_entry_is_not_asked(musterstadt: Town, neudorf: Town, draft: Entry) -> None:
    opened = services.start_assessment(draft, by=musterstadt["fachamt"])
    with pytest.raises(ValidationError):
        services.answer(opened, by=musterstadt["fachamt"], answers={}, ask={"operator": neudorf["cdo"]})


def test_the_answer_of_the_person_goes_into_the_assessment(musterstadt: Town, draft: Entry) -> None:
    row = ask(musterstadt, draft)
    assert services.clarify(row, by=musterstadt["cdo"], value="yes").facts["general_purpose_model"] == "yes"


def test_a_reader_who_was_asked_may_answer(musterstadt: Town, draft: Entry) -> None:
    opened = services.start_assessment(draft, by=musterstadt["fachamt"])
    services.answer(opened, by=musterstadt["fachamt"], answers={}, ask={"dpia_listed": musterstadt["dsb"]})
    assert services.clarify(Clarification.objects.get(), by=musterstadt["dsb"], value="no").facts["dpia_listed"] == "no"


def test_a_reader_who_was_not_asked_may_not(musterstadt: Town, draft: Entry) -> None:
    with pytest.raises(NotAllowed):
        services.clarify(ask(musterstadt, draft), by=musterstadt["dsb"], value="yes")


def test_an_answer_to_a_finished_assessment_begins_a_new_one(musterstadt: Town, draft: Entry) -> None:
    opened = answered(musterstadt, draft)
    opened = services.answer(
        opened, by=musterstadt["fachamt"], answers={}, ask={"general_purpose_model": musterstadt["cdo"]}
    )
    services.finish_assessment(opened, by=musterstadt["fachamt"])
    new = services.clarify(Clarification.objects.get(), by=musterstadt["cdo"], value="no")
    assert (new.facts["general_purpose_model"], new.facts["placed_on_market"]) == ("no", "2025-06-01")


def test_an_answer_about_an_ended_system_begins_nothing(musterstadt: Town, draft: Entry) -> None:
    row = ask(musterstadt, draft)
    Entry.objects.filter(pk=draft.pk).update(status="retired")
    with pytest.raises(Conflict, match="Das System ist beendet"):
        services.clarify(row, by=musterstadt["cdo"], value="no")


# --- The record -----------------------------------------------------------------------------------


def test_an_open_question_stands_against_finishing(musterstadt: Town, draft: Entry) -> None:
    opened = services.start_assessment(draft, by=musterstadt["fachamt"])
    with pytest.raises(ValidationError, match="Noch offen"):
        services.finish_assessment(opened, by=musterstadt["fachamt"])


def test_a_finished_assessment_names_its_rule_sets(musterstadt: Town, draft: Entry) -> None:
    named = [(one["id"], len(one["sha256"])) for one in finished(musterstadt, draft).rulesets]
    assert named == [("ai-act/classification", 64), ("dsgvo/duties", 64)]


def test_a_finished_assessment_keeps_only_what_was_asked(musterstadt: Town, draft: Entry) -> None:
    assessment = finished(musterstadt, draft, infers_output="no")
    assert assessment.facts.keys() & {"operator", "annex_i"} == set()


@pytest.mark.parametrize("act", ["change", "delete"])
def test_the_database_keeps_a_finished_assessment(musterstadt: Town, draft: Entry, act: str) -> None:
    rows = Assessment.objects.filter(pk=finished(musterstadt, draft).pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(risk_class="MIN") if act == "change" else rows.delete()


def test_an_earlier_assessment_stays_readable(musterstadt: Town, draft: Entry) -> None:
    first = finished(musterstadt, draft)
    second = finished(musterstadt, draft, interacts_with_people="not_obvious")
    classes = Assessment.objects.filter(entry=draft).order_by("number").values_list("risk_class", flat=True)
    assert ([first.number, second.number], list(classes)) == ([1, 2], ["MIN", "TRANS"])


def test_leitung_learns_of_a_prohibited_practice_at_once(musterstadt: Town, draft: Entry) -> None:
    finished(musterstadt, draft, manipulates_behaviour="yes")
    assert Notification.objects.filter(user=musterstadt["leitung"], text__contains="Verbotene Praktik").exists()


# --- Four eyes ------------------------------------------------------------------------------------


def test_the_author_cannot_review(musterstadt: Town, draft: Entry) -> None:
    assessment = finished(musterstadt, draft, role="cdo")
    with pytest.raises(Conflict):
        services.review_assessment(assessment, by=musterstadt["cdo"], agrees=True)


def test_who_answered_last_cannot_review(musterstadt: Town, draft: Entry) -> None:
    assessment = services.finish_assessment(answered(musterstadt, draft, role="cdo"), by=musterstadt["fachamt"])
    with pytest.raises(Conflict):
        services.review_assessment(assessment, by=musterstadt["cdo"], agrees=True)


@pytest.mark.parametrize("who", ["author", "answered_by"])
def test_the_database_refuses_the_own_review_too(musterstadt: Town, draft: Entry, who: str) -> None:
    assessment = services.finish_assessment(answered(musterstadt, draft, role="cdo"), by=musterstadt["fachamt"])
    with pytest.raises(DatabaseError), transaction.atomic():
        AssessmentReview.objects.create(
            assessment=assessment, agrees=True, by=getattr(assessment, who), at=timezone.now()
        )


def test_the_office_has_no_right_to_review(musterstadt: Town, draft: Entry) -> None:
    assessment = finished(musterstadt, draft, role="cdo")
    with pytest.raises(NotAllowed):
        services.review_assessment(assessment, by=musterstadt["fachamt"], agrees=True)


def test_an_objection_needs_a_reason(musterstadt: Town, draft: Entry) -> None:
    with pytest.raises(ValidationError):
        services.review_assessment(finished(musterstadt, draft), by=musterstadt["dsb"], agrees=False)


# --- The register ---------------------------------------------------------------------------------


def test_an_assessment_alone_changes_nothing_in_the_register(musterstadt: Town, draft: Entry) -> None:
    reviewed(musterstadt, draft)
    assert Entry.objects.get(pk=draft.pk).system.ai_act_class == ""


def test_nothing_is_taken_over_before_the_review(musterstadt: Town, draft: Entry) -> None:
    with pytest.raises(Conflict):
        services.adopt_assessment(finished(musterstadt, draft), by=musterstadt["fachamt"])


def test_the_reviewed_class_is_taken_over(musterstadt: Town, draft: Entry) -> None:
    assessment = reviewed(musterstadt, draft, interacts_with_people="not_obvious")
    entry = services.adopt_assessment(assessment, by=musterstadt["fachamt"])
    assert Entry.objects.get(pk=entry.pk).system.ai_act_class == "TRANS"


def test_the_reason_in_the_register_says_that_it_is_a_self_assessment(musterstadt: Town, draft: Entry) -> None:
    services.adopt_assessment(reviewed(musterstadt, draft), by=musterstadt["fachamt"])
    reason = Entry.objects.get(pk=draft.pk).system.ai_act_reason
    assert reason.endswith("sagt nichts über die datenschutzrechtliche Zulässigkeit.")


def test_the_result_goes_down_as_a_block(musterstadt: Town, draft: Entry) -> None:
    services.adopt_assessment(reviewed(musterstadt, draft), by=musterstadt["fachamt"])
    assert draft.blocks.get(name="assessment").data["ai_act_class"] == "MIN"


def test_taking_over_asks_for_no_new_assessment(musterstadt: Town, draft: Entry) -> None:
    services.adopt_assessment(reviewed(musterstadt, draft), by=musterstadt["fachamt"])
    assert list(needing_reassessment(Entry.objects.all())) == []


def test_a_prohibited_practice_in_use_is_not_released(musterstadt: Town) -> None:
    entry = complete_system(musterstadt)
    services.adopt_assessment(reviewed(musterstadt, entry, manipulates_behaviour="yes"), by=musterstadt["fachamt"])
    entry = Entry.objects.get(pk=entry.pk)
    register.submit(entry, by=musterstadt["fachamt"])
    register.opine(entry, by=musterstadt["dsb"], result="agrees")
    with pytest.raises(Conflict, match="verbotene Praktik"):
        register.release(entry, by=musterstadt["leitung"])


# --- A new assessment -----------------------------------------------------------------------------

CHANGES = {
    "purpose": {"goal": "Anträge bewerten"},
    "model": {"methods_and_models": "Anderes Sprachmodell"},
    "provider": {"provider": "Andere GmbH"},
    "role": {"ai_act_role": ["provider"]},
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_the_system_asks_for_a_new_assessment(musterstadt: Town, draft: Entry, change: str) -> None:
    finished(musterstadt, draft)
    register.update(draft, by=musterstadt["fachamt"], changes=CHANGES[change])
    assert [entry.pk for entry in needing_reassessment(Entry.objects.all())] == [draft.pk]


def test_another_dataset_asks_for_a_new_assessment(musterstadt: Town) -> None:
    entry = complete_system(musterstadt)
    finished(musterstadt, entry)
    register.set_datasets(entry, by=musterstadt["fachamt"], links=[])
    assert [found.pk for found in needing_reassessment(Entry.objects.all())] == [entry.pk]


@pytest.mark.parametrize(("kind", "due"), [("essential", 1), ("editorial", 0)])
def test_only_an_essential_change_of_the_sheet_asks(musterstadt: Town, draft: Entry, kind: str, due: int) -> None:
    town = musterstadt
    product = register.create_product(town.municipality, by=town["cdo"], name="Dialogwerk", provider="Beispiel GmbH")
    register.set_product(draft, by=town["fachamt"], product=product)
    finished(town, draft)
    register.update_product(
        product, by=town["cdo"], changes={"dpa_url": "https://avv.example"}, kind=kind, reason="AVV"
    )
    assert needing_reassessment(Entry.objects.all()).count() == due


def test_an_editorial_change_asks_for_nothing(musterstadt: Town, draft: Entry) -> None:
    finished(musterstadt, draft)
    register.update(draft, by=musterstadt["fachamt"], changes={"teaser": "Hilft beim Finden."})
    assert needing_reassessment(Entry.objects.all()).count() == 0


def test_the_responsible_are_told_once(musterstadt: Town, draft: Entry) -> None:
    finished(musterstadt, draft)
    register.update(draft, by=musterstadt["fachamt"], changes={"goal": "Anträge bewerten"})
    told = [services.remind_of_reassessments() for _ in range(2)]
    text = Notification.objects.filter(user=musterstadt["fachamt"]).latest("created_at").text
    assert (told, "der Zweck" in text) == ([1, 0], True)


def test_a_new_assessment_ends_the_flag(musterstadt: Town, draft: Entry) -> None:
    finished(musterstadt, draft)
    register.update(draft, by=musterstadt["fachamt"], changes={"goal": "Anträge bewerten"})
    finished(musterstadt, draft)
    assert with_assessments(Entry.objects.filter(pk=draft.pk)).get().assessment_state == "review"


# --- Ended systems --------------------------------------------------------------------------------


def test_an_ended_system_is_not_assessed_any_more(musterstadt: Town, draft: Entry) -> None:
    Entry.objects.filter(pk=draft.pk).update(status="retired")
    with pytest.raises(Conflict, match="Das System ist beendet"):
        services.start_assessment(draft, by=musterstadt["fachamt"])


def test_what_was_begun_before_the_end_makes_no_duties(musterstadt: Town, draft: Entry) -> None:
    answered(musterstadt, draft)
    Entry.objects.filter(pk=draft.pk).update(status="retired")
    services.finish_assessment(AssessmentDraft.objects.get(entry=draft), by=musterstadt["fachamt"])
    assert not Duty.objects.filter(entry=draft).exists()
