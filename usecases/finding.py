"""What the search of the working area finds in the portfolio: use cases, and blueprints to begin with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse

from accounts import permissions
from register.finding import Hit
from usecases.models import UseCase
from usecases.models.interest import VIEW
from usecases.rules import blueprints as rules
from usecases.selectors import search_use_cases
from usecases.selectors_blueprints import newest_visible, search_blueprints

if TYPE_CHECKING:
    from accounts.models import User

CATALOGUE = "Katalog"


def find_use_cases(user: User, text: str, limit: int) -> Iterable[Hit]:
    found = search_use_cases(UseCase.objects.visible_to(user), text).select_related("municipality")
    for row in found.order_by("sort_key", "pk")[:limit]:
        yield Hit(row.title, row.get_absolute_url(), row.get_stage_display(), row.municipality.name)


def find_blueprints(user: User, text: str, limit: int) -> Iterable[Hit]:
    """Frozen ones of municipalities first, then the catalogue; for those who work with use cases somewhere."""
    if not permissions.municipality_ids(user, VIEW):
        return
    rows = search_blueprints(newest_visible(user), text).order_by("-at", "-pk")[:limit]
    frozen = [Hit(row.document["title"], row.get_absolute_url(), "", row.municipality.name) for row in rows]
    templates = [
        Hit(row["title"], reverse("usecases:blueprint-template", args=[key]), "Vorlage", CATALOGUE)
        for key, row in rules.catalogue().items()
        if rules.says(row, text)
    ]
    yield from [*frozen, *templates][:limit]
