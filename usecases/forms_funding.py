"""Forms of the funding programmes."""

from __future__ import annotations

from typing import Any

from django import forms

from core.kern import GermanDateField
from register.forms.widgets import TextArea
from register.rules.vocabulary import FIELDS_OF_ACTION, STATUS
from usecases.forms_training import SHORT, KeptForm
from usecases.models import FundingProgramme


def _several(label: str, table: dict[str, str]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=list(table.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Ohne Auswahl passt das Programm zu allen.",
    )


class FundingForm(KeptForm):
    rate = forms.IntegerField(
        label="Förderquote in Prozent",
        required=False,
        min_value=1,
        max_value=100,
        widget=forms.TextInput(attrs=SHORT),
        help_text="Leer heißt: nicht bekannt.",
    )
    deadline = GermanDateField(
        label="Antragsfrist", required=False, help_text="TT.MM.JJJJ. Leer heißt: laufend oder nicht bekannt."
    )

    class Meta:
        model = FundingProgramme
        fields = ("name", "funder", "purpose", "rate", "deadline", "url", "guide")
        widgets = {"purpose": TextArea(attrs={"rows": 3})}

    def choose(self, municipality: Any, user: Any) -> None:
        # The model's column is called like Django's table of form fields; these two are added by hand.
        self.fields["fields"] = _several("Handlungsfelder", FIELDS_OF_ACTION)
        self.fields["stages"] = _several("Stufen", STATUS)
        self.initial |= {"fields": self.instance.fields, "stages": self.instance.stages}


class FundingFilterForm(forms.Form):
    hide_optional = True
    q = forms.CharField(label="Suche", required=False, max_length=200, help_text="Name, Fördergeber oder Zweck")
    field = forms.ChoiceField(label="Handlungsfeld", required=False, choices=[("", "Alle"), *FIELDS_OF_ACTION.items()])
    stage = forms.ChoiceField(label="Stufe", required=False, choices=[("", "Alle"), *STATUS.items()])
    over = forms.BooleanField(label="Auch abgelaufene", required=False)
