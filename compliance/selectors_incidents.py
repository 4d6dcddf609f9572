"""Reads of incidents: their clocks in words, their steps, and what still stands against closing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Case, F, Func, JSONField, OuterRef, Q, Subquery, When
from django.db.models.functions import JSONObject
from django.utils import timezone

from accounts import permissions
from accounts.models import Municipality, User
from compliance.models import Assessment, Incident, IncidentStep
from compliance.models.incident import HANDLE
from compliance.rules import incident_law
from compliance.rules import incidents as rules
from compliance.selectors_market import authority_of
from compliance.selectors_rulesets import in_force_today
from core.text import format_moment

# Everything a line of a list needs, in a constant number of queries.
RELATED = ("municipality", "entry__department", "assigned", "reported_by")
# What the newest assessment of the system says about Art. 26 (5) and 73 KI-VO.
_DAYS = " || ".join(f'@.id == "{one}"' for one in incident_law.DUTIES)


def _assessed() -> JSONObject:
    """Of an assessment; what is in force is looked up once, whatever the number of rows."""
    current = Q(rulesets__contains=[{"sha256": one.sha256} for one in in_force_today()])
    return JSONObject(
        number=F("number"),
        risk_class=F("risk_class"),
        agrees=F("review__agrees"),
        in_force=Case(When(current, then=True), default=False, output_field=BooleanField()),
        dues=Func(
            F("result"),
            function="jsonb_path_query_array",
            template=f"%(function)s(%(expressions)s, '$.obligations[*] ? ({_DAYS}).due')",
            output_field=JSONField(),
        ),
    )


@dataclass(frozen=True)
class Running:
    """One clock of one incident as the pages show it."""

    clock: rules.Clock
    due: datetime
    sent_at: datetime | None
    now: datetime

    @property
    def is_running(self) -> bool:
        return self.sent_at is None

    @property
    def is_over(self) -> bool:
        return (self.sent_at or self.now) > self.due

    @property
    def rest(self) -> str:
        """Short enough for a badge on a small phone."""
        return rules.rest_in_words(self.due, self.now)

    @property
    def until(self) -> str:
        return format_moment(self.due)

    @property
    def text(self) -> str:
        until = self.until
        if self.sent_at is not None:
            how = "nach" if self.is_over else "vor"
            return f"gemeldet am {format_moment(self.sent_at)}, {how} Ablauf der Frist ({until})"
        return f"{self.rest}, die Frist endete am {until}" if self.is_over else f"{self.rest}, bis {until}"

    @property
    def tone(self) -> str:
        if not self.is_running:
            return "success"
        hours = (self.due - self.now).total_seconds() / 3600
        return "danger" if hours <= 0 else "warning" if hours <= 24 else "info"


def clocks_of(incident: Incident, now: datetime | None = None) -> list[Running]:
    """The clocks that the facts ask for, soonest first. Reads `sent`, which lists fetch beforehand."""
    now = now or timezone.now()
    first: dict[str, datetime] = {}
    for row in incident.sent.all():
        first[row.target] = min(row.sent_at, first.get(row.target, row.sent_at))
    found = [
        Running(clock, rules.due(clock, incident.aware_at, incident.severity), first.get(clock.key), now)
        for clock in rules.clocks(incident.facts(high_risk=law_of(incident).high_risk))
    ]
    return sorted(found, key=lambda one: one.due)


def with_clocks(rows: Any) -> Any:
    newest = Assessment.objects.filter(entry=OuterRef("entry")).order_by("-number")
    assessed = Subquery(newest.values(data=_assessed())[:1], output_field=JSONField())
    return rows.select_related(*RELATED).prefetch_related("sent").annotate(assessed=assessed)


def law_of(incident: Incident) -> incident_law.Law:
    """From the newest assessment of the system, on the day of awareness. Rows of `with_clocks` bring it along."""
    if "assessed" in incident.__dict__:
        found = incident.__dict__["assessed"]
    else:
        rows = Assessment.objects.filter(entry=incident.entry_id).order_by("-number")
        found = rows.values_list(_assessed(), flat=True).first() if incident.entry_id else None
    return incident_law.law_of(found, timezone.localdate(incident.aware_at))


@dataclass(frozen=True)
class StepState:
    step: rules.Step
    row: IncidentStep | None
    sent: bool
    first: rules.Step | None
    # Why the step is no duty; empty where it is one.
    voluntary: str = ""

    @property
    def is_answered(self) -> bool:
        return self.sent or self.row is not None


def steps_of(incident: Incident) -> list[StepState]:
    """The steps that apply, in their order, with their answers and what has to come first."""
    rows = {row.key: row for row in incident.steps.select_related("by")}
    sent = {row.target for row in incident.sent.all()}
    law = law_of(incident)
    facts = incident.facts(high_risk=law.high_risk)
    present = rules.steps(facts)
    free = {one.key for one in present if not rules.binding(one, facts)}
    answered = [one.key for one in present if one.key in rows or (one.notice and one.notice in sent)]
    return [
        StepState(
            step=one,
            row=None if one.notice else rows.get(one.key),
            sent=bool(one.notice) and one.notice in sent,
            first=None if one.key in free else rules.blocked_by(one, present, answered),
            voluntary=law.voluntary if one.key in free else "",
        )
        for one in present
    ]


def open_points(incident: Incident) -> list[str]:
    """What has to be answered before an incident is closed."""
    missing = []
    if incident.assessed_at is None or incident.kind == rules.UNSURE:
        missing.append("die Bewertung")
    missing += [f"„{one.step.label}“" for one in steps_of(incident) if not one.is_answered and not one.voluntary]
    left = incident.measures.filter(done_at__isnull=True).count()
    if left:
        missing.append("1 Maßnahme" if left == 1 else f"{left} Maßnahmen")
    return missing


def who_may_suspend(incident: Incident) -> str:
    people = permissions.holders("entry.suspend", incident.municipality_id)
    return ", ".join(str(one) for one in people[:4])


def open_for(user: User, municipality: Municipality) -> Any:
    """Open incidents this person works on, the oldest awareness first."""
    rows = Incident.objects.workable_by(user).open().filter(municipality=municipality)
    return with_clocks(rows).order_by("aware_at", "pk")


def is_handler(user: User, municipality: Municipality | int) -> bool:
    return permissions.has(user, HANDLE, municipality=municipality)


def notice_texts(incident: Incident, target: str) -> dict[str, str]:
    """The draft as it was last saved; what nobody has written yet is proposed from what is known."""
    kept = incident.notices.get(target)
    proposed = {} if isinstance(kept, dict) else _proposed(incident, target)
    known = kept if isinstance(kept, dict) else proposed
    return {one.key: str(known.get(one.key, "")) for one in rules.book().notices[target].fields}


def _proposed(incident: Incident, target: str) -> dict[str, str]:
    town = incident.municipality
    contact = "\n".join(filter(None, (town.dpo_name, town.dpo_address, town.dpo_phone, town.dpo_email)))
    measures = "\n".join(row.text for row in incident.measures.all())
    affected = f"{incident.get_affected_display()} (erste Angabe bei der Meldung)"
    common = {
        "nature": incident.happened,
        "contact": contact,
        "people": affected if incident.affected != "unknown" else "",
        "measures": measures,
    }
    if target == "dsgvo":
        authority = "\n".join(filter(None, (town.supervisory_authority, town.supervisory_authority_address)))
        return {**common, "recipient": authority, "consequences": incident.risk_reason}
    informed = incident.steps.filter(key__in=("provider", "importer"), answer=rules.DONE).order_by("at")
    labels = {one.key: one.label for one in rules.book().steps}
    return {
        **common,
        "recipient": authority_of(town).recipient,
        "system": incident.entry.name if incident.entry else "",
        "informed": "\n".join(f"{labels[row.key]}: {format_moment(row.at)}" for row in informed),
    }
