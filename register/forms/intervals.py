"""How many months lie between two reviews, by risk class; and which year is reported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from register.rules import review_dates as rules


def _name(code: str) -> str:
    return f"months_{code or 'offen'}"


class IntervalsForm(forms.Form):
    """One number for each class, within its limits."""

    def __init__(self, *args: Any, months: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, limits in rules.INTERVALS.items():
            label = rules.LABELS[code]
            self.fields[_name(code)] = forms.IntegerField(
                label=label[0].upper() + label[1:],
                min_value=limits.least,
                max_value=limits.most,
                initial=months[code],
                help_text=(
                    f"{limits.least} bis {limits.most} Monate, vorgeschlagen: {limits.months}. {rules.NOTES.get(code, '')}"
                ).strip(),
                widget=forms.NumberInput(attrs={"class": "ol-input--short"}),
            )

    def months(self) -> dict[str, int]:
        return {code: self.cleaned_data[_name(code)] for code in rules.INTERVALS}


class YearForm(forms.Form):
    """The year of a report."""

    year = forms.TypedChoiceField(label="Jahr", coerce=int)

    def __init__(self, *args: Any, years: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]
