"""What every page of the working area shows besides its own content."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def working_area(request: HttpRequest) -> dict[str, Any]:
    return {}
