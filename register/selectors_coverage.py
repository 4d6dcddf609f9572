"""Who has reported and who is open, for pages and for the clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts import permissions
from accounts.models import Department, Municipality, User
from accounts.rules import roles
from register.models import Coverage, CoverageRules, Entry
from register.rules import coverage
from register.rules.vocabulary import ENDED

DEFAULT_MONTHS = CoverageRules.Period.YEAR


@dataclass(frozen=True)
class Line:
    """One department: what it said, whether that still counts, and what the register holds of it."""

    department: Department
    said: Coverage | None
    systems: int
    is_current: bool

    @property
    def state(self) -> str:
        return self.said.state if self.said and self.is_current else "open"

    @property
    def stated_on(self) -> date | None:
        return self.said.stated_on if self.said else None

    @property
    def contradicts(self) -> bool:
        """It said Fehlanzeige, and the register has come to know systems of it."""
        return self.state == Coverage.State.NONE and self.systems > 0


def rules_of(municipality: Municipality) -> CoverageRules | None:
    return CoverageRules.objects.filter(municipality=municipality).first()


def reporting_departments(municipality: Municipality) -> QuerySet[Department]:
    """Those that report: open ones with no open department below them, so that nobody reports twice."""
    below = Department.objects.active().filter(parent=OuterRef("pk"))
    rows = Department.objects.active().filter(~Exists(below), municipality=municipality)
    return rows.select_related("coverage__stated_by").order_by("sort_key", "pk")


def why_not(department: Department, state: str) -> str:
    """Why a department cannot say that now, as one German sentence; empty if it can."""
    if not reporting_departments(department.municipality).filter(pk=department.pk).exists():
        return "Dieses Amt meldet nicht selbst. Es melden die Ämter darunter."
    has_systems = Entry.objects.systems().filter(department=department).exclude(status__in=ENDED).exists()
    if state == Coverage.State.NONE and has_systems:
        return "Im Register stehen noch KI-Systeme dieses Amts. Beenden Sie diese zuerst, oder melden Sie sie als vollständig."
    if state == Coverage.State.REPORTED and not has_systems:
        return "Von diesem Amt steht noch kein KI-System im Register. Erfassen Sie es, oder melden Sie Fehlanzeige."
    return ""


def lines(municipality: Municipality, rules: CoverageRules | None, departments: QuerySet[Department]) -> list[Line]:
    """The reporting departments with the number of systems in use or planned; one query."""
    in_register = Q(entries__kind="system") & ~Q(entries__status__in=ENDED)
    months, today = rules.months if rules else DEFAULT_MONTHS, timezone.localdate()
    found = []
    for row in departments.annotate(systems=Count("entries", filter=in_register, distinct=True)):
        said = getattr(row, "coverage", None)
        current = bool(said and coverage.is_current(said.stated_on, months=months, today=today))
        found.append(Line(row, said, row.systems, current))  # type: ignore[attr-defined]
    return found


def may_state(user: User, municipality: Municipality) -> QuerySet[Department]:
    """The reporting departments for which a person may speak."""
    return _within(reporting_departments(municipality), user, "coverage.state")


def readable(user: User, municipality: Municipality) -> QuerySet[Department]:
    return _within(reporting_departments(municipality), user, "entry.view")


def _within(rows: QuerySet[Department], user: User, permission: str) -> QuerySet[Department]:
    """A department's own path is what the right must reach."""
    query = Q(pk__in=[])
    for right in permissions.rights(user):
        given = right.permissions.get(permission)
        if given == roles.ALL and right.municipality_id is not None:
            query |= Q(municipality_id=right.municipality_id)
        elif given and right.department_path:
            query |= Q(municipality_id=right.municipality_id, path__startswith=right.department_path)
    return rows.filter(query)


def counts(found: Iterable[Line]) -> dict[str, int]:
    result = {"reported": 0, "none": 0, "open": 0}
    for line in found:
        result[line.state] += 1
    return result
