"""Marking one's own notifications as read."""

from django.db import transaction
from django.utils import timezone

from accounts.models import Notification, User


@transaction.atomic
def mark_notifications_read(*, by: User) -> int:
    """No audit record: when an employee reads a message is nobody else's business."""
    return Notification.objects.visible_to(by).unread().update(read_at=timezone.now())
