"""What people say about a duty. The version is what the person saw."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Municipality
from compliance.models import Duty
from compliance.selectors_duties import people_for
from core.kern import GermanDateField
from core.text import format_date
from register.forms.widgets import TextArea
from register.models import Evidence
from register.selectors import people_of


def _text(label: str, *, rows: int = 4, required: bool = True, hint: str = "") -> forms.CharField:
    widget = TextArea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=2500, required=required, help_text=hint, widget=widget)


def _person(**options: Any) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(None, label="Verantwortliche Person", to_field_name="uuid", **options)


class _DutyForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, duty: Duty) -> None:
        super().__init__(data, initial={"version": duty.version})


class PlanDutyForm(_DutyForm):
    responsible = _person(
        required=False,
        empty_label="Niemand eingetragen",
        help_text="Sie wird an die Frist erinnert. Sonst, wer für den Eintrag verantwortlich ist.",
    )
    target_day = GermanDateField(label="Eigener Termin", required=False)
    state = forms.ChoiceField(
        label="Stand",
        choices=[(state.value, state.label) for state in Duty.PENDING],
        widget=forms.RadioSelect,
    )
    note = _text("Notiz", rows=3, required=False, hint="Bleibt intern.")

    def __init__(self, data: Any = None, *, duty: Duty) -> None:
        super().__init__(data, duty=duty)
        self.fields["responsible"].queryset = people_for(duty.entry)
        law = (
            f"Nicht später als der Tag des Gesetzes, {format_date(duty.due)}. "
            if duty.due and not duty.is_moved
            else ""
        )
        self.fields["target_day"].help_text = f"{law}TT.MM.JJJJ"
        self.initial |= {
            "responsible": duty.responsible.uuid if duty.responsible else None,
            "target_day": duty.target_day,
            "state": duty.state,
            "note": duty.note,
        }


class DoneForm(_DutyForm):
    note = _text(
        "Begründung",
        required=False,
        hint="Nötig, wenn kein Nachweis zugeordnet ist: Warum ist die Pflicht erledigt?",
    )


class ReopenForm(_DutyForm):
    reason = _text("Grund", rows=3, hint="Was ist noch zu tun?")


class NotApplicableForm(_DutyForm):
    reason = _text("Warum die Pflicht hier nicht anwendbar ist", hint="Eine zweite Person prüft Ihre Begründung.")


class DecideForm(_DutyForm):
    agrees = forms.TypedChoiceField(
        label="Ihre Entscheidung",
        choices=[("yes", "Die Pflicht ist hier nicht anwendbar"), ("no", "Die Pflicht bleibt offen")],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )
    note = _text("Anmerkung", rows=3, required=False)


class ProveForm(forms.Form):
    """A Nachweis that the entry has already."""

    evidence = forms.ModelChoiceField(
        None, label="Nachweis des Eintrags", to_field_name="uuid", empty_label="Bitte wählen"
    )

    def __init__(self, data: Any = None, *, duty: Duty) -> None:
        super().__init__(data)
        linked = duty.evidence.values("pk")
        self.fields["evidence"].queryset = Evidence.objects.filter(entry=duty.entry).exclude(pk__in=linked)


class AssignForm(forms.Form):
    responsible = _person(empty_label="Bitte wählen", help_text="Sie wird an die Fristen erinnert.")

    def __init__(self, data: Any = None, *, municipality: Municipality) -> None:
        super().__init__(data)
        self.fields["responsible"].queryset = people_of(municipality)
