"""What proves a statement: a link or file reference into the E-Akte, or a file of its own. Never part of a document."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.core.validators import URLValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import permissions
from accounts.models import Municipality
from register.models.data import Recipient, StorageLocation
from register.models.entry import Entry
from register.rules.file_types import MEDIA_TYPES

if TYPE_CHECKING:
    from accounts.models import User

ENDS_SOON = timedelta(days=90)
Owner = Entry | StorageLocation | Recipient
# Each kind of thing that evidence may hang on has a foreign key of its own, so that nothing is left behind.
OWNERS = {"entry": Entry, "storage": StorageLocation, "recipient": Recipient}


def evidence_storage() -> Storage:
    return storages["evidence"]


def random_key(row: Evidence, filename: str) -> str:
    """Never the name that a person gave."""
    return uuid.uuid4().hex


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: User) -> EvidenceQuerySet:
        """Whoever may see the thing may see what proves it."""
        here = permissions.municipality_ids(user, "entry.view")
        of_entry = Q(entry__in=Entry.objects.visible_to(user))
        return self.filter(of_entry | Q(entry__isnull=True, municipality_id__in=here))

    def ending(self) -> EvidenceQuerySet:
        today = timezone.localdate()
        return self.filter(valid_until__range=(today, today + ENDS_SOON))

    def ended(self) -> EvidenceQuerySet:
        return self.filter(valid_until__lt=timezone.localdate())


class Evidence(models.Model):
    """One proof of one thing. Its file, if there is one, lies under a random key and keeps its SHA-256."""

    class Kind(models.TextChoices):
        AVV = "avv", _("Vertrag zur Auftragsverarbeitung (AVV)")
        DSFA = "dsfa", _("Datenschutz-Folgenabschätzung (DSFA)")
        CONTRACT = "contract", _("Vertrag")
        CERTIFICATE = "certificate", _("Zertifikat")
        OPINION = "opinion", _("Stellungnahme")
        OTHER = "other", _("Sonstiges")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="evidence", editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, null=True, related_name="evidence", editable=False)
    storage = models.ForeignKey(
        StorageLocation, on_delete=models.CASCADE, null=True, related_name="evidence", editable=False
    )
    recipient = models.ForeignKey(
        Recipient, on_delete=models.CASCADE, null=True, related_name="evidence", editable=False
    )
    kind = models.CharField(_("Art"), max_length=12, choices=Kind)
    title = models.CharField(_("Bezeichnung"), max_length=200, help_text=_("Zum Beispiel: AVV mit Beispielsoftware."))
    issued_on = models.DateField(_("Datum"), null=True, blank=True)
    valid_until = models.DateField(
        _("Gültig bis"), null=True, blank=True, help_text=_("Leer heißt: unbefristet oder noch nicht bekannt.")
    )
    reference = models.CharField(
        _("Aktenzeichen"), max_length=200, blank=True, help_text=_("Unter dem er in der E-Akte liegt.")
    )
    url = models.URLField(
        _("Link in die E-Akte"),
        max_length=500,
        blank=True,
        validators=[URLValidator(schemes=["http", "https"])],
        help_text=_("Beginnt mit https://."),
    )
    file = models.FileField(
        _("Datei"), storage=evidence_storage, upload_to=random_key, max_length=60, blank=True, editable=False
    )
    filename = models.CharField(max_length=140, blank=True, editable=False)
    media_type = models.CharField(max_length=100, blank=True, editable=False)
    size = models.PositiveBigIntegerField(default=0, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    added_at = models.DateTimeField(editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    # The last stage of days before `valid_until` at which somebody was told.
    reminded_days = models.PositiveSmallIntegerField(null=True, editable=False)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("Nachweis")
        verbose_name_plural = _("Nachweise")
        ordering = ["-added_at", "-pk"]
        indexes = [
            models.Index(fields=["municipality", "-added_at", "-id"], name="evidence_list"),
            models.Index(fields=["municipality", "valid_until"], name="evidence_ending"),
        ]
        constraints = [
            CheckConstraint(
                condition=Q(entry__isnull=False, storage__isnull=True, recipient__isnull=True)
                | Q(entry__isnull=True, storage__isnull=False, recipient__isnull=True)
                | Q(entry__isnull=True, storage__isnull=True, recipient__isnull=False),
                name="evidence_of_one_thing",
            ),
            CheckConstraint(
                condition=~Q(reference="", url="", file=""),
                name="evidence_is_somewhere",
                violation_error_message=_("Nennen Sie das Aktenzeichen oder den Link in die E-Akte."),
            ),
            CheckConstraint(
                condition=Q(file="", sha256="") | (~Q(file="") & ~Q(sha256="")), name="evidence_file_has_hash"
            ),
            CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(issued_on__isnull=True) | Q(valid_until__gte=F("issued_on")),
                name="evidence_dates_in_order",
                violation_error_message=_("„Gültig bis“ liegt vor dem Datum."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("register:evidence", args=[self.uuid])

    @property
    def owner(self) -> Owner:
        return self.entry or self.storage or self.recipient  # type: ignore[return-value]

    @property
    def file_type(self) -> str:
        kind = MEDIA_TYPES.get(self.media_type)
        return kind.label if kind else ""

    @property
    def has_ended(self) -> bool:
        return self.valid_until is not None and self.valid_until < timezone.localdate()

    @property
    def ends_soon(self) -> bool:
        today = timezone.localdate()
        return self.valid_until is not None and today <= self.valid_until <= today + ENDS_SOON


class EvidenceRules(models.Model):
    """Whether a municipality keeps files here; without a row it does not."""

    municipality = models.OneToOneField(Municipality, on_delete=models.CASCADE, related_name="evidence_rules")
    uploads = models.BooleanField(
        _("Dateien hochladen"),
        default=False,
        help_text=_("Sonst nennt ein Nachweis nur das Aktenzeichen oder den Link in die E-Akte."),
    )

    class Meta:
        verbose_name = _("Regeln zu Nachweisen")
        verbose_name_plural = _("Regeln zu Nachweisen")

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"
