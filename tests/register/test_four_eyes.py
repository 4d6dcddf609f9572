"""Ways round the second pair of eyes, and why none of them leads anywhere."""

import pytest
from django.db import DatabaseError, transaction

from accounts import services as accounts
from core.errors import NotAllowed, Unmet
from register import services
from register.models import Entry
from register.services.checks import current_submission
from tests.world import Town, make_person


def second_cdo(town: Town) -> object:
    person = make_person("cdo-zwei")
    accounts.give_role(person, by=None, municipality=town.municipality, role="cdo")
    return person


def hidden_by_a_colleague(town: Town, entry: Entry) -> Entry:
    """A colleague's work elsewhere made the colleague the last editor of what the CDO wrote."""
    services.update(entry, by=town["cdo"], changes={"description": "Nur ich habe das gelesen."})
    services.update(entry, by=second_cdo(town), changes={"change_note": "Anbieter gewechselt"})
    services.submit(entry, by=town["cdo"])
    return Entry.objects.get(pk=entry.pk)


def test_who_hands_in_does_not_release(musterstadt: Town, published: Entry) -> None:
    entry = hidden_by_a_colleague(musterstadt, published)
    with pytest.raises(Unmet, match="zur Prüfung gegeben"):
        services.release(entry, by=musterstadt["cdo"])


def test_the_database_refuses_a_release_by_who_handed_in(musterstadt: Town, published: Entry) -> None:
    entry = hidden_by_a_colleague(musterstadt, published)
    submission = current_submission(entry)
    assert submission is not None
    with pytest.raises(DatabaseError, match="eingereicht"), transaction.atomic():
        entry.releases.create(
            submission=submission,
            editorial=True,
            by=musterstadt["cdo"],
            at=submission.at,
            last_edited_by=entry.last_edited_by,
            content_sha256=submission.content_sha256,
            privacy_sha256=submission.privacy_sha256,
        )


def test_a_changed_list_of_withheld_fields_goes_back_to_the_dsb(musterstadt: Town, published: Entry) -> None:
    item = {"field": "retention", "reason": "Geheim", "norm": ""}
    services.set_withheld(published, by=musterstadt["fachamt"], items=[item])
    assert services.submit(published, by=musterstadt["fachamt"]).needs_opinion


def test_a_changed_block_goes_back_to_the_dsb(musterstadt: Town, published: Entry) -> None:
    services.set_block(published, "rights", {"third_country": "takes_place"}, by=musterstadt["fachamt"])
    assert services.submit(published, by=musterstadt["fachamt"]).needs_opinion


def test_what_was_withdrawn_does_not_come_back_as_an_editorial_change(musterstadt: Town, published: Entry) -> None:
    services.withdraw(published, by=musterstadt["leitung"], reason="Falsche Auskünfte")
    services.update(published, by=musterstadt["fachamt"], changes={"change_note": "Wieder da"})
    services.submit(published, by=musterstadt["fachamt"])
    with pytest.raises(NotAllowed):
        services.release(published, by=musterstadt["cdo"])


def test_the_leitung_may_bring_back_what_was_withdrawn(musterstadt: Town, published: Entry) -> None:
    services.withdraw(published, by=musterstadt["leitung"], reason="Falsche Auskünfte")
    services.update(published, by=musterstadt["fachamt"], changes={"change_note": "Wieder da"})
    services.submit(published, by=musterstadt["fachamt"])
    assert not services.release(published, by=musterstadt["leitung"]).editorial
