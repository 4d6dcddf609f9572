"""Departments as a list, and municipalities as a list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.rules import tenant_list

LARGEST = 1024 * 1024


class DepartmentListForm(forms.Form):
    text = forms.CharField(
        label=_("Ämter"),
        max_length=60_000,
        strip=False,
        help_text=_(
            "Eine Zeile je Amt. Was eingerückt ist, gehört zum Amt darüber; oder schreiben Sie: Dezernat I > Jugendamt."
        ),
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
    )


class TenantListForm(forms.Form):
    file = forms.FileField(
        label=_("Datei (CSV)"), required=False, widget=forms.FileInput(attrs={"accept": ".csv,.txt"})
    )
    text = forms.CharField(
        label=_("Oder die Liste hier einfügen"),
        max_length=LARGEST,
        required=False,
        help_text=_("Kopfzeile: ARS; Name; E-Mail Verwaltung; E-Mail DSB. Aus einer Tabelle kopiert geht es auch."),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data.get("file")
        if file is not None and file.size > LARGEST:
            raise ValidationError(_("Die Datei ist größer als 1 MB."))
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("file") and not cleaned.get("text") and not self.errors:
            self.add_error("file", _("Wählen Sie eine Datei oder fügen Sie die Liste ein."))
        return cleaned

    def content(self) -> str:
        file = self.cleaned_data.get("file")
        return tenant_list.decoded(file.read()) if file else self.cleaned_data["text"]
