"""Stored messages to people, and their copies by mail."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from accounts.models import Municipality, Notification, User
from core import jobs


@transaction.atomic
def notify(
    users: Iterable[User], text: str, *, url: str = "", municipality: Municipality | None = None
) -> list[Notification]:
    """Store one message for each person; a worker mails a copy to those who want it."""
    people = {user.pk: user for user in users if user.is_active}
    rows = Notification.objects.bulk_create(
        Notification(user=user, municipality=municipality, text=text[:300], url=url) for user in people.values()
    )
    for row in rows:
        if people[row.user_id].mail_notifications and people[row.user_id].email:
            jobs.enqueue("notification-mail", str(row.uuid))
    return rows


@transaction.atomic
def read_notifications(user: User, *, by: User) -> int:
    """Everything that waits is marked as read."""
    return Notification.objects.visible_to(by).filter(user=user).unread().update(read_at=timezone.now())
