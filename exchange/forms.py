"""Forms of the import."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from openpyxl.utils import get_column_letter

from exchange.imports import guards, mapping
from exchange.imports.fields import KINDS, targets
from exchange.imports.planned import Choices
from exchange.imports.recognition import Layout, problems_of
from exchange.imports.tables import Sheet, is_empty, shown
from exchange.models import ImportRun

NOT_TAKEN = ("", _("nicht übernehmen"))
_EXAMPLES = 2


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Ihre Liste"),
        help_text=_("Excel (.xlsx), CSV oder JSON, höchstens 10 MB und 5.000 Zeilen."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,.json"}),
        max_length=None,
        allow_empty_file=True,
        error_messages={
            "required": _("Wählen Sie die Datei mit Ihrer Liste."),
            "missing": _("Wählen Sie die Datei mit Ihrer Liste."),
            "invalid": _("Die Datei ist nicht angekommen. Wählen Sie sie noch einmal."),
        },
    )

    def content(self) -> bytes:
        """At most one byte more than allowed, so that the guard sees it without reading the rest."""
        return self.cleaned_data["file"].read(guards.MAX_BYTES + 1)


class CorrectionForm(forms.Form):
    instead_of = forms.UUIDField(required=False)


class OptionsForm(forms.Form):
    hide_optional = True
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    unknown_departments_empty = forms.BooleanField(
        label=_("Unbekannte Ämter leer lassen"),
        help_text=_("Einträge mit einem Amt, das es im Register nicht gibt, entstehen dann ohne Amt."),
        required=False,
    )
    on_conflict = forms.ChoiceField(
        label=_("Wenn es einen Namen schon gibt"),
        help_text=_("Gilt für Zeilen ohne Kennung aus dem Register. Leere Zellen ändern dabei nichts."),
        choices=ImportRun.OnConflict.choices,
        widget=forms.RadioSelect,
        required=False,
    )

    def chosen(self) -> Choices:
        on_conflict = self.cleaned_data["on_conflict"] or ImportRun.OnConflict.SKIP
        return Choices(self.cleaned_data["unknown_departments_empty"], on_conflict)


class SheetForm(forms.Form):
    """How one sheet is read: its kind, where the headings stand, and what each column becomes."""

    hide_optional = True
    kind = forms.ChoiceField(label=_("Diese Tabelle enthält"), required=False, choices=[NOT_TAKEN, *KINDS.items()])
    header_row = forms.IntegerField(
        label=_("Überschriften in Zeile"),
        required=False,
        min_value=0,
        max_value=1_048_576,
        widget=forms.NumberInput(attrs={"class": "ol-input--short", "inputmode": "numeric"}),
    )

    def __init__(self, data: Any = None, *, sheet: Sheet, layout: Layout, number: int) -> None:
        initial = {"kind": layout.kind, "header_row": layout.header_row or None}
        super().__init__(data, prefix=f"t{number}", initial=initial)
        self.sheet, self.layout = sheet, layout
        if not sheet.lettered:
            del self.fields["header_row"]
        for column, heading in enumerate(layout.headings if layout.kind else []):
            if heading or self._example(column):
                self.fields[f"c{column}"] = self._field(column, heading)

    def _field(self, column: int, heading: str) -> forms.ChoiceField:
        name = f"Spalte {get_column_letter(column + 1)}" + (f" „{shown(heading, 60)}“" if heading else "")
        return forms.ChoiceField(
            label=name,
            required=False,
            choices=[NOT_TAKEN, *_grouped(self.layout.kind)],
            initial=self.layout.columns[column],
            widget=forms.Select(attrs={"aria-label": f"{name} wird übernommen als"}),
        )

    def _example(self, column: int) -> str:
        below = [cells for number, cells in self.sheet.rows if number > self.layout.header_row and not is_empty(cells)]
        found = [shown(cells[column], 40) for cells in below[:50] if column < len(cells) and cells[column] is not None]
        return "; ".join(list(dict.fromkeys(text for text in found if text))[:_EXAMPLES])

    def rows(self) -> Iterator[dict[str, Any]]:
        for column, heading in enumerate(self.layout.headings):
            if f"c{column}" in self.fields:
                yield {
                    "letter": get_column_letter(column + 1) if self.sheet.lettered else "",
                    "heading": heading,
                    "example": self._example(column),
                    "field": self[f"c{column}"],
                }

    @property
    def is_read_anew(self) -> bool:
        """Another kind or another row of headings: the columns on the page no longer fit."""
        header_row = self.cleaned_data.get("header_row") or 0
        moved = self.sheet.lettered and header_row != self.layout.header_row
        return self.cleaned_data["kind"] != self.layout.kind or (bool(self.cleaned_data["kind"]) and moved)

    def chosen(self) -> Layout:
        kind = self.cleaned_data["kind"]
        header_row = (self.cleaned_data.get("header_row") or 0) if self.sheet.lettered else self.layout.header_row
        if self.is_read_anew:
            return mapping.proposed(self.sheet, kind, header_row)
        columns = [self.cleaned_data.get(f"c{i}", "") for i in range(len(self.layout.headings))]
        return mapping.chosen(self.sheet, kind, header_row, columns)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not self.is_read_anew:
            for message in problems_of(self.chosen()):
                self.add_error(None, f"Tabelle „{self.sheet.name}“: {message}")
        return cleaned


def _grouped(kind: str) -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for target in targets(kind).values():
        groups.setdefault(target.group, []).append((target.key, target.label))
    return list(groups.items())
