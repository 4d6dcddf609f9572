"""What an importer has to know about the Verarbeitungsverzeichnis: what is there already."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from compliance.models import ProcessingActivity

if TYPE_CHECKING:
    from accounts.models import Municipality


def activities_of(municipality: Municipality) -> Iterable[ProcessingActivity]:
    return ProcessingActivity.objects.filter(municipality=municipality).only("title", "uuid", "municipality_id")
