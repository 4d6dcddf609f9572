"""Two people work on one section: nothing is lost, and only what both changed has to be decided."""

from __future__ import annotations

import pytest
from django.urls import reverse

from register import services
from tests.suite.forms import forms_of
from tests.world import complete_system

pytestmark = pytest.mark.django_db


class Desk:
    """A section opened before a colleague saves, and what happens then."""

    def __init__(self, client, town, section="zweck-und-wirkung"):
        self.town, self.client, self.entry = town, client, complete_system(town)
        self.address = reverse("register:section", args=[self.entry.uuid, section])
        client.force_login(town["fachamt"])
        self.form = self._form(client.get(self.address))

    def _form(self, response):
        return next(f for f in forms_of(response.content.decode(), self.address) if "version" in f.values)

    def colleague_saves(self, **changes):
        services.update(self.entry, by=self.town["cdo"], changes=changes)

    def send(self, **changes):
        self.answer = self.client.post(self.address, {**self.form.values, **changes})
        return self.answer

    def decide(self, **choices):
        form = self._form(self.answer)
        data = {**form.values, **{f"wahl-{key}": choice for key, choice in choices.items()}}
        self.answer = self.client.post(self.address, data)
        return self.answer

    def stored(self, *keys):
        self.entry.refresh_from_db()
        system = type(self.entry.system).objects.get(pk=self.entry.pk)
        return tuple(getattr(system, key) for key in keys)


@pytest.fixture
def desk(client, musterstadt):
    return Desk(client, musterstadt)


def test_only_what_both_changed_has_to_be_decided(desk):
    desk.colleague_saves(goal="Ihr Zweck", out_of_scope="Ihre Grenze")
    page = desk.send(goal="Mein Zweck", impact="Meine Wirkung").context
    assert (
        [c["line"].key for c in page["conflicts"]],
        {(m["line"].key, m["line"].changed_by) for m in page["merged"]},
    ) == (["goal"], {("impact", "mine"), ("out_of_scope", "theirs")})


def test_the_page_says_who_saved_the_other_value(desk):
    desk.colleague_saves(goal="Ihr Zweck")
    (conflict,) = desk.send(goal="Mein Zweck").context["conflicts"]
    assert conflict["who"].startswith(str(desk.town["cdo"]))


@pytest.mark.parametrize(("choice", "goal"), [("mine", "Mein Zweck"), ("gespeichert", "Ihr Zweck")])
def test_the_choice_counts_and_the_rest_is_merged(desk, choice, goal):
    desk.colleague_saves(goal="Ihr Zweck", out_of_scope="Ihre Grenze")
    desk.send(goal="Mein Zweck", impact="Meine Wirkung")
    desk.decide(goal=choice)
    assert desk.stored("goal", "impact", "out_of_scope") == (goal, "Meine Wirkung", "Ihre Grenze")


def test_without_a_choice_nothing_is_saved_and_the_page_comes_again(desk):
    desk.colleague_saves(goal="Ihr Zweck")
    desk.send(goal="Mein Zweck")
    answer = desk.decide()
    assert (answer.status_code, len(answer.context["conflicts"]), *desk.stored("goal")) == (422, 1, "Ihr Zweck")


def test_a_third_change_meanwhile_asks_once_more(desk):
    desk.colleague_saves(goal="Ihr Zweck")
    desk.send(goal="Mein Zweck")
    desk.colleague_saves(goal="Noch ein Zweck")
    assert desk.decide(goal="mine").status_code == 409


def test_a_change_in_another_section_needs_no_decision(desk):
    desk.colleague_saves(description_short="Ihre Fassung")
    desk.send(goal="Mein Zweck")
    assert (desk.answer.status_code, *desk.stored("goal")) == (302, "Mein Zweck")


def test_boxes_and_links_are_merged_too(client, musterstadt):
    desk = Desk(client, musterstadt, "daten-und-speicherorte")
    cellar = services.create_storage(
        musterstadt.municipality, by=musterstadt["cdo"], name="Keller", kind="own", country="DE"
    )
    services.set_storage(desk.entry, by=musterstadt["cdo"], locations=[musterstadt.storage, cellar])
    page = desk.send(datasets=[]).context
    assert {(m["line"].key, m["line"].changed_by) for m in page["merged"]} == {
        ("datasets", "mine"),
        ("storage", "theirs"),
    }


def test_merged_boxes_are_saved_as_both_wanted(client, musterstadt):
    desk = Desk(client, musterstadt, "daten-und-speicherorte")
    cellar = services.create_storage(
        musterstadt.municipality, by=musterstadt["cdo"], name="Keller", kind="own", country="DE"
    )
    services.set_storage(desk.entry, by=musterstadt["cdo"], locations=[musterstadt.storage, cellar])
    desk.send(datasets=[])
    desk.decide()
    system = desk.entry.system
    assert (system.dataset_links.count(), system.storage_links.count()) == (0, 2)


def test_a_storage_location_is_merged_field_by_field(client, musterstadt):
    client.force_login(musterstadt["cdo"])
    row = musterstadt.storage
    address = reverse("register:storage", args=[row.uuid])
    opened = next(f for f in forms_of(client.get(address).content.decode(), address) if "version" in f.values)
    services.update_storage(row, by=musterstadt["cdo"], changes={"certificates": "ISO 27001"})
    answer = client.post(address, opened.sent_with(operator="Stadtwerke"))
    again = next(f for f in forms_of(answer.content.decode(), address) if "version" in f.values)
    client.post(address, again.values)
    row.refresh_from_db()
    assert (answer.status_code, row.operator, row.certificates) == (409, "Stadtwerke", "ISO 27001")


def test_the_list_of_withheld_fields_is_kept_when_somebody_was_faster(client, musterstadt):
    entry = complete_system(musterstadt)
    client.force_login(musterstadt["fachamt"])
    address = reverse("register:withheld", args=[entry.uuid])
    form = next(f for f in forms_of(client.get(address).content.decode(), address) if "version" in f.values)
    services.update(entry, by=musterstadt["cdo"], changes={"goal": "Anders"})
    typed = {"angabe-0-field": "provider", "angabe-0-reason": "Vergabe läuft"}
    answer = client.post(address, {**form.values, **typed})
    assert (answer.status_code, "Vergabe läuft" in answer.content.decode()) == (409, True)
