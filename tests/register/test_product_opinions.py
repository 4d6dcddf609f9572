"""One Stellungnahme for a product sheet that several municipalities use, confirmed by each of them."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts import services as accounts
from accounts.models import User
from accounts.rules import roles
from core.errors import Conflict, NotAllowed
from register import services
from register.models import Entry, Opinion, Product, ProductOpinion
from tests.world import Town, complete_system

SHEET = {"name": "Dialogwerk", "provider": "Dialogwerk GmbH", "is_shared": True}
TEXT = "Der Auftragsverarbeitungsvertrag des Herstellers ist geprüft."


@pytest.fixture
def product(musterstadt: Town) -> Product:
    return services.create_product(musterstadt.municipality, by=musterstadt["cdo"], **SHEET)


@pytest.fixture
def dsb(musterstadt: Town, neudorf: Town) -> User:
    """One person who serves both towns."""
    person = musterstadt["dsb"]
    accounts.give_role(person, by=None, municipality=neudorf.municipality, role=roles.DSB)
    return User.objects.get(pk=person.pk)


def submitted(town: Town, product: Product, name: str = "Mia") -> Entry:
    entry = services.set_product(complete_system(town, name), by=town["fachamt"], product=product)
    services.submit(entry, by=town["fachamt"])
    return Entry.objects.get(pk=entry.pk)


def opined(product: Product, town: Town, by: User) -> ProductOpinion:
    return services.opine_on_product(product, by=by, municipality=town.municipality, result="with_remarks", text=TEXT)


def test_one_stellungnahme_is_confirmed_in_each_town(
    product: Product, musterstadt: Town, neudorf: Town, dsb: User
) -> None:
    systems = [submitted(musterstadt, product), submitted(neudorf, product)]
    opinion = opined(product, musterstadt, dsb)
    for entry in systems:
        services.confirm_product_opinion(entry, by=dsb, opinion=opinion)
    assert set(opinion.confirmations.values_list("entry", "result")) == {(s.pk, "with_remarks") for s in systems}


def test_a_confirmed_stellungnahme_says_whose_words_it_quotes(product: Product, musterstadt: Town, dsb: User) -> None:
    entry = submitted(musterstadt, product)
    opinion = opined(product, musterstadt, dsb)
    services.confirm_product_opinion(entry, by=dsb, opinion=opinion, note="Rechtsgrundlage örtlich geprüft.")
    text = Opinion.objects.get().text
    assert [part in text for part in ("Fassung 1", str(dsb), TEXT, "Rechtsgrundlage örtlich geprüft.")] == [True] * 4


def test_a_confirmation_lets_the_controller_decide(product: Product, musterstadt: Town, dsb: User) -> None:
    entry = submitted(musterstadt, product)
    services.confirm_product_opinion(entry, by=dsb, opinion=opined(product, musterstadt, dsb))
    services.release(entry, by=musterstadt["leitung"])
    assert Entry.objects.get(pk=entry.pk).review_state == "released"


def test_after_an_essential_change_it_no_longer_fits(product: Product, musterstadt: Town, dsb: User) -> None:
    opinion = opined(product, musterstadt, dsb)
    about = {"kind": "essential", "reason": "Neues Modell"}
    services.update_product(product, by=musterstadt["cdo"], changes={"hosting": "Überall"}, **about)
    entry = submitted(musterstadt, Product.objects.get(pk=product.pk))
    with pytest.raises(Conflict):
        services.confirm_product_opinion(entry, by=dsb, opinion=opinion)


def test_after_an_editorial_change_it_still_fits(product: Product, musterstadt: Town, dsb: User) -> None:
    opinion = opined(product, musterstadt, dsb)
    about = {"kind": "editorial", "reason": "Schreibfehler"}
    services.update_product(product, by=musterstadt["cdo"], changes={"website": "https://neu.example"}, **about)
    entry = submitted(musterstadt, Product.objects.get(pk=product.pk))
    services.confirm_product_opinion(entry, by=dsb, opinion=opinion)
    assert opinion.confirmations.count() == 1


def test_nobody_confirms_it_for_a_system_of_another_product(product: Product, musterstadt: Town, dsb: User) -> None:
    other = services.create_product(musterstadt.municipality, by=musterstadt["cdo"], name="Anderes", provider="X")
    entry = submitted(musterstadt, other)
    with pytest.raises(Conflict):
        services.confirm_product_opinion(entry, by=dsb, opinion=opined(product, musterstadt, dsb))


def test_only_the_dsb_gives_it(product: Product, musterstadt: Town) -> None:
    with pytest.raises(NotAllowed):
        opined(product, musterstadt, musterstadt["leitung"])


def test_whoever_wrote_the_sheet_gives_none_on_it(product: Product, musterstadt: Town) -> None:
    writer = musterstadt["cdo"]
    accounts.give_role(writer, by=None, municipality=musterstadt.municipality, role=roles.DSB)
    with pytest.raises(NotAllowed):
        opined(product, musterstadt, User.objects.get(pk=writer.pk))


def test_the_database_refuses_it_from_whoever_wrote_the_sheet(product: Product, musterstadt: Town, dsb: User) -> None:
    opinion = opined(product, musterstadt, dsb)
    opinion.pk, opinion.uuid, opinion.by = None, None, musterstadt["cdo"]
    opinion.uuid = ProductOpinion().uuid
    with pytest.raises(DatabaseError), transaction.atomic():
        opinion.save(force_insert=True)


def test_the_database_lets_nobody_change_it(product: Product, musterstadt: Town, dsb: User) -> None:
    opined(product, musterstadt, dsb)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE register_productopinion SET text = 'anders'")


def test_somebody_else_who_reads_the_sheet_does_not_read_it(product: Product, musterstadt: Town, neudorf: Town) -> None:
    opined(product, musterstadt, musterstadt["dsb"])
    readers = [neudorf["dsb"], neudorf["cdo"]]
    assert [ProductOpinion.objects.visible_to(person).count() for person in readers] == [1, 0]


def test_the_page_of_the_sheet_lists_what_waits_in_all_towns(
    product: Product, musterstadt: Town, neudorf: Town, dsb: User, client: Client
) -> None:
    systems = [submitted(musterstadt, product, "Mia"), submitted(neudorf, product, "Leo")]
    opined(product, musterstadt, dsb)
    client.force_login(dsb)
    waiting = client.get(product.get_absolute_url()).context["opinions"]["waiting"]
    assert {item["entry"].pk for item in waiting} == {entry.pk for entry in systems}


def test_text_written_for_an_older_sheet_is_kept_and_shown_again(
    product: Product, musterstadt: Town, client: Client
) -> None:
    client.force_login(musterstadt["dsb"])
    about = {"kind": "editorial", "reason": "Schreibfehler"}
    services.update_product(product, by=musterstadt["cdo"], changes={"website": "https://neu.example"}, **about)
    data = {"number": "1", "result": "agrees", "text": TEXT}
    response = client.post(reverse("register:product-opinion", args=[product.uuid]), data)
    assert (response.status_code, response.context["form"]["text"].value()) == (409, TEXT)


def test_the_step_of_the_stellungnahme_points_to_it(
    product: Product, musterstadt: Town, dsb: User, client: Client
) -> None:
    entry = submitted(musterstadt, product)
    opinion = opined(product, musterstadt, dsb)
    client.force_login(dsb)
    page = client.get(reverse("register:step", args=[entry.uuid, "stellungnahme"])).content.decode()
    assert reverse("register:product-opinion-confirm", args=[entry.uuid, opinion.uuid]) in page


def test_a_system_on_an_older_version_does_not_wait_for_a_confirmation_that_would_not_fit(
    product: Product, musterstadt: Town, dsb: User, client: Client
) -> None:
    submitted(musterstadt, product)
    about = {"kind": "essential", "reason": "Neues Modell"}
    services.update_product(product, by=musterstadt["cdo"], changes={"hosting": "Überall"}, **about)
    opined(product, musterstadt, dsb)
    client.force_login(dsb)
    assert client.get(product.get_absolute_url()).context["opinions"]["waiting"] == []


def overtaken(product: Product, town: Town) -> None:
    about = {"kind": "essential", "reason": "Betrieb in den USA"}
    services.update_product(product, by=town["cdo"], changes={"hosting": "USA"}, **about)


def test_what_the_product_has_overtaken_is_no_longer_confirmed(product: Product, musterstadt: Town, dsb: User) -> None:
    entry = submitted(musterstadt, product)
    opinion = opined(product, musterstadt, dsb)
    overtaken(product, musterstadt)
    with pytest.raises(Conflict):
        services.confirm_product_opinion(entry, by=dsb, opinion=opinion)


def test_the_review_says_that_the_product_has_changed(
    client: Client, product: Product, musterstadt: Town, dsb: User
) -> None:
    entry = submitted(musterstadt, product)
    overtaken(product, musterstadt)
    client.force_login(dsb)
    assert (
        "hat sich wesentlich geändert" in client.get(f"/verwaltung/eintraege/{entry.uuid}/pruefung/").content.decode()
    )


def test_who_advises_another_town_that_uses_the_product_is_told(
    product: Product, musterstadt: Town, neudorf: Town, dsb: User
) -> None:
    submitted(neudorf, product)
    opined(product, musterstadt, dsb)
    assert neudorf["dsb"].notifications.filter(text__contains="Stellungnahme zum Produktblatt").count() == 1
