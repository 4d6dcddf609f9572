"""Where the rows of an import are looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from exchange.imports.fields import ACTIVITY, DATASET, RECIPIENT, STORAGE, SYSTEM

_PAGES = {
    SYSTEM: "register:entry",
    DATASET: "register:entry",
    STORAGE: "register:storage",
    RECIPIENT: "register:recipient",
    ACTIVITY: "compliance:activity",
}


def url_of(made: Mapping[str, Any]) -> str:
    return reverse(_PAGES[made["kind"]], args=[made["uuid"]])
