"""The form of one section, made from the release table and the model fields.

A new field needs its model field, its row in `register/publication.py` and a migration; it then appears here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.forms import SimpleArrayField
from django.db import models
from django.db.models import Q

from accounts import permissions
from accounts.models import User
from core.kern import GermanDateField, MonthField
from register import publication
from register.content import content_of, holder_of
from register.forms import choices, field_help, merging
from register.forms.folds import Fold, folds_of
from register.forms.records import RecordsField
from register.forms.widgets import RolesTable, TextArea
from register.models import Dataset, Entry, Product, Recipient, StorageLocation
from register.models.system import MONTH
from register.rules import records, required, vocabulary
from register.selectors import label_of, people_of

NO_ANSWER = {"ai_act_class": "noch nicht bewertet"}
# So many answers stand side by side as radio buttons; more become a list to open.
MOST_RADIOS = 7
# Has a page of its own.
ELSEWHERE = {"withheld"}


class SectionForm(forms.Form):
    """Saves with anything missing; what is needed to hand the entry in is only marked."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        entry: Entry,
        rows: Sequence[publication.Row],
        user: User,
        kept: dict[str, list[str]] | None = None,
    ) -> None:
        super().__init__(data, initial={"version": entry.version})
        self.entry, self.user, self.rows, self._kept_seen = entry, user, rows, ""
        self.section, self.presets = next((row.section for row in rows), ""), dict[str, Any]()
        self.keys = [row.key for row in rows if row.key not in ELSEWHERE and row.key not in _DERIVED]
        current = content_of(entry)
        self.needed_on_submit = {row.key for row in rows if row.required} | (
            required.demanded(entry.kind, current) & set(self.keys)
        )
        self.needed_on_submit -= {"name"}
        self.wanted = required.wanted(entry.kind, current)
        self.more = {key: field_help.MORE[key] for key in self.keys if key in field_help.MORE}
        for row in rows:
            if row.key in self.keys:
                self.fields[row.key] = self._field_of(row)
        if "name" in self.fields:
            name = self.fields["name"]
            name.help_text = choices.NAME_HINTS.get(entry.kind, name.help_text)
        self.links = {row.key for row in rows if row.model == publication.LINK}
        self.restored = self._restore(kept) if kept else False

    @property
    def seen(self) -> str:
        """Digests of what is shown, for whoever is overtaken while typing."""
        return self._kept_seen or merging.digests(self, self.keys)

    def _restore(self, kept: dict[str, list[str]]) -> bool:
        seen = merging.restore(
            self, kept, again=lambda data: SectionForm(data, entry=self.entry, rows=self.rows, user=self.user)
        )
        self._kept_seen = seen or ""
        return seen is not None

    def _field_of(self, row: publication.Row) -> forms.Field:
        if row.model == publication.LINK:
            return _LINK_FIELDS[row.key](self.entry)
        holder = holder_of(self.entry, row.model)
        column = holder._meta.get_field(row.key)
        self.presets[row.key] = column.get_default() if column.has_default() else ""
        field = _form_field(column, self)
        self.initial[row.key] = _initial(getattr(holder, row.key))
        return field

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """What this entry is asked for: the required sets that apply to it."""
        return [self[name] for name in self.fields if name == "version" or name in self.wanted]

    @property
    def folds(self) -> list[Fold]:
        """All the rest, to be opened."""
        first = {field.name for field in self.first_fields}
        return folds_of(self, [self[name] for name in self.fields if name not in first])

    @property
    def changes(self) -> dict[str, Any]:
        """The plain fields that differ from what is stored."""
        return {k: self.cleaned_data[k] for k in self.keys if k in self.changed_data and k not in self.links}

    @property
    def changed_links(self) -> dict[str, Any]:
        return {k: _LINK_VALUES[k](self, k) for k in self.keys if k in self.changed_data and k in self.links}


def _initial(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value


def _form_field(field: Any, form: SectionForm) -> forms.Field:
    if field.name == "department":
        return _department(field, form)
    if field.name in ("owner_person", "deputy_person"):
        return forms.ModelChoiceField(
            people_of(form.entry.municipality),
            label=field.verbose_name,
            help_text=field.help_text,
            required=False,
            empty_label="Niemand eingetragen",
        )
    if isinstance(field, ArrayField):
        return _several(field) if field.base_field.choices else _words(field)
    if isinstance(field, models.JSONField):
        return RecordsField(
            records.COLUMNS[field.name], label=field.verbose_name, help_text=field.help_text, required=False
        )
    if field.choices:
        return _one_of(field)
    if isinstance(field, models.DateField):
        return GermanDateField(label=field.verbose_name, help_text=f"{field.help_text} TT.MM.JJJJ", required=False)
    if isinstance(field, models.TextField):
        return field.formfield(widget=TextArea(attrs={"rows": _lines(field)}), required=False)
    if isinstance(field, models.URLField):
        return field.formfield(required=False, assume_scheme="https")
    if MONTH in field.validators:
        return MonthField(label=field.verbose_name, help_text=field.help_text, required=False, validators=[MONTH])
    return field.formfield(required=not field.blank)


def _lines(field: models.TextField[Any, Any]) -> int:
    longest = field.max_length or 2500
    return 4 if longest <= 1000 else 6 if longest <= 2500 else 10


def _department(field: Any, form: SectionForm) -> forms.Field:
    return forms.ModelChoiceField(
        choices.departments(form.user, form.entry.municipality, keep=form.entry.department),
        label=field.verbose_name,
        help_text=field.help_text,
        required=not permissions.has_all(form.user, "entry.edit", form.entry.municipality_id),
        empty_label="Bitte wählen",
    )


def _words(field: Any) -> forms.Field:
    return SimpleArrayField(
        forms.CharField(max_length=field.base_field.max_length),
        label=field.verbose_name,
        help_text=field.help_text,
        required=False,
        max_length=field.size,
        error_messages={"item_invalid": "Das Schlagwort Nummer %(nth)s ist zu lang:"},
    )


def _several(field: Any) -> forms.Field:
    return forms.MultipleChoiceField(
        choices=field.base_field.choices,
        label=field.verbose_name,
        help_text=field.help_text,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def _one_of(field: Any) -> forms.Field:
    nothing = [("", NO_ANSWER.get(field.name, "noch keine Angabe"))] if field.blank else []
    answers = [*nothing, *field.choices]
    return forms.ChoiceField(
        choices=answers,
        label=field.verbose_name,
        help_text=field.help_text,
        required=not field.blank and not field.has_default(),
        widget=forms.RadioSelect if len(answers) <= MOST_RADIOS else forms.Select,
    )


class RowsField(forms.ModelMultipleChoiceField):
    """Rows of the municipality as checkboxes, named by their public identifier."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, queryset: Any, describe: Callable[[Any], str], **kwargs: Any) -> None:
        super().__init__(queryset, to_field_name="uuid", required=False, **kwargs)
        self._describe = describe
        if not queryset.exists():
            self.help_text = "Noch ist hier nichts erfasst."

    def label_from_instance(self, obj: Any) -> str:
        return self._describe(obj)


def _datasets(entry: Entry) -> forms.Field:
    """A checkbox for each role of each dataset."""
    rows = Entry.objects.filter(municipality=entry.municipality, kind=Entry.Kind.DATASET).only("uuid", "name")
    roles = vocabulary.DATASET_ROLES.items()
    answers = [(row.name, [(f"{row.uuid}:{role}", label) for role, label in roles]) for row in rows]
    field = forms.MultipleChoiceField(
        choices=answers,
        label=label_of(entry.kind, "datasets"),
        help_text="Wozu nutzt das System die Daten? Sie können mehrere Rollen ankreuzen.",
        required=False,
        widget=RolesTable,
    )
    links = entry.system.dataset_links.select_related("dataset__entry")
    field.initial = [f"{link.dataset.entry.uuid}:{link.role}" for link in links]
    return field


def _dataset_links(form: SectionForm, key: str) -> list[tuple[Dataset, str]]:
    chosen = [value.split(":") for value in form.cleaned_data[key]]
    rows = Dataset.objects.select_related("entry").filter(
        entry__municipality=form.entry.municipality, entry__uuid__in=[uuid for uuid, _ in chosen]
    )
    by_uuid = {str(row.entry.uuid): row for row in rows}
    return [(by_uuid[uuid], role) for uuid, role in chosen]


def _storage(entry: Entry) -> forms.Field:
    used = entry.system.storage_links.values("storage")
    field = RowsField(
        StorageLocation.objects.filter(Q(is_active=True) | Q(pk__in=used), municipality=entry.municipality),
        lambda row: f"{row.name} ({row.get_kind_display()}, {row.get_country_display()})",
        label=label_of(entry.kind, "storage"),
        help_text="Öffentlich sind Art und Land, nicht der Name.",
    )
    field.initial = list(entry.system.storage_links.values_list("storage__uuid", flat=True))
    return field


def _recipients(entry: Entry) -> forms.Field:
    used = entry.system.recipient_links.values("recipient")
    field = RowsField(
        Recipient.objects.filter(Q(is_active=True) | Q(pk__in=used), municipality=entry.municipality),
        lambda row: f"{row.name} ({row.get_kind_display()}, {row.get_country_display()})",
        label=label_of(entry.kind, "recipients"),
        help_text="Art. 30 Abs. 1 Buchst. d DSGVO. Öffentlich erst nach der Stellungnahme.",
    )
    field.initial = list(entry.system.recipient_links.values_list("recipient__uuid", flat=True))
    return field


def _product(entry: Entry) -> forms.Field:
    rows = Product.objects.usable_in(entry.municipality) | Product.objects.filter(deployments=entry.system)
    field = ProductField(
        rows.distinct(),
        to_field_name="uuid",
        label=label_of(entry.kind, "product"),
        help_text="Was hier noch leer ist, wird beim Speichern aus dem Produktblatt übernommen.",
        required=False,
        empty_label="kein Produktblatt",
    )
    field.initial = entry.system.product.uuid if entry.system.product_id else None
    return field


class ProductField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.provider})"


_LINK_FIELDS: dict[str, Callable[[Entry], forms.Field]] = {
    "product": _product,
    "datasets": _datasets,
    "storage": _storage,
    "recipients": _recipients,
}
_LINK_VALUES: dict[str, Callable[[SectionForm, str], Any]] = {
    "product": lambda form, key: form.cleaned_data[key],
    "datasets": _dataset_links,
    "storage": lambda form, key: list(form.cleaned_data[key]),
    "recipients": lambda form, key: list(form.cleaned_data[key]),
}
# Follows from another row, so nobody types it.
_DERIVED = {"storage_details", "vvt_ref"}
