"""Rows of the audit chain. Written by core.audit only; triggers keep them as they were written."""

import json
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

START = "0" * 64


class AuditStream(models.Model):
    """One chain. Its row is the lock that makes the sequence gapless."""

    key = models.CharField(
        _("Schlüssel"), max_length=120, unique=True, help_text=_("Bereich, dessen Vorgänge hier stehen.")
    )
    last_seq = models.BigIntegerField(_("letzte Nummer"), default=0)
    head = models.CharField(_("Kettenkopf"), max_length=64, default=START)
    # Keyed: without the key nobody can cut records off and write a matching head.
    seal = models.CharField(_("Siegel"), max_length=64, blank=True, default="")
    seal_key = models.CharField(_("Schlüsselkennung"), max_length=16, blank=True, default="")

    class Meta:
        verbose_name = _("Protokollkette")
        verbose_name_plural = _("Protokollketten")

    def __str__(self) -> str:
        return self.key


class AuditRecord(models.Model):
    """One thing that happened. Append-only."""

    stream = models.ForeignKey(AuditStream, on_delete=models.PROTECT, related_name="records", verbose_name=_("Kette"))
    seq = models.BigIntegerField(_("laufende Nummer"))
    at = models.DateTimeField(_("Zeitpunkt"))
    action = models.CharField(_("Vorgang"), max_length=120)
    object_type = models.CharField(_("Art des Gegenstands"), max_length=80, blank=True)
    object_id = models.CharField(_("Kennung des Gegenstands"), max_length=64, blank=True)
    payload = models.TextField(_("Angaben"), help_text=_("Kanonisches JSON nach RFC 8785."))
    actor_digest = models.CharField(
        _("Prüfwert der Person"), max_length=64, help_text=_("Bleibt bei einer Löschung des Namens stehen.")
    )
    key_id = models.CharField(_("Schlüsselkennung"), max_length=16)
    previous = models.CharField(_("vorheriger Prüfwert"), max_length=64)
    hmac = models.CharField(_("Prüfwert"), max_length=64)

    class Meta:
        verbose_name = _("Protokolleintrag")
        verbose_name_plural = _("Protokolleinträge")
        constraints = [
            models.UniqueConstraint(fields=["stream", "seq"], name="auditrecord_seq_once_per_stream"),
            models.CheckConstraint(
                condition=models.Q(seq__gte=1),
                name="auditrecord_seq_from_one",
                violation_error_message=_("Die laufende Nummer beginnt bei 1."),
            ),
        ]
        indexes = [
            models.Index(fields=["object_type", "object_id", "-id"], name="auditrecord_of_object"),
            models.Index(fields=["action"], name="auditrecord_action"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"

    @property
    def data(self) -> Any:
        return json.loads(self.payload)


class AuditActor(models.Model):
    """Who did it, in clear and erasable (Art. 17 DSGVO): the salt goes with the name, so that the
    digest in the chain can no longer be linked to a person."""

    record = models.OneToOneField(
        AuditRecord,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="actor",
        verbose_name=_("Protokolleintrag"),
    )
    user_id = models.CharField(_("Konto"), max_length=64, null=True, blank=True, db_index=True)
    name = models.CharField(_("Name"), max_length=200, null=True, blank=True)
    salt = models.CharField(_("Salz"), max_length=32, null=True, blank=True)

    class Meta:
        verbose_name = _("handelnde Person")
        verbose_name_plural = _("handelnde Personen")

    def __str__(self) -> str:
        return self.name if self.name is not None else str(_("Person gelöscht"))


class AuditCheckpoint(models.Model):
    """A signed statement: up to here the chain had this head. Append-only, and kept in a file as well."""

    stream = models.ForeignKey(
        AuditStream, on_delete=models.PROTECT, related_name="checkpoints", verbose_name=_("Kette")
    )
    seq = models.BigIntegerField(_("laufende Nummer"))
    head = models.CharField(_("Kettenkopf"), max_length=64)
    at = models.DateTimeField(_("Zeitpunkt"))
    key_id = models.CharField(_("Schlüsselkennung"), max_length=16)
    signature = models.CharField(_("Unterschrift"), max_length=128, help_text=_("Ed25519, hexadezimal."))

    class Meta:
        verbose_name = _("Kontrollpunkt")
        verbose_name_plural = _("Kontrollpunkte")
        indexes = [models.Index(fields=["stream", "seq"], name="auditcheckpoint_position")]

    def __str__(self) -> str:
        return f"{self.stream_id}:{self.seq}"
