"""How far the set-up of a municipality is."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Exists, OuterRef

from accounts.models import Department, Invitation, Membership, Municipality, SetupStep, SignInService
from accounts.rules import roles, setup


@dataclass(frozen=True)
class Progress:
    step: setup.Step
    state: str  # done, skipped, open


def progress(municipality: Municipality) -> list[Progress]:
    """Every step: seen from the data, else as somebody marked it."""
    marked = dict(SetupStep.objects.filter(municipality=municipality).values_list("key", "state"))
    if marked.get("mail") == SetupStep.State.DONE and not mail_leaves_the_machine():
        del marked["mail"]
    seen = _seen(municipality)
    return [Progress(step, "done" if seen.get(step.key) else marked.get(step.key, "open")) for step in setup.STEPS]


def mail_leaves_the_machine() -> bool:
    return bool(settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"))


def _seen(municipality: Municipality) -> dict[str, bool]:
    here = {"municipality": OuterRef("pk")}
    held = Membership.objects.active().filter(**here)
    asked = Invitation.objects.open().filter(**here)
    found = (
        Municipality.objects.filter(pk=municipality.pk)
        .values_list(
            Exists(Department.objects.filter(**here)),
            Exists(held.filter(role=roles.DSB)),
            Exists(asked.filter(role=roles.DSB)),
            Exists(held.filter(role=roles.LEITUNG)),
            Exists(held.filter(role=roles.CDO)),
            Exists(SignInService.objects.filter(**here, is_active=True)),
        )
        .get()
    )
    departments, dsb, dsb_asked, leitung, cdo, service = found
    return {
        "kommune": bool(municipality.controller_name and municipality.supervisory_authority),
        "aemter": departments,
        "datenschutz": dsb or dsb_asked,
        "leitung": leitung and cdo,
        "anmeldedienst": service,
    }


def open_steps(found: list[Progress]) -> int:
    return sum(row.state == "open" for row in found)
