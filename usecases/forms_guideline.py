"""Forms of the guideline and of the agreement with the works council."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import Department
from core.kern import GermanDateField
from register.forms.widgets import TextArea
from usecases.forms_training import SHORT, KeptForm
from usecases.models import GuidelineDraft, GuidelineVersion, StaffAgreement
from usecases.models.guideline import MOST
from usecases.models.training import MOST_PEOPLE
from usecases.rules import guideline as rules


def _label(model: Any, name: str) -> str:
    return str(model._meta.get_field(name).verbose_name)


class GuidelineForm(KeptForm):
    body = forms.CharField(
        label="Text",
        max_length=MOST,
        widget=TextArea(attrs={"rows": 30}),
        help_text="„## “ beginnt eine Überschrift, „- “ einen Listenpunkt. Bausteine: "
        + ", ".join(f"[[{name}]]" for name in rules.PARTS),
    )

    class Meta:
        model = GuidelineDraft
        fields = ("title", "body")

    def choose(self, municipality: Any, user: Any) -> None:
        if self.instance.pk is None:
            self.initial |= {"title": "Richtlinie zur Arbeit mit KI", "body": rules.START}


class EnactForm(forms.Form):
    hide_optional = True
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    enacted_on = GermanDateField(label=_label(GuidelineVersion, "enacted_on"))
    signed_by = forms.CharField(
        label=_label(GuidelineVersion, "signed_by"), max_length=150, help_text="Zum Beispiel: die Bürgermeisterin."
    )

    def __init__(self, data: Any = None, *, draft: GuidelineDraft) -> None:
        super().__init__(data, initial={"version": draft.version, "enacted_on": timezone.localdate()})


class ReadersForm(forms.Form):
    """One number for every office."""

    hide_optional = True

    def __init__(self, data: Any = None, *, departments: list[Department], guideline: GuidelineVersion) -> None:
        super().__init__(data)
        known = {row.department_id: row.number for row in guideline.readers.all()}
        self.departments = {f"office_{row.pk}": row for row in departments}
        for name, row in self.departments.items():
            self.initial[name] = known.get(row.pk)
            self.fields[name] = forms.IntegerField(
                label=row.name,
                required=False,
                min_value=0,
                max_value=MOST_PEOPLE,
                widget=forms.TextInput(attrs=SHORT),
                error_messages={"min_value": "Kenntnisnahmen können nicht negativ sein. Tragen Sie 0 oder mehr ein."},
            )

    @property
    def numbers(self) -> dict[Department, int]:
        given = self.cleaned_data
        return {row: given[name] for name, row in self.departments.items() if given.get(name)}


class AgreementForm(KeptForm):
    concluded_on = GermanDateField(label=_label(StaffAgreement, "concluded_on"))
    keep_months = forms.IntegerField(
        label=_label(StaffAgreement, "keep_months"),
        min_value=1,
        max_value=120,
        widget=forms.TextInput(attrs=SHORT),
        help_text="So lange darf ein Eintrag zu einer Person bleiben. Danach löscht ihn das Programm.",
    )

    class Meta:
        model = StaffAgreement
        fields = ("title", "concluded_on", "reference", "url", "keep_months")
