"""What the list of use cases can be narrowed down by; all of it stands in the address."""

from __future__ import annotations

import django_filters as filters
from django import forms
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Department
from usecases.models import GateProposal, MissingEvidence, UseCase
from usecases.rules import vocabulary
from usecases.selectors import search_use_cases


class _Form(forms.Form):
    hide_optional = True


class UseCaseFilter(filters.FilterSet):
    q = filters.CharFilter(label="Suche", method="search", max_length=200)
    stage = filters.ChoiceFilter(label="Stufe", choices=list(vocabulary.STAGES.items()), empty_label="alle")
    field = filters.ChoiceFilter(label="Handlungsfeld", choices=vocabulary.FIELD_GROUPS, empty_label="alle")
    department = filters.ModelChoiceFilter(
        label="Amt",
        queryset=lambda request: Department.objects.visible_to(request.user).filter(
            municipality=request.municipality or None
        ),
        method="in_branch",
        empty_label="alle",
    )
    strategy = filters.ChoiceFilter(label="Weg", choices=list(vocabulary.STRATEGIES.items()), empty_label="alle")
    finance = filters.ChoiceFilter(label="Finanzierung", choices=list(vocabulary.FINANCES.items()), empty_label="alle")
    waits = filters.ChoiceFilter(
        label="Wartet auf",
        choices=[
            ("decision", "eine Entscheidung"),
            ("evidence", "Nachweise"),
            ("exception", "mit Ausnahme beschlossen"),
        ],
        empty_label="alle",
        method="that_waits",
    )

    class Meta:
        model = UseCase
        fields: list[str] = []
        form = _Form

    def search(self, queryset: QuerySet[UseCase], name: str, value: str) -> QuerySet[UseCase]:
        return search_use_cases(queryset, value)

    def in_branch(self, queryset: QuerySet[UseCase], name: str, value: Department) -> QuerySet[UseCase]:
        return queryset.filter(department__path__startswith=value.path)

    def that_waits(self, queryset: QuerySet[UseCase], name: str, value: str) -> QuerySet[UseCase]:
        rows = {
            "decision": GateProposal.objects.filter(state=GateProposal.State.WAITING),
            "evidence": MissingEvidence.objects.filter(settled_at__isnull=True),
            "exception": GateProposal.objects.filter(state=GateProposal.State.CONFIRMED).exclude(exception_reason=""),
        }[value]
        return queryset.filter(Exists(rows.filter(use_case=OuterRef("pk"))))
