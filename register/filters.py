"""What lists can be narrowed down by. Every filter stands in the address, so a list can be shared and bookmarked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.choices import flatten_choices

from accounts.models import Department, Municipality
from register.models import Deficiency, Entry, Evidence, Product, Recipient
from register.rules import vocabulary
from register.rules.vocabulary import IN_USE
from register.selectors import search_entries, search_evidence, search_master_data
from register.selectors_products import ending_contracts

NOT_ASSESSED = "offen"
# Every status in which a system is planned, in use or suspended.
CURRENT = "current"
SOON = timedelta(days=90)


class _Form(forms.Form):
    hide_optional = True


def _choice(table: dict[str, str], **options: Any) -> filters.ChoiceFilter:
    return filters.ChoiceFilter(choices=list(table.items()), empty_label="Alle", **options)


class EntryFilter(filters.FilterSet):
    """Filters of every kind of entry."""

    q = filters.CharFilter(label="Suche", method="search", max_length=200)
    review_state = filters.ChoiceFilter(label="Prüfstand", choices=Entry.ReviewState.choices, empty_label="Alle")
    department = filters.ModelChoiceFilter(
        label="Amt", queryset=lambda request: _departments(request), method="in_branch", empty_label="Alle"
    )

    due = _choice(
        {"overdue": "überfällig", "soon": "in den nächsten 90 Tagen"}, label="Nächste Prüfung", method="is_due"
    )
    mine = _choice(
        {"edited": "zuletzt von mir bearbeitet", "owner": "ich bin verantwortlich"}, label="Meine", method="of_mine"
    )

    class Meta:
        model = Entry
        fields: list[str] = []
        form = _Form

    def search(self, queryset: QuerySet[Entry], name: str, value: str) -> QuerySet[Entry]:
        return search_entries(queryset, value)

    def is_due(self, queryset: QuerySet[Entry], name: str, value: str) -> QuerySet[Entry]:
        today = timezone.localdate()
        days = {"revision_date__lt": today} if value == "overdue" else {"revision_date__range": (today, today + SOON)}
        return queryset.filter(**days)

    def of_mine(self, queryset: QuerySet[Entry], name: str, value: str) -> QuerySet[Entry]:
        column = "last_edited_by" if value == "edited" else "owner_person"
        return queryset.filter(**{column: self.request.user.pk})

    def in_branch(self, queryset: QuerySet[Entry], name: str, value: Department) -> QuerySet[Entry]:
        return queryset.filter(department__path__startswith=value.path)


class SystemFilter(EntryFilter):
    """Filters of AI systems."""

    status = _choice({**vocabulary.STATUS, CURRENT: "weder beendet noch verworfen"}, label="Status", method="of_status")
    risk_class = _choice(
        {NOT_ASSESSED: "noch nicht bewertet", **vocabulary.RISK_CLASSES},
        label="Risikoklasse nach der KI-VO",
        method="of_class",
    )
    field = _choice(vocabulary.FIELDS_OF_ACTION, label="Handlungsfeld", method="of_field")
    affects_people = _choice(
        vocabulary.YES_NO_UNKNOWN, label="Wirkt auf Entscheidungen über Menschen", field_name="system__affects_people"
    )

    def of_status(self, queryset: QuerySet[Entry], name: str, value: str) -> QuerySet[Entry]:
        return queryset.exclude(status__in=vocabulary.ENDED) if value == CURRENT else queryset.filter(status=value)

    def of_class(self, queryset: QuerySet[Entry], name: str, value: str) -> QuerySet[Entry]:
        return queryset.filter(system__ai_act_class="" if value == NOT_ASSESSED else value)

    def of_field(self, queryset: QuerySet[Entry], name: str, value: str) -> QuerySet[Entry]:
        return queryset.filter(system__category__contains=[value])


class DatasetFilter(EntryFilter):
    """Filters of datasets."""

    personal_data_level = _choice(
        vocabulary.PERSONAL_DATA_LEVELS, label="Personenbezug", field_name="dataset__personal_data_level"
    )


class InboxFilter(filters.FilterSet):
    """What waits for a Stellungnahme, across municipalities."""

    q = filters.CharFilter(label="Suche", method="search", max_length=200)
    town = filters.ChoiceFilter(label="Kommune", field_name="municipality__slug", empty_label="Alle")
    kind = filters.ChoiceFilter(label="Art", choices=Entry.Kind.choices, empty_label="Alle")

    class Meta:
        model = Entry
        fields: list[str] = []
        form = _Form

    def __init__(self, *args: Any, towns: Iterable[Municipality], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["town"].extra["choices"] = [(town.slug, town.name) for town in towns]

    def search(self, queryset: QuerySet[Entry], name: str, value: str) -> QuerySet[Entry]:
        return search_entries(queryset, value)


class DeficiencyFilter(filters.FilterSet):
    """Mängel. Without a choice only those that are still open or in work."""

    q = filters.CharFilter(label="Suche", field_name="entry__name", lookup_expr="icontains", max_length=200)
    state = filters.ChoiceFilter(
        label="Stand",
        choices=[*Deficiency.State.choices, ("all", "alle")],
        empty_label="offen und in Arbeit",
        method="in_state",
    )
    due = filters.ChoiceFilter(label="Frist", choices=[("past", "überschritten")], empty_label="Alle", method="is_due")
    status = filters.ChoiceFilter(
        label="System", choices=[("in_use", "in Betrieb")], empty_label="Alle", method="of_status"
    )
    department = filters.ModelChoiceFilter(
        label="Amt", queryset=lambda request: _departments(request), method="in_branch", empty_label="Alle"
    )

    class Meta:
        model = Deficiency
        fields: list[str] = []
        form = _Form

    def in_state(self, queryset: QuerySet[Deficiency], name: str, value: str) -> QuerySet[Deficiency]:
        return queryset if value == "all" else queryset.filter(state=value)

    def is_due(self, queryset: QuerySet[Deficiency], name: str, value: str) -> QuerySet[Deficiency]:
        return queryset.overdue()  # type: ignore[attr-defined]

    def of_status(self, queryset: QuerySet[Deficiency], name: str, value: str) -> QuerySet[Deficiency]:
        return queryset.filter(entry__status__in=IN_USE)

    def in_branch(self, queryset: QuerySet[Deficiency], name: str, value: Department) -> QuerySet[Deficiency]:
        return queryset.filter(entry__department__path__startswith=value.path)


class MasterDataFilter(filters.FilterSet):
    """Storage locations and recipients."""

    q = filters.CharFilter(label="Suche", method="search", max_length=200)
    country = _choice(vocabulary.COUNTRIES, label="Land")
    is_active = filters.ChoiceFilter(
        label="Stand", choices=[("true", "aktiv"), ("false", "nicht mehr genutzt")], empty_label="Alle"
    )

    class Meta:
        form = _Form

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return search_master_data(queryset, value)


class RecipientFilter(MasterDataFilter):
    """Recipients, by kind and by what becomes of the contract."""

    kind = _choice(vocabulary.RECIPIENT_KINDS, label="Art")
    contract = filters.ChoiceFilter(
        label="Vertrag",
        choices=[("ending", "endet in den nächsten 90 Tagen"), ("open_training", "Training nicht ausgeschlossen")],
        method="of_contract",
        empty_label="Alle",
    )

    def of_contract(self, queryset: QuerySet[Recipient], name: str, value: str) -> QuerySet[Recipient]:
        if value == "ending":
            return queryset.filter(pk__in=ending_contracts(self.request.user).values("pk"))
        return queryset.filter(kind="processor").exclude(training_excluded="yes")


class EvidenceFilter(filters.FilterSet):
    """Nachweise, by kind and by whether they still count."""

    q = filters.CharFilter(label="Suche", method="search", max_length=200)
    kind = filters.ChoiceFilter(label="Art", choices=Evidence.Kind.choices, empty_label="Alle")
    valid = _choice(
        {"ending": "läuft in den nächsten 90 Tagen ab", "ended": "abgelaufen"}, label="Gültigkeit", method="by_validity"
    )

    class Meta:
        form = _Form

    def search(self, queryset: QuerySet[Evidence], name: str, value: str) -> QuerySet[Evidence]:
        return search_evidence(queryset, value)

    def by_validity(self, queryset: QuerySet[Evidence], name: str, value: str) -> QuerySet[Evidence]:
        return queryset.ending() if value == "ending" else queryset.ended()  # type: ignore[attr-defined]


class ProductFilter(filters.FilterSet):
    """Product sheets."""

    q = filters.CharFilter(label="Suche", method="search", max_length=200)
    owner = filters.ChoiceFilter(
        label="Gepflegt von",
        choices=[("own", "der eigenen Kommune"), ("others", "anderen Kommunen")],
        method="of_owner",
        empty_label="Alle",
    )
    is_active = filters.ChoiceFilter(
        label="Stand", choices=[("true", "aktiv"), ("false", "nicht mehr genutzt")], empty_label="Alle"
    )

    class Meta:
        form = _Form

    def search(self, queryset: QuerySet[Product], name: str, value: str) -> QuerySet[Product]:
        return queryset.filter(Q(name__icontains=value) | Q(provider__icontains=value))

    def of_owner(self, queryset: QuerySet[Product], name: str, value: str) -> QuerySet[Product]:
        own = Q(municipality=self.request.municipality or None)
        return queryset.filter(own if value == "own" else ~own)


def _departments(request: Any) -> QuerySet[Department]:
    return Department.objects.visible_to(request.user).filter(municipality=request.municipality or None)


def chips_of(filterset: filters.FilterSet) -> list[dict[str, str]]:
    """The active filters, each with the address that takes it away."""
    form, chips = filterset.form, []
    for name, value in filterset.data.items():
        field = form.fields.get(name)
        if not value or field is None or name not in form.cleaned_data:
            continue
        rest = filterset.data.copy()
        for gone in (name, "after", "before"):
            rest.pop(gone, None)
        chips.append(
            {"label": f"{field.label}: {_said(field, form.cleaned_data[name], value)}", "url": f"?{rest.urlencode()}"}
        )
    return chips


def _said(field: forms.Field, cleaned: Any, value: str) -> str:
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        # As an iterator: django-filter cannot count choices that a function gives.
        return dict(flatten_choices(iter(field.choices))).get(value, value)
    return str(cleaned)
