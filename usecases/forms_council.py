"""Which edition of the report to the council, and for which time."""

from __future__ import annotations

from typing import Any

from django import forms

from core.kern import GermanDateField, HintedRadioSelect
from usecases import council

HINTS = {
    council.PUBLIC: "Nur was im Register veröffentlicht ist.",
    council.INNER: "Alles, auch Entwürfe, Vorfälle und Ausnahmen. Nicht für die Öffentlichkeit.",
}


class CouncilReportForm(forms.Form):
    edition = forms.ChoiceField(
        label="Fassung", choices=list(council.EDITIONS.items()), widget=HintedRadioSelect(hints=HINTS)
    )
    since = GermanDateField(label="Von")
    until = GermanDateField(label="Bis", help_text="TT.MM.JJJJ, spätestens heute")

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values.get("since") and values.get("until") and values["since"] > values["until"]:
            self.add_error("until", "Das Ende liegt vor dem Beginn.")
        return values
