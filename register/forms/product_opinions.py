"""One Stellungnahme for a product sheet, and taking it over for a system."""

from __future__ import annotations

from django import forms

from register.forms.widgets import TextArea
from register.models import ProductOpinion


class ProductOpinionForm(forms.Form):
    number = forms.IntegerField(widget=forms.HiddenInput)
    result = forms.ChoiceField(
        label="Ergebnis",
        choices=ProductOpinion.Result.choices,
        widget=forms.RadioSelect,
        help_text="Art. 39 Abs. 1 DSGVO.",
    )
    text = forms.CharField(
        label="Stellungnahme",
        max_length=8000,
        widget=TextArea(attrs={"rows": 10}),
        help_text="Zum Produkt, nicht zum einzelnen Einsatz: Was haben Sie geprüft, worauf kommt es vor Ort an?",
    )


class ConfirmOpinionForm(forms.Form):
    note = forms.CharField(
        label="Ergänzung für dieses System",
        max_length=1500,
        required=False,
        widget=TextArea(attrs={"rows": 4}),
        help_text="Zum Beispiel: Die örtliche Rechtsgrundlage ist geprüft.",
    )
