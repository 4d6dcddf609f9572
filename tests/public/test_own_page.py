"""A municipality's page in its own colours, with its coat of arms, at its own host; and what it does not publish."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts import services as accounts
from accounts.models import Municipality
from core.errors import NotAllowed
from public import lists
from register import services as register
from register.models import Entry
from tests import samples
from tests.public.conftest import HOME, address, published_with, text_of
from tests.world import CANARY, Town, complete_system, publish_again

HOST = "ki.musterstadt.example"
GREEN = "#0b5a3c"


def changed(town: Town, **changes: Any) -> Municipality:
    now = Municipality.objects.get(pk=town.municipality.pk)
    return accounts.update_municipality(now, by=town["verwaltung"], changes=changes, version=now.version)


@pytest.fixture
def at_home(musterstadt: Town, published: Entry) -> Client:
    changed(musterstadt, own_host=HOST)
    return Client(headers={"host": HOST})


def test_the_colour_stands_in_a_stylesheet_of_its_own(client: Client, musterstadt: Town) -> None:
    url = changed(musterstadt, accent=GREEN).stylesheet_url
    assert (f'href="{url}"' in text_of(client, HOME), f"default: {GREEN};" in text_of(client, url)) == (True, True)


def test_a_colour_that_is_not_the_municipalitys_has_no_stylesheet(client: Client, musterstadt: Town) -> None:
    changed(musterstadt, accent=GREEN)
    assert client.get(reverse("public:theme", args=["musterstadt", "7a0000"])).status_code == 404


def test_the_coat_of_arms_stands_in_the_head(client: Client, musterstadt: Town) -> None:
    url = accounts.set_coat(musterstadt.municipality, by=musterstadt["verwaltung"], content=samples.COAT).coat_url
    assert (f'src="{url}"' in text_of(client, HOME), client.get(url).status_code) == (True, 200)


def test_the_picture_may_load_and_run_nothing(client: Client, musterstadt: Town) -> None:
    url = accounts.set_coat(musterstadt.municipality, by=musterstadt["verwaltung"], content=samples.COAT).coat_url
    assert client.get(url).headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_removed_coat_of_arms_is_gone(client: Client, musterstadt: Town) -> None:
    by = musterstadt["verwaltung"]
    url = accounts.set_coat(musterstadt.municipality, by=by, content=samples.COAT).coat_url
    accounts.set_coat(musterstadt.municipality, by=by, content=None)
    assert client.get(url).status_code == 404


def test_the_form_refuses_a_weak_colour_and_names_a_stronger_one(client: Client, musterstadt: Town) -> None:
    client.force_login(musterstadt["verwaltung"])
    page = client.post(reverse("accounts:public-page"), {"accent": "ffcc00", "version": 1})
    assert (page.status_code, "Nehmen Sie zum Beispiel" in page.content.decode()) == (422, True)


def test_at_its_own_host_the_start_page_is_the_municipalitys(at_home: Client) -> None:
    assert "<h1>KI-Register Musterstadt</h1>" in text_of(at_home, "/")


def test_the_pages_of_the_municipality_answer_at_its_host(at_home: Client, published: Entry) -> None:
    assert at_home.get(address(published)).status_code == 200


def test_the_fixed_address_is_that_of_the_whole_register(at_home: Client) -> None:
    assert f'<link rel="canonical" href="{settings.BASE_URL}{HOME}">' in text_of(at_home, "/")


@pytest.mark.parametrize(
    "path", ["/anmelden/", "/k/neudorf-an-der-au/", "/verwaltung/", "/api/v1/systems/", "/k/musterstadtx/"]
)
def test_everything_else_leads_to_the_whole_register(at_home: Client, neudorf: Town, path: str) -> None:
    assert at_home.get(path)["Location"] == f"{settings.BASE_URL}{path}"


def test_an_unknown_host_is_refused(published: Entry) -> None:
    assert Client(headers={"host": "boese.example"}).get("/").status_code == 400


def test_the_host_of_a_municipality_that_is_switched_off_is_refused(at_home: Client, musterstadt: Town) -> None:
    Municipality.objects.filter(pk=musterstadt.municipality.pk).update(is_active=False)
    assert at_home.get("/").status_code == 400


def test_two_municipalities_cannot_have_the_same_host(at_home: Client, neudorf: Town) -> None:
    client = Client()
    client.force_login(neudorf["verwaltung"])
    given = {"own_host": HOST, "version": 1}
    assert "hat schon eine andere Kommune" in client.post(reverse("accounts:public-page"), given).content.decode()


def test_who_keeps_the_register_may_change_its_colour(client: Client, musterstadt: Town) -> None:
    client.force_login(musterstadt["cdo"])
    client.post(reverse("accounts:public-page"), {"accent": "8a1538", "version": 1})
    assert Municipality.objects.get(pk=musterstadt.municipality.pk).accent == "#8a1538"


def test_who_keeps_the_register_may_not_change_what_the_municipality_is(musterstadt: Town) -> None:
    with pytest.raises(NotAllowed):
        accounts.update_municipality(
            musterstadt.municipality, by=musterstadt["cdo"], changes={"accent": "", "name": "Anders"}, version=1
        )


def test_a_life_situation_leads_to_its_systems(
    client: Client, musterstadt: Town, published: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "SMALL", 1)
    published_with(musterstadt, "Mietspiegel", category=["housing"])
    link = 'href="?situation=housing">Wohnen</a>' in text_of(client, HOME)
    assert (link, "1 Eintrag" in text_of(client, f"{HOME}?situation=housing")) == (True, True)


def test_a_small_register_is_one_plain_list(client: Client, published: Entry) -> None:
    assert "lebenslagen" not in text_of(client, HOME)


def test_what_is_withheld_is_named_with_its_reason(client: Client, musterstadt: Town, published: Entry) -> None:
    items = [{"field": "provider", "reason": "Laufende Vergabe", "norm": ""}]
    entry = register.set_withheld(published, by=musterstadt["cdo"], items=items)
    publish_again(musterstadt, entry, retention="7 Tage")
    assert "Laufende Vergabe" in text_of(client, f"{HOME}nicht-veroeffentlicht/")


def test_withdrawn_entries_are_counted(client: Client, withdrawn: Entry) -> None:
    assert "1 Eintrag ist zurückgezogen" in text_of(client, f"{HOME}nicht-veroeffentlicht/")


def test_drafts_are_not_counted(client: Client, musterstadt: Town, published: Entry) -> None:
    before = text_of(client, f"{HOME}nicht-veroeffentlicht/")
    complete_system(musterstadt, "Geheimer Entwurf")
    assert (text_of(client, f"{HOME}nicht-veroeffentlicht/") == before, CANARY in before) == (True, False)


def test_the_municipality_says_in_its_own_words_what_it_does_not_publish(client: Client, musterstadt: Town) -> None:
    changed(musterstadt, unpublished_note="Systeme der IT-Sicherheit nennen wir nicht.")
    assert "Systeme der IT-Sicherheit" in text_of(client, f"{HOME}nicht-veroeffentlicht/")
