"""Links with which people without an account report a tool, and what came in through them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import permissions
from accounts.models import Department, Municipality
from register.models.entry import Entry

if TYPE_CHECKING:
    from accounts.models import User

# Nothing secret is stored: the link is the row's number with a signature.
SIGNER = Signer(salt="register.report-link")


class ReportLinkQuerySet(models.QuerySet["ReportLink"]):
    def visible_to(self, user: User) -> ReportLinkQuerySet:
        """Whoever may write for the department, since drafts arise in their name."""
        return self.filter(permissions.scope(user, "entry.edit"))

    def open(self) -> ReportLinkQuerySet:
        return self.filter(closed_at__isnull=True, valid_until__gte=timezone.localdate())

    def by_token(self, token: str) -> ReportLink | None:
        """The link of a token that was signed here, open or not; None for anything else."""
        try:
            number = uuid.UUID(SIGNER.unsign(token))
        except (BadSignature, ValueError):
            return None
        return self.select_related("municipality", "department", "made_by").filter(uuid=number).first()


class ReportLink(models.Model):
    """Five questions behind one secret address, for one department, until a day."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="report_links")
    department = models.ForeignKey(
        Department, verbose_name=_("Amt"), on_delete=models.CASCADE, related_name="report_links"
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("angelegt von"), on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(_("angelegt am"), auto_now_add=True)
    valid_until = models.DateField(_("gilt bis"))
    closed_at = models.DateTimeField(_("geschlossen am"), null=True, blank=True)

    objects = ReportLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("Meldelink")
        verbose_name_plural = _("Meldelinks")

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"

    @property
    def token(self) -> str:
        return SIGNER.sign(str(self.uuid))

    @property
    def is_valid(self) -> bool:
        """Open, and whoever made it may still write for the department."""
        return (
            self.closed_at is None
            and self.valid_until >= timezone.localdate()
            and self.municipality.is_active
            and permissions.has(
                self.made_by, "entry.edit", municipality=self.municipality_id, department=self.department
            )
        )


class ToolReport(models.Model):
    """One report and the draft that arose from it. The key comes from the form, so a double click reports once."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    link = models.ForeignKey(ReportLink, on_delete=models.PROTECT, related_name="reports")
    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="tool_report")
    at = models.DateTimeField(_("gemeldet am"), auto_now_add=True)

    class Meta:
        verbose_name = _("Meldung eines Werkzeugs")
        verbose_name_plural = _("Meldungen von Werkzeugen")
