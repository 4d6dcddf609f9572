"""People, roles, deputies, delegation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, Membership, Municipality, User
from accounts.rules import roles
from core.kern import GermanDateField, HintedRadioSelect

ROLE_HINTS: dict[Any, Any] = {
    roles.FACHAMT: _("Erfasst Einträge des eigenen Amts und gibt sie zur Prüfung."),
    roles.CDO: _("Bearbeitet alle Einträge und veröffentlicht, was freigegeben ist."),
    roles.DSB: _("Kommentiert, gibt zurück und gibt die Stellungnahme des Datenschutzes ab."),
    roles.LEITUNG: _("Gibt Einträge frei und kann das befristet übertragen."),
    roles.REVISION: _("Liest alles, auch den Verlauf, und ändert nichts."),
    roles.VERWALTUNG: _("Pflegt Personen, Rollen und Einstellungen."),
}


class _TreeIterator(ModelChoiceIterator):
    """Each department is followed by those below it, in alphabetical order on every level."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        rows = {row.pk: row for row in self.queryset}

        def place(row: Department) -> list[tuple[str, int]]:
            above = [int(part) for part in row.path.split("/") if part]
            return [(rows[pk].sort_key, pk) for pk in above if pk in rows]

        yield from (self.choice(row) for row in sorted(rows.values(), key=place))


class _DepartmentField(forms.ModelChoiceField):
    iterator = _TreeIterator

    def label_from_instance(self, obj: Any) -> str:
        # Indented like the tree; the path has one part per level.
        return "\u2003" * (obj.path.count("/") - 2) + obj.name


def department_field(
    municipality: Municipality, *, include: Department | None = None, **kwargs: Any
) -> _DepartmentField:
    rows = Department.objects.filter(municipality=municipality)
    rows = rows.active() if include is None else rows.active() | rows.filter(pk=include.pk)
    return _DepartmentField(
        queryset=rows.order_by("sort_key", "pk"), required=False, empty_label=_("Kein Amt"), **kwargs
    )


class RoleForm(forms.Form):
    """A role with its department and period."""

    role = forms.ChoiceField(label=_("Rolle"), widget=HintedRadioSelect(hints=ROLE_HINTS))
    valid_from = GermanDateField(label=_("Gilt ab"), required=False, help_text=_("Leer: ab sofort."))
    valid_until = GermanDateField(label=_("Gilt bis"), required=False, help_text=_("Leer: ohne Ende."))

    def __init__(
        self, *args: Any, municipality: Municipality, membership: Membership | None = None, **kwargs: Any
    ) -> None:
        if membership is not None:
            names = ("role", "department", "valid_from", "valid_until")
            kwargs["initial"] = {name: getattr(membership, name) for name in names}
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (key, label) for key, label in roles.LABELS.items() if key != roles.PLATTFORM
        ]
        self.fields["department"] = department_field(
            municipality,
            include=membership.department if membership else None,
            label=_("Amt"),
            help_text=_("Nötig für die Rolle Fachamt; sie gilt für dieses Amt und alle darunter."),
        )
        self.order_fields(["email", "role", "department", "valid_from", "valid_until"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("role") == roles.FACHAMT and not cleaned.get("department"):
            self.add_error("department", _("Für die Rolle Fachamt wählen Sie bitte ein Amt."))
        start, end = cleaned.get("valid_from"), cleaned.get("valid_until")
        if start and end and end < start:
            self.add_error("valid_until", _("Das Ende liegt vor dem Beginn."))
        return cleaned


class InviteForm(RoleForm):
    email = forms.EmailField(
        label=_("E-Mail-Adresse"), help_text=_("Dienstlich. Der Link in der Einladung gilt 14 Tage und nur einmal.")
    )
    valid_from = None  # type: ignore[assignment] # the role begins when the invitation is accepted


class _PersonField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj} ({obj.email})" if obj.email else str(obj)


class StandInForm(forms.Form):
    """Another person takes over until a day: deputies and delegations."""

    valid_from = GermanDateField(label=_("Gilt ab"), required=False, help_text=_("Leer: ab sofort."))
    valid_until = GermanDateField(label=_("Gilt bis"))
    reason = forms.CharField(label=_("Anlass"), max_length=200, required=False, help_text=_("Zum Beispiel: Urlaub."))

    def __init__(self, *args: Any, municipality: Municipality, without: User, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = Membership.objects.active().filter(municipality=municipality)
        people = User.objects.filter(is_active=True, memberships__in=here).exclude(pk=without.pk).distinct()
        self.fields["user"] = _PersonField(
            queryset=people.order_by("last_name", "first_name", "username"), label=label, empty_label=_("Bitte wählen")
        )
        self.order_fields(["user", "valid_from", "valid_until", "reason"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("valid_from"), cleaned.get("valid_until")
        if start and end and end < start:
            self.add_error("valid_until", _("Das Ende liegt vor dem Beginn."))
        return cleaned
