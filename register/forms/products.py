"""Product sheets: the sheet itself, and the end of a check."""

from __future__ import annotations

from typing import Any

from django import forms

from core.kern import HintedRadioSelect
from register.forms.widgets import TextArea
from register.inheritance import MAY_BE_UNKNOWN, SHEET
from register.models import Product, ProductVersion
from register.selectors_products import sheet_label

Kind = ProductVersion.Kind

GROUPS = {
    "Produkt und Anbieter": ("name", "provider", "provider_register_number", "product_version", "website"),
    "Technik": (
        "algorithm_type", "description", "methods_and_models", "general_purpose", "general_purpose_model",
        "system_openness", "publiccode",
    ),
    "Daten und Betrieb": ("training_data", "training_on_inputs", "hosting"),
    "Unterlagen des Anbieters": ("dpa_url", "dpia_url", "instructions_url"),
    "Was nicht bekannt ist": ("unknown",),
    "Sichtbarkeit": ("is_shared", "is_active"),
    "Art der Änderung": ("kind", "reason"),
}  # fmt: skip


class ProductForm(forms.ModelForm):
    """Only the shape: saving is the service's. The number is the version the person saw."""

    number = forms.IntegerField(widget=forms.HiddenInput, required=False)
    unknown = forms.MultipleChoiceField(
        label=sheet_label("unknown"),
        help_text=Product._meta.get_field("unknown").help_text,
        choices=[(key, sheet_label(key)) for key in MAY_BE_UNKNOWN],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    kind = forms.ChoiceField(
        label="Wie wichtig ist die Änderung?",
        choices=[(Kind.EDITORIAL, "redaktionell"), (Kind.ESSENTIAL, "wesentlich")],
        widget=HintedRadioSelect(
            hints={
                Kind.EDITORIAL: "Nur Adressen von Seiten und Unterlagen und die Registernummer. Niemand muss deshalb "
                "neu prüfen. Alles, was sagt, was das Produkt ist und tut, ist wesentlich.",
                Kind.ESSENTIAL: "Zum Beispiel ein neues Modell. Jede Kommune mit diesem Produkt bekommt eine Aufgabe.",
            }
        ),
    )
    reason = forms.CharField(
        label="Grund der Änderung", max_length=300, help_text="Erscheint bei allen, die das Produktblatt nutzen."
    )

    class Meta:
        model = Product
        fields = (*SHEET, "is_shared", "is_active")
        widgets = {
            "algorithm_type": forms.RadioSelect,
            "general_purpose": forms.RadioSelect,
            "training_on_inputs": forms.RadioSelect,
            "system_openness": forms.RadioSelect,
            "description": TextArea(attrs={"rows": 8}),
            "methods_and_models": TextArea(attrs={"rows": 5}),
            "training_data": TextArea(attrs={"rows": 5}),
            "hosting": TextArea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["number"] = self.instance.number
        for field in self.fields.values():
            if isinstance(field, forms.TypedChoiceField):
                field.choices = [("", "noch keine Angabe"), *((v, t) for v, t in field.choices if v)]
            if isinstance(field, forms.URLField):
                field.assume_scheme = "https"
        if self.instance.pk is None:
            for name in ("kind", "reason", "is_active"):
                del self.fields[name]

    @property
    def values(self) -> dict[str, Any]:
        """What belongs to the sheet."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.cleaned_data}

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The fields under their headings."""
        return [
            {"title": title, "fields": [self[name] for name in names if name in self.fields]}
            for title, names in GROUPS.items()
            if any(name in self.fields for name in names)
        ]


class CheckForm(forms.Form):
    number = forms.IntegerField(widget=forms.HiddenInput, required=False)
    note = forms.CharField(
        label="Ergebnis der Prüfung",
        max_length=2500,
        help_text="Was bedeutet die Änderung für Ihre Systeme? Zum Beispiel: Angaben übernommen, Risiko unverändert.",
        widget=TextArea(attrs={"rows": 4}),
    )
