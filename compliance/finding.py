"""What the search of the working area finds in the Verarbeitungsverzeichnis."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from compliance.models import ProcessingActivity
from compliance.selectors import search_activities
from register.finding import Hit

if TYPE_CHECKING:
    from accounts.models import User


def find_activities(user: User, text: str, limit: int) -> Iterable[Hit]:
    found = search_activities(ProcessingActivity.objects.visible_to(user), text)
    for row in found.select_related("municipality", "department").order_by("municipality", "number")[:limit]:
        office = row.department.name if row.department else ""
        yield Hit(row.title, row.get_absolute_url(), office, row.municipality.name)
