"""The way through review over HTTP: four eyes, reasons, comments at fields."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from register import services
from register.models import AfterReview, Entry, FieldComment, Opinion, Publication
from tests.world import publish_again


def signed_in(client: Client, person: User) -> Client:
    client.force_login(person)
    return client


def step_url(entry: Entry, slug: str) -> str:
    return reverse("register:step", args=[entry.uuid, slug])


def state_of(entry: Entry) -> str:
    return Entry.objects.get(pk=entry.pk).review_state


def test_the_check_page_names_every_missing_field_with_the_way_to_it(client, draft, musterstadt):
    response = signed_in(client, musterstadt["fachamt"]).get(reverse("register:check", args=[draft.uuid]))
    assert all(item["url"] for item in response.context["missing"])
    assert "goal" in [item["key"] for item in response.context["missing"]]


def test_the_check_page_hides_internal_fields_from_the_public_column(client, complete, musterstadt):
    response = signed_in(client, musterstadt["fachamt"]).get(reverse("register:check", args=[complete.uuid]))
    rows = {row["key"]: row["public"] for section in response.context["sections"] for row in section["rows"]}
    assert (rows["security_measures"], rows["internal_note"], rows["goal"]) == ("internal", "internal", "public")


def test_handing_in_leads_to_a_page_that_says_what_comes_next(client, complete, musterstadt):
    response = signed_in(client, musterstadt["fachamt"]).post(
        reverse("register:check", args=[complete.uuid]), {"note": "Bitte eilig."}, follow=True
    )
    assert "Wie es weitergeht" in response.content.decode()
    assert state_of(complete) == "in_review"


def test_handing_in_an_incomplete_draft_is_refused_with_the_gaps(client, draft, musterstadt):
    response = signed_in(client, musterstadt["fachamt"]).post(reverse("register:check", args=[draft.uuid]))
    assert (response.status_code, state_of(draft)) == (422, "draft")
    assert "„Zweck“ fehlt noch." in response.content.decode()


def test_a_comment_at_a_field_is_shown_at_that_field(client, submitted, musterstadt):
    signed_in(client, musterstadt["dsb"])
    data = {"field": "goal", "verdict": "to_correct", "text": "Bitte genauer."}
    response = client.post(reverse("register:comment", args=[submitted.uuid]), data, follow=True)
    row = next(r for s in response.context["sections"] for r in s["rows"] if r["key"] == "goal")
    assert [comment["text"] for comment in row["comments"]] == ["Bitte genauer."]


def test_an_empty_comment_is_refused_at_its_field(client, submitted, musterstadt):
    signed_in(client, musterstadt["dsb"])
    response = client.post(
        reverse("register:comment", args=[submitted.uuid]), {"field": "goal", "verdict": "to_correct", "text": " "}
    )
    assert (response.status_code, 'aria-invalid="true"' in response.content.decode()) == (422, True)


@pytest.mark.parametrize("field", ["erfunden", "%", "%s"])
def test_a_comment_at_a_field_that_does_not_exist_is_refused(client, submitted, musterstadt, field):
    signed_in(client, musterstadt["dsb"])
    response = client.post(
        reverse("register:comment", args=[submitted.uuid]), {"field": field, "verdict": "to_correct", "text": "x"}
    )
    assert (response.status_code, FieldComment.objects.count()) == (422, 0)


def test_the_fachamt_cannot_comment(client, submitted, musterstadt):
    signed_in(client, musterstadt["fachamt"])
    response = client.post(
        reverse("register:comment", args=[submitted.uuid]), {"field": "goal", "verdict": "to_correct", "text": "x"}
    )
    assert response.status_code == 403


def test_returning_without_a_word_is_refused_at_the_form(client, submitted, musterstadt):
    response = signed_in(client, musterstadt["dsb"]).post(step_url(submitted, "zurueckgeben"), {"reason": ""})
    assert (response.status_code, state_of(submitted)) == (422, "in_review")


@pytest.fixture
def returned(submitted, musterstadt) -> Entry:
    services.comment(submitted, by=musterstadt["dsb"], text="Bitte genauer.", field="goal")
    services.return_entry(submitted, by=musterstadt["dsb"], reason="Zweck unklar.")
    return Entry.objects.get(pk=submitted.pk)


def test_after_a_return_the_author_finds_each_open_point_with_the_way_to_its_field(client, returned, musterstadt):
    response = signed_in(client, musterstadt["fachamt"]).get(reverse("register:open-points", args=[returned.uuid]))
    assert [point["url"].rpartition("#")[2] for point in response.context["points"]] == ["id_goal"]


def test_a_point_is_ticked_off(client, returned, musterstadt):
    remark = FieldComment.objects.get()
    signed_in(client, musterstadt["fachamt"]).post(reverse("register:resolve", args=[returned.uuid, remark.pk]))
    remark.refresh_from_db()
    assert remark.resolved_by == musterstadt["fachamt"]


def test_the_task_list_counts_open_comments_at_their_section(client, returned, musterstadt):
    response = signed_in(client, musterstadt["fachamt"]).get(returned.get_absolute_url())
    tasks = {task["label"]: task["status"] for task in response.context["groups"][0]["tasks"]}
    assert tasks["Zweck und Wirkung"] == "1 Kommentar"


def statuses_of(client, entry):
    groups = client.get(entry.get_absolute_url()).context["groups"]
    return {task["label"]: task["status"] for group in groups for task in group["tasks"]}


def test_a_comment_hides_no_missing_answer(client, returned, musterstadt):
    services.update(returned, by=musterstadt["fachamt"], changes={"goal": ""})
    statuses = statuses_of(signed_in(client, musterstadt["fachamt"]), returned)
    assert statuses["Zweck und Wirkung"] == "1 Kommentar, 1 Angabe fehlt"


def test_what_nobody_knows_is_an_open_point_of_its_section(client, complete, musterstadt):
    services.update(complete, by=musterstadt["fachamt"], changes={"personal_data_level": "unknown"})
    statuses = statuses_of(signed_in(client, musterstadt["fachamt"]), complete)
    assert "1 Angabe nicht bekannt" in statuses.values()


@pytest.mark.parametrize("name", ["entry", "check"])
def test_the_page_asks_to_clarify_what_nobody_knows(client, complete, musterstadt, name):
    services.update(complete, by=musterstadt["fachamt"], changes={"personal_data_level": "unknown"})
    page = signed_in(client, musterstadt["fachamt"]).get(reverse(f"register:{name}", args=[complete.uuid]))
    assert [item["label"] for item in page.context["unknowns"]] == ["Personenbezug"]


def test_required_and_possible_answers_are_named_by_different_words(client, complete, musterstadt):
    page = signed_in(client, musterstadt["fachamt"]).get(complete.get_absolute_url()).content.decode()
    assert ("Alle Pflichtangaben vorhanden" in page, "ollständig" in page) == (True, False)


def test_an_opinion_with_remarks_needs_its_text(client, submitted, musterstadt):
    signed_in(client, musterstadt["dsb"])
    response = client.post(step_url(submitted, "stellungnahme"), {"result": "with_remarks", "text": ""})
    assert (response.status_code, Opinion.objects.count()) == (422, 0)


def test_a_release_against_the_opinion_needs_a_reason(client, submitted, musterstadt):
    services.opine(submitted, by=musterstadt["dsb"], result="rejects", text="Löschfrist fehlt.")
    response = signed_in(client, musterstadt["leitung"]).post(
        step_url(submitted, "freigeben"), {"deviation_reason": ""}
    )
    assert (response.status_code, state_of(submitted)) == (422, "in_review")


def test_a_release_against_the_opinion_goes_with_a_reason(client, submitted, musterstadt):
    services.opine(submitted, by=musterstadt["dsb"], result="rejects", text="Löschfrist fehlt.")
    data = {"deviation_reason": "Die Frist steht in der Dienstanweisung."}
    signed_in(client, musterstadt["leitung"]).post(step_url(submitted, "freigeben"), data)
    assert state_of(submitted) == "released"


@pytest.fixture
def own_editorial_change(published, musterstadt) -> Entry:
    """Handed in by CDO/IT after an editorial change of their own."""
    entry = services.update(published, by=musterstadt["cdo"], changes={"description": "Neuer Wortlaut."})
    services.submit(entry, by=musterstadt["cdo"])
    return Entry.objects.get(pk=entry.pk)


def test_who_edited_last_is_offered_no_release(client, own_editorial_change, musterstadt):
    page = signed_in(client, musterstadt["cdo"]).get(own_editorial_change.get_absolute_url())
    assert step_url(own_editorial_change, "freigeben") not in page.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_who_edited_last_cannot_release_by_address_either(client, own_editorial_change, musterstadt, method):
    signed_in(client, musterstadt["cdo"])
    response = getattr(client, method)(step_url(own_editorial_change, "freigeben"))
    assert (response.status_code, state_of(own_editorial_change)) == (409, "in_review")
    assert "nur eine andere Person" in response.content.decode()


def test_another_person_releases_the_editorial_change(client, own_editorial_change, musterstadt):
    signed_in(client, musterstadt["leitung"]).post(step_url(own_editorial_change, "freigeben"))
    assert state_of(own_editorial_change) == "released"


def test_the_review_page_shows_word_by_word_what_changed_since_the_release(client, own_editorial_change, musterstadt):
    response = signed_in(client, musterstadt["leitung"]).get(
        reverse("register:review", args=[own_editorial_change.uuid])
    )
    change = response.context["changes"][0]
    assert (change["label"], next(p.text for p in change["parts"] if p.op == "insert")) == (
        "So funktioniert es",
        "Neuer Wortlaut",
    )


def test_publishing_by_button_makes_the_entry_public(client, released, musterstadt):
    signed_in(client, musterstadt["cdo"]).post(step_url(released, "veroeffentlichen"))
    assert Publication.objects.filter(entry=released, op="publish").count() == 1


def test_the_fachamt_cannot_publish_by_address(client, released, musterstadt):
    response = signed_in(client, musterstadt["fachamt"]).post(step_url(released, "veroeffentlichen"))
    assert (response.status_code, state_of(released)) == (403, "released")


def test_withdrawing_needs_a_reason(client, published, musterstadt):
    response = signed_in(client, musterstadt["cdo"]).post(step_url(published, "zurueckziehen"), {"reason": ""})
    assert (response.status_code, state_of(published)) == (422, "published")


def test_a_withdrawal_is_looked_at_by_somebody_else(client, published, musterstadt):
    signed_in(client, musterstadt["cdo"]).post(step_url(published, "zurueckziehen"), {"reason": "Falsche Angaben"})
    measure = AfterReview.objects.get()
    own = client.post(reverse("register:measure", args=[measure.pk]), {"note": "Passt."})
    other = signed_in(client, musterstadt["leitung"]).post(reverse("register:measure", args=[measure.pk]), {})
    assert (own.status_code, other.status_code) == (403, 302)


def test_redacting_needs_the_tick_that_it_is_final(client, published, musterstadt):
    publish_again(musterstadt, published, description="Neu")
    url = reverse("register:redact", args=[published.uuid, 1])
    response = signed_in(client, musterstadt["leitung"]).post(url, {"reason": "Ein Name steht darin."})
    assert (response.status_code, bool(Publication.objects.get(entry=published, number=1, op="publish").document)) == (
        422,
        True,
    )


def test_a_redaction_empties_the_version(client, published, musterstadt):
    publish_again(musterstadt, published, description="Neu")
    url = reverse("register:redact", args=[published.uuid, 1])
    signed_in(client, musterstadt["leitung"]).post(url, {"reason": "Ein Name steht darin.", "sure": "on"})
    assert Publication.objects.get(entry=published, number=1, op="publish").document == ""


def test_a_draft_that_was_never_handed_in_can_be_deleted(client, draft, musterstadt):
    signed_in(client, musterstadt["fachamt"]).post(step_url(draft, "loeschen"))
    assert not Entry.objects.filter(pk=draft.pk).exists()


def test_an_entry_that_was_handed_in_cannot_be_deleted(client, released, musterstadt):
    signed_in(client, musterstadt["cdo"]).post(step_url(released, "loeschen"))
    assert Entry.objects.filter(pk=released.pk).exists()


def test_looking_at_a_step_changes_nothing(client, released, musterstadt):
    signed_in(client, musterstadt["cdo"]).get(step_url(released, "veroeffentlichen"))
    assert state_of(released) == "released"


@pytest.mark.parametrize(
    ("role", "title"),
    [("dsb", "Warten auf Ihre Stellungnahme"), ("leitung", None), ("fachamt", None)],
)
def test_what_waits_for_an_opinion_lies_with_the_dsb_alone(client, submitted, musterstadt, role, title):
    response = signed_in(client, musterstadt[role]).get(reverse("register:start"))
    piles = [group["title"] for group in response.context["groups"] if "Stellungnahme" in group["title"]]
    assert piles == ([title] if title else [])


def test_what_has_its_opinion_waits_for_the_release(client, submitted, musterstadt):
    services.opine(submitted, by=musterstadt["dsb"], result="agrees")
    response = signed_in(client, musterstadt["leitung"]).get(reverse("register:start"))
    assert "Warten auf Ihre Freigabe" in [group["title"] for group in response.context["groups"]]


def test_what_somebody_changed_last_does_not_wait_for_their_own_release(client, own_editorial_change, musterstadt):
    response = signed_in(client, musterstadt["cdo"]).get(reverse("register:start"))
    assert "Warten auf Ihre Freigabe" not in [group["title"] for group in response.context["groups"]]
