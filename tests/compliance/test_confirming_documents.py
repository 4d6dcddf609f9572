"""An approved document whose ground has changed is confirmed as it is: with a reason, and by a second person again."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from compliance import services
from compliance.legal.known import read
from compliance.legal.state import State, state_of
from compliance.models import LegalDocumentVersion
from compliance.rules.legal_kinds import kinds
from core.errors import Conflict
from register import services as register
from register.models import Entry
from tests.compliance.assessing import finished, reviewed
from tests.compliance.legal import approved
from tests.world import Town

pytestmark = pytest.mark.django_db

WHY = "Nur die Löschfrist ist kürzer geworden, das Risiko wird kleiner."


def _state(entry: Entry) -> State:
    entry = Entry.objects.get(pk=entry.pk)
    return state_of(entry, kinds()["dpia"], read(entry))


@pytest.fixture
def changed(musterstadt: Town, complete: Entry) -> LegalDocumentVersion:
    """An approved DSFA, and the register says something else since."""
    reviewed(musterstadt, complete)
    version = approved(musterstadt, complete)
    register.update(complete, by=musterstadt["fachamt"], changes={"retention": "Drei Monate"})
    return version


def _confirmed(town: Town, version: LegalDocumentVersion, reason: str = WHY) -> LegalDocumentVersion:
    return services.confirm_legal_document(version.document, by=town["fachamt"], reason=reason)


def _decided(town: Town, version: LegalDocumentVersion) -> None:
    services.advise_on_document(version, by=town["dsb"], result="agrees")
    services.decide_on_document(version, by=town["leitung"], approves=True)


def test_a_review_of_the_assessment_asks_for_no_new_look(musterstadt: Town, complete: Entry) -> None:
    assessment = finished(musterstadt, complete)
    approved(musterstadt, complete)
    services.review_assessment(assessment, by=musterstadt["dsb"], agrees=True)
    assert _state(complete).code == "approved"


def test_an_assessment_with_the_same_facts_asks_for_no_new_look(musterstadt: Town, complete: Entry) -> None:
    reviewed(musterstadt, complete)
    approved(musterstadt, complete)
    reviewed(musterstadt, complete)
    assert _state(complete).code == "approved"


def test_an_objection_to_the_assessment_asks_for_a_new_look(musterstadt: Town, complete: Entry) -> None:
    assessment = finished(musterstadt, complete)
    approved(musterstadt, complete)
    services.review_assessment(assessment, by=musterstadt["dsb"], agrees=False, note="Die Rolle stimmt nicht.")
    assert _state(complete).changed == ["Bewertung nach der KI-VO"]


def test_a_confirmed_document_waits_for_advice_and_decision(musterstadt: Town, changed: LegalDocumentVersion) -> None:
    _confirmed(musterstadt, changed)
    assert _state(changed.document.entry).code == "advice"


def test_a_confirmed_document_is_approved_by_a_second_person(musterstadt: Town, changed: LegalDocumentVersion) -> None:
    _decided(musterstadt, _confirmed(musterstadt, changed))
    assert _state(changed.document.entry).code == "approved"


def test_who_confirmed_does_not_decide(musterstadt: Town, changed: LegalDocumentVersion) -> None:
    version = services.confirm_legal_document(changed.document, by=musterstadt["cdo"], reason=WHY)
    assert musterstadt["cdo"].pk in version.editors


def test_a_confirmation_has_its_reason(musterstadt: Town, changed: LegalDocumentVersion) -> None:
    with pytest.raises(ValidationError, match="warum das Dokument unverändert"):
        _confirmed(musterstadt, changed, "  ")


def test_what_still_fits_is_not_confirmed(musterstadt: Town, complete: Entry) -> None:
    version = approved(musterstadt, complete)
    with pytest.raises(Conflict, match="neu zu prüfen"):
        _confirmed(musterstadt, version)


def test_what_was_written_on_since_is_handed_in_and_not_confirmed(
    musterstadt: Town, changed: LegalDocumentVersion
) -> None:
    services.save_legal_document(changed.document, by=musterstadt["fachamt"], changes={"staff": "beteiligt"})
    with pytest.raises(Conflict, match="Entwurf"):
        _confirmed(musterstadt, changed)


def test_who_decides_reads_the_reason(musterstadt: Town, changed: LegalDocumentVersion) -> None:
    version = _confirmed(musterstadt, changed)
    services.advise_on_document(version, by=musterstadt["dsb"], result="agrees")
    client = Client()
    client.force_login(musterstadt["leitung"])
    place = [changed.document.entry.uuid, "dsfa", version.number]
    assert WHY in client.get(reverse("compliance:legal-decide", args=place)).text


def test_the_page_offers_to_confirm_and_says_what_then_waits(musterstadt: Town, changed: LegalDocumentVersion) -> None:
    client = Client()
    client.force_login(musterstadt["fachamt"])
    page = client.get(changed.document.get_absolute_url()).text
    address = reverse("compliance:legal-confirm", args=[changed.document.entry.uuid, "dsfa"])
    after = client.post(address, {"reason": WHY}, follow=True).text
    assert (address in page, "wartet auf den Rat" in after) == (True, True)
