"""The desk of the Datenschutzbeauftragte: verdicts at fields, further rounds, who may advise, the checklist, the inbox."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import services as accounts
from accounts.models import User
from accounts.rules import roles
from core.errors import Conflict, NotAllowed, Unmet
from register import services
from register.models import Checklist, Entry, FieldComment, Opinion, Release
from register.rules import checklist
from register.services.checks import open_corrections
from tests.compliance.incidents import report
from tests.world import Town, complete_system, make_person, published_system, submitted_system


def remark(town: Town, entry: Entry, verdict: str = "to_correct") -> FieldComment:
    return services.comment(entry, by=town["dsb"], field="retention", text="Bitte genauer.", verdict=verdict)


def second_round(town: Town, entry: Entry) -> FieldComment:
    """Returned with a point, corrected, ticked off and handed in again."""
    point = remark(town, entry)
    services.return_entry(entry, by=town["dsb"])
    services.update(entry, by=town["fachamt"], changes={"retention": "60 Tage"})
    services.resolve_comment(point, by=town["fachamt"], answer="Frist ist jetzt genannt.")
    services.submit(entry, by=town["fachamt"])
    return FieldComment.objects.get(pk=point.pk)


def both_roles(town: Town, *more: str) -> User:
    """The DSB of the town with further roles."""
    for role in more:
        accounts.give_role(town["dsb"], by=None, municipality=town.municipality, role=role)
    return User.objects.get(pk=town["dsb"].pk)


def test_what_is_acceptable_is_no_open_point(musterstadt: Town, submitted: Entry) -> None:
    services.comment(submitted, by=musterstadt["dsb"], field="goal", verdict="acceptable")
    with pytest.raises(ValidationError, match="was zu tun ist"):
        services.return_entry(submitted, by=musterstadt["dsb"])


def test_a_point_to_correct_says_what_to_correct(musterstadt: Town, submitted: Entry) -> None:
    with pytest.raises(ValidationError, match="was zu ändern ist"):
        services.comment(submitted, by=musterstadt["dsb"], field="goal", verdict="to_correct")


def test_a_point_left_to_correct_makes_a_release_a_deviation_with_a_reason(musterstadt: Town, submitted: Entry) -> None:
    remark(musterstadt, submitted)
    services.opine(submitted, by=musterstadt["dsb"], result="with_remarks", text="Siehe Punkt.")
    with pytest.raises(ValidationError, match="begründen"):
        services.release(submitted, by=musterstadt["leitung"])


def test_the_controller_may_release_over_an_open_point_with_a_reason(musterstadt: Town, submitted: Entry) -> None:
    remark(musterstadt, submitted)
    services.opine(submitted, by=musterstadt["dsb"], result="with_remarks", text="Siehe Punkt.")
    assert services.release(submitted, by=musterstadt["leitung"], deviation_reason="Frist folgt im Mai.").deviates


def test_a_point_that_could_be_better_does_not_stop_the_release(musterstadt: Town, submitted: Entry) -> None:
    remark(musterstadt, submitted, "improvable")
    services.opine(submitted, by=musterstadt["dsb"], result="agrees")
    assert not services.release(submitted, by=musterstadt["leitung"]).deviates


def test_the_database_refuses_a_quiet_release_over_an_open_point(musterstadt: Town, submitted: Entry) -> None:
    remark(musterstadt, submitted)
    opinion = services.opine(submitted, by=musterstadt["dsb"], result="with_remarks", text="Siehe Punkt.")
    with pytest.raises(DatabaseError, match="offene Punkte"), transaction.atomic():
        release_past_the_service(submitted, opinion, by=musterstadt["leitung"])


def release_past_the_service(entry: Entry, opinion: Opinion, *, by: User) -> Release:
    submission = entry.submissions.first()
    assert submission is not None
    return Release.objects.create(
        entry=entry,
        submission=submission,
        opinion=opinion,
        by=by,
        at=timezone.now(),
        last_edited_by=Entry.objects.get(pk=entry.pk).last_edited_by,
        content_sha256=submission.content_sha256,
        privacy_sha256=submission.privacy_sha256,
    )


def test_an_editorial_release_waits_for_the_point(musterstadt: Town, published: Entry) -> None:
    services.update(published, by=musterstadt["fachamt"], changes={"description": "Besser erklärt."})
    services.submit(published, by=musterstadt["fachamt"])
    remark(musterstadt, published)
    with pytest.raises(Unmet, match="noch zu korrigieren"):
        services.release(published, by=musterstadt["cdo"])


def test_the_second_round_shows_what_was_corrected(client: Client, musterstadt: Town, submitted: Entry) -> None:
    second_round(musterstadt, submitted)
    client.force_login(musterstadt["dsb"])
    response = client.get(reverse("register:review", args=[submitted.uuid]))
    (point,) = response.context["points"]
    assert (point["answer"], point["changes"][0]["key"]) == ("Frist ist jetzt genannt.", "retention")


def test_an_accepted_point_is_gone_from_the_next_round(client: Client, musterstadt: Town, submitted: Entry) -> None:
    point = second_round(musterstadt, submitted)
    client.force_login(musterstadt["dsb"])
    client.post(reverse("register:judge", args=[submitted.uuid, point.pk]), {"verdict": "acceptable"})
    assert client.get(reverse("register:review", args=[submitted.uuid])).context["points"] == []


def test_leitung_does_not_settle_a_point_of_the_dsb(musterstadt: Town, submitted: Entry) -> None:
    point = second_round(musterstadt, submitted)
    with pytest.raises(NotAllowed, match="hat der Datenschutz gesetzt"):
        services.judge_comment(point, by=musterstadt["leitung"], acceptable=True)


def test_a_point_of_a_former_dsb_stays_with_the_dsb(musterstadt: Town, submitted: Entry) -> None:
    point = second_round(musterstadt, submitted)
    musterstadt["dsb"].memberships.update(ended_at=timezone.now())
    with pytest.raises(NotAllowed):
        services.judge_comment(point, by=musterstadt["leitung"], acceptable=True)


def test_leitung_is_not_offered_the_points_of_the_dsb(client: Client, musterstadt: Town, submitted: Entry) -> None:
    second_round(musterstadt, submitted)
    client.force_login(musterstadt["leitung"])
    (point,) = client.get(reverse("register:review", args=[submitted.uuid])).context["points"]
    assert point["judge_url"] == ""


def test_leitung_settles_a_point_of_their_own(musterstadt: Town, submitted: Entry) -> None:
    about = {"field": "retention", "text": "Bitte genauer.", "verdict": "to_correct"}
    point = services.comment(submitted, by=musterstadt["leitung"], **about)
    services.judge_comment(point, by=musterstadt["leitung"], acceptable=True)
    assert open_corrections(submitted) == 0


def test_a_point_that_was_ticked_off_too_soon_is_opened_again(musterstadt: Town, submitted: Entry) -> None:
    point = second_round(musterstadt, submitted)
    services.judge_comment(point, by=musterstadt["dsb"], acceptable=False)
    assert open_corrections(submitted) == 1


def test_the_form_shows_a_point_with_its_verdict(client: Client, musterstadt: Town, submitted: Entry) -> None:
    remark(musterstadt, submitted)
    services.return_entry(submitted, by=musterstadt["dsb"])
    client.force_login(musterstadt["fachamt"])
    page = client.get(reverse("register:section", args=[submitted.uuid, "dsgvo-einstufung"])).content.decode()
    assert "<strong>Zu korrigieren</strong>" in page


def test_an_answer_alone_leaves_the_point_open(client: Client, musterstadt: Town, submitted: Entry) -> None:
    point = remark(musterstadt, submitted)
    services.return_entry(submitted, by=musterstadt["dsb"])
    client.force_login(musterstadt["fachamt"])
    data = {"answer": "Welche Frist meinen Sie?", "only_answer": "1"}
    client.post(reverse("register:resolve", args=[submitted.uuid, point.pk]), data)
    point.refresh_from_db()
    assert (point.answer, point.resolved_at) == ("Welche Frist meinen Sie?", None)


def test_an_empty_answer_is_refused_at_its_field(client: Client, musterstadt: Town, submitted: Entry) -> None:
    point = remark(musterstadt, submitted)
    services.return_entry(submitted, by=musterstadt["dsb"])
    client.force_login(musterstadt["fachamt"])
    response = client.post(reverse("register:resolve", args=[submitted.uuid, point.pk]), {"only_answer": "1"})
    assert (response.status_code, "Schreiben Sie eine Antwort" in response.content.decode()) == (422, True)


def test_open_points_of_a_published_entry_do_not_ask_to_hand_it_in(
    client: Client, musterstadt: Town, submitted: Entry
) -> None:
    remark(musterstadt, submitted, "improvable")
    services.opine(submitted, by=musterstadt["dsb"], result="agrees")
    services.release(submitted, by=musterstadt["leitung"])
    services.publish(submitted, by=musterstadt["cdo"])
    client.force_login(musterstadt["fachamt"])
    page = client.get(reverse("register:open-points", args=[submitted.uuid])).content.decode()
    assert ("wieder einreichen" in page, "nicht zurückgegeben" in page) == (False, True)


def test_nobody_advises_on_what_they_edited_even_if_another_edited_last(musterstadt: Town, complete: Entry) -> None:
    person = both_roles(musterstadt, roles.CDO)
    services.update(complete, by=person, changes={"goal": "Mein Zweck"})
    services.update(complete, by=musterstadt["fachamt"], changes={"impact": "Andere Wirkung"})
    services.submit(complete, by=musterstadt["fachamt"])
    with pytest.raises(Unmet, match="selbst bearbeitet"):
        services.opine(complete, by=person, result="agrees")


def test_the_database_refuses_a_stellungnahme_on_own_edits(musterstadt: Town, complete: Entry) -> None:
    person = both_roles(musterstadt, roles.CDO)
    services.update(complete, by=person, changes={"goal": "Mein Zweck"})
    submission = services.submit(complete, by=musterstadt["fachamt"])
    values = {"entry": complete, "submission": submission, "result": "agrees", "at": timezone.now()}
    with pytest.raises(DatabaseError, match="eigenen Angaben"), transaction.atomic():
        Opinion.objects.create(**values, by=person, privacy_sha256=submission.privacy_sha256)


def test_what_was_edited_before_the_last_release_does_not_bar_from_advising(musterstadt: Town, complete: Entry) -> None:
    person = both_roles(musterstadt, roles.CDO)
    other = make_person("zweite-dsb")
    accounts.give_role(other, by=None, municipality=musterstadt.municipality, role=roles.DSB)
    services.update(complete, by=person, changes={"goal": "Mein Zweck"})
    services.submit(complete, by=musterstadt["fachamt"])
    services.opine(complete, by=other, result="agrees")
    services.release(complete, by=musterstadt["leitung"])
    services.update(complete, by=musterstadt["fachamt"], changes={"retention": "90 Tage"})
    services.submit(complete, by=musterstadt["fachamt"])
    assert services.opine(complete, by=person, result="agrees").pk


def test_who_gave_the_stellungnahme_does_not_release(musterstadt: Town, submitted: Entry) -> None:
    person = both_roles(musterstadt, roles.LEITUNG)
    services.opine(submitted, by=person, result="agrees")
    with pytest.raises(Unmet, match="Sie haben die Stellungnahme"):
        services.release(submitted, by=person)


def test_the_database_refuses_a_release_by_who_gave_the_stellungnahme(musterstadt: Town, submitted: Entry) -> None:
    person = both_roles(musterstadt, roles.LEITUNG)
    opinion = services.opine(submitted, by=person, result="agrees")
    with pytest.raises(DatabaseError, match="Stellungnahme abgegeben"), transaction.atomic():
        release_past_the_service(submitted, opinion, by=person)


def test_the_page_of_people_warns_of_one_person_with_both_roles(client: Client, musterstadt: Town) -> None:
    both_roles(musterstadt, roles.LEITUNG)
    client.force_login(musterstadt["verwaltung"])
    page = client.get(reverse("accounts:people")).content.decode()
    assert "Art. 38 Abs. 6 DSGVO" in page


def deputy(town: Town) -> User:
    person = make_person("vertretung", first="Vera", last="Vertretung")
    membership = town["dsb"].memberships.get(municipality=town.municipality)
    accounts.give_role(person, by=None, municipality=town.municipality, role=roles.REVISION)
    accounts.add_deputy(
        membership, by=None, user=person, valid_from=None, valid_until=timezone.localdate() + timedelta(days=9)
    )
    return User.objects.get(pk=person.pk)


def test_a_deputy_signs_in_the_name_of_the_dsb(musterstadt: Town, submitted: Entry) -> None:
    opinion = services.opine(submitted, by=deputy(musterstadt), result="agrees")
    assert opinion.signature == f"Vera Vertretung, in Vertretung für {musterstadt['dsb']}"


def test_the_course_of_an_entry_says_that_a_deputy_signed(client: Client, musterstadt: Town, submitted: Entry) -> None:
    services.opine(submitted, by=deputy(musterstadt), result="agrees")
    client.force_login(musterstadt["cdo"])
    page = client.get(reverse("register:history", args=[submitted.uuid])).content.decode()
    assert "in Vertretung" in page


def test_the_dsb_signs_for_nobody_else(musterstadt: Town, submitted: Entry) -> None:
    assert services.opine(submitted, by=musterstadt["dsb"], result="agrees").deputy_for is None


def test_the_checklist_has_the_24_points_of_the_orientierungshilfe() -> None:
    assert len({item.id for item in checklist.current().items}) == 24


def test_the_checklist_is_kept_with_the_submission(client: Client, musterstadt: Town, submitted: Entry) -> None:
    client.force_login(musterstadt["dsb"])
    url = reverse("register:checklist", args=[submitted.uuid, 1])
    client.post(url, {"answer-1-6": "yes", "evidence-1-6": "Dienstanweisung Nr. 4"})
    assert Checklist.objects.get().answers == {"1.6": {"answer": "yes", "evidence": "Dienstanweisung Nr. 4"}}


def test_after_the_stellungnahme_the_checklist_stays(musterstadt: Town, submitted: Entry) -> None:
    services.opine(submitted, by=musterstadt["dsb"], result="agrees")
    with pytest.raises(Conflict, match="bleibt, wie sie war"):
        services.save_checklist(submitted, by=musterstadt["dsb"], answers={})


def test_the_stellungnahme_shows_what_the_checklist_says(client: Client, musterstadt: Town, submitted: Entry) -> None:
    answers = {"1.6": {"answer": "no", "evidence": "Dienstanweisung fehlt"}}
    services.save_checklist(submitted, by=musterstadt["dsb"], answers=answers)
    services.opine(submitted, by=musterstadt["dsb"], result="with_remarks", text="Bitte nachreichen.")
    client.force_login(musterstadt["leitung"])
    page = client.get(reverse("register:review", args=[submitted.uuid])).content.decode()
    assert re.search(
        "1 von 24 beantwortet, davon 1 nein.+Mit „nein“ beantwortet:.+Dienstanweisung fehlt", page, re.DOTALL
    )


def test_an_unknown_answer_is_refused(client: Client, musterstadt: Town, submitted: Entry) -> None:
    client.force_login(musterstadt["dsb"])
    response = client.post(reverse("register:checklist", args=[submitted.uuid, 1]), {"answer-1-6": "vielleicht"})
    assert response.status_code == 422


@pytest.fixture
def shared_dsb(musterstadt: Town, neudorf: Town, client: Client) -> Client:
    """One DSB for two towns, with something to review in both."""
    accounts.give_role(musterstadt["dsb"], by=None, municipality=neudorf.municipality, role=roles.DSB)
    submitted_system(musterstadt, "Chatbot")
    risky = complete_system(neudorf, "Bewerberauswahl")
    services.update(risky, by=neudorf["fachamt"], changes={"ai_act_class": "HR_III"})
    services.submit(risky, by=neudorf["fachamt"])
    client.force_login(musterstadt["dsb"])
    return client


def names(client: Client, query: str = "") -> list[str]:
    return [row["entry"].name for row in client.get(reverse("register:inbox") + query).context["rows"]]


def test_the_inbox_begins_with_the_highest_risk_of_all_towns(shared_dsb: Client) -> None:
    assert names(shared_dsb) == ["Bewerberauswahl", "Chatbot"]


def test_the_inbox_can_begin_with_the_oldest(shared_dsb: Client) -> None:
    assert names(shared_dsb, "?sort=age") == ["Chatbot", "Bewerberauswahl"]


def test_the_inbox_can_be_narrowed_to_a_town(shared_dsb: Client) -> None:
    assert names(shared_dsb, "?town=musterstadt") == ["Chatbot"]


def others(client: Client, query: str = "") -> list[str]:
    return [row["line"].label for row in client.get(reverse("register:inbox") + query).context["others"]]


def test_below_the_inbox_stands_what_else_waits_in_all_towns(
    shared_dsb: Client, musterstadt: Town, neudorf: Town
) -> None:
    late = published_system(musterstadt, "Ratsauskunft")
    Entry.objects.filter(pk=late.pk).update(revision_date="2026-01-10")
    report(neudorf)
    assert others(shared_dsb) == ["Vorfall V-0001: Datenpanne", "Ratsauskunft"]
    assert others(shared_dsb, "?sort=age") == ["Ratsauskunft", "Vorfall V-0001: Datenpanne"]
    assert others(shared_dsb, "?town=musterstadt") == ["Ratsauskunft"]


def desk_on_the_start_page(client: Client) -> dict[str, str]:
    groups = {group["title"]: group["tasks"] for group in client.get(reverse("register:start")).context["groups"]}
    return {task["label"]: task["status"] for task in groups.get("Ihr Posteingang", [])}


def test_the_start_page_counts_what_the_inbox_holds(shared_dsb: Client, musterstadt: Town, neudorf: Town) -> None:
    for name in ("Ratsauskunft", "Terminvergabe"):
        Entry.objects.filter(pk=published_system(musterstadt, name).pk).update(revision_date="2026-01-10")
    report(neudorf)
    numbers = {"Warten auf Ihre Stellungnahme": "2", "Prüftermin überschritten": "2", "Vorfall": "1"}
    assert desk_on_the_start_page(shared_dsb) == numbers


def test_the_start_page_counts_nothing_while_the_inbox_is_empty(musterstadt: Town, client: Client) -> None:
    client.force_login(musterstadt["dsb"])
    assert desk_on_the_start_page(client) == {}


def test_the_start_page_of_others_has_no_inbox(musterstadt: Town, submitted: Entry, client: Client) -> None:
    client.force_login(musterstadt["leitung"])
    assert desk_on_the_start_page(client) == {}


def test_opening_an_item_switches_the_municipality(shared_dsb: Client) -> None:
    entry = Entry.objects.get(name="Bewerberauswahl")
    response = shared_dsb.post(reverse("register:inbox-open", args=[entry.uuid]), follow=True)
    assert str(response.context["municipality_name"]) == "Neudorf an der Au"
