"""Legal documents about a system: what is being written, its frozen versions, the DSB's advice, the decision."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.rules import keys
from compliance.rules import legal_kinds
from register.models import Entry

if TYPE_CHECKING:
    from accounts.models import User

KINDS = [(kind.key, kind.title) for kind in legal_kinds.kinds().values()]


class LegalDocumentQuerySet(models.QuerySet["LegalDocument"]):
    def visible_to(self, user: User) -> LegalDocumentQuerySet:
        return self.filter(entry__in=Entry.objects.visible_to(user))


class LegalDocument(models.Model):
    """The answers of one document of a system; everybody who may edit the entry works on the same."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="legal_documents")
    kind = models.CharField(_("Art"), max_length=12, choices=KINDS)
    # Only what people typed; everything else is read from the register whenever the document is shown.
    answers = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1, editable=False)
    # Keys of the people who wrote since the last decision: they neither advise on it nor decide.
    editors = ArrayField(models.BigIntegerField(), default=list)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    objects = LegalDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("Rechtsdokument")
        verbose_name_plural = _("Rechtsdokumente")
        constraints = [UniqueConstraint(fields=["entry", "kind"], name="legal_document_once")]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    def get_absolute_url(self) -> str:
        return reverse("compliance:legal-document", args=[self.entry.uuid, self.definition.slug])

    @property
    def definition(self) -> legal_kinds.Kind:
        return legal_kinds.kinds()[self.kind]

    @property
    def audit_stream(self) -> str:
        return self.entry.audit_stream


class LegalDocumentVersion(models.Model):
    """A document as it was handed in for decision. Append-only, readable without the files it was made with."""

    document = models.ForeignKey(LegalDocument, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("Fassung"))
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    # What the register and the assessment said at that moment, one digest a field: another one asks for a look.
    basis = models.JSONField()
    # The state of the document that was handed in.
    of_version = models.PositiveIntegerField()
    editors = ArrayField(models.BigIntegerField())
    # Why nothing in it has to change, where it is handed in again as it was.
    unchanged_because = models.CharField(_("Warum unverändert?"), max_length=1000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("Fassung eines Rechtsdokuments")
        verbose_name_plural = _("Fassungen von Rechtsdokumenten")
        ordering = ["document", "-number"]
        constraints = [UniqueConstraint(fields=["document", "number"], name="legal_version_number_unique")]

    def __str__(self) -> str:
        return f"Fassung {self.number}"

    def get_absolute_url(self) -> str:
        document = self.document
        return reverse("compliance:legal-version", args=[document.entry.uuid, document.definition.slug, self.number])


class LegalAdvice(models.Model):
    """The advice of the DSB on a version (Art. 35 (2) DSGVO): dated, append-only. It advises, it does not decide."""

    class Result(models.TextChoices):
        AGREES = "agrees", _("zustimmend")
        WITH_REMARKS = "with_remarks", _("zustimmend mit Hinweisen")
        REJECTS = "rejects", _("ablehnend")

    version = models.OneToOneField(LegalDocumentVersion, on_delete=models.PROTECT, related_name="advice")
    result = models.CharField(_("Ergebnis"), max_length=12, choices=Result)
    text = models.TextField(_("Rat"), max_length=5000, blank=True, validators=[MaxLengthValidator(5000)])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    deputy_for = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("Rat der Datenschutzbeauftragten")
        verbose_name_plural = _("Räte der Datenschutzbeauftragten")
        constraints = [
            CheckConstraint(
                condition=Q(result="agrees") | ~Q(text=""),
                name="legal_advice_gives_its_reasons",
                violation_error_message=_("Hinweise und Ablehnung brauchen eine Begründung."),
            )
        ]

    @property
    def signature(self) -> str:
        return f"{self.by}, in Vertretung für {self.deputy_for}" if self.deputy_for else str(self.by)


class LegalDecision(models.Model):
    """The controller approves a version or gives it back. Append-only; the database keeps the four eyes too."""

    version = models.OneToOneField(LegalDocumentVersion, on_delete=models.PROTECT, related_name="decision")
    approves = models.BooleanField()
    note = models.TextField(_("Begründung"), blank=True, max_length=2500, validators=[MaxLengthValidator(2500)])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("Entscheidung über ein Rechtsdokument")
        verbose_name_plural = _("Entscheidungen über Rechtsdokumente")
        constraints = [
            CheckConstraint(
                condition=Q(approves=True) | ~Q(note=""),
                name="legal_refusal_has_reason",
                violation_error_message=_("Bitte begründen Sie, was noch fehlt."),
            )
        ]


class MarketAuthority(models.Model):
    """Who watches over AI in a Land's municipalities (§ 2 (6) KI-MIG). Nobody is named until somebody has looked it up."""

    land = models.CharField(_("Land"), max_length=2, primary_key=True, choices=list(keys.LAENDER.items()))
    name = models.CharField(_("Name der Behörde"), max_length=200, help_text=_("Nach Landesrecht zuständig."))
    contact = models.TextField(
        _("Anschrift und Kontakt"), max_length=500, blank=True, validators=[MaxLengthValidator(500)]
    )
    norm = models.CharField(
        _("Vorschrift"), max_length=300, blank=True, help_text=_("Wo das Land die Behörde bestimmt hat.")
    )
    checked_on = models.DateField(_("Geprüft am"))
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Marktüberwachungsbehörde")
        verbose_name_plural = _("Marktüberwachungsbehörden")
        ordering = ["land"]

    def __str__(self) -> str:
        return self.name
