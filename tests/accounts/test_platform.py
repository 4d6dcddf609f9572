"""Operators of the platform: tenants yes, contents only with a grant, and every entering on record."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import permissions, services
from accounts.models import Invitation, Municipality, PlatformGrant, User
from core.errors import NotAllowed
from core.models import AuditRecord
from register.models import Entry
from tests.world import Town


def grant(town: Town, operator: User, days: int = 3) -> PlatformGrant:
    return services.grant_platform_access(
        town.municipality,
        by=town["verwaltung"],
        operator=operator,
        reason="Fehlersuche",
        valid_until=timezone.localdate() + timedelta(days=days),
    )


def enter(client: Client, town: Town) -> Any:
    return client.post(reverse("accounts:switch"), {"municipality": town.municipality.pk})


def test_without_a_grant_the_operator_sees_no_entry(draft: Entry, operator: User) -> None:
    assert not Entry.objects.visible_to(operator).exists()


def test_without_a_grant_the_operator_cannot_enter(client: Client, musterstadt: Town, operator: User) -> None:
    client.force_login(operator)
    assert enter(client, musterstadt).status_code == 404


def test_a_grant_alone_shows_nothing_before_it_is_entered(draft: Entry, operator: User, musterstadt: Town) -> None:
    grant(musterstadt, operator)
    assert not Entry.objects.visible_to(User.objects.get(pk=operator.pk)).exists()


def test_an_entered_grant_shows_the_contents(draft: Entry, operator: User, musterstadt: Town) -> None:
    grant(musterstadt, operator)
    services.enter_granted(musterstadt.municipality, by=operator)
    assert Entry.objects.visible_to(operator).exists()


def test_an_entered_grant_changes_nothing(operator: User, musterstadt: Town) -> None:
    grant(musterstadt, operator)
    services.enter_granted(musterstadt.municipality, by=operator)
    assert not any(
        permissions.has(operator, name, municipality=musterstadt.municipality)
        for name in ("entry.edit", "entry.release", "people.manage", "settings.manage")
    )


def test_every_entering_is_on_record(client: Client, musterstadt: Town, operator: User) -> None:
    grant(musterstadt, operator)
    client.force_login(operator)
    enter(client, musterstadt)
    enter(client, musterstadt)
    records = AuditRecord.objects.filter(
        action="accounts.platform.entered", stream__key=musterstadt.municipality.audit_stream
    )
    assert records.count() == 2


def test_an_entered_town_stays_open_in_the_session(client: Client, musterstadt: Town, operator: User) -> None:
    grant(musterstadt, operator)
    client.force_login(operator)
    enter(client, musterstadt)
    assert client.get("/konto/").wsgi_request.municipality == musterstadt.municipality


def test_a_new_session_has_to_enter_again(client: Client, musterstadt: Town, operator: User) -> None:
    grant(musterstadt, operator)
    client.force_login(operator)
    enter(client, musterstadt)
    other = Client()
    other.force_login(operator)
    assert not other.get("/konto/").wsgi_request.municipality


def test_an_ended_grant_closes_at_once(client: Client, musterstadt: Town, operator: User) -> None:
    given = grant(musterstadt, operator)
    client.force_login(operator)
    enter(client, musterstadt)
    services.end_platform_access(given, by=musterstadt["verwaltung"])
    assert not client.get("/konto/").wsgi_request.municipality


def test_a_grant_ends_on_its_day(musterstadt: Town, operator: User) -> None:
    given = grant(musterstadt, operator)
    PlatformGrant.objects.filter(pk=given.pk).update(valid_until=timezone.localdate() - timedelta(days=1))
    with pytest.raises(NotAllowed):
        services.enter_granted(musterstadt.municipality, by=operator)


def test_a_grant_of_one_town_opens_no_other(musterstadt: Town, neudorf: Town, operator: User) -> None:
    grant(musterstadt, operator)
    with pytest.raises(NotAllowed):
        services.enter_granted(neudorf.municipality, by=operator)


def test_the_operator_cannot_grant_it(musterstadt: Town, operator: User) -> None:
    with pytest.raises(NotAllowed):
        services.grant_platform_access(
            musterstadt.municipality,
            by=operator,
            operator=operator,
            reason="x",
            valid_until=timezone.localdate(),
        )


@pytest.mark.parametrize("role", ["cdo", "dsb", "leitung", "verwaltung", "revision", "fachamt"])
def test_the_operators_area_is_closed_for_people_of_a_town(client: Client, musterstadt: Town, role: str) -> None:
    client.force_login(musterstadt[role])
    assert client.get(reverse("accounts:municipalities")).status_code == 403


def test_the_operator_lists_the_towns(client: Client, musterstadt: Town, operator: User) -> None:
    client.force_login(operator)
    assert "Musterstadt" in client.get(reverse("accounts:municipalities")).content.decode()


NEW = {"ars": "010010000000", "name": "Förde an der Au", "slug": "", "kind": "town", "admin": "erste@foerde.example"}


def test_the_operator_makes_a_town_and_invites_its_first_administrator(client: Client, operator: User) -> None:
    client.force_login(operator)
    client.post(reverse("accounts:new-municipality"), NEW)
    found = Invitation.objects.get()
    assert (found.municipality.slug, found.role, found.email) == (
        "foerde-an-der-au",
        "verwaltung",
        "erste@foerde.example",
    )


@pytest.mark.parametrize(
    ("ars", "sentence"),
    [
        ("10010000000", "führende Null"),
        ("01001000", "AGS, 8 Ziffern"),
        ("0100100000", "hier sind es 10"),
        ("990010000000", "nennen das Land"),
        ("01001000000x", "nur aus Ziffern"),
        ("010017000000", "sechste Ziffer"),
        ("010010001000", "verbandsfreien Gemeinde"),
    ],
)
def test_a_wrong_key_gets_a_german_sentence(client: Client, operator: User, ars: str, sentence: str) -> None:
    client.force_login(operator)
    answer = client.post(reverse("accounts:new-municipality"), {**NEW, "ars": ars})
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)


def test_the_leading_zero_is_kept(client: Client, operator: User) -> None:
    client.force_login(operator)
    client.post(reverse("accounts:new-municipality"), {**NEW, "ars": "01 0 01 0000 000"})
    assert Municipality.objects.get().ags == "01001000"


def test_a_switched_off_town_gives_nobody_a_right(client: Client, musterstadt: Town, operator: User) -> None:
    client.force_login(operator)
    client.post(reverse("accounts:deactivate-municipality", args=[musterstadt.municipality.pk]))
    assert not permissions.rights(User.objects.get(pk=musterstadt["cdo"].pk))


# -- switching between towns


def test_a_person_of_two_towns_switches(client: Client, musterstadt: Town, neudorf: Town) -> None:
    services.give_role(musterstadt["cdo"], by=None, municipality=neudorf.municipality, role="revision")
    client.force_login(musterstadt["cdo"])
    enter(client, neudorf)
    assert client.get("/konto/").wsgi_request.municipality == neudorf.municipality


def test_a_foreign_town_cannot_be_chosen(client: Client, musterstadt: Town, neudorf: Town) -> None:
    client.force_login(musterstadt["cdo"])
    assert enter(client, neudorf).status_code == 404


@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 40])
def test_nonsense_is_no_town(client: Client, musterstadt: Town, value: str) -> None:
    client.force_login(musterstadt["cdo"])
    assert client.post(reverse("accounts:switch"), {"municipality": value}).status_code == 404


# -- the command


def run(**changes: str) -> str:
    out = StringIO()
    options = {"ars": "010010000000", "name": "Förde", "admin": "erste@foerde.example", **changes}
    call_command("create_municipality", stdout=out, **options)
    return out.getvalue()


def test_the_command_makes_the_town(db: None) -> None:
    run()
    assert Municipality.objects.get().name == "Förde"


def test_the_command_makes_an_administrator(db: None) -> None:
    run()
    assert permissions.has(User.objects.get(), "people.manage", municipality=Municipality.objects.get())


def test_the_command_prints_a_link_that_sets_the_password(client: Client, db: None) -> None:
    line = next(line for line in run().splitlines() if line.startswith("http"))
    here = client.get(urlsplit(line).path).headers["Location"]
    client.post(here, {"password1": "ein-neues-kennwort-5", "password2": "ein-neues-kennwort-5"})
    assert User.objects.get().check_password("ein-neues-kennwort-5")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ars": "10010000000"}, "führende Null"),
        ({"admin": "keine-adresse"}, "Geben Sie eine gültige E-Mail-Adresse ein"),
        ({"slug": "Ö Ä"}, "Kürzel"),
        ({"name": ""}, "darf nicht leer sein"),
    ],
)
def test_bad_input_ends_the_command_with_2(db: None, changes: dict[str, str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence) as error:
        run(**changes)
    assert error.value.returncode == 2


def test_bad_input_leaves_nothing_behind(db: None) -> None:
    with pytest.raises(CommandError):
        run(ars="1")
    assert not User.objects.exists()


def test_a_second_run_is_refused(db: None) -> None:
    run()
    with pytest.raises(CommandError, match="gibt es schon eine Kommune") as error:
        run()
    assert error.value.returncode == 2
