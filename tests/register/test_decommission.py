"""Out of operation: every point answered, confirmed by a second person, and nothing published on the way."""

from __future__ import annotations

import html
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import services as accounts
from accounts.models import Notification
from accounts.rules import roles
from compliance import reports
from compliance import services as compliance
from compliance.content import content_of, with_systems
from compliance.models import ProcessingActivity
from core.errors import Conflict, NotAllowed
from register import services
from register.models import Decommission, DecommissionPoint, Entry, EntryUserPermission, PublicDocument, Release
from register.rules.decommission import POINTS
from register.rules.vocabulary import ENDED
from tests.world import Town, draft_system, published_system, submitted_system

pytestmark = pytest.mark.django_db
DONE = {key: {"answer": "done"} for key in POINTS}


def propose(town: Town, entry: Entry, *, by: str = "cdo", days: int = 0, **points: Any) -> Decommission:
    ended = timezone.localdate() - timedelta(days=days)
    return services.propose_decommission(entry, by=town[by], ended_on=ended, points={**DONE, **points})


def later(town: Town, days: int = 30, person: str = "fachamt") -> dict[str, Any]:
    return {"answer": "open", "responsible": town[person], "due": timezone.localdate() + timedelta(days=days)}


def retire(town: Town, entry: Entry, **points: Any) -> Entry:
    services.decide_decommission(propose(town, entry, **points), by=town["leitung"], agrees=True)
    return Entry.objects.get(pk=entry.pk)


# --- Proposing ------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", POINTS)
def test_every_point_is_answered(musterstadt: Town, draft: Entry, key: str) -> None:
    with pytest.raises(ValidationError) as refused:
        propose(musterstadt, draft, **{key: {}})
    assert list(refused.value.message_dict) == [f"{key}_answer"]


BAD = {
    "not applicable without a reason": ({"answer": "not_applicable", "reason": " "}, "deletion_reason"),
    "open without a person": ({"answer": "open", "due": timezone.localdate()}, "deletion_responsible"),
    "an unknown answer": ({"answer": "vielleicht"}, "deletion_answer"),
}


@pytest.mark.parametrize("case", BAD)
def test_an_answer_brings_what_belongs_to_it(musterstadt: Town, draft: Entry, case: str) -> None:
    given, field = BAD[case]
    with pytest.raises(ValidationError) as refused:
        propose(musterstadt, draft, deletion=given)
    assert field in refused.value.message_dict


def test_an_open_point_has_a_day(musterstadt: Town, draft: Entry) -> None:
    with pytest.raises(ValidationError) as refused:
        propose(musterstadt, draft, deletion={"answer": "open", "responsible": musterstadt["cdo"]})
    assert list(refused.value.message_dict) == ["deletion_due"]


def test_nobody_of_another_town_is_made_responsible(musterstadt: Town, neudorf: Town, draft: Entry) -> None:
    with pytest.raises(ValidationError, match="keine Rolle"):
        propose(musterstadt, draft, deletion=later(neudorf))


def test_a_system_does_not_end_in_the_future(musterstadt: Town, draft: Entry) -> None:
    with pytest.raises(ValidationError, match="Zukunft"):
        propose(musterstadt, draft, days=-1)


def test_a_system_does_not_end_before_it_began(musterstadt: Town, published: Entry) -> None:
    with pytest.raises(ValidationError, match="vor dem Beginn"):
        propose(musterstadt, published, days=3650)


def test_a_proposal_changes_nothing_of_the_entry(musterstadt: Town, published: Entry) -> None:
    propose(musterstadt, published)
    after = Entry.objects.get(pk=published.pk)
    assert (after.status, after.version, after.review_state) == ("operational", published.version, "published")


def test_a_second_proposal_waits_for_the_first(musterstadt: Town, draft: Entry) -> None:
    propose(musterstadt, draft)
    with pytest.raises(Conflict, match="wartet schon"):
        propose(musterstadt, draft)


@pytest.mark.parametrize("role", ["dsb", "leitung", "revision", "verwaltung"])
def test_only_who_keeps_the_entry_proposes(musterstadt: Town, draft: Entry, role: str) -> None:
    with pytest.raises(NotAllowed):
        propose(musterstadt, draft, by=role)


# --- Four eyes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["fachamt", "dsb", "revision", "verwaltung"])
def test_who_may_not_confirm_does_not(musterstadt: Town, draft: Entry, role: str) -> None:
    row = propose(musterstadt, draft)
    with pytest.raises(NotAllowed):
        services.decide_decommission(row, by=musterstadt[role], agrees=True)


def test_nobody_confirms_their_own_proposal(musterstadt: Town, draft: Entry) -> None:
    row = propose(musterstadt, draft)
    with pytest.raises(NotAllowed, match="andere Person"):
        services.decide_decommission(row, by=musterstadt["cdo"], agrees=True)


def test_nobody_confirms_their_own_with_every_role_of_the_house(musterstadt: Town, draft: Entry) -> None:
    row = propose(musterstadt, draft, by="fachamt")
    for role in (roles.CDO, roles.LEITUNG):
        accounts.give_role(musterstadt["fachamt"], by=None, municipality=musterstadt.municipality, role=role)
    with pytest.raises(NotAllowed):
        services.decide_decommission(row, by=musterstadt["fachamt"], agrees=True)


FORGED = {
    "confirmed by the same person": {"state": "confirmed", "decided_by": "cdo"},
    "another proposer": {"proposed_by": "leitung"},
    "another proposer in the same stroke": {"state": "confirmed", "decided_by": "cdo", "proposed_by": "leitung"},
}


@pytest.mark.parametrize("case", FORGED)
def test_the_database_keeps_four_eyes_too(musterstadt: Town, draft: Entry, case: str) -> None:
    row = propose(musterstadt, draft)
    values = {name: musterstadt[to] if name.endswith("_by") else to for name, to in FORGED[case].items()}
    if "state" in values:
        values["decided_at"] = timezone.now()
    with pytest.raises(DatabaseError), transaction.atomic():
        Decommission.objects.filter(pk=row.pk).update(**values)


def test_the_database_takes_no_proposal_that_is_confirmed_already(musterstadt: Town, draft: Entry) -> None:
    now = timezone.now()
    with pytest.raises(DatabaseError), transaction.atomic():
        Decommission.objects.create(
            entry=draft, ended_on=now.date(), state="confirmed", proposed_by=musterstadt["cdo"], proposed_at=now,
            decided_by=musterstadt["leitung"], decided_at=now,
        )  # fmt: skip


def test_answers_stay_as_they_were_confirmed(musterstadt: Town, draft: Entry) -> None:
    row = propose(musterstadt, draft, deletion=later(musterstadt))
    with pytest.raises(DatabaseError), transaction.atomic():
        row.points.filter(key="deletion").update(answer="done")


def test_a_decision_stays_as_it_was(musterstadt: Town, draft: Entry) -> None:
    retire(musterstadt, draft)
    with pytest.raises(DatabaseError), transaction.atomic():
        Decommission.objects.update(note="Anders")


def test_a_decision_is_made_once(musterstadt: Town, draft: Entry) -> None:
    row = propose(musterstadt, draft)
    services.decide_decommission(row, by=musterstadt["leitung"], agrees=True)
    with pytest.raises(Conflict, match="schon entschieden"):
        services.decide_decommission(row, by=musterstadt["leitung"], agrees=True)


def test_a_return_says_what_is_missing(musterstadt: Town, draft: Entry) -> None:
    row = propose(musterstadt, draft)
    with pytest.raises(ValidationError):
        services.decide_decommission(row, by=musterstadt["leitung"], agrees=False)


def test_after_a_return_it_can_be_proposed_again(musterstadt: Town, draft: Entry) -> None:
    row = propose(musterstadt, draft)
    services.decide_decommission(row, by=musterstadt["leitung"], agrees=False, note="Frist fehlt")
    assert retire(musterstadt, draft, deletion=later(musterstadt)).status == "retired"


@pytest.mark.parametrize("status", ENDED)
def test_what_was_in_use_does_not_end_past_the_list(musterstadt: Town, published: Entry, status: str) -> None:
    with pytest.raises(ValidationError, match="Außer Betrieb nehmen"):
        services.update(published, by=musterstadt["cdo"], changes={"status": status})


def test_an_idea_may_be_rejected_at_once(musterstadt: Town) -> None:
    entry = services.create_system(musterstadt.municipality, by=musterstadt["cdo"], name="Idee")
    assert services.update(entry, by=musterstadt["cdo"], changes={"status": "rejected"}).status == "rejected"


# --- The archive ----------------------------------------------------------------------------------


def test_the_entry_says_when_it_ended(musterstadt: Town, published: Entry) -> None:
    entry = retire(musterstadt, published)
    assert (entry.status, entry.system.end_date) == ("retired", f"{timezone.localdate():%Y-%m}")


def test_a_confirmation_publishes_nothing(musterstadt: Town, published: Entry) -> None:
    before = PublicDocument.objects.get(entry=published).document
    retire(musterstadt, published)
    assert (PublicDocument.objects.get(entry=published).document, Release.objects.count()) == (before, 1)


def test_the_next_version_is_handed_in_without_a_new_opinion(musterstadt: Town, published: Entry) -> None:
    entry = retire(musterstadt, published)
    submission = entry.submissions.first()
    assert (entry.review_state, submission.by, submission.needs_opinion) == (
        "in_review", musterstadt["cdo"], False,
    )  # fmt: skip


def test_the_public_page_stays_with_the_end(musterstadt: Town, published: Entry, client: Client) -> None:
    entry = retire(musterstadt, published)
    services.release(entry, by=musterstadt["leitung"])
    services.publish(Entry.objects.get(pk=entry.pk), by=musterstadt["cdo"])
    page = client.get(reverse("public:entry", args=["musterstadt", "ki-systeme", entry.slug])).content.decode()
    assert ("Beendet" in page, f"{timezone.localdate():%Y}" in page) == (True, True)


def test_an_ended_system_is_still_found(musterstadt: Town, published: Entry, client: Client) -> None:
    entry = retire(musterstadt, published)
    services.release(entry, by=musterstadt["leitung"])
    services.publish(Entry.objects.get(pk=entry.pk), by=musterstadt["cdo"])
    page = client.get("/k/musterstadt/?q=Chatbot").content.decode()
    assert f'href="/k/musterstadt/ki-systeme/{entry.slug}/"' in page


def test_unreleased_edits_are_not_handed_in_with_it(musterstadt: Town, published: Entry) -> None:
    services.update(published, by=musterstadt["cdo"], changes={"impact": "Noch nicht geprüft."})
    entry = retire(musterstadt, published)
    assert (entry.review_state, entry.submissions.count()) == ("draft", 1)


def test_a_system_in_review_goes_back(musterstadt: Town) -> None:
    assert retire(musterstadt, submitted_system(musterstadt)).review_state == "returned"


def test_single_grants_end_with_the_system(musterstadt: Town, published: Entry) -> None:
    services.share(published, by=musterstadt["cdo"], with_user=musterstadt["verwaltung"], edit=True)
    retire(musterstadt, published)
    seen = Entry.objects.visible_to(musterstadt["verwaltung"]).exists()
    assert (EntryUserPermission.objects.count(), seen) == (0, False)


def test_a_person_without_rights_any_more_hands_nothing_in(musterstadt: Town, published: Entry) -> None:
    row = propose(musterstadt, published, by="fachamt")
    musterstadt["fachamt"].memberships.update(ended_at=timezone.now())
    services.decide_decommission(row, by=musterstadt["leitung"], agrees=True)
    published.refresh_from_db()
    assert (published.status, published.review_state) == ("retired", "draft")


def test_the_verarbeitungsverzeichnis_names_the_end(musterstadt: Town, published: Entry) -> None:
    activity = compliance.activity_from_system(published, by=musterstadt["cdo"])
    retire(musterstadt, published)
    kept = content_of(with_systems(ProcessingActivity.objects.filter(pk=activity.pk)).get())
    lines = [line for block in reports.sheet_of(kept).blocks for line in block.rows]
    assert f"Beendet, letzter Monat im Betrieb {timezone.localdate():%m.%Y}" in str(lines)


def test_the_sheet_asks_whether_the_activity_ends_too(musterstadt: Town, published: Entry, client: Client) -> None:
    activity = compliance.activity_from_system(published, by=musterstadt["cdo"])
    retire(musterstadt, published)
    client.force_login(musterstadt["cdo"])
    assert (
        "Alle KI-Systeme dieser Tätigkeit sind außer Betrieb."
        in client.get(activity.get_absolute_url()).content.decode()
    )


def test_a_running_system_reads_as_before_in_the_verarbeitungsverzeichnis(musterstadt: Town, published: Entry) -> None:
    activity = compliance.activity_from_system(published, by=musterstadt["cdo"])
    kept = content_of(with_systems(ProcessingActivity.objects.filter(pk=activity.pk)).get())
    assert "end_date" not in kept["systems"][0]


def test_what_should_go_out_of_operation_is_never_deleted(musterstadt: Town, draft: Entry) -> None:
    row = propose(musterstadt, draft)
    services.decide_decommission(row, by=musterstadt["leitung"], agrees=False, note="Doch nicht")
    with pytest.raises(Conflict, match="bleibt deshalb erhalten"):
        services.delete_draft(draft, by=musterstadt["cdo"])


# --- What is left to do ---------------------------------------------------------------------------


def told(person: Any) -> int:
    return Notification.objects.filter(user=person, text__contains="noch offen").count()


def test_the_deletion_deadline_is_reminded_of_on_its_day_and_every_week(musterstadt: Town, draft: Entry) -> None:
    retire(musterstadt, draft, deletion=later(musterstadt, 30))
    for day in (29, 30, 31, 36, 37):
        with time_machine.travel(timezone.now() + timedelta(days=day)):
            services.remind_of_decommissions()
    assert told(musterstadt["fachamt"]) == 2


def test_nobody_is_reminded_of_what_is_not_confirmed(musterstadt: Town, draft: Entry) -> None:
    propose(musterstadt, draft, deletion=later(musterstadt, 0))
    assert services.remind_of_decommissions() == 0


def test_a_point_of_somebody_who_left_reaches_those_who_confirm(musterstadt: Town, draft: Entry) -> None:
    retire(musterstadt, draft, deletion=later(musterstadt, 0))
    musterstadt["fachamt"].memberships.update(ended_at=timezone.now())
    services.remind_of_decommissions()
    assert (told(musterstadt["fachamt"]), told(musterstadt["leitung"])) == (0, 1)


def test_a_settled_point_is_reminded_of_no_more(musterstadt: Town, draft: Entry) -> None:
    retire(musterstadt, draft, deletion=later(musterstadt, 0))
    services.settle_decommission_point(DecommissionPoint.objects.get(key="deletion"), by=musterstadt["fachamt"])
    assert services.remind_of_decommissions() == 0


def test_only_who_is_responsible_or_keeps_the_entry_settles(musterstadt: Town, draft: Entry) -> None:
    retire(musterstadt, draft, deletion=later(musterstadt, 0))
    with pytest.raises(NotAllowed):
        services.settle_decommission_point(DecommissionPoint.objects.get(key="deletion"), by=musterstadt["dsb"])


def test_a_point_is_settled_once(musterstadt: Town, draft: Entry) -> None:
    retire(musterstadt, draft, deletion=later(musterstadt, 0))
    point = DecommissionPoint.objects.get(key="deletion")
    services.settle_decommission_point(point, by=musterstadt["fachamt"])
    with pytest.raises(Conflict):
        services.settle_decommission_point(point, by=musterstadt["fachamt"])


# --- Pages ----------------------------------------------------------------------------------------


def test_the_form_says_what_is_missing_at_its_field(musterstadt: Town, client: Client) -> None:
    client.force_login(musterstadt["cdo"])
    entry = draft_system(musterstadt)
    answers = {f"{key}_answer": "done" for key in POINTS} | {"deletion_answer": "not_applicable"}
    response = client.post(reverse("register:decommission-new", args=[entry.uuid]), {"ended_on": "1.6.2026", **answers})
    page = html.unescape(response.content.decode())
    said = "Bitte begründen Sie, warum das nicht zutrifft."
    assert (response.status_code, page.count(said), Decommission.objects.count()) == (422, 2, 0)


def test_the_second_person_finds_it_on_the_start_page(musterstadt: Town, client: Client) -> None:
    row = propose(musterstadt, published_system(musterstadt))
    client.force_login(musterstadt["leitung"])
    assert row.get_absolute_url() in client.get("/verwaltung/").content.decode()


def test_the_proposer_is_offered_no_confirmation(musterstadt: Town, draft: Entry, client: Client) -> None:
    row = propose(musterstadt, draft)
    client.force_login(musterstadt["cdo"])
    page = html.unescape(client.get(row.get_absolute_url()).content.decode())
    answer = client.post(row.get_absolute_url(), {"decision": "confirm"})
    assert ('value="confirm"' in page, answer.status_code) == (False, 403)
