"""Keyset paging: pages stay stable while rows come and go, and the last page costs what the first costs.

    page = paging.page(queryset, request.GET, order=("sort_key", "pk"))
    page.items, page.next_url, page.previous_url

`order` names columns that together are unique and never NULL; a leading "-" on all of them turns the order round.
A cursor is opaque to the reader: the values of the row that the next (or previous) page follows.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from core.errors import Refusal

SIZE = 50
_PARAMETERS = ("after", "before")


class BadCursor(Refusal):
    """A cursor that this program did not make for this list."""

    status = 400

    def __init__(self) -> None:
        super().__init__(_("Diese Seite der Liste gibt es nicht. Bitte beginnen Sie auf der ersten Seite."))


@dataclass(frozen=True)
class Page:
    """The rows of one page; `after` and `before` are the cursors of its neighbours, empty where there is none."""

    items: list[Any]
    after: str
    before: str
    parameters: str

    @property
    def next_url(self) -> str:
        return self._url("after", self.after)

    @property
    def previous_url(self) -> str:
        return self._url("before", self.before)

    def _url(self, name: str, cursor: str) -> str:
        if not cursor:
            return ""
        return f"?{self.parameters}{'&' if self.parameters else ''}{name}={cursor}"


def page(queryset: QuerySet[Any], params: Mapping[str, Any], *, order: Sequence[str], size: int = SIZE) -> Page:
    """One page of a queryset in one query. `params` are the request's; raises BadCursor."""
    after, before = str(params.get("after") or ""), str(params.get("before") or "")
    backwards = bool(before) and not after
    columns = [name.removeprefix("-") for name in order]
    descending = order[0].startswith("-")
    rows = queryset.order_by(*(_turned(name) for name in order) if backwards else order)
    if cursor := after or before:
        rows = rows.filter(_beyond(columns, _read(cursor, queryset.model, columns), down=descending != backwards))
    found = list(rows[: size + 1])
    more, items = len(found) > size, found[:size]
    if backwards:
        items.reverse()
    has_next, has_previous = (True, more) if backwards else (more, bool(after))
    return Page(
        items=items,
        after=_write(items[-1], columns) if has_next and items else "",
        before=_write(items[0], columns) if has_previous and items else "",
        parameters=_without_cursor(params),
    )


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _beyond(columns: Sequence[str], values: Sequence[Any], *, down: bool) -> Q:
    """(a, b) > (x, y) spelled out; the bound on the first column alone lets the index begin in the right place."""
    past, reached = ("lt", "lte") if down else ("gt", "gte")
    condition, equal = Q(), Q()
    for column, value in zip(columns, values, strict=True):
        condition |= equal & Q(**{f"{column}__{past}": value})
        equal &= Q(**{column: value})
    return Q(**{f"{columns[0]}__{reached}": values[0]}) & condition


def _write(row: Any, columns: Sequence[str]) -> str:
    values = [_plain(_value(row, column)) for column in columns]
    return base64.urlsafe_b64encode(json.dumps(values, ensure_ascii=False).encode()).decode().rstrip("=")


def _value(row: Any, column: str) -> Any:
    for part in column.split("__"):
        row = getattr(row, part)
    return row


def _plain(value: Any) -> Any:
    return value if isinstance(value, (str, int)) else value.isoformat()


def _read(cursor: str, model: type[models.Model], columns: Sequence[str]) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise BadCursor() from error
    if not isinstance(values, list) or len(values) != len(columns):
        raise BadCursor()
    return [_clean(value, model, column) for value, column in zip(values, columns, strict=True)]


def _clean(value: Any, model: type[models.Model], column: str) -> Any:
    if isinstance(value, bool) or not isinstance(value, (str, int)) or not _storable(value):
        raise BadCursor()
    field = _field(model, column)
    if field is None:
        return value
    try:
        return field.to_python(value)
    except (ValidationError, ValueError, TypeError, OverflowError) as error:
        raise BadCursor() from error


def _storable(value: str | int) -> bool:
    """PostgreSQL takes neither NUL nor half a character pair."""
    try:
        return b"\x00" not in str(value).encode()
    except ValueError:
        # A lone surrogate, or a number with more digits than Python writes out.
        return False


def _field(model: type[models.Model], column: str) -> models.Field[Any, Any] | None:
    """The field behind a column, through relations; an annotation has none."""
    *path, name = column.split("__")
    try:
        for part in path:
            model = model._meta.get_field(part).related_model  # type: ignore[assignment]
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    if isinstance(field, models.GeneratedField):
        return field.output_field
    return field  # type: ignore[return-value]


def _without_cursor(params: Mapping[str, Any]) -> str:
    if not isinstance(params, QueryDict):
        return ""
    kept = params.copy()
    for name in _PARAMETERS:
        kept.pop(name, None)
    return kept.urlencode()
