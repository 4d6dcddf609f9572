"""Filters that people keep: their own, and those for everybody in the municipality."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from core.errors import NotAllowed
from register import services
from register.models import SavedFilter
from tests.world import draft_system

pytestmark = pytest.mark.django_db


def kept(town, role, *, shared=False, name="Entwürfe"):
    return services.save_filter(
        town.municipality, by=town[role], list_name="systems", name=name, query="review_state=draft", shared=shared
    )


def seen_by(town, role):
    return SavedFilter.objects.visible_to(town[role]).count()


@pytest.mark.parametrize(("shared", "seen"), [(False, 0), (True, 1)])
def test_a_colleague_sees_only_shared_filters(musterstadt, shared, seen):
    kept(musterstadt, "cdo", shared=shared)
    assert seen_by(musterstadt, "fachamt") == seen


def test_another_municipality_sees_none(musterstadt, neudorf):
    kept(musterstadt, "cdo", shared=True)
    assert seen_by(neudorf, "cdo") == 0


def test_a_department_cannot_share(musterstadt):
    with pytest.raises(NotAllowed):
        kept(musterstadt, "fachamt", shared=True)


def test_a_department_cannot_delete_what_others_share(musterstadt):
    with pytest.raises(NotAllowed):
        services.delete_filter(kept(musterstadt, "cdo", shared=True), by=musterstadt["fachamt"])


def test_who_may_share_may_delete_what_a_former_colleague_shared(musterstadt):
    services.delete_filter(kept(musterstadt, "dsb", shared=True), by=musterstadt["cdo"])
    assert SavedFilter.objects.count() == 0


def test_a_name_twice_is_refused(musterstadt):
    kept(musterstadt, "cdo")
    with pytest.raises(ValidationError):
        kept(musterstadt, "cdo")


def test_a_kept_filter_leads_to_the_same_list_again(client, musterstadt):
    draft_system(musterstadt)
    client.force_login(musterstadt["cdo"])
    address = reverse("register:filter-save", args=["systems"]) + "?sort=-name&review_state=draft&after=x&fremd=1"
    client.post(address, {"name": "Meine Entwürfe"})
    (item,) = client.get(reverse("register:systems")).context["saved_filters"]
    assert item["url"] == "?review_state=draft&sort=-name"


def opened(client, town, query):
    client.force_login(town["cdo"])
    return client.get(reverse("register:systems") + query)


def test_the_filter_that_is_set_can_be_kept_beside_the_number_of_hits(client, musterstadt):
    draft_system(musterstadt)
    page = opened(client, musterstadt, "?review_state=draft").content.decode()
    between = page[page.index("ol-count-line") : page.index("Diesen Filter speichern")]
    assert "<details" not in between


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("?q=&review_state=draft&status=", "?review_state=draft"),
        ("?q=&status=", ""),
        ("?q=Bad%20%C3%96ll&status=", "?q=Bad+%C3%96ll"),
    ],
)
def test_the_address_of_a_list_names_only_what_is_set(client, musterstadt, query, address):
    response = opened(client, musterstadt, query)
    assert (response.status_code, response.headers["Location"]) == (302, reverse("register:systems") + address)


def test_an_address_that_says_what_is_set_stays(client, musterstadt):
    assert opened(client, musterstadt, "?q=Chat&review_state=draft").status_code == 200
