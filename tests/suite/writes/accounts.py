"""Every write of accounts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from accounts import services as accounts
from accounts.models import Membership, Municipality
from accounts.rules import roles
from accounts.rules.department_list import Line
from accounts.services.invitations import token_of
from tests import samples
from tests.suite.scene import TENANTS, Scene
from tests.suite.writes.common import TODAY, Prepare, in_town, on, operator

# One invented municipality in the columns of the official list.
DIRECTORY = f"6020250831099990010001{'Neudorf':<50}".encode()


PASSWORD = "ein-anderes-langes-Kennwort"


DECLARED = {
    "conformity": "partial",
    "incompatible": "Ein altes PDF ist nicht beschriftet, weil die Vorlage fehlt.",
    "made_on": date(2026, 11, 2),
    "checked_on": date(2026, 11, 2),
    "method": "self",
    "contact_name": "Bürgerbüro",
}


def member(s: Scene, role: str = "revision") -> Membership:
    return s.town[role].memberships.order_by("pk").first()


def municipality(s: Scene) -> Municipality:
    return s.town.municipality


def granted(s: Scene) -> Any:
    return accounts.grant_platform_access(
        s.town.municipality, by=s.town["verwaltung"], operator=operator(s), reason="Hilfe", valid_until=TODAY()
    )


def entering(s: Scene) -> Callable[[], Any]:
    granted(s)
    return partial(accounts.enter_granted, s.town.municipality, by=operator(s))


def known_invited(s: Scene) -> Callable[[], Any]:
    person: Any = s.people["ohne-rolle"]
    sent = accounts.invite(s.town.municipality, by=s.town["verwaltung"], email=person.email, role=roles.REVISION)
    return partial(accounts.accept_invitation, token_of(sent), by=person)


def delegated(s: Scene) -> Callable[[], Any]:
    row = accounts.delegate_release(
        s.town.municipality, by=s.town["leitung"], user=s.town["revision"], valid_until=TODAY()
    )
    return partial(accounts.end_delegation, row, by=s.town["leitung"])


def switched_off(s: Scene) -> Callable[[], Any]:
    who = {"by": s.town["verwaltung"], "municipality": s.town.municipality}
    accounts.switch_off(s.town["revision"], **who)
    return partial(accounts.switch_on, s.town["revision"], **who)


def office(s: Scene) -> Any:
    return accounts.create_department(s.town.municipality, by=s.town["verwaltung"], name="Eigens")


def verwaltung(service: Callable[..., Any], subject: Callable[[Scene], Any], **values: Any) -> Prepare:
    return lambda s: partial(service, subject(s), by=s.town["verwaltung"], **values)


ACCOUNTS: dict[str, Prepare] = {
    "accept_as_new_person": lambda s: partial(
        accounts.accept_as_new_person,
        token_of(s.things["invitation"]),
        first_name="Ute",
        last_name="Beispiel",
        password=PASSWORD,
    ),
    "accept_invitation": known_invited,
    "accept_with_identity": lambda s: partial(
        accounts.accept_with_identity,
        token_of(s.things["invitation"]),
        provider="dienst",
        subject="1",
        email=s.things["invitation"].email,
    ),
    "add_deputy": lambda s: partial(
        accounts.add_deputy,
        member(s),
        by=s.town["verwaltung"],
        user=s.town["cdo"],
        valid_from=None,
        valid_until=TODAY(),
    ),
    "change_role": verwaltung(accounts.change_role, member, role=roles.DSB),
    "create_department": in_town(accounts.create_department, "verwaltung", name="Eigens"),
    "create_municipality": lambda s: partial(
        accounts.create_municipality, by=operator(s), ars="099990001001", name="Neu", slug="neu", kind="town"
    ),
    "create_departments": in_town(accounts.create_departments, "verwaltung", lines=[Line(1, ("Eigens",))]),
    "mark_setup_step": in_town(accounts.mark_setup_step, "verwaltung", key="mail", state="skipped"),
    "send_test_mail": in_town(accounts.send_test_mail, "verwaltung"),
    "load_directory": lambda s: partial(accounts.load_directory, DIRECTORY, by=None),
    "upload_tenants": lambda s: partial(accounts.upload_tenants, TENANTS, by=operator(s)),
    "request_tenants": lambda s: partial(accounts.request_tenants, s.things["tenant list"], by=operator(s)),
    "create_tenants": lambda s: partial(accounts.create_tenants, s.things["tenant list"], by=operator(s)),
    "create_person": lambda s: partial(accounts.create_person, "erste@example.org", by=None),
    "delegate_release": lambda s: partial(
        accounts.delegate_release,
        s.town.municipality,
        by=s.town["leitung"],
        user=s.town["revision"],
        valid_until=TODAY(),
    ),
    "end_delegation": delegated,
    "end_platform_access": verwaltung(accounts.end_platform_access, granted),
    "end_role": verwaltung(accounts.end_role, member),
    "enter_granted": entering,
    "found_municipality": lambda s: partial(
        accounts.found_municipality,
        by=operator(s),
        admin="erste@example.org",
        ars="099990001001",
        name="Neu",
        slug="neu",
        kind="town",
    ),
    "give_role": lambda s: partial(
        accounts.give_role,
        s.people["ohne-rolle"],
        by=s.town["verwaltung"],
        municipality=s.town.municipality,
        role=roles.REVISION,
    ),
    "grant_platform_access": lambda s: partial(granted, s),
    "invite": verwaltung(accounts.invite, municipality, email="weitere@example.org", role=roles.DSB),
    "save_sign_in_service": in_town(
        accounts.save_sign_in_service, "verwaltung", issuer="https://anmeldung.example.org", client_id="register"
    ),
    "set_department_active": verwaltung(accounts.set_department_active, office, active=False),
    "set_municipality_active": lambda s: partial(
        accounts.set_municipality_active, s.town.municipality, by=operator(s), active=False
    ),
    "set_password": lambda s: partial(accounts.set_password, s.town["cdo"], by=s.town["cdo"], password=PASSWORD),
    "switch_off": lambda s: partial(
        accounts.switch_off, s.town["revision"], by=s.town["verwaltung"], municipality=s.town.municipality
    ),
    "switch_on": switched_off,
    "update_account": lambda s: partial(
        accounts.update_account,
        s.town["cdo"],
        by=s.town["cdo"],
        first_name="Ute",
        last_name="Beispiel",
        position="",
        mail_notifications=False,
    ),
    "update_department": verwaltung(accounts.update_department, office, name="Umbenannt", parent=None),
    "update_municipality": lambda s: partial(
        accounts.update_municipality,
        s.town.municipality,
        by=s.town["verwaltung"],
        changes={"website": "https://musterstadt.example"},
        version=s.town.municipality.version,
    ),
    "set_coat": verwaltung(accounts.set_coat, municipality, content=samples.COAT),
    "write_accessibility_statement": verwaltung(accounts.write_accessibility_statement, municipality, values=DECLARED),
    "withdraw_invitation": on(accounts.withdraw_invitation, "invitation", "verwaltung"),
}
