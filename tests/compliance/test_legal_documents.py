"""Legal documents: what is filled in, what is missing, versions, the DSB's advice, four eyes, when to look again."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import Notification
from compliance import services
from compliance.legal.content import content_of, missing_of
from compliance.legal.known import read
from compliance.legal.state import state_of, states_of
from compliance.models import LegalAdvice, LegalDecision, LegalDocument, LegalDocumentVersion
from compliance.rules.legal_kinds import kinds
from core.errors import Conflict, NotAllowed
from register import services as register
from register.content import contents_of
from register.models import Entry
from tests.compliance.assessing import reviewed
from tests.compliance.legal import RISK, advised, approved, filled, started, submitted
from tests.world import Town, complete_system

pytestmark = pytest.mark.django_db


def field(document: LegalDocument, key: str) -> dict:
    content = content_of(document.definition, read(document.entry), document.answers)
    return next(row for section in content["sections"] for row in section["fields"] if row["key"] == key)


def code(entry: Entry, kind: str = "dpia") -> str:
    return state_of(entry, kinds()[kind], read(entry)).code


# --- The files of the kinds ------------------------------------------------------------------------


def test_every_prefill_names_something_that_exists(complete: Entry) -> None:
    register_keys = set(contents_of(Entry.objects.filter(pk=complete.pk))[complete.pk])
    named = {key for kind in kinds().values() for one in kind.fields for key in one.source.get("register", [])}
    assert named - register_keys == set()


def test_every_kind_can_be_gathered_without_a_single_answer(complete: Entry) -> None:
    known = read(complete)
    assert {len(content_of(kind, known, {})["sections"]) for kind in kinds().values()} >= {1, 8}


def test_every_duty_of_a_kind_is_one_of_the_rule_sets() -> None:
    from compliance.rules.law.shelf import editions

    duties = {
        duty["id"] for versions in editions().values() for one in versions.values() for duty in one.data["duties"]
    }
    assert {kind.duty for kind in kinds().values()} - duties == set()


# --- Writing ---------------------------------------------------------------------------------------


def test_what_the_register_knows_is_filled_in_and_marked(musterstadt: Town, complete: Entry) -> None:
    row = field(started(musterstadt, complete), "purposes")
    assert (row["lines"][0], row["origin"]) == ("Zweck: Auskünfte rund um die Uhr geben.", "register")


def test_the_nine_criteria_come_from_the_assessment(musterstadt: Town, complete: Entry) -> None:
    reviewed(musterstadt, complete, dpia_criteria=["scoring", "innovative_technology"])
    rows = field(started(musterstadt, complete), "criteria")["rows"]
    assert (len(rows), [row[1] for row in rows if row[2] == "ja"]) == (
        9,
        ["Bewerten oder Einstufen von Menschen", "Neue Technologie oder neue Nutzung"],
    )


def test_criteria_that_nobody_has_assessed_are_missing_and_not_no(musterstadt: Town, complete: Entry) -> None:
    assert field(started(musterstadt, complete), "criteria")["missing"]


def test_an_own_text_goes_before_that_of_the_register(musterstadt: Town, complete: Entry) -> None:
    document = filled(musterstadt, complete, purposes="Eigener Zweck")
    assert field(document, "purposes")["lines"] == ["Eigener Zweck"]


def test_a_text_equal_to_that_of_the_register_follows_the_register(musterstadt: Town, complete: Entry) -> None:
    document = started(musterstadt, complete)
    same = read(complete).value(document.definition.field("retention"))[0]
    document = services.save_legal_document(document, by=musterstadt["fachamt"], changes={"retention": same})
    assert "retention" not in document.answers


def test_every_gewaehrleistungsziel_is_counted(musterstadt: Town, complete: Entry) -> None:
    rows = dict(field(filled(musterstadt, complete, risks=[RISK]), "goals")["rows"])
    assert (len(rows), rows["Integrität"], rows["Transparenz"]) == (7, "1", "kein Risiko genannt")


def test_a_high_residual_risk_asks_for_the_consultation(musterstadt: Town, complete: Entry) -> None:
    document = services.save_legal_document(
        started(musterstadt, complete), by=musterstadt["fachamt"], changes={"residual_risk": "high"}
    )
    missing = missing_of(content_of(document.definition, read(complete), document.answers))
    assert "consultation" in {row["key"] for row in missing}


@pytest.mark.parametrize(
    "changes",
    [{"residual_risk": "riesig"}, {"review_on": "gestern"}, {"risks": "keine"}, {"purposes": 7}, {"view": "x" * 20001}],
)
def test_a_value_that_does_not_fit_is_refused(musterstadt: Town, complete: Entry, changes: dict) -> None:
    with pytest.raises(ValidationError):
        services.save_legal_document(started(musterstadt, complete), by=musterstadt["fachamt"], changes=changes)


def test_who_only_reads_the_entry_cannot_write(musterstadt: Town, complete: Entry) -> None:
    with pytest.raises(NotAllowed):
        services.save_legal_document(started(musterstadt, complete), by=musterstadt["dsb"], changes={"view": "x"})


def test_an_overtaken_person_gets_a_conflict(musterstadt: Town, complete: Entry) -> None:
    document = started(musterstadt, complete)
    services.save_legal_document(document, by=musterstadt["cdo"], changes={"view": "neu"})
    with pytest.raises(Conflict):
        services.save_legal_document(document, by=musterstadt["fachamt"], changes={"view": "alt"}, version=1)


# --- Versions --------------------------------------------------------------------------------------


def test_a_document_with_gaps_is_not_handed_in(musterstadt: Town, complete: Entry) -> None:
    with pytest.raises(ValidationError, match=r"Noch nicht angegeben: .*Eignung"):
        services.submit_legal_document(started(musterstadt, complete), by=musterstadt["fachamt"])


def test_a_version_stays_as_it_was_when_the_register_changes(musterstadt: Town, complete: Entry) -> None:
    version = submitted(musterstadt, complete)
    register.update(complete, by=musterstadt["fachamt"], changes={"retention": "99 Tage"})
    assert "99 Tage" not in str(LegalDocumentVersion.objects.get(pk=version.pk).content)


def test_a_version_cannot_be_changed_past_the_services(musterstadt: Town, complete: Entry) -> None:
    version = submitted(musterstadt, complete)
    with pytest.raises(DatabaseError), transaction.atomic():
        LegalDocumentVersion.objects.filter(pk=version.pk).update(content={})


def test_the_dsb_learns_of_a_dsfa_that_waits(musterstadt: Town, complete: Entry) -> None:
    submitted(musterstadt, complete)
    assert Notification.objects.filter(user=musterstadt["dsb"], text__contains="Bitte geben Sie Ihren Rat").exists()


# --- Advice and decision ---------------------------------------------------------------------------


def test_a_dsfa_is_not_approved_without_the_advice(musterstadt: Town, complete: Entry) -> None:
    with pytest.raises(Conflict, match=r"Art\. 35 Abs\. 2"):
        services.decide_on_document(submitted(musterstadt, complete), by=musterstadt["leitung"], approves=True)


def test_the_dsb_never_approves(musterstadt: Town, complete: Entry) -> None:
    with pytest.raises(NotAllowed):
        services.decide_on_document(advised(musterstadt, complete), by=musterstadt["dsb"], approves=True)


def test_against_a_rejecting_advice_only_with_a_reason(musterstadt: Town, complete: Entry) -> None:
    version = advised(musterstadt, complete, result="rejects", text="Das Risiko bleibt hoch.")
    with pytest.raises(ValidationError, match="abweichen"):
        services.decide_on_document(version, by=musterstadt["leitung"], approves=True)


def test_giving_back_needs_a_reason(musterstadt: Town, complete: Entry) -> None:
    with pytest.raises(ValidationError, match="was noch fehlt"):
        services.decide_on_document(advised(musterstadt, complete), by=musterstadt["leitung"], approves=False)


def test_other_documents_are_decided_without_advice(musterstadt: Town, complete: Entry) -> None:
    approved(musterstadt, complete, "threshold")
    assert code(complete, "threshold") == "approved"


def test_who_wrote_it_does_not_decide(musterstadt: Town, complete: Entry) -> None:
    from accounts import services as accounts

    for role in ("leitung", "dsb"):
        accounts.give_role(musterstadt["cdo"], by=None, municipality=musterstadt.municipality, role=role)
    document = services.save_legal_document(
        started(musterstadt, complete), by=musterstadt["cdo"], changes={"view": "von der CDO"}
    )
    assert document.editors == [musterstadt["cdo"].pk]
    version = submitted(musterstadt, complete)
    with pytest.raises(Conflict, match="mitgeschrieben"):
        services.advise_on_document(version, by=musterstadt["cdo"], result="agrees")


def test_the_database_keeps_the_four_eyes_too(musterstadt: Town, complete: Entry) -> None:
    version = submitted(musterstadt, complete)
    with pytest.raises(DatabaseError), transaction.atomic():
        LegalDecision.objects.create(version=version, approves=True, by=musterstadt["fachamt"], at=timezone.now())


def test_the_database_lets_no_adviser_decide(musterstadt: Town, complete: Entry) -> None:
    version = advised(musterstadt, complete)
    with pytest.raises(DatabaseError), transaction.atomic():
        LegalDecision.objects.create(version=version, approves=True, by=musterstadt["dsb"], at=timezone.now())


def test_only_the_newest_version_is_decided(musterstadt: Town, complete: Entry) -> None:
    first = submitted(musterstadt, complete, "threshold")
    submitted(musterstadt, complete, "threshold", consulted="am 01.02.2026")
    with pytest.raises(Conflict, match="neuere Fassung"):
        services.decide_on_document(first, by=musterstadt["leitung"], approves=True)


def test_the_advice_is_dated_and_signed(musterstadt: Town, complete: Entry) -> None:
    advised(musterstadt, complete)
    advice = LegalAdvice.objects.get()
    assert (advice.by, advice.at.date()) == (musterstadt["dsb"], timezone.now().date())


# --- State -----------------------------------------------------------------------------------------


def test_without_an_assessment_nobody_knows_what_is_due(complete: Entry) -> None:
    assert {state.due for state in states_of(complete)} == {"unknown"}


def test_the_assessment_says_what_is_due(musterstadt: Town, complete: Entry) -> None:
    facts = {"public_benefits": "yes", "profiling": "yes", "dpia_criteria": ["scoring", "innovative_technology"]}
    reviewed(musterstadt, complete, **facts)
    due = {state.kind.key for state in states_of(complete) if state.due == "yes"}
    assert due == {"dpia", "fria", "annex8c"}


def test_a_mere_change_of_status_asks_for_no_look(musterstadt: Town, complete: Entry) -> None:
    approved(musterstadt, complete)
    Entry.objects.filter(pk=complete.pk).update(status="suspended")
    assert code(complete) == "approved"


def test_a_change_in_the_register_asks_for_a_look_at_the_approved_document(musterstadt: Town, complete: Entry) -> None:
    approved(musterstadt, complete)
    register.update(complete, by=musterstadt["fachamt"], changes={"retention": "10 Jahre"})
    state = state_of(complete, kinds()["dpia"], read(complete))
    assert (state.code, state.changed) == ("review", ["Löschfristen"])


def test_writing_on_after_the_approval_is_a_draft_and_the_version_stays(musterstadt: Town, complete: Entry) -> None:
    version = approved(musterstadt, complete)
    services.save_legal_document(version.document, by=musterstadt["fachamt"], changes={"staff": "beteiligt"})
    state = state_of(complete, kinds()["dpia"], read(complete))
    assert (state.code, state.approved) == ("draft", version)


def test_an_approved_summary_goes_into_the_preview_for_the_eu_database(musterstadt: Town, complete: Entry) -> None:
    approved(musterstadt, complete, "fria", summary="Kurz und klar.")
    assert field(started(musterstadt, complete, "annex8c"), "fria_summary")["lines"] == ["Kurz und klar."]


def test_a_document_of_another_municipality_is_nobodys(musterstadt: Town, neudorf: Town, complete: Entry) -> None:
    started(musterstadt, complete)
    complete_system(neudorf)
    assert not LegalDocument.objects.visible_to(neudorf["cdo"]).exists()
