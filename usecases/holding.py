"""What of this room keeps a draft of the register from being deleted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.urls import reverse

from register.holding import Hold
from register.models import Entry

if TYPE_CHECKING:
    from accounts.models import User


def holds(entry: Entry, user: User) -> Iterable[Hold]:
    for tool in entry.approved_tools.all():
        yield Hold(f"Das zugelassene Werkzeug „{tool}“ nennt den Eintrag.", reverse("usecases:tools"))
