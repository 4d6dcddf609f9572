"""Frozen documents: what is in them, how they chain, and how they leave the public page."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from core.errors import Conflict, NotAllowed
from register import services
from register.models import Entry, Publication, PublicDocument
from register.verification import verify_publications
from tests.world import CANARY, Town, publish_again, published_system


def test_a_document_holds_no_internal_field(published: Entry) -> None:
    assert CANARY not in published.publications.get().document


def test_a_release_field_stays_out_without_an_opinion_on_it(musterstadt: Town, submitted: Entry) -> None:
    services.opine(submitted, by=musterstadt["dsb"], result="not_needed")
    services.release(submitted, by=musterstadt["leitung"])
    row = services.publish(submitted, by=musterstadt["cdo"])
    assert "dpia_reason" not in json.loads(row.document)


def test_a_release_field_is_in_after_the_opinion(published: Entry) -> None:
    assert json.loads(published.publications.get().document)["dpia_reason"].startswith("Kein hohes Risiko")


def test_a_withheld_field_is_out_and_its_reason_is_in(musterstadt: Town, complete: Entry) -> None:
    item = {"field": "provider", "reason": "Laufendes Vergabeverfahren", "norm": "§ 5 VgV"}
    services.set_withheld(complete, by=musterstadt["fachamt"], items=[item])
    services.submit(complete, by=musterstadt["fachamt"])
    services.opine(complete, by=musterstadt["dsb"], result="agrees")
    services.release(complete, by=musterstadt["leitung"])
    document = json.loads(services.publish(complete, by=musterstadt["cdo"]).document)
    assert ("provider" not in document, document["withheld"]) == (True, [item])


def test_the_name_cannot_be_withheld(musterstadt: Town, complete: Entry) -> None:
    with pytest.raises(ValidationError, match="muss öffentlich bleiben"):
        services.set_withheld(complete, by=musterstadt["fachamt"], items=[{"field": "name", "reason": "geheim"}])


def test_the_public_document_says_that_the_dsb_was_involved_not_how(published: Entry) -> None:
    reviewed = json.loads(published.publications.get().document)["reviewed"]
    assert set(reviewed) == {"dpo_involved", "dpo_involved_on"}


def test_a_draft_change_does_not_reach_the_public_document(musterstadt: Town, published: Entry) -> None:
    services.update(published, by=musterstadt["cdo"], changes={"goal": "noch geheim"})
    assert "noch geheim" not in PublicDocument.objects.get(entry=published).document


def test_the_chain_of_a_fresh_register_is_sound(musterstadt: Town, published: Entry) -> None:
    publish_again(musterstadt, published, goal="Neuer Zweck")
    assert verify_publications(musterstadt.municipality) == []


def test_the_chain_stays_sound_after_a_redaction(musterstadt: Town, published: Entry) -> None:
    entry = publish_again(musterstadt, published, goal="Neuer Zweck")
    services.redact(entry, number=1, by=musterstadt["leitung"], reason="Name einer Person")
    assert verify_publications(musterstadt.municipality) == []


def test_a_redacted_document_is_gone(musterstadt: Town, published: Entry) -> None:
    entry = publish_again(musterstadt, published, goal="Neuer Zweck")
    services.redact(entry, number=1, by=musterstadt["leitung"], reason="Name einer Person")
    assert entry.publications.get(op="publish", number=1).document == ""


def test_the_public_version_cannot_be_redacted(musterstadt: Town, published: Entry) -> None:
    with pytest.raises(Conflict, match="gerade öffentlich"):
        services.redact(published, number=1, by=musterstadt["leitung"], reason="Name einer Person")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE register_publication SET document = '{}'",
        "UPDATE register_publication SET document = ''",
        "UPDATE register_publication SET reason = 'anders'",
        "DELETE FROM register_publication",
        "TRUNCATE register_publication CASCADE",
    ],
)
def test_the_database_keeps_the_log_as_it_is(published: Entry, statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_refuses_a_publication_without_release(musterstadt: Town, published: Entry) -> None:
    row = published.publications.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        Publication.objects.create(
            municipality=row.municipality,
            seq=row.seq + 1,
            op="publish",
            entry=published,
            number=2,
            document="{}",
            document_sha256="0" * 64,
            previous_sha256=row.sha256,
            sha256="1" * 64,
            schema_version="1.0",
            by=musterstadt["cdo"],
            at=row.at,
        )


def test_seq_has_no_gap_after_a_failed_publication(musterstadt: Town, published: Entry) -> None:
    with transaction.atomic():
        publish_again(musterstadt, published, goal="Neuer Zweck")
        transaction.set_rollback(True)
    publish_again(musterstadt, published, goal="Anderer Zweck")
    assert list(Publication.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2]


def test_one_person_withdraws_at_once(musterstadt: Town, published: Entry) -> None:
    services.withdraw(published, by=musterstadt["cdo"], reason="Falsche Angabe")
    assert not PublicDocument.objects.exists()


def test_a_withdrawal_is_not_confirmed_by_the_same_person(musterstadt: Town, published: Entry) -> None:
    services.withdraw(published, by=musterstadt["cdo"], reason="Falsche Angabe")
    with pytest.raises(NotAllowed, match="andere Person"):
        services.confirm_measure(published.after_reviews.get(), by=musterstadt["cdo"])


def test_another_person_confirms_a_withdrawal(musterstadt: Town, published: Entry) -> None:
    services.withdraw(published, by=musterstadt["cdo"], reason="Falsche Angabe")
    assert services.confirm_measure(published.after_reviews.get(), by=musterstadt["dsb"]).reviewed_at


def test_suspending_changes_nothing_public_but_the_status(musterstadt: Town, published: Entry) -> None:
    services.update(published, by=musterstadt["fachamt"], changes={"goal": "noch nicht geprüft"})
    before = json.loads(PublicDocument.objects.get().document)
    services.suspend(published, by=musterstadt["leitung"], reason="Falsche Auskünfte")
    after = json.loads(PublicDocument.objects.get().document)
    changed = {key for key in after if after[key] != before.get(key)}
    assert changed <= {"status", "number", "publication_date", "change_note"}


def test_a_suspended_system_stays_public(musterstadt: Town, published: Entry) -> None:
    services.suspend(published, by=musterstadt["leitung"], reason="Falsche Auskünfte")
    assert PublicDocument.objects.get().status == "suspended"


def test_fachamt_cannot_withdraw(musterstadt: Town, published: Entry) -> None:
    with pytest.raises(NotAllowed):
        services.withdraw(published, by=musterstadt["fachamt"], reason="weg")


def test_a_block_becomes_public_only_with_the_next_release(musterstadt: Town, published: Entry) -> None:
    services.set_block(published, "rights", {"purpose": "Auskunft"}, by=musterstadt["cdo"])
    assert json.loads(PublicDocument.objects.get().document)["blocks"] == {}


def test_two_municipalities_have_logs_of_their_own(musterstadt: Town, neudorf: Town, published: Entry) -> None:
    published_system(neudorf)
    assert sorted(Publication.objects.values_list("municipality__slug", "seq")) == [
        ("musterstadt", 1),
        ("neudorf-an-der-au", 1),
    ]


def block_of(town: Town, entry: Entry, *, result: str) -> dict[str, str]:
    """The public rights block of an entry that is released with this Stellungnahme."""
    data = {"processing": [{"recipients": "Beispielsoftware GmbH", "purposes": "Auskunft", "retention": "30 Tage"}]}
    services.set_block(entry, "rights", data, by=town["fachamt"])
    services.submit(entry, by=town["fachamt"])
    services.opine(entry, by=town["dsb"], result=result)
    services.release(entry, by=town["leitung"])
    return json.loads(services.publish(entry, by=town["cdo"]).document)["blocks"]["rights"]["processing"][0]


def test_a_block_does_not_tell_what_waits_for_an_opinion(musterstadt: Town, complete: Entry) -> None:
    assert "recipients" not in block_of(musterstadt, complete, result="not_needed")


def test_a_block_tells_what_is_released(musterstadt: Town, complete: Entry) -> None:
    assert block_of(musterstadt, complete, result="agrees")["recipients"] == "Beispielsoftware GmbH"


@pytest.mark.parametrize(("withheld", "gone"), [("retention", "retention"), ("goal", "purposes")])
def test_a_block_does_not_tell_what_is_withheld(musterstadt: Town, complete: Entry, withheld: str, gone: str) -> None:
    services.set_withheld(complete, by=musterstadt["fachamt"], items=[{"field": withheld, "reason": "Sicherheit"}])
    assert gone not in block_of(musterstadt, complete, result="agrees")
