"""The application for funding as people type it; amounts with a comma."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q

from core.kern import GermanDateField, GermanNumberField
from usecases.models import FundingApplication, FundingProgramme, UseCase
from usecases.services.applications import APPLICATION

DAYS = ("submitted_on", "decided_on", "proof_due")


class ApplicationForm(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)

    class Meta:
        model = FundingApplication
        fields = APPLICATION
        field_classes = {
            **dict.fromkeys(DAYS, GermanDateField),
            "asked": GermanNumberField,
            "granted": GermanNumberField,
        }
        localized_fields = ("asked", "granted")
        help_texts = dict.fromkeys(DAYS, "TT.MM.JJJJ")

    def __init__(self, data: Any = None, *, use_case: UseCase, programme: str = "", instance: Any = None) -> None:
        super().__init__(data, instance=instance)
        self.initial["version"] = self.instance.version
        choice: Any = self.fields["programme"]
        kept = Q(pk=self.instance.programme_id) if self.instance.pk else Q()
        rows = FundingProgramme.objects.filter(municipality=use_case.municipality_id)
        choice.queryset = rows.filter(Q(ended_on__isnull=True) | kept).order_by("name", "pk")
        choice.to_field_name, choice.empty_label = "uuid", "Bitte wählen"
        if self.instance.pk:
            self.initial["programme"] = self.instance.programme.uuid
        elif programme:
            self.initial["programme"] = programme

    def _post_clean(self) -> None:
        """The service checks and saves."""

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in APPLICATION}
