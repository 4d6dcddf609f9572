"""What is told of a demo municipality besides its entries: what proves them, and a system that shall go."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.utils import timezone

from register import services as register
from register.rules.decommission import POINTS

if TYPE_CHECKING:
    from config.demo.story import Town

FOLDER = Path(__file__).resolve().parent


def prove(town: Town, proofs: list[dict[str, Any]]) -> None:
    """Nachweise of entries, storage locations and recipients; one of them is a file."""
    cdo, today = town.person("cdo"), timezone.localdate()
    if proofs:
        register.set_evidence_rules(town.municipality, by=cdo, uploads=True)
    for about in proofs:
        values = dict(about)
        owners = {"entry": town.now, "storage": town.storage.get, "recipient": town.recipients.get}
        owner: Any = next(find(values.pop(kind)) for kind, find in owners.items() if kind in values)
        if (days := values.pop("ends_in", None)) is not None:
            values["valid_until"] = today + timedelta(days=days)
        if name := values.pop("file", ""):
            values["upload"] = ContentFile((FOLDER / name).read_bytes(), name=name)
        values["issued_on"] = date.fromisoformat(values["issued_on"])
        register.add_evidence(owner, by=cdo, **values)


def propose_end(town: Town, about: dict[str, Any]) -> None:
    """A system shall go out of operation; a second person has yet to confirm."""
    points: dict[str, dict[str, Any]] = {key: {"answer": "done"} for key in POINTS}
    for key, given in about["points"].items():
        points[key] = dict(given)
        if person := given.get("responsible"):
            due = timezone.localdate() + timedelta(days=given["due_in"])
            points[key] |= {"responsible": town.person(person), "due": due}
    register.propose_decommission(
        town.now(about["system"]),
        by=town.person(about["by"]),
        ended_on=timezone.localdate(),
        reason=about["reason"],
        points=points,
    )
