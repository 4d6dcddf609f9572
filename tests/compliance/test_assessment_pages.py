"""The pages of the assessments: one question a page, the compact form, the result, the pre-check."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from compliance import services
from compliance.models import Assessment, AssessmentDraft, Clarification
from register import services as register
from register.models import Entry
from tests.compliance.assessing import answered, finished, reviewed
from tests.world import Town

pytestmark = pytest.mark.django_db


def signed_in(town: Town, role: str = "fachamt") -> Client:
    client = Client()
    client.force_login(town[role])
    return client


def page(name: str, entry: Entry, *more: Any) -> str:
    return reverse(f"compliance:{name}", args=[entry.uuid, *more])


def text(response: Any) -> str:
    return response.content.decode()


def started(town: Town, entry: Entry) -> AssessmentDraft:
    return services.start_assessment(entry, by=town["fachamt"])


def give(town: Town, entry: Entry, key: str, answer: Any, **more: Any) -> Any:
    version = AssessmentDraft.objects.get(entry=entry).version
    return signed_in(town).post(page("assessment-question", entry, key), {key: answer, "version": version, **more})


def test_a_page_asks_one_question(musterstadt: Town, draft: Entry) -> None:
    started(musterstadt, draft)
    html = text(signed_in(musterstadt).get(page("assessment-question", draft, "infers_output")))
    assert ("Leitet die Software ihre Ergebnisse selbst ab?" in html, "personal_data" in html) == (True, False)


def test_an_answer_leads_to_the_next_question_of_the_branch(musterstadt: Town, draft: Entry) -> None:
    started(musterstadt, draft)
    assert give(musterstadt, draft, "infers_output", "yes").url == page("assessment-question", draft, "use_context")


def test_without_an_answer_the_page_says_so(musterstadt: Town, draft: Entry) -> None:
    started(musterstadt, draft)
    response = give(musterstadt, draft, "infers_output", "")
    assert (response.status_code, "Bitte wählen Sie eine Antwort." in text(response)) == (422, True)


def test_not_knowing_leads_to_the_question_who_clarifies(musterstadt: Town, draft: Entry) -> None:
    started(musterstadt, draft)
    assert give(musterstadt, draft, "infers_output", "unsure").url == page("assessment-ask", draft, "infers_output")


def test_naming_a_person_makes_the_task(musterstadt: Town, draft: Entry) -> None:
    opened = started(musterstadt, draft)
    data = {"person": musterstadt["cdo"].uuid, "note": "", "version": opened.version}
    signed_in(musterstadt).post(page("assessment-ask", draft, "infers_output"), data)
    assert Clarification.objects.get().fact == "infers_output"


def test_nothing_of_this_and_something_of_this_do_not_go_together(musterstadt: Town, draft: Entry) -> None:
    answered(musterstadt, draft)
    response = give(musterstadt, draft, "education", ["access", "nothing"])
    assert (response.status_code, "passt nicht zu den anderen" in text(response)) == (422, True)


def test_a_day_is_read_as_people_write_it(musterstadt: Town, draft: Entry) -> None:
    answered(musterstadt, draft)
    give(musterstadt, draft, "placed_on_market", "day", **{"placed_on_market-day": "1.2.26"})
    assert AssessmentDraft.objects.get().facts["placed_on_market"] == "2026-02-01"


@pytest.mark.parametrize("day", ["01.01.1850", "01.01.2999"])
def test_a_day_that_can_only_be_a_slip_is_asked_back(musterstadt: Town, draft: Entry, day: str) -> None:
    answered(musterstadt, draft)
    response = give(musterstadt, draft, "placed_on_market", "day", **{"placed_on_market-day": day})
    assert (response.status_code, "Bitte prüfen Sie das Jahr" in text(response)) == (422, True)


def test_the_role_cannot_be_answered_with_nothing(musterstadt: Town, draft: Entry) -> None:
    answered(musterstadt, draft)
    html = text(signed_in(musterstadt).get(page("assessment-question", draft, "roles")))
    assert ("Sie nutzt es" in html, "nichts davon" in html) == (True, False)


def test_a_contradiction_is_said_and_nothing_is_lost(musterstadt: Town, draft: Entry) -> None:
    answered(musterstadt, draft)
    day = {"substantially_changed-day": "01.01.2020"}
    response = give(musterstadt, draft, "substantially_changed", "day", **day)
    assert (response.status_code, "kann nicht vor dem ersten" in text(response), "01.01.2020" in text(response)) == (
        422,
        True,
        True,
    )


def test_an_answer_from_the_register_is_marked(musterstadt: Town, complete: Entry) -> None:
    started(musterstadt, complete)
    html = text(signed_in(musterstadt).get(page("assessment-question", complete, "infers_output")))
    assert ("aus dem Register" in html, "checked" in html) == (True, True)


def test_help_names_article_and_stand(musterstadt: Town, draft: Entry) -> None:
    started(musterstadt, draft)
    html = text(signed_in(musterstadt).get(page("assessment-question", draft, "infers_output")))
    assert "Art. 3 Nr. 1, ErwGr 12 KI-VO (Stand 22.11.2026)" in html


def test_the_compact_form_saves_the_same_answers(musterstadt: Town, draft: Entry) -> None:
    opened = started(musterstadt, draft)
    data = {"infers_output": "no", "personal_data": "no", "can_monitor_staff": "no", "version": opened.version}
    signed_in(musterstadt).post(page("assessment-compact", draft), data)
    assert AssessmentDraft.objects.get().facts.items() >= {"infers_output": "no", "personal_data": "no"}.items()


def test_the_compact_form_asks_who_clarifies(musterstadt: Town, draft: Entry) -> None:
    opened = started(musterstadt, draft)
    data = {"infers_output": "unsure", "version": opened.version}
    response = signed_in(musterstadt).post(page("assessment-compact", draft), data)
    assert (response.status_code, "Bitte nennen Sie, wer klärt" in text(response)) == (422, True)


FOLDED = '<details class="ol-further"'


def test_the_compact_form_opens_only_the_first_section_with_a_question_left(musterstadt: Town, draft: Entry) -> None:
    answered(musterstadt, draft, infers_output="yes")
    AssessmentDraft.objects.update(facts={"infers_output": "yes"}, version=9)
    heads = [
        part.split(">")[0]
        for part in text(signed_in(musterstadt).get(page("assessment-compact", draft))).split(FOLDED)[1:]
    ]
    assert [head.endswith(" open") for head in heads] == [True] + [False] * (len(heads) - 1)


def test_the_compact_form_says_of_each_section_what_is_left(musterstadt: Town, draft: Entry) -> None:
    answered(musterstadt, draft)
    html = text(signed_in(musterstadt).get(page("assessment-compact", draft)))
    assert html.count("vollständig</span>") == html.count(FOLDED)


def test_the_compact_form_opens_a_section_with_something_to_correct(musterstadt: Town, draft: Entry) -> None:
    opened = answered(musterstadt, draft)
    data = {"education": ["nothing", "access"], "version": opened.version}
    html = text(signed_in(musterstadt).post(page("assessment-compact", draft), data))
    assert html[html.rindex(FOLDED, 0, html.index('name="education"')) :].split(">")[0].endswith(" open")


def test_the_compact_form_shows_the_questions_that_came_up(musterstadt: Town, draft: Entry) -> None:
    opened = started(musterstadt, draft)
    data = {"infers_output": "yes", "version": opened.version}
    response = signed_in(musterstadt).post(page("assessment-compact", draft), data, follow=True)
    assert "Wofür wird das System ausschließlich genutzt?" in text(response)


def test_the_check_page_offers_to_change_every_answer(musterstadt: Town, draft: Entry) -> None:
    answered(musterstadt, draft, infers_output="no")
    html = text(signed_in(musterstadt).get(page("assessment-check", draft)))
    assert html.count("zurueck=pruefen") == len(
        ["infers_output", "personal_data", "data_kinds", "dpia_criteria", "dpia_listed", "decision_automation",
         "processor", "joint_controllers", "third_country", "can_monitor_staff"]
    )  # fmt: skip


def test_finishing_leads_to_the_result(musterstadt: Town, draft: Entry) -> None:
    opened = answered(musterstadt, draft)
    response = signed_in(musterstadt).post(page("assessment-check", draft), {"version": opened.version})
    assert response.url == page("assessment", draft, 1)


CLASSES = {
    "MIN": {},
    "NA": {"infers_output": "no"},
    "TRANS": {"interacts_with_people": "not_obvious"},
    "HR_III": {"public_benefits": "yes", "profiling": "yes"},
    "VERBOTEN": {"manipulates_behaviour": "yes"},
    "A63": {
        "public_benefits": "yes", "profiling": "no", "exception_conditions": ["preparatory"],
        "influences_decision": "no", "exception_documented": "yes", "exception_registered": "yes",
    },
    "HR_I": {
        "annex_i": "lifts", "ai_is_the_product": "no", "safety_role": "safety_function", "third_party_assessment": "yes",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", CLASSES)
def test_every_class_has_a_result_page_with_the_sentence(musterstadt: Town, draft: Entry, name: str) -> None:
    assessment = finished(musterstadt, draft, **CLASSES[name])
    html = text(signed_in(musterstadt).get(assessment.get_absolute_url()))
    assert (assessment.risk_class, "sagt nichts über die datenschutzrechtliche Zulässigkeit" in html) == (name, True)


@pytest.mark.parametrize("name", CLASSES)
def test_no_result_calls_a_system_harmless(musterstadt: Town, draft: Entry, name: str) -> None:
    html = text(signed_in(musterstadt).get(finished(musterstadt, draft, **CLASSES[name]).get_absolute_url()))
    assert "unbedenklich" not in html.lower()


def test_the_exception_is_a_proposal_until_it_is_reviewed(musterstadt: Town, draft: Entry) -> None:
    assessment = finished(musterstadt, draft, **CLASSES["A63"])
    html = text(signed_in(musterstadt).get(assessment.get_absolute_url()))
    assert ("Vorschlag, noch nicht geprüft" in html, "Die Ausnahme ist nur ein Vorschlag." in html) == (True, True)


def test_a_duty_stands_with_its_day(musterstadt: Town, draft: Entry) -> None:
    html = text(signed_in(musterstadt).get(finished(musterstadt, draft, **CLASSES["HR_III"]).get_absolute_url()))
    assert ("O-16" in html, "02.08.2030" in html) == (True, True)


def test_the_result_says_what_would_change_it(musterstadt: Town, draft: Entry) -> None:
    html = text(signed_in(musterstadt).get(finished(musterstadt, draft).get_absolute_url()))
    assert "Mit der Antwort „Ja, und es ist nicht offensichtlich“: Transparenzpflicht." in html


def test_the_author_is_offered_no_review(musterstadt: Town, draft: Entry) -> None:
    assessment = finished(musterstadt, draft, role="cdo")
    assert "Bewertung prüfen" not in text(signed_in(musterstadt, "cdo").get(assessment.get_absolute_url()))


def test_another_person_reviews_in_the_browser(musterstadt: Town, draft: Entry) -> None:
    finished(musterstadt, draft)
    signed_in(musterstadt, "dsb").post(page("assessment-review", draft, 1), {"agrees": "yes"})
    assert Assessment.objects.get().review.agrees


def test_an_objection_without_a_reason_is_asked_for_one(musterstadt: Town, draft: Entry) -> None:
    finished(musterstadt, draft)
    response = signed_in(musterstadt, "dsb").post(page("assessment-review", draft, 1), {"agrees": "no"})
    assert (response.status_code, "Bitte begründen Sie" in text(response)) == (422, True)


def test_the_entry_shows_where_its_assessment_stands(musterstadt: Town, draft: Entry) -> None:
    finished(musterstadt, draft)
    html = text(signed_in(musterstadt).get(draft.get_absolute_url()))
    assert ("Vorschlag, noch nicht geprüft" in html, "Selbsteinschätzung vom" in html) == (True, True)


def test_the_entry_says_why_a_new_assessment_is_needed(musterstadt: Town, draft: Entry) -> None:
    finished(musterstadt, draft)
    register.update(draft, by=musterstadt["fachamt"], changes={"provider": "Andere GmbH"})
    html = text(signed_in(musterstadt).get(draft.get_absolute_url()))
    assert ("Neubewertung nötig" in html, "Seit der Bewertung geändert: der Anbieter." in html) == (True, True)


def test_the_list_is_narrowed_down_to_what_is_due(musterstadt: Town, draft: Entry, complete: Entry) -> None:
    finished(musterstadt, draft)
    register.update(draft, by=musterstadt["fachamt"], changes={"provider": "Andere GmbH"})
    html = text(signed_in(musterstadt).get(reverse("compliance:assessment-list") + "?state=due"))
    assert (page("assessments", draft) in html, page("assessments", complete) in html) == (True, False)


def test_the_start_page_shows_what_somebody_shall_clarify(musterstadt: Town, draft: Entry) -> None:
    opened = started(musterstadt, draft)
    services.answer(opened, by=musterstadt["fachamt"], answers={}, ask={"dpia_listed": musterstadt["dsb"]})
    assert "Fragen, die Sie klären sollen" in text(signed_in(musterstadt, "dsb").get("/verwaltung/"))


def test_who_was_asked_answers_on_a_page(musterstadt: Town, draft: Entry) -> None:
    opened = started(musterstadt, draft)
    services.answer(opened, by=musterstadt["fachamt"], answers={}, ask={"dpia_listed": musterstadt["dsb"]})
    row = Clarification.objects.get()
    signed_in(musterstadt, "dsb").post(row.get_absolute_url(), {"dpia_listed": "no", "version": 1})
    assert AssessmentDraft.objects.get().facts["dpia_listed"] == "no"


def test_the_difference_of_two_names_answer_and_duty(musterstadt: Town, draft: Entry) -> None:
    finished(musterstadt, draft)
    finished(musterstadt, draft, interacts_with_people="not_obvious")
    html = text(signed_in(musterstadt).get(page("assessment-difference", draft, 2, 1)))
    assert ("Spricht oder schreibt das System" in html, "Pflicht O-50" in html) == (True, True)


def test_taking_over_in_the_browser_sets_the_class(musterstadt: Town, draft: Entry) -> None:
    reviewed(musterstadt, draft)
    version = Entry.objects.get(pk=draft.pk).version
    signed_in(musterstadt).post(page("assessment-adopt", draft, 1), {"version": version})
    assert Entry.objects.get(pk=draft.pk).system.ai_act_class == "MIN"


PRECHECK = {"technik": "ki", "verbot": "nichts", "bereich": "nichts", "kontakt": "nichts", "daten": "nichts"}


def test_the_precheck_gives_a_first_class(musterstadt: Town) -> None:
    address = reverse("compliance:precheck")
    html = text(signed_in(musterstadt).get(address, {**PRECHECK, "bereich": "leistungen"}))
    assert "Erste Einschätzung: Hochrisiko (Anhang III)" in html


def test_the_precheck_names_what_it_did_not_ask(musterstadt: Town) -> None:
    html = text(signed_in(musterstadt).get(reverse("compliance:precheck"), PRECHECK))
    assert ("Nicht gefragt" in html, "Beruht das System auf einem Allzweck-KI-Modell?" in html) == (True, True)


def test_the_precheck_needs_all_five_answers(musterstadt: Town) -> None:
    assert signed_in(musterstadt).get(reverse("compliance:precheck"), {"technik": "ki"}).status_code == 422


def test_the_precheck_asks_for_a_full_assessment_where_something_may_be_prohibited(musterstadt: Town) -> None:
    html = text(signed_in(musterstadt).get(reverse("compliance:precheck"), {**PRECHECK, "verbot": "punkte"}))
    assert ("Könnte verboten sein, bitte vollständig bewerten" in html, "verbotene Praktik:" in html) == (True, False)


def test_the_result_names_no_rule_of_the_engine(musterstadt: Town, draft: Entry) -> None:
    found = finished(musterstadt, draft)
    html = text(signed_in(musterstadt).get(found.get_absolute_url()))
    assert [reason["rule"] for reason in found.result["reasons"] if reason["rule"] in html] == []
