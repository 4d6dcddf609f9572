"""What people keep for their own work: half-typed input."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import UniqueConstraint
from django.utils.translation import gettext_lazy as _

from core.text import format_moment
from register.models.entry import Entry


class UnsavedInput(models.Model):
    """What somebody has typed into a section and not saved: no part of the entry, read by nobody else."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="unsaved_inputs")
    section = models.CharField(max_length=20)
    data = models.JSONField()
    saved_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("nicht gespeicherte Eingabe")
        verbose_name_plural = _("nicht gespeicherte Eingaben")
        constraints = [UniqueConstraint(fields=["user", "entry", "section"], name="unsaved_input_once")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.section}"

    @property
    def said(self) -> str:
        return _("Sie stammen vom %(at)s. Prüfen Sie die Angaben und speichern Sie, oder verwerfen Sie sie.") % {
            "at": format_moment(self.saved_at)
        }
