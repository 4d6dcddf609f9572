"""Use cases for tests: an idea, one before its pilot with everything it needs, and the way through the gates."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from register import services as register
from register.models import Entry
from tests.compliance.assessing import reviewed
from tests.compliance.legal import approved
from tests.world import Town, complete_system
from usecases import services
from usecases.models import GateProposal, UseCase

IDEA = {
    "title": "Anträge vorsortieren",
    "problem": "Anträge liegen ungeordnet im Eingang.",
    "benefit": "Eilige Fälle werden früher gesehen.",
    "field": "citizen_services",
}


GOAL = {
    "title": "Schneller zuordnen",
    "measure": "Anteil der am selben Tag zugeordneten Anträge",
    "unit": "Prozent",
    "baseline": Decimal(20),
    "target": Decimal(50),
    "method": "Auszählung der Poststelle, monatlich",
}

# What another municipality may read, and what it answers.
WISH = {
    "title": "Post gemeinsam sortieren",
    "summary": "Eingangspost nach Themen ordnen.",
    "wanted": "Kommunen, die mit uns beschaffen.",
    "contact": "Digitalamt, digital@town.example",
    "is_shown": True,
}
ANSWER = {"text": "Wir bringen Testdaten mit.", "contact": "Hauptamt, haupt@town.example"}


def again(use_case: UseCase) -> UseCase:
    return UseCase.objects.select_related("municipality", "department").get(pk=use_case.pk)


def idea(town: Town, *, role: str = "fachamt", **values: Any) -> UseCase:
    given = {**IDEA, "department": town.departments["buergerbuero"], **values}
    return services.create_use_case(town.municipality, by=town[role], values=given)


def stated(use_case: UseCase, town: Town, *keys: str, role: str = "fachamt") -> None:
    for key in keys:
        services.make_statement(
            again(use_case), by=town[role], key=key, day=timezone.localdate(), text="Erledigt und abgelegt."
        )


def at_development(town: Town, entry: Entry | None = None, **values: Any) -> UseCase:
    """Bought or built, with a linked system, and nothing yet of what the pilot asks for besides."""
    use_case = idea(town, **values)
    services.take_step(use_case, by=town["fachamt"], step="examine")
    stated(use_case, town, "ethics", "partners")
    services.take_step(again(use_case), by=town["fachamt"], step="procure")
    if entry is not None:
        services.link_entry(again(use_case), by=town["fachamt"], entry=entry)
    return again(use_case)


def planned(use_case: UseCase, town: Town) -> UseCase:
    today = timezone.localdate()
    plan = {
        "pilot_start": today,
        "pilot_end": today + timedelta(days=90),
        "pilot_people": "Vier Beschäftigte des Bürgerbüros, Antragstellende",
    }
    return services.change_use_case(again(use_case), by=town["fachamt"], values=plan)


def ready_system(town: Town, name: str = "Vorsortierung der Anträge") -> Entry:
    """In the register, assessed and reviewed, DSFA approved with the advice of the DSB."""
    entry = complete_system(town, name, status="development", begin_date="")
    reviewed(town, entry)
    approved(town, entry, "dpia")
    return Entry.objects.get(pk=entry.pk)


def ready_for_pilot(town: Town, **values: Any) -> UseCase:
    use_case = at_development(town, ready_system(town), **values)
    stated(use_case, town, "works_council", "training")
    return planned(use_case, town)


def decided(use_case: UseCase, town: Town, step: str, *, first: str = "fachamt", second: str = "leitung") -> UseCase:
    proposal = services.propose_gate(again(use_case), by=town[first], step=step, reason="Alles liegt vor.")
    services.decide_gate(GateProposal.objects.get(pk=proposal.pk), by=town[second], agrees=True)
    return again(use_case)


def in_pilot(town: Town, **values: Any) -> UseCase:
    return decided(ready_for_pilot(town, **values), town, "pilot")


def in_evaluation(town: Town, **values: Any) -> UseCase:
    use_case = in_pilot(town, **values)
    services.set_goal(use_case, by=town["fachamt"], values=GOAL)
    services.take_step(again(use_case), by=town["fachamt"], step="evaluate")
    return again(use_case)


def with_fallback(town: Town, entry: Entry) -> Entry:
    return register.update(entry, by=town["fachamt"], changes={"rollback": "Die Post wird wieder von Hand verteilt."})


def evaluated(use_case: UseCase, town: Town, value: int | None = 61, *, note: str = "") -> UseCase:
    today = timezone.localdate()
    goal = use_case.goals.select_related("use_case").get()
    services.measure(goal, by=town["fachamt"], day=today, value=None if value is None else Decimal(value), note=note)
    told = {"text": "Ziel erreicht.", "lessons": "Früher schulen.", "result": "reached", "decision": "operate"}
    services.evaluate(again(use_case), by=town["fachamt"], day=today, **told)
    return again(use_case)
