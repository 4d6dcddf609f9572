"""The texts of a consultation, and its result."""

from __future__ import annotations

from typing import Any

from django import forms

from core.kern import GermanDateField
from inquiries.models import Consultation


class Written(forms.ModelForm):
    """A form whose service checks and saves."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)

    def __init__(self, data: Any = None, *, instance: Consultation | None = None) -> None:
        super().__init__(data, instance=instance)
        self.initial["version"] = self.instance.version

    def _post_clean(self) -> None:
        """The service checks and saves."""

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}


class ConsultationForm(Written):
    class Meta:
        model = Consultation
        fields = ("title", "about", "question", "opens_on", "closes_on")
        field_classes = {"opens_on": GermanDateField, "closes_on": GermanDateField}


class ResultForm(Written):
    class Meta:
        model = Consultation
        fields = ("summary", "outcome")
