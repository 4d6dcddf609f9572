"""Deadlines of an inquiry."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from inquiries.rules.vocabulary import REQUESTS

# Days before the deadline on which the department is reminded.
SOON = 3
# Art. 12(3) DSGVO: one month, and two further ones where that is necessary.
LONGEST_MONTHS = 3


def promised(received: date, *, days: int) -> date:
    return received + timedelta(days=days)


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last day."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def statutory(request: str, received: date) -> date | None:
    """The day that the law asks for; None where there is none or it has to be looked up."""
    found = REQUESTS.get(request)
    return months_later(received, found.months) if found and found.months else None


def stage(due: date, today: date) -> str:
    """overdue, soon, or nothing."""
    if due < today:
        return "overdue"
    return "soon" if due <= today + timedelta(days=SOON) else ""


def said(due: date, today: date) -> str:
    left = (due - today).days
    if left < 0:
        return "seit gestern überfällig" if left == -1 else f"seit {-left} Tagen überfällig"
    return {0: "heute fällig", 1: "noch 1 Tag"}.get(left, f"noch {left} Tage")
