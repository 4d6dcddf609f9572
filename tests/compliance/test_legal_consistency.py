"""What a legal document may not say: against the law, against itself, on a day that cannot be; what a decision warns of."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance import services
from compliance.legal.content import content_of
from compliance.legal.known import read
from compliance.models import LegalDecision, LegalDocument, LegalDocumentVersion
from core.errors import Conflict
from register.models import Entry
from tests.compliance.assessing import finished
from tests.compliance.legal import RISK, approved, filled, started, submitted
from tests.world import Town

pytestmark = pytest.mark.django_db
HIGH = {"residual_risk": "high", "consultation": "asked"}


def saved(town: Town, entry: Entry, kind: str, **changes: Any) -> LegalDocument:
    return services.save_legal_document(started(town, entry, kind), by=town["fachamt"], changes=changes)


def day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def waiting(town: Town, entry: Entry, **answers: Any) -> LegalDocumentVersion:
    version = submitted(town, entry, **answers)
    services.advise_on_document(version, by=town["dsb"], result="rejects", text="Das Risiko bleibt hoch.")
    return LegalDocumentVersion.objects.get(pk=version.pk)


# --- Art. 36 DSGVO ---------------------------------------------------------------------------------


def test_a_high_residual_risk_never_does_without_the_consultation(musterstadt: Town, complete: Entry) -> None:
    with pytest.raises(ValidationError, match=r"Art\. 36 Abs\. 1 DSGVO") as refused:
        saved(musterstadt, complete, "dpia", residual_risk="high", consultation="not_needed")
    assert list(refused.value.error_dict) == ["consultation"]


def test_no_low_risk_is_left_beside_a_single_high_one(musterstadt: Town, complete: Entry) -> None:
    with pytest.raises(ValidationError, match="mindestens einem Risiko"):
        saved(musterstadt, complete, "dpia", risks=[{**RISK, "residual": "high"}], residual_risk="low")


def test_a_risk_that_stays_high_can_be_written_down_before_the_result_is_mended(
    musterstadt: Town, complete: Entry
) -> None:
    saved(musterstadt, complete, "dpia", residual_risk="low")
    found = saved(musterstadt, complete, "dpia", risks=[{**RISK, "residual": "high"}])
    assert found.answers["risks"][0]["residual"] == "high"


def test_the_risk_cannot_become_high_beside_an_answer_from_before(musterstadt: Town, complete: Entry) -> None:
    saved(musterstadt, complete, "dpia", residual_risk="low", consultation="not_needed")
    with pytest.raises(ValidationError, match=r"Art\. 36 Abs\. 1 DSGVO"):
        saved(musterstadt, complete, "dpia", residual_risk="high")


def test_a_draft_that_said_so_before_is_not_handed_in(musterstadt: Town, complete: Entry) -> None:
    document = filled(musterstadt, complete, **HIGH)
    LegalDocument.objects.update(answers={**document.answers, "consultation": "not_needed", "consulted_on": ""})
    with pytest.raises(ValidationError, match=r"Art\. 36 Abs\. 1 DSGVO"):
        services.submit_legal_document(document, by=musterstadt["fachamt"])


def test_a_high_risk_is_not_approved_before_the_authority_has_answered(musterstadt: Town, complete: Entry) -> None:
    with pytest.raises(Conflict, match="Die Verarbeitung darf nicht beginnen"):
        services.decide_on_document(
            waiting(musterstadt, complete, **HIGH), by=musterstadt["leitung"], approves=True, note="trotzdem"
        )


def test_the_database_approves_no_high_risk_without_the_answer(musterstadt: Town, complete: Entry) -> None:
    version = waiting(musterstadt, complete, **HIGH)
    with pytest.raises(DatabaseError, match=r"Art\. 36"), transaction.atomic():
        LegalDecision.objects.create(version=version, approves=True, by=musterstadt["leitung"], at=timezone.now())


def test_a_high_risk_may_be_given_back(musterstadt: Town, complete: Entry) -> None:
    version = waiting(musterstadt, complete, **HIGH)
    decision = services.decide_on_document(version, by=musterstadt["leitung"], approves=False, note="Erst konsultieren")
    assert not decision.approves


def test_a_high_risk_is_approved_once_the_authority_has_answered(musterstadt: Town, complete: Entry) -> None:
    version = approved(musterstadt, complete, residual_risk="high", consultation="answered")
    assert version.decision.approves


def test_an_answer_of_the_authority_needs_its_result(musterstadt: Town, complete: Entry) -> None:
    document = filled(
        musterstadt, complete, residual_risk="high", consultation="answered", consultation_result="Auflagen"
    )
    document = services.save_legal_document(document, by=musterstadt["fachamt"], changes={"consultation_result": ""})
    with pytest.raises(ValidationError, match="Ergebnis der Konsultation"):
        services.submit_legal_document(document, by=musterstadt["fachamt"])


def test_the_page_refuses_the_approval_and_keeps_the_reason(musterstadt: Town, complete: Entry) -> None:
    version = waiting(musterstadt, complete, **HIGH)
    response = decision_page(musterstadt, version, approves="yes", note="trotzdem")
    html = response.content.decode()
    assert (response.status_code, "trotzdem" in html, "darf nicht beginnen" in html) == (409, True, True)


# --- Days and answers that exclude each other ------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "changes", "said"),
    [
        ("fria", {"notified": "sent", "notified_on": day(1)}, "Der Tag liegt in der Zukunft."),
        ("fria", {"review_on": day(-1)}, "Der Tag liegt in der Vergangenheit."),
        ("fria", {"notified": "open", "notified_on": day(-1)}, "nur zusammen mit"),
        ("dpia", {"residual_risk": "low", "consultation": "not_needed", "consulted_on": day(-1)}, "nur zusammen mit"),
    ],
)
def test_what_cannot_be_is_refused(musterstadt: Town, complete: Entry, kind: str, changes: dict, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        saved(musterstadt, complete, kind, **changes)


def test_today_is_neither_past_nor_future(musterstadt: Town, complete: Entry) -> None:
    document = saved(musterstadt, complete, "fria", notified="sent", notified_on=day(0), review_on=day(0))
    assert document.answers["notified_on"] == day(0)


def test_a_review_day_that_has_passed_is_not_handed_in(musterstadt: Town, complete: Entry) -> None:
    document = filled(musterstadt, complete, "threshold")
    LegalDocument.objects.update(answers={**document.answers, "review_on": day(-1)})
    with pytest.raises(ValidationError, match="Nächste Überprüfung am: Der Tag liegt in der Vergangenheit"):
        services.submit_legal_document(document, by=musterstadt["fachamt"])


# --- What the decision page says -------------------------------------------------------------------


def decision_page(town: Town, version: LegalDocumentVersion, **data: str) -> Any:
    client = Client()
    client.force_login(town["leitung"])
    place = [version.document.entry.uuid, version.document.definition.slug, version.number]
    address = reverse("compliance:legal-decide", args=place)
    return client.post(address, data) if data else client.get(address)


def test_the_decision_page_warns_of_an_assessment_that_nobody_has_reviewed(musterstadt: Town, complete: Entry) -> None:
    finished(musterstadt, complete)
    html = decision_page(musterstadt, submitted(musterstadt, complete, "threshold")).content.decode()
    assert "Bewertung 1 ist noch nicht von einer zweiten Person geprüft." in html


def test_the_decision_page_says_what_stands_against_an_approval(musterstadt: Town, complete: Entry) -> None:
    html = decision_page(musterstadt, waiting(musterstadt, complete, **HIGH)).content.decode()
    assert "Die Verarbeitung darf nicht beginnen" in html


# --- The cross-reference to the DSFA ---------------------------------------------------------------


def reference(town: Town, entry: Entry, key: str = "dpia_reference") -> list[str]:
    document = started(town, entry, "fria")
    content = content_of(document.definition, read(entry), document.answers)
    return next(row["lines"] for one in content["sections"] for row in one["fields"] if row["key"] == key)


def test_a_fria_names_the_approved_dsfa_with_its_address(musterstadt: Town, complete: Entry) -> None:
    version = approved(musterstadt, complete)
    lines = reference(musterstadt, complete)
    assert ("Fassung 1, genehmigt am" in lines[0], version.get_absolute_url() in lines[1]) == (True, True)


def test_a_fria_says_what_the_approved_dsfa_covers(musterstadt: Town, complete: Entry) -> None:
    approved(musterstadt, complete)
    assert "Risiken und Maßnahmen" in reference(musterstadt, complete, "dpia_covers")[0]


def test_a_fria_without_a_dsfa_says_so(musterstadt: Town, complete: Entry) -> None:
    assert reference(musterstadt, complete) == ["Zu diesem System ist keine Datenschutz-Folgenabschätzung genehmigt."]


def test_a_section_with_nothing_in_it_is_not_complete(musterstadt: Town, complete: Entry) -> None:
    from compliance.views.legal import section_status

    empty = {"fields": [{"missing": True, "needed": False}, {"missing": True, "needed": False}]}
    assert section_status(empty) == (False, "Leer, freiwillig")
