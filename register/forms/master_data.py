"""Storage locations and recipients."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Department
from core.kern import GermanDateField
from register.forms import merging
from register.forms.widgets import TextArea
from register.models import Recipient, StorageLocation
from register.rules import vocabulary


class _MasterDataForm(forms.ModelForm):
    """Only the shape: saving is the service's. The version is what the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version
        kind = self.fields["kind"]
        kind.choices = [(value, label) for value, label in kind.choices if value]
        if self.instance.pk is None:
            del self.fields["is_active"]
        if not self.is_bound:
            self.initial["seen"] = merging.digests(self, self.keys)

    @property
    def keys(self) -> list[str]:
        return [name for name in self.fields if name not in ("version", "seen")]

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.keys}


class StorageForm(_MasterDataForm):
    class Meta:
        model = StorageLocation
        fields = (
            "name", "operator", "kind", "country", "third_country_basis", "certificates", "sub_processors",
            "is_active",
        )  # fmt: skip
        widgets = {"kind": forms.RadioSelect, "sub_processors": TextArea(attrs={"rows": 3})}


class RecipientForm(_MasterDataForm):
    contract_date = GermanDateField(
        label=Recipient._meta.get_field("contract_date").verbose_name,
        help_text="Art. 28 Abs. 3 DSGVO. TT.MM.JJJJ",
        required=False,
    )
    contract_end = GermanDateField(
        label=Recipient._meta.get_field("contract_end").verbose_name,
        help_text="Leer heißt: unbefristet oder noch nicht angegeben. TT.MM.JJJJ",
        required=False,
    )

    class Meta:
        model = Recipient
        fields = (
            "name", "kind", "address", "country", "third_country_basis", "processing_place", "department",
            "contract_date", "contract_end", "notice_months", "training_excluded", "sub_processors", "is_active",
        )  # fmt: skip
        widgets = {
            "kind": forms.RadioSelect,
            "address": TextArea(attrs={"rows": 3}),
            "sub_processors": TextArea(attrs={"rows": 3}),
            "training_excluded": forms.RadioSelect,
            "notice_months": forms.NumberInput(attrs={"class": "ol-input--short", "min": 0, "max": 60}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        department = self.fields["department"]
        department.queryset = Department.objects.active().filter(municipality=self.instance.municipality)
        department.empty_label = "Niemand außer CDO/IT"
        self.fields["training_excluded"].choices = [("", "noch keine Angabe"), *vocabulary.YES_NO_UNKNOWN.items()]
