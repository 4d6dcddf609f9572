"""How often the departments report, and what citizens see of it."""

from __future__ import annotations

from django import forms

from core.kern import GermanDateField
from register.models import Coverage, CoverageRules


class CoverageRulesForm(forms.ModelForm):
    class Meta:
        model = CoverageRules
        fields = ("months", "due_on", "is_public", "shows_names")
        field_classes = {"due_on": GermanDateField}
        widgets = {"months": forms.RadioSelect}


class ReopenForm(forms.Form):
    reason = forms.CharField(
        label=Coverage._meta.get_field("reopened_reason").verbose_name,
        help_text=Coverage._meta.get_field("reopened_reason").help_text,
        max_length=300,
    )
