"""What people say about a Mangel."""

from __future__ import annotations

from typing import Any

from django import forms

from core.kern import GermanDateField
from register.forms.widgets import TextArea
from register.models import Deficiency
from register.selectors import people_of


def _text(name: str, *, rows: int, required: bool = True) -> forms.CharField:
    field: Any = Deficiency._meta.get_field(name)
    return forms.CharField(
        label=field.verbose_name,
        max_length=field.max_length,
        required=required,
        help_text=field.help_text,
        widget=TextArea(attrs={"rows": rows}),
    )


class _DeficiencyForm(forms.Form):
    """The version is what the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, row: Deficiency) -> None:
        super().__init__(data, initial={"version": row.version})


class PlanForm(_DeficiencyForm):
    measure = _text("measure", rows=4)
    responsible = forms.ModelChoiceField(
        None,
        label="Verantwortliche Person",
        help_text="Sie wird an die Frist erinnert.",
        empty_label="Bitte wählen",
        to_field_name="uuid",
    )
    due = GermanDateField(label="Frist", help_text="Bis wann ist das erledigt? TT.MM.JJJJ")

    def __init__(self, data: Any = None, *, row: Deficiency) -> None:
        super().__init__(data, row=row)
        self.fields["responsible"].queryset = people_of(row.entry.municipality)
        self.initial |= {
            "measure": row.measure,
            "responsible": row.responsible.uuid if row.responsible else None,
            "due": row.due,
        }


class DismissalForm(_DeficiencyForm):
    reason = _text("dismissal_reason", rows=5)


class DecisionForm(_DeficiencyForm):
    agrees = forms.TypedChoiceField(
        label="Ihre Entscheidung",
        choices=[("yes", "Der Mangel trifft hier nicht zu"), ("no", "Der Mangel bleibt offen")],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
        help_text="Ändern sich die Angaben dazu, entsteht der Mangel neu.",
    )
    note = _text("closing_note", rows=3, required=False)
