"""Four eyes: who may take which step, and what a release is bound to."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from core.errors import Conflict, NotAllowed, Unmet
from register import services
from register.models import Entry, Release
from tests.world import Town, complete_system, publish_again, submitted_system


def reload(entry: Entry) -> Entry:
    return Entry.objects.get(pk=entry.pk)


def test_an_incomplete_draft_cannot_be_submitted(musterstadt: Town, draft: Entry) -> None:
    with pytest.raises(Unmet, match="Es fehlen noch Angaben: Kurzbeschreibung"):
        services.submit(draft, by=musterstadt["fachamt"])


def test_an_entry_in_review_is_locked_for_editing(musterstadt: Town, submitted: Entry) -> None:
    with pytest.raises(Conflict, match="in Prüfung"):
        services.update(submitted, by=musterstadt["fachamt"], changes={"goal": "anders"})


def test_a_release_needs_the_opinion_of_the_dsb(musterstadt: Town, submitted: Entry) -> None:
    with pytest.raises(Unmet, match="Stellungnahme"):
        services.release(submitted, by=musterstadt["leitung"])


@pytest.mark.parametrize("role", ["fachamt", "cdo", "dsb", "revision", "verwaltung"])
def test_only_leitung_releases_a_first_version(musterstadt: Town, submitted: Entry, role: str) -> None:
    services.opine(submitted, by=musterstadt["dsb"], result="agrees")
    with pytest.raises(NotAllowed):
        services.release(submitted, by=musterstadt[role])


def test_nobody_releases_what_they_last_edited(musterstadt: Town, complete: Entry) -> None:
    from accounts import services as accounts

    accounts.give_role(musterstadt["cdo"], by=None, municipality=musterstadt.municipality, role="leitung")
    services.update(complete, by=musterstadt["cdo"], changes={"goal": "anders"})
    services.submit(complete, by=musterstadt["cdo"])
    services.opine(complete, by=musterstadt["dsb"], result="agrees")
    with pytest.raises(Unmet, match="Vier-Augen"):
        services.release(complete, by=musterstadt["cdo"])


def test_the_database_refuses_a_release_by_the_last_editor(musterstadt: Town, submitted: Entry) -> None:
    submission = submitted.submissions.get()
    with pytest.raises(DatabaseError, match="zuletzt bearbeitet"), transaction.atomic():
        Release.objects.create(
            entry=submitted,
            submission=submission,
            editorial=True,
            by=submitted.last_edited_by,
            at=timezone.now(),
            last_edited_by=musterstadt["leitung"],
            content_sha256=submission.content_sha256,
            privacy_sha256=submission.privacy_sha256,
        )


def test_the_database_refuses_to_change_a_release(released: Entry) -> None:
    with pytest.raises(DatabaseError, match="nicht ändern"), transaction.atomic():
        released.releases.update(deviation_reason="nachgetragen")


def test_a_release_against_a_rejecting_opinion_needs_a_reason(musterstadt: Town, submitted: Entry) -> None:
    from django.core.exceptions import ValidationError

    services.opine(submitted, by=musterstadt["dsb"], result="rejects", text="Löschfrist fehlt.")
    with pytest.raises(ValidationError, match="begründen"):
        services.release(submitted, by=musterstadt["leitung"])


def test_a_reasoned_deviation_is_recorded(musterstadt: Town, submitted: Entry) -> None:
    services.opine(submitted, by=musterstadt["dsb"], result="rejects", text="Löschfrist fehlt.")
    release = services.release(submitted, by=musterstadt["leitung"], deviation_reason="Frist ist inzwischen geregelt.")
    assert release.deviates


def test_returning_without_a_word_is_refused(musterstadt: Town, submitted: Entry) -> None:
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError, match="was zu tun ist"):
        services.return_entry(submitted, by=musterstadt["dsb"])


def test_a_comment_at_a_field_is_reason_enough_to_return(musterstadt: Town, submitted: Entry) -> None:
    services.comment(submitted, by=musterstadt["dsb"], field="retention", text="Bitte genauer.")
    assert services.return_entry(submitted, by=musterstadt["dsb"]).review_state == "returned"


def test_a_change_after_release_takes_the_release_back(musterstadt: Town, released: Entry) -> None:
    services.update(released, by=musterstadt["cdo"], changes={"description": "Anders erklärt."})
    assert reload(released).review_state == "draft"


def test_an_internal_note_leaves_a_release_alone(musterstadt: Town, released: Entry) -> None:
    services.update(released, by=musterstadt["cdo"], changes={"internal_note": "Rückruf am Montag"})
    assert reload(released).review_state == "released"


def test_a_changed_storage_location_blocks_the_publication(musterstadt: Town, released: Entry) -> None:
    services.update_storage(musterstadt.storage, by=musterstadt["cdo"], changes={"kind": "cloud"})
    with pytest.raises(Conflict):
        services.publish(reload(released), by=musterstadt["cdo"])


def test_a_changed_storage_location_sends_an_entry_in_review_back(musterstadt: Town, submitted: Entry) -> None:
    services.update_storage(musterstadt.storage, by=musterstadt["cdo"], changes={"kind": "cloud"})
    assert reload(submitted).review_state in ("returned", "draft")


def test_an_editorial_change_needs_no_new_opinion(musterstadt: Town, published: Entry) -> None:
    entry = services.update(published, by=musterstadt["fachamt"], changes={"description": "Besser erklärt."})
    assert not services.submit(entry, by=musterstadt["fachamt"]).needs_opinion


def test_an_editorial_change_is_released_by_a_second_person_with_the_right(musterstadt: Town, published: Entry) -> None:
    entry = services.update(published, by=musterstadt["fachamt"], changes={"description": "Besser erklärt."})
    services.submit(entry, by=musterstadt["fachamt"])
    assert services.release(entry, by=musterstadt["cdo"]).editorial


def test_a_changed_data_protection_field_goes_back_to_the_dsb(musterstadt: Town, published: Entry) -> None:
    entry = services.update(published, by=musterstadt["fachamt"], changes={"retention": "5 Jahre"})
    services.submit(entry, by=musterstadt["fachamt"])
    with pytest.raises(NotAllowed):
        services.release(entry, by=musterstadt["cdo"])


def test_a_stale_form_loses_nothing_and_says_who_was_faster(musterstadt: Town, complete: Entry) -> None:
    seen = complete.version
    services.update(complete, by=musterstadt["cdo"], changes={"goal": "Neuer Zweck"})
    with pytest.raises(Conflict, match="CDO/IT Musterstadt"):
        services.update(complete, by=musterstadt["fachamt"], changes={"goal": "Alter Zweck"}, version=seen)


def test_a_foreign_municipality_sees_nothing(neudorf: Town, complete: Entry) -> None:
    visible = [role for role, person in neudorf.people.items() if Entry.objects.visible_to(person).exists()]
    assert visible == []


def test_a_foreign_cdo_cannot_edit(neudorf: Town, complete: Entry) -> None:
    with pytest.raises(NotAllowed):
        services.update(complete, by=neudorf["cdo"], changes={"goal": "fremd"})


def test_a_foreign_dataset_cannot_be_linked(musterstadt: Town, neudorf: Town, complete: Entry) -> None:
    foreign = complete_system(neudorf).system.dataset_links.get().dataset
    with pytest.raises(NotAllowed):
        services.set_datasets(complete, by=musterstadt["fachamt"], links=[(foreign, "operation")])


def test_another_department_cannot_see_the_entry(musterstadt: Town, complete: Entry) -> None:
    from accounts import services as accounts
    from tests.world import make_person

    person = make_person("tiefbau")
    accounts.give_role(
        person,
        by=None,
        municipality=musterstadt.municipality,
        role="fachamt",
        department=musterstadt.departments["tiefbau"],
    )
    assert not Entry.objects.visible_to(person).exists()


def test_one_shared_entry_is_all_a_colleague_sees(musterstadt: Town, complete: Entry) -> None:
    from tests.world import make_person

    complete_system(musterstadt, "Zweites System")
    person = make_person("kollegin")
    services.share(complete, by=musterstadt["cdo"], with_user=person)
    assert list(Entry.objects.visible_to(person)) == [complete]


def test_object_rights_vanish_with_the_entry(musterstadt: Town, draft: Entry) -> None:
    from register.models import EntryUserPermission
    from tests.world import make_person

    services.share(draft, by=musterstadt["cdo"], with_user=make_person("kollegin"), edit=True)
    services.delete_draft(draft, by=musterstadt["cdo"])
    assert not EntryUserPermission.objects.exists()


def test_a_delegate_releases_until_the_last_day(musterstadt: Town) -> None:
    from accounts import services as accounts
    from tests.world import make_person

    person = make_person("vertretung")
    accounts.give_role(
        person,
        by=None,
        municipality=musterstadt.municipality,
        role="leitung",
        delegated_by=musterstadt["leitung"],
        valid_until=timezone.localdate(),
    )
    entry = submitted_system(musterstadt)
    services.opine(entry, by=musterstadt["dsb"], result="agrees")
    assert services.release(entry, by=person).pk


def test_a_delegation_ends_by_itself(musterstadt: Town) -> None:
    from datetime import timedelta

    from accounts import services as accounts
    from tests.world import make_person

    person = make_person("vertretung")
    yesterday = timezone.localdate() - timedelta(days=1)
    accounts.give_role(
        person,
        by=None,
        municipality=musterstadt.municipality,
        role="leitung",
        delegated_by=musterstadt["leitung"],
        valid_until=yesterday,
    )
    entry = submitted_system(musterstadt)
    services.opine(entry, by=musterstadt["dsb"], result="agrees")
    with pytest.raises(NotAllowed):
        services.release(entry, by=person)


def test_a_second_version_has_the_next_number(musterstadt: Town, published: Entry) -> None:
    publish_again(musterstadt, published, goal="Neuer Zweck")
    numbers = published.publications.order_by("seq").values_list("number", flat=True)
    assert list(numbers) == [1, 2]


def test_two_releases_at_once_cannot_both_pass(musterstadt: Town, submitted: Entry) -> None:
    services.opine(submitted, by=musterstadt["dsb"], result="agrees")
    services.release(submitted, by=musterstadt["leitung"])
    with pytest.raises(Conflict):
        services.release(submitted, by=musterstadt["leitung"])


def test_the_opinion_cannot_be_rewritten(musterstadt: Town, submitted: Entry) -> None:
    services.opine(submitted, by=musterstadt["dsb"], result="agrees")
    with pytest.raises(DatabaseError, match="Stellungnahmen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE register_opinion SET result = 'rejects'")


def test_a_prohibited_practice_in_use_is_not_released(musterstadt: Town, complete: Entry) -> None:
    services.update(complete, by=musterstadt["fachamt"], changes={"ai_act_class": "VERBOTEN"})
    services.submit(complete, by=musterstadt["fachamt"])
    services.opine(complete, by=musterstadt["dsb"], result="agrees")
    with pytest.raises(Unmet, match=r"Art\. 5 KI-VO"):
        services.release(complete, by=musterstadt["leitung"])


def test_a_stopped_prohibited_practice_may_be_shown(musterstadt: Town, complete: Entry) -> None:
    changes = {"ai_act_class": "VERBOTEN", "status": "suspended"}
    services.update(complete, by=musterstadt["fachamt"], changes=changes)
    services.submit(complete, by=musterstadt["fachamt"])
    services.opine(complete, by=musterstadt["dsb"], result="agrees")
    assert services.release(complete, by=musterstadt["leitung"]).pk
