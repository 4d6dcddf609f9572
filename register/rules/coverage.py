"""When a department has to state again whether it uses AI: plain dates, no database."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

# Departments are reminded from this long before the due date until as long after it, and not more often than that.
AROUND = timedelta(days=28)
BETWEEN = timedelta(days=14)


def months_later(day: date, months: int) -> date:
    """The same day some months on; the last of the month where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def is_current(stated_on: date | None, *, months: int, today: date) -> bool:
    """A statement counts for one period."""
    return stated_on is not None and months_later(stated_on, months) > today


def next_due(first: date, *, months: int, today: date) -> date:
    """The due date that matters today: the first one whose time for reminders is not over."""
    due, step = first, 0
    while due + AROUND < today:
        step += months
        due = months_later(first, step)
    return due


def may_remind(due: date, *, reminded_on: date | None, today: date) -> bool:
    """True if the clock should remind today."""
    if abs(due - today) > AROUND:
        return False
    return reminded_on is None or today - reminded_on >= BETWEEN
