"""Writes about the Meldestand: stating, the rules, reminding."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import permissions
from accounts import services as accounts
from accounts.models import Department, Municipality, User
from core import audit
from core.errors import Conflict, NotAllowed
from core.text import format_date
from register import selectors_coverage as selectors
from register.models import Coverage, CoverageRules
from register.rules import coverage as dates
from register.services.access import validated


@transaction.atomic
def state_coverage(department: Department, *, by: User, state: str) -> Coverage:
    """A department says that all its systems are in the register, or that it uses none (Fehlanzeige)."""
    municipality = department.municipality
    if not permissions.has(by, "coverage.state", municipality=municipality, department=department):
        raise NotAllowed()
    if why_not := selectors.why_not(department, state):
        raise Conflict(why_not)
    row = _locked(department)
    row.state, row.stated_on, row.stated_by = state, timezone.localdate(), by
    validated(row)
    row.save()
    audit.record("register.coverage.stated", row, by=by, data={"department": department.pk, "state": state})
    return row


@transaction.atomic
def reopen_coverage(department: Department, *, by: User, reason: str) -> Coverage:
    """Take a statement back: the department is open again. What it said stands in the audit chain, with the reason."""
    municipality = department.municipality
    if not permissions.has(by, "coverage.state", municipality=municipality, department=department):
        raise NotAllowed()
    row = _locked(department)
    if not row.state:
        raise Conflict("Dieses Amt hat nichts gemeldet, das sich zurücknehmen lässt.")
    if not reason.strip():
        raise ValidationError({"reason": "Bitte nennen Sie den Grund."})
    was = {"state": row.state, "stated_on": f"{row.stated_on}", "reason": reason.strip()}
    row.state, row.stated_on, row.stated_by, row.reminded_on = "", None, None, None
    row.reopened_on, row.reopened_reason = timezone.localdate(), reason.strip()
    validated(row)
    row.save()
    audit.record("register.coverage.reopened", row, by=by, data={"department": department.pk, **was})
    return row


def _locked(department: Department) -> Coverage:
    Coverage.objects.get_or_create(department=department, defaults={"municipality_id": department.municipality_id})
    return Coverage.objects.select_for_update().get(department=department)


@transaction.atomic
def set_coverage_rules(
    municipality: Municipality, *, by: User, months: int, due_on: date, is_public: bool, shows_names: bool
) -> CoverageRules:
    """How often the departments report, and what citizens see."""
    if not permissions.has(by, "coverage.manage", municipality=municipality):
        raise NotAllowed()
    rules = CoverageRules.objects.select_for_update().filter(municipality=municipality).first()
    rules = rules or CoverageRules(municipality=municipality)
    rules.months, rules.due_on = months, due_on
    rules.is_public, rules.shows_names = is_public, shows_names
    validated(rules)
    rules.save()
    data = {"months": months, "due": due_on.isoformat(), "public": is_public, "names": shows_names}
    audit.record("register.coverage.rules_changed", rules, by=by, data=data)
    return rules


@transaction.atomic
def remind_departments(municipality: Municipality, *, by: User | None) -> int:
    """Tell the people of open departments; `by=None` is the clock, which keeps its distance. Returns how many departments."""
    if by is not None and not permissions.has(by, "coverage.manage", municipality=municipality):
        raise NotAllowed()
    rules = CoverageRules.objects.select_for_update().filter(municipality=municipality).first()
    if rules is None:
        if by is not None:
            raise Conflict("Legen Sie zuerst fest, bis wann die Ämter melden.")
        return 0
    today = timezone.localdate()
    due = dates.next_due(rules.due_on, months=rules.months, today=today)
    told = []
    for line in selectors.lines(municipality, rules, selectors.reporting_departments(municipality)):
        last = line.said.reminded_on if line.said else None
        wanted = last != today if by is not None else dates.may_remind(due, reminded_on=last, today=today)
        if line.state == "open" and wanted:
            _remind(line.department, municipality, due)
            told.append(line.department)
    if told:
        data = {"departments": [row.pk for row in told], "due": due.isoformat()}
        audit.record("register.coverage.reminded", rules, by=by, data=data)
    return len(told)


def _remind(department: Department, municipality: Municipality, due: date) -> None:
    row = _locked(department)
    row.reminded_on = timezone.localdate()
    row.save(update_fields=["reminded_on"])
    text = f"{department.name}: Bitte melden Sie bis {format_date(due)}, ob Ihr Amt KI einsetzt. Fehlanzeige genügt."
    people = permissions.holders("coverage.state", municipality, department=department)
    accounts.notify(people, text[:300], url=reverse("register:coverage"), municipality=municipality)


def remind_all_departments() -> int:
    """The clock's daily round over all municipalities."""
    towns = Municipality.objects.active().filter(coverage_rules__isnull=False)
    return sum(remind_departments(town, by=None) for town in towns)
