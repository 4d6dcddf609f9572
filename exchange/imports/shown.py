"""One short sign for all that a dry run shows, so that what was shown is what is taken over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core import canonical

if TYPE_CHECKING:
    from exchange.imports.planned import Plan, Row

CHANGED = (
    "Im Register hat sich seit dem Probelauf etwas geändert. Es ist nichts übernommen. Sehen Sie sich den Probelauf noch "
    "einmal an."
)


def digest(plan: Plan) -> str:
    """Rows by what becomes of them. Values as text: two programs read the same list the same way."""
    return canonical.sha256(
        {
            "new": [_row(row) for row in plan.new],
            "changed": [_row(row) for row in plan.changed],
            "unchanged": [row.name for row in plan.unchanged],
            "existing": [row.name for row in plan.existing],
            "master_data": [row.described for row in plan.master_data.values()],
        }
    )


def _row(row: Row) -> list[Any]:
    place = [row.kind, row.sheet, row.number, row.name, str(row.department or "")]
    said = [[key, str(value)] for key, value in sorted(row.values.items())]
    linked = [[key, *names] for key, names in sorted(row.links.items())]
    return [place, said, linked, [[one.label, one.old, one.new] for one in row.changes]]
