"""What people say about a proof, and the file itself where the municipality takes files."""

from __future__ import annotations

from typing import Any

from django import forms

from core.kern import GermanDateField
from register.evidence_files import megabytes
from register.models import Evidence, EvidenceRules
from register.rules.file_types import SUFFIXES


def _date(name: str) -> GermanDateField:
    field: Any = Evidence._meta.get_field(name)
    return GermanDateField(label=field.verbose_name, help_text=field.help_text, required=False)


class EvidenceForm(forms.ModelForm):
    """Only the shape; the version is what the person saw."""

    issued_on = _date("issued_on")
    valid_until = _date("valid_until")
    file = forms.FileField(
        label="Datei",
        required=False,
        max_length=None,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ",".join(f".{suffix}" for suffix in SUFFIXES)}),
        error_messages={"invalid": "Die Datei ist nicht angekommen. Wählen Sie sie noch einmal."},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)

    class Meta:
        model = Evidence
        fields = ("kind", "title", "issued_on", "valid_until", "reference", "url")
        widgets = {"kind": forms.RadioSelect}

    def __init__(self, *args: Any, uploads: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version
        self.fields["kind"].choices = Evidence.Kind.choices
        if uploads and self.instance.pk is None:
            limit = f"PDF, PNG, JPEG, ODT, DOCX oder XLSX, höchstens {megabytes()} MB. Sie bleibt intern."
            self.fields["file"].help_text = limit
        else:
            del self.fields["file"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not any(said.get(name) for name in ("reference", "url", "file")) and not {"reference", "url"} & set(
            self.errors
        ):
            file = ", oder laden Sie die Datei hoch" if "file" in self.fields else ""
            self.add_error("reference", f"Nennen Sie das Aktenzeichen oder den Link in die E-Akte{file}.")
        return said

    @property
    def upload(self) -> Any:
        return self.cleaned_data.get("file")

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def ask_for_the_file_again(self) -> None:
        """No browser keeps a chosen file when a form comes back."""
        if self.files.get("file") and "file" not in self.errors:
            self.add_error("file", "Wählen Sie die Datei noch einmal, der Browser behält sie nicht.")

    def _post_clean(self) -> None:
        """The service checks the whole row, file included; checking it here would judge half of it."""


class EvidenceRulesForm(forms.ModelForm):
    class Meta:
        model = EvidenceRules
        fields = ("uploads",)
