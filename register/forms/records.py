"""A list of records as one form field: a group of inputs a line, with empty lines to add more. Works without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.text import format_date, parse_date
from register.rules import records

EXTRA_LINES = 2
Record = dict[str, str]


class RecordsWidget(forms.Widget):
    """Names of the inputs: `<field>-<line>-<column>`. An emptied line goes away."""

    template_name = "register/widgets/records.html"
    use_fieldset = True

    def __init__(self, columns: tuple[records.Column, ...], attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.columns = columns

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[Record]:
        pattern = re.compile(rf"^{re.escape(name)}-(\d{{1,3}})-")
        lines = sorted({int(found[1]) for key in data if (found := pattern.match(key))})
        rows = [{c.key: self._typed(data, f"{name}-{line}-{c.key}") for c in self.columns} for line in lines]
        return [row for row in rows if any(row.values())]

    def _typed(self, data: Mapping[str, Any], name: str) -> str:
        return str(data.get(name, "")).replace("\r\n", "\n").strip()

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not any(key.startswith(f"{name}-") for key in data)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows = [*(value or []), *({} for _ in range(EXTRA_LINES))][: records.MOST]
        context["widget"]["lines"] = [
            {
                "number": line + 1,
                "inputs": [
                    {
                        "column": column,
                        "name": f"{name}-{line}-{column.key}",
                        # The error summary jumps to id_<field>: the first input carries it.
                        "id": f"id_{name}" if line == 0 and first else f"id_{name}-{line}-{column.key}",
                        "value": _shown(column, row.get(column.key, "")),
                        "options": list(column.choices.items()),
                        "long": column.kind == records.TEXT and column.longest > 300,
                    }
                    for first, column in ((c is self.columns[0], c) for c in self.columns)
                ],
            }
            for line, row in enumerate(rows)
        ]
        return context


def _shown(column: records.Column, value: str) -> str:
    if column.kind != records.DAY or not value:
        return value
    try:
        return format_date(parse_date(value))
    except ValueError:
        return value


class RecordsField(forms.Field):
    """Days are typed the German way and kept as ISO dates."""

    def __init__(self, columns: tuple[records.Column, ...], **kwargs: Any) -> None:
        self.columns = columns
        super().__init__(widget=RecordsWidget(columns), **kwargs)

    def clean(self, value: Any) -> list[Record]:
        rows = [self._read(row) for row in value or []]
        if problems := records.problems_in(self.columns, rows):
            raise ValidationError(problems)
        return rows

    def _read(self, row: Record) -> Record:
        days = {column.key for column in self.columns if column.kind == records.DAY}
        return {key: _iso(text) if key in days else text for key, text in row.items()}

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _compact(initial) != _compact([self._read(row) for row in data or []])


def _iso(text: str) -> str:
    try:
        return parse_date(text).isoformat() if text else ""
    except ValueError:
        return text


def _compact(rows: Any) -> list[Record]:
    return [{key: value for key, value in row.items() if value} for row in rows or []]
