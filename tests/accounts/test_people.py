"""Roles, deputies, delegation, switching off: who may what, and until when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import permissions, selectors, services
from accounts.models import Department, Membership, User
from accounts.rules import roles
from core.errors import Conflict, NotAllowed
from core.models import AuditRecord
from tests.world import Town, make_person


def fresh(user: User) -> User:
    """As the next request would load the person."""
    return User.objects.get(pk=user.pk)


def role_of(town: Town, role: str) -> Membership:
    return Membership.objects.get(user=town[role], role=role, municipality=town.municipality)


def day(offset: int) -> date:
    return timezone.localdate() + timedelta(days=offset)


def second_administrator(town: Town) -> User:
    person = make_person("verwaltung-zwei")
    services.give_role(person, by=town["verwaltung"], municipality=town.municipality, role=roles.VERWALTUNG)
    return person


# -- the table of roles


@pytest.mark.parametrize("role", [role for role in roles.LABELS if role != roles.PLATTFORM])
def test_a_role_gives_exactly_what_its_table_says(musterstadt: Town, role: str) -> None:
    held = {
        name
        for name in roles.PERMISSIONS
        if permissions.has(musterstadt[role], name, municipality=musterstadt.municipality)
    }
    assert held == set(roles.ROLES[role])


@pytest.mark.parametrize("role", [role for role in roles.LABELS if role != roles.PLATTFORM])
def test_a_role_gives_nothing_in_another_town(musterstadt: Town, neudorf: Town, role: str) -> None:
    assert not any(
        permissions.has(musterstadt[role], name, municipality=neudorf.municipality) for name in roles.PERMISSIONS
    )


def test_the_operator_holds_nothing_in_a_town(musterstadt: Town, operator: User) -> None:
    assert not any(permissions.has(operator, name, municipality=musterstadt.municipality) for name in roles.PERMISSIONS)


def test_every_permission_belongs_to_a_role() -> None:
    assert {name for table in roles.ROLES.values() for name in table} == set(roles.PERMISSIONS)


def test_fachamt_reaches_its_own_branch_only(musterstadt: Town) -> None:
    departments = musterstadt.departments
    assert [
        permissions.has(musterstadt["fachamt"], "entry.edit", municipality=musterstadt.municipality, department=d)
        for d in (departments["buergerbuero"], departments["tiefbau"])
    ] == [True, False]


@pytest.mark.parametrize("role", ["fachamt", "cdo", "dsb", "leitung", "revision"])
def test_without_people_manage_nobody_gives_a_role(musterstadt: Town, role: str) -> None:
    with pytest.raises(NotAllowed):
        services.give_role(
            make_person("neu"), by=musterstadt[role], municipality=musterstadt.municipality, role=roles.REVISION
        )


def test_nobody_gives_the_role_of_the_operator_away(musterstadt: Town) -> None:
    with pytest.raises(NotAllowed):
        services.give_role(make_person("neu"), by=musterstadt["verwaltung"], municipality=None, role=roles.PLATTFORM)


def test_an_administrator_gives_no_role_in_another_town(musterstadt: Town, neudorf: Town) -> None:
    with pytest.raises(NotAllowed):
        services.give_role(
            make_person("neu"), by=musterstadt["verwaltung"], municipality=neudorf.municipality, role=roles.REVISION
        )


def test_a_department_of_another_town_is_refused(musterstadt: Town, neudorf: Town) -> None:
    with pytest.raises(NotAllowed):
        services.give_role(
            make_person("neu"),
            by=musterstadt["verwaltung"],
            municipality=musterstadt.municipality,
            role=roles.FACHAMT,
            department=neudorf.departments["buergerbuero"],
        )


def test_fachamt_needs_a_department(musterstadt: Town) -> None:
    with pytest.raises(ValidationError):
        services.give_role(
            make_person("neu"), by=musterstadt["verwaltung"], municipality=musterstadt.municipality, role=roles.FACHAMT
        )


# -- periods


@pytest.mark.parametrize(
    ("start", "end", "valid"), [(-1, 1, True), (0, 0, True), (1, 2, False), (-2, -1, False), (None, None, True)]
)
def test_a_role_holds_from_its_first_day_to_its_last(
    musterstadt: Town, start: int | None, end: int | None, valid: bool
) -> None:
    person = make_person("befristet")
    dates = {
        "valid_from": None if start is None else day(start),
        "valid_until": None if end is None else day(end),
    }
    services.give_role(person, by=None, municipality=musterstadt.municipality, role=roles.REVISION, **dates)
    assert permissions.has(person, "entry.view", municipality=musterstadt.municipality) is valid


def test_a_deputy_has_the_role_in_its_time(musterstadt: Town) -> None:
    services.add_deputy(
        role_of(musterstadt, "dsb"),
        by=musterstadt["verwaltung"],
        user=musterstadt["revision"],
        valid_from=None,
        valid_until=day(5),
    )
    assert permissions.has(fresh(musterstadt["revision"]), "entry.opine", municipality=musterstadt.municipality)


def test_a_deputy_has_nothing_before_its_time(musterstadt: Town) -> None:
    services.add_deputy(
        role_of(musterstadt, "dsb"),
        by=musterstadt["verwaltung"],
        user=musterstadt["revision"],
        valid_from=day(1),
        valid_until=day(5),
    )
    assert not permissions.has(fresh(musterstadt["revision"]), "entry.opine", municipality=musterstadt.municipality)


def test_a_deputy_ends_with_the_role_it_stands_in_for(musterstadt: Town) -> None:
    role = role_of(musterstadt, "dsb")
    services.add_deputy(
        role, by=musterstadt["verwaltung"], user=musterstadt["revision"], valid_from=None, valid_until=day(5)
    )
    services.end_role(role, by=musterstadt["verwaltung"])
    assert not permissions.has(fresh(musterstadt["revision"]), "entry.opine", municipality=musterstadt.municipality)


def test_a_deputy_needs_an_end(musterstadt: Town) -> None:
    role = role_of(musterstadt, "dsb")
    row = Membership(
        user=musterstadt["revision"], municipality=musterstadt.municipality, role=role.role, deputy_for=role
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_who_is_stood_in_for_is_told(musterstadt: Town) -> None:
    services.add_deputy(
        role_of(musterstadt, "dsb"),
        by=musterstadt["verwaltung"],
        user=musterstadt["revision"],
        valid_from=None,
        valid_until=day(5),
    )
    assert musterstadt["dsb"].notifications.filter(text__contains="vertritt Sie").count() == 1


def test_naming_a_deputy_with_a_conflict_of_interest_warns(client: Client, musterstadt: Town) -> None:
    client.force_login(musterstadt["verwaltung"])
    url = reverse("accounts:add-deputy", args=[role_of(musterstadt, "dsb").pk])
    data = {"user": musterstadt["cdo"].pk, "valid_until": day(5).isoformat(), "reason": ""}
    assert "Art. 38 Abs. 6 DSGVO" in client.post(url, data, follow=True).content.decode()


def test_a_stranger_is_no_deputy(musterstadt: Town, neudorf: Town) -> None:
    with pytest.raises(Conflict):
        services.add_deputy(
            role_of(musterstadt, "dsb"),
            by=musterstadt["verwaltung"],
            user=neudorf["revision"],
            valid_from=None,
            valid_until=day(5),
        )


# -- delegation


def delegate(town: Town, user: User, until: date) -> Membership:
    return services.delegate_release(town.municipality, by=town["leitung"], user=user, valid_until=until)


def test_a_delegate_may_release(musterstadt: Town) -> None:
    delegate(musterstadt, musterstadt["revision"], day(3))
    assert permissions.has(fresh(musterstadt["revision"]), "entry.release", municipality=musterstadt.municipality)


def test_a_delegate_cannot_delegate(musterstadt: Town) -> None:
    delegate(musterstadt, musterstadt["revision"], day(3))
    with pytest.raises(NotAllowed):
        services.delegate_release(
            musterstadt.municipality, by=fresh(musterstadt["revision"]), user=musterstadt["cdo"], valid_until=day(1)
        )


def test_a_delegation_ends_on_its_day(musterstadt: Town) -> None:
    row = delegate(musterstadt, musterstadt["revision"], day(0))
    Membership.objects.filter(pk=row.pk).update(valid_until=day(-1))
    assert not permissions.has(fresh(musterstadt["revision"]), "entry.release", municipality=musterstadt.municipality)


def test_a_delegation_ends_with_the_leading_role(musterstadt: Town) -> None:
    delegate(musterstadt, musterstadt["revision"], day(3))
    services.end_role(role_of(musterstadt, "leitung"), by=musterstadt["verwaltung"])
    assert not permissions.has(fresh(musterstadt["revision"]), "entry.release", municipality=musterstadt.municipality)


def test_a_delegation_lasts_no_longer_than_the_leading_role(musterstadt: Town) -> None:
    Membership.objects.filter(pk=role_of(musterstadt, "leitung").pk).update(valid_until=day(2))
    with pytest.raises(Conflict):
        delegate(musterstadt, musterstadt["revision"], day(3))


def test_the_same_person_is_delegated_to_once(musterstadt: Town) -> None:
    delegate(musterstadt, musterstadt["revision"], day(3))
    with pytest.raises(Conflict):
        delegate(musterstadt, musterstadt["revision"], day(4))


def test_a_delegation_counts_for_the_number_who_can_release(musterstadt: Town) -> None:
    before = selectors.can_release(musterstadt.municipality)
    delegate(musterstadt, musterstadt["revision"], day(3))
    assert selectors.can_release(musterstadt.municipality) == before + 1


# -- the last administrator


def test_the_last_administrator_cannot_end_the_own_role(musterstadt: Town) -> None:
    with pytest.raises(Conflict, match="letzte Person"):
        services.end_role(role_of(musterstadt, "verwaltung"), by=musterstadt["verwaltung"])


def test_the_last_administrator_cannot_take_another_role(musterstadt: Town) -> None:
    with pytest.raises(Conflict):
        services.change_role(role_of(musterstadt, "verwaltung"), by=musterstadt["verwaltung"], role=roles.REVISION)


def test_the_last_administrator_gets_no_end_date(musterstadt: Town) -> None:
    with pytest.raises(Conflict):
        services.change_role(
            role_of(musterstadt, "verwaltung"),
            by=musterstadt["verwaltung"],
            role=roles.VERWALTUNG,
            valid_until=day(30),
        )


def test_with_a_second_administrator_the_first_may_go(musterstadt: Town) -> None:
    second_administrator(musterstadt)
    services.end_role(role_of(musterstadt, "verwaltung"), by=musterstadt["verwaltung"])
    assert not permissions.has(fresh(musterstadt["verwaltung"]), "people.manage", municipality=musterstadt.municipality)


def test_a_switched_off_second_administrator_does_not_count(musterstadt: Town) -> None:
    second = second_administrator(musterstadt)
    User.objects.filter(pk=second.pk).update(is_active=False)
    with pytest.raises(Conflict):
        services.end_role(role_of(musterstadt, "verwaltung"), by=musterstadt["verwaltung"])


# -- switching off


def test_switching_off_ends_the_session_at_once(client: Client, musterstadt: Town) -> None:
    client.force_login(musterstadt["cdo"])
    services.switch_off(musterstadt["cdo"], by=musterstadt["verwaltung"], municipality=musterstadt.municipality)
    assert client.get("/konto/").status_code == 302


def test_switching_on_again_revives_no_old_session(client: Client, musterstadt: Town) -> None:
    client.force_login(musterstadt["cdo"])
    town = musterstadt.municipality
    services.switch_off(musterstadt["cdo"], by=musterstadt["verwaltung"], municipality=town)
    services.switch_on(musterstadt["cdo"], by=musterstadt["verwaltung"], municipality=town)
    assert client.get("/konto/").status_code == 302


def test_switching_off_ends_every_role(musterstadt: Town) -> None:
    services.switch_off(musterstadt["cdo"], by=musterstadt["verwaltung"], municipality=musterstadt.municipality)
    assert not Membership.objects.filter(user=musterstadt["cdo"], ended_at__isnull=True).exists()


def test_switching_off_is_on_record(musterstadt: Town) -> None:
    services.switch_off(musterstadt["cdo"], by=musterstadt["verwaltung"], municipality=musterstadt.municipality)
    assert AuditRecord.objects.filter(
        action="accounts.person.switched_off", stream__key=musterstadt.municipality.audit_stream
    ).exists()


def test_somebody_with_a_role_elsewhere_keeps_the_account(musterstadt: Town, neudorf: Town) -> None:
    person = musterstadt["cdo"]
    services.give_role(person, by=neudorf["verwaltung"], municipality=neudorf.municipality, role=roles.REVISION)
    services.switch_off(person, by=musterstadt["verwaltung"], municipality=musterstadt.municipality)
    assert (fresh(person).is_active, permissions.municipality_ids(fresh(person))) == (True, {neudorf.municipality.pk})


def test_an_operator_with_a_role_here_keeps_the_account(musterstadt: Town, operator: User) -> None:
    services.give_role(operator, by=None, municipality=musterstadt.municipality, role=roles.REVISION)
    services.switch_off(operator, by=musterstadt["verwaltung"], municipality=musterstadt.municipality)
    assert fresh(operator).is_active


def test_nobody_switches_off_a_stranger(musterstadt: Town, neudorf: Town) -> None:
    with pytest.raises(NotAllowed):
        services.switch_off(neudorf["cdo"], by=musterstadt["verwaltung"], municipality=musterstadt.municipality)


def test_nobody_switches_oneself_off(musterstadt: Town) -> None:
    second_administrator(musterstadt)
    with pytest.raises(Conflict):
        services.switch_off(
            musterstadt["verwaltung"], by=musterstadt["verwaltung"], municipality=musterstadt.municipality
        )


def test_another_town_cannot_switch_a_person_on_again(musterstadt: Town, neudorf: Town) -> None:
    person = musterstadt["cdo"]
    services.switch_off(person, by=musterstadt["verwaltung"], municipality=musterstadt.municipality)
    with pytest.raises(NotAllowed):
        services.switch_on(person, by=neudorf["verwaltung"], municipality=neudorf.municipality)


# -- departments


def test_a_department_does_not_move_below_itself(musterstadt: Town) -> None:
    by = musterstadt["verwaltung"]
    upper = musterstadt.departments["tiefbau"]
    lower = services.create_department(musterstadt.municipality, by=by, name="Straßen", parent=upper)
    with pytest.raises(Conflict):
        services.update_department(upper, by=by, name=upper.name, parent=lower)


def test_a_moved_department_takes_its_branch_along(musterstadt: Town) -> None:
    by, town = musterstadt["verwaltung"], musterstadt.municipality
    upper = services.create_department(town, by=by, name="Straßen", parent=musterstadt.departments["tiefbau"])
    lower = services.create_department(town, by=by, name="Ampeln", parent=upper)
    services.update_department(upper, by=by, name="Straßen", parent=musterstadt.departments["buergerbuero"])
    lower.refresh_from_db()
    assert lower.path == f"/{musterstadt.departments['buergerbuero'].pk}/{upper.pk}/{lower.pk}/"


def test_a_department_with_people_is_not_closed(musterstadt: Town) -> None:
    with pytest.raises(Conflict):
        services.set_department_active(
            musterstadt.departments["buergerbuero"], by=musterstadt["verwaltung"], active=False
        )


def test_a_department_of_another_town_is_no_parent(musterstadt: Town, neudorf: Town) -> None:
    with pytest.raises(NotAllowed):
        services.update_department(
            musterstadt.departments["tiefbau"],
            by=musterstadt["verwaltung"],
            name="Tiefbauamt",
            parent=neudorf.departments["tiefbau"],
        )


def test_a_closed_department_opens_again(musterstadt: Town) -> None:
    department = musterstadt.departments["tiefbau"]
    services.set_department_active(department, by=musterstadt["verwaltung"], active=False)
    services.set_department_active(department, by=musterstadt["verwaltung"], active=True)
    assert Department.objects.get(pk=department.pk).is_active


# -- municipality data


def test_the_supervisory_authority_is_proposed_by_the_land(db: None) -> None:
    town = services.create_municipality(by=None, ars="010010000000", name="Förde", slug="foerde")
    assert town.supervisory_authority.startswith("Unabhängiges Landeszentrum für Datenschutz")


def test_every_land_has_a_proposal() -> None:
    from accounts.rules import authorities, keys

    assert all(authorities.for_land(land)["supervisory_authority"] for land in keys.LAENDER)


def test_a_stale_form_changes_nothing(musterstadt: Town) -> None:
    town, by = musterstadt.municipality, musterstadt["verwaltung"]
    services.update_municipality(town, by=by, changes={"dpo_name": "Erste"}, version=1)
    with pytest.raises(Conflict):
        services.update_municipality(town, by=by, changes={"dpo_name": "Zweite"}, version=1)


def test_key_and_address_are_not_for_the_municipality_to_change(musterstadt: Town) -> None:
    changes: dict[str, Any] = {"ars": "010010000000", "slug": "anders"}
    services.update_municipality(musterstadt.municipality, by=musterstadt["verwaltung"], changes=changes, version=1)
    musterstadt.municipality.refresh_from_db()
    assert musterstadt.municipality.slug == "musterstadt"


# -- pages


def test_a_role_is_given_on_the_page(client: Client, musterstadt: Town) -> None:
    client.force_login(musterstadt["verwaltung"])
    client.post(reverse("accounts:add-role", args=[musterstadt["cdo"].uuid]), {"role": roles.REVISION})
    assert permissions.has(fresh(musterstadt["cdo"]), "entry.view", municipality=musterstadt.municipality)


def test_giving_the_same_role_twice_is_refused_at_the_form(client: Client, musterstadt: Town) -> None:
    client.force_login(musterstadt["verwaltung"])
    answer = client.post(reverse("accounts:add-role", args=[musterstadt["cdo"].uuid]), {"role": roles.CDO})
    assert (answer.status_code, "Diese Person hat diese Rolle schon." in answer.content.decode()) == (422, True)


def test_the_role_of_the_operator_is_no_choice(client: Client, musterstadt: Town) -> None:
    client.force_login(musterstadt["verwaltung"])
    answer = client.post(reverse("accounts:add-role", args=[musterstadt["cdo"].uuid]), {"role": roles.PLATTFORM})
    assert answer.status_code == 422


def test_a_person_of_another_town_has_no_page(client: Client, musterstadt: Town, neudorf: Town) -> None:
    client.force_login(musterstadt["verwaltung"])
    assert client.get(reverse("accounts:person", args=[neudorf["cdo"].uuid])).status_code == 404


def test_a_role_in_another_town_cannot_be_ended(client: Client, musterstadt: Town, neudorf: Town) -> None:
    client.force_login(musterstadt["verwaltung"])
    assert client.post(reverse("accounts:end-role", args=[role_of(neudorf, "cdo").pk])).status_code == 404


def test_the_warning_names_that_too_few_can_release(client: Client, musterstadt: Town) -> None:
    client.force_login(musterstadt["verwaltung"])
    assert "Zu wenige Personen können freigeben." in client.get(reverse("accounts:people")).content.decode()


def test_the_list_of_people_costs_the_same_however_long_it_is(
    client: Client, musterstadt: Town, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(musterstadt["verwaltung"])
    client.get(reverse("accounts:people"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("accounts:people"))
    for number in range(15):
        person = make_person(f"viele-{number}")
        services.give_role(
            person,
            by=None,
            municipality=musterstadt.municipality,
            role=roles.FACHAMT,
            department=musterstadt.departments["tiefbau"],
        )
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("accounts:people"))


PAGES = {
    "verwaltung": [
        "people",
        "invite",
        "settings",
        "departments",
        "new-department",
        "sign-in-service",
        "platform-access",
    ],
    "leitung": ["delegations"],
}


@pytest.mark.parametrize(("role", "name"), [(role, name) for role, names in PAGES.items() for name in names])
def test_a_page_opens_for_its_role(client: Client, musterstadt: Town, role: str, name: str) -> None:
    client.force_login(musterstadt[role])
    assert client.get(reverse(f"accounts:{name}")).status_code == 200


@pytest.mark.parametrize(("role", "name"), [(role, name) for role, names in PAGES.items() for name in names])
def test_a_page_is_closed_for_other_roles(client: Client, musterstadt: Town, role: str, name: str) -> None:
    others = [other for other in musterstadt.people if other != role]
    answers = set()
    for other in others:
        client.force_login(musterstadt[other])
        answers.add(client.get(reverse(f"accounts:{name}")).status_code)
    assert answers == {403}


@pytest.mark.parametrize("name", ["person", "add-role", "switch-off"])
def test_a_page_about_a_person_opens(client: Client, musterstadt: Town, name: str) -> None:
    client.force_login(musterstadt["verwaltung"])
    assert client.get(reverse(f"accounts:{name}", args=[musterstadt["cdo"].uuid])).status_code == 200


@pytest.mark.parametrize("name", ["change-role", "add-deputy"])
def test_a_page_about_a_role_opens(client: Client, musterstadt: Town, name: str) -> None:
    client.force_login(musterstadt["verwaltung"])
    assert client.get(reverse(f"accounts:{name}", args=[role_of(musterstadt, "cdo").pk])).status_code == 200


def test_the_settings_are_saved_on_the_page(client: Client, musterstadt: Town) -> None:
    client.force_login(musterstadt["verwaltung"])
    data = {"name": "Musterstadt", "kind": "town", "website": "musterstadt.example", "version": 1}
    data["open_data_licence"] = "cc-by"
    client.post(reverse("accounts:settings"), data)
    musterstadt.municipality.refresh_from_db()
    assert musterstadt.municipality.website == "https://musterstadt.example"


def test_the_release_is_handed_over_on_the_page(client: Client, musterstadt: Town) -> None:
    client.force_login(musterstadt["leitung"])
    data = {"user": musterstadt["revision"].pk, "valid_until": f"{day(7):%d.%m.%Y}"}
    client.post(reverse("accounts:delegations"), data)
    assert permissions.has(fresh(musterstadt["revision"]), "entry.release", municipality=musterstadt.municipality)
