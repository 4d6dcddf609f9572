"""Incidents for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from compliance import services
from compliance.models import Incident
from register.models import Entry
from tests.world import Town

BREACH = {
    "kind": "breach", "risk": "risk", "risk_reason": "Anschriften sind bekannt geworden.", "notify": "yes",
    "inform": "no",
}  # fmt: skip
AI = {"kind": "ai", "role": "deployer", "severity": "ordinary"}
ERROR = {"kind": "error", "cause": "Zwei Listen sahen gleich aus.", "change": "Die Listen haben jetzt eine Farbe."}


def report(
    town: Town, entry: Entry | None = None, *, role: str = "fachamt", kind: str = "breach", hours: float = 0
) -> Incident:
    """Reported now, noticed `hours` ago."""
    return services.report_incident(
        town.municipality,
        by=town[role],
        kind=kind,
        aware_at=timezone.now() - timedelta(hours=hours),
        happened="Eine Liste mit Anschriften ging an die falsche Stelle.",
        entry=entry,
    )


def again(incident: Incident) -> Incident:
    return Incident.objects.select_related("municipality", "entry").get(pk=incident.pk)


def step(incident: Incident, town: Town, key: str, answer: str = "done", *, role: str = "dsb", note: str = "") -> Any:
    return services.answer_step(
        again(incident), by=town[role], key=key, answer=answer, at=timezone.now(), evidence=note
    )


def sent(incident: Incident, town: Town, target: str = "dsgvo", **more: Any) -> Any:
    values = {"part": "whole", "sent_at": timezone.now(), "to": "Aufsichtsbehörde", **more}
    return services.record_sent(again(incident), by=town["dsb"], target=target, **values)


def settled(town: Town, entry: Entry | None = None) -> Incident:
    """A breach with everything answered, ready to be closed."""
    incident = report(town, entry)
    services.assess_incident(incident, by=town["dsb"], **BREACH)
    step(incident, town, "contain")
    sent(incident, town)
    return again(incident)
