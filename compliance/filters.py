"""What the list of duties can be narrowed down by; all of it stands in the address."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet

from accounts.models import Department
from compliance.models import Duty
from compliance.rules.law.shelf import editions
from compliance.selectors_duties import due_within, mine, overdue, systems_with_duties, with_law
from core.kern import GermanDateField

ALL = "all"
# Without what has fallen away or is not applicable: what the pictures count.
KEPT = "kept"


def duty_names() -> list[tuple[str, str]]:
    """Every duty that a rule set knows; of several versions the newest words."""
    found: dict[str, str] = {}
    for versions in editions().values():
        for one in versions.values():
            found |= {row["id"]: row["text"] for row in one.data["duties"]}
    return [(code, f"{code} {text if len(text) < 70 else text[:68] + ' …'}") for code, text in found.items()]


class _Form(forms.Form):
    hide_optional = True


class _DateFilter(filters.Filter):
    field_class = GermanDateField


class DutyFilter(filters.FilterSet):
    """Without a choice of state only what is still to be done."""

    q = filters.CharFilter(label="Suche", method="search", max_length=200)
    mine = filters.ChoiceFilter(
        label="Wessen",
        choices=[("me", "meine"), ("nobody", "ohne Person")],
        empty_label="alle",
        method="of_whom",
    )
    due = filters.ChoiceFilter(
        label="Frist",
        choices=[
            ("overdue", "überfällig"),
            ("30", "in den nächsten 30 Tagen"),
            ("90", "in den nächsten 90 Tagen"),
            ("none", "ohne festen Tag"),
            ("law", "nach früherer Fassung"),
        ],
        empty_label="alle",
        method="is_due",
    )
    state = filters.ChoiceFilter(
        label="Stand",
        choices=[*Duty.State.choices, (KEPT, "alle, die gelten"), (ALL, "alle")],
        empty_label="offen und in Arbeit",
        method="in_state",
    )
    department = filters.ModelChoiceFilter(
        label="Amt",
        queryset=lambda request: Department.objects.visible_to(request.user).filter(
            municipality=request.municipality or None
        ),
        method="in_branch",
        empty_label="alle",
    )
    system = filters.ModelChoiceFilter(
        label="KI-System",
        field_name="entry",
        to_field_name="uuid",
        queryset=lambda request: systems_with_duties(request.user, request.municipality),
        empty_label="alle",
    )
    duty = filters.ChoiceFilter(label="Pflicht", field_name="code", choices=duty_names, empty_label="alle")
    day_from = _DateFilter(label="Frist von", field_name="sort_day", lookup_expr="gte")
    day_until = _DateFilter(label="Frist bis", field_name="sort_day", lookup_expr="lte")

    class Meta:
        model = Duty
        fields: list[str] = []
        form = _Form

    def search(self, queryset: QuerySet[Duty], name: str, value: str) -> QuerySet[Duty]:
        words = value.strip()
        found = Q(entry__name__icontains=words) | Q(text__icontains=words) | Q(article__icontains=words)
        return queryset.filter(found | Q(code__iexact=words))

    def of_whom(self, queryset: Any, name: str, value: str) -> QuerySet[Duty]:
        if value == "nobody":
            return queryset.filter(responsible=None)  # type: ignore[no-any-return]
        return mine(queryset, self.request.user, self.request.municipality)

    def is_due(self, queryset: Any, name: str, value: str) -> QuerySet[Duty]:
        if value == "overdue":
            return overdue(queryset)
        if value == "law":
            return with_law(queryset.pending()).filter(by_earlier_law=True)
        return queryset.without_day() if value == "none" else due_within(queryset, int(value))

    def in_state(self, queryset: QuerySet[Duty], name: str, value: str) -> QuerySet[Duty]:
        if value == KEPT:
            return queryset.exclude(state__in=Duty.GONE)
        return queryset if value == ALL else queryset.filter(state=value)

    def in_branch(self, queryset: QuerySet[Duty], name: str, value: Department) -> QuerySet[Duty]:
        return queryset.filter(entry__department__path__startswith=value.path)
