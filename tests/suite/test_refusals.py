"""Two things that people try and must not succeed with: releasing their own work, and overwriting somebody else's."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts import services as accounts
from accounts.rules import roles
from register import services as register
from register.models import Entry, Release
from tests.suite.forms import Form, forms_of
from tests.suite.visits import text_of
from tests.world import Town, complete_system, submitted_system

pytestmark = pytest.mark.django_db


@pytest.fixture
def alone(musterstadt: Town, client: Client) -> tuple[Client, Entry]:
    """Somebody with every role of the house, who has edited and handed in an entry that lacks the release alone."""
    person = musterstadt["fachamt"]
    for role in (roles.CDO, roles.LEITUNG):
        accounts.give_role(person, by=None, municipality=musterstadt.municipality, role=role)
    entry = submitted_system(musterstadt)
    register.opine(entry, by=musterstadt["dsb"], result="agrees")
    client.force_login(person)
    return client, entry


def test_releasing_ones_own_work_by_post_is_refused(alone: tuple[Client, Entry]) -> None:
    client, entry = alone
    response = client.post(reverse("register:step", args=[entry.uuid, "freigeben"]))
    assert (response.status_code, "zuletzt bearbeitet" in text_of(response)) == (409, True)


def test_a_refused_release_leaves_nothing_behind(alone: tuple[Client, Entry]) -> None:
    client, entry = alone
    client.post(reverse("register:step", args=[entry.uuid, "freigeben"]))
    entry.refresh_from_db()
    assert (entry.review_state, Release.objects.count()) == ("in_review", 0)


@pytest.fixture
def overtaken(musterstadt: Town, client: Client) -> tuple[Form, HttpResponse]:
    """Two people open the same section; the slower one's answer."""
    entry = complete_system(musterstadt)
    address = reverse("register:section", args=[entry.uuid, "zweck-und-wirkung"])
    client.force_login(musterstadt["fachamt"])
    (form,) = [f for f in forms_of(text_of(client.get(address)), address) if "goal" in f.values]
    register.update(entry, by=musterstadt["cdo"], changes={"goal": "Zweck der Kollegin"})
    response = client.post(form.action, form.sent_with(goal="Mein Zweck", impact="Meine Wirkung"))
    return forms_of(text_of(response), address)[-1], response


def test_a_stale_form_is_a_conflict(overtaken: tuple[Form, HttpResponse]) -> None:
    assert overtaken[1].status_code == 409


def test_a_stale_form_loses_nothing_that_was_typed(overtaken: tuple[Form, HttpResponse]) -> None:
    form = overtaken[0]
    assert (form.values["goal"][0].strip(), form.values["impact"][0].strip()) == ("Mein Zweck", "Meine Wirkung")


def test_a_stale_form_shows_both_wordings(overtaken: tuple[Form, HttpResponse]) -> None:
    page = text_of(overtaken[1])
    assert ("Zweck der Kollegin" in page, "Mein Zweck" in page) == (True, True)


def test_a_stale_form_saves_nothing(overtaken: tuple[Form, HttpResponse]) -> None:
    assert Entry.objects.systems().get().system.goal == "Zweck der Kollegin"


def test_a_stale_storage_location_loses_nothing_that_was_typed(musterstadt: Town, client: Client) -> None:
    address = reverse("register:storage", args=[musterstadt.storage.uuid])
    client.force_login(musterstadt["cdo"])
    (form,) = [f for f in forms_of(text_of(client.get(address)), address) if "operator" in f.values]
    client.post(address, form.sent_with(name="Von der Kollegin"))
    response = client.post(address, form.sent_with(name="Von mir"))
    again = next(f for f in forms_of(text_of(response), address) if "operator" in f.values)
    assert (response.status_code, again.values["name"]) == (409, ["Von mir"])
