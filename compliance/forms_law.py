"""Loading a rule set, and narrowing down what a change of law touches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.models import Department
from compliance.rules.assessment_text import SHORT
from compliance.rules.law_effect import KINDS

PERSON = "person"


class RulesetForm(forms.Form):
    file = forms.FileField(
        label="Datei (YAML)",
        help_text="Ein Regelwerk in der Form der mitgelieferten, mit der nächsten Versionsnummer. Höchstens 512 KB.",
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}),
        error_messages={"empty": "Die Datei ist leer."},
    )


class LawChangeFilterForm(forms.Form):
    hide_optional = True
    q = forms.CharField(label="Suche", required=False, max_length=200)
    kind = forms.ChoiceField(label="Was sich ändert", required=False)
    risk_class = forms.ChoiceField(label="Bisherige Klasse", required=False)
    department = forms.ModelChoiceField(label="Amt", required=False, queryset=Department.objects.none())

    def __init__(self, data: Any = None, *, departments: Any) -> None:
        super().__init__(data)
        kinds: Iterable[tuple[str, str]] = KINDS.items()
        self.fields["kind"].choices = [("", "Alle"), (PERSON, "Braucht eine Person"), *kinds]
        self.fields["risk_class"].choices = [("", "Alle"), *SHORT.items()]
        self.fields["department"].queryset = departments
        self.fields["department"].empty_label = "Alle"
