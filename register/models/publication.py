"""Frozen documents: an append-only, hash-chained log per municipality, and what citizens see of it now."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import CheckConstraint, F, Func, Q, UniqueConstraint, Value
from django.utils.translation import gettext_lazy as _

from accounts.models import Municipality
from core.sorting import german_sort_key
from register.models.entry import Entry
from register.models.review import AfterReview, Release


class PublicationLog(models.Model):
    """Head of a municipality's log. Its row is locked while a publication is written, so `seq` has no gap."""

    municipality = models.OneToOneField(
        Municipality, on_delete=models.PROTECT, primary_key=True, related_name="publication_log"
    )
    seq = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, default="0" * 64)


class Publication(models.Model):
    """One line of the log. `document` is canonical JSON text of exactly the released fields.

    `sha256` = SHA-256 of the RFC 8785 JSON of {seq, op, entry, number, schema_version, at, document_sha256,
    previous_sha256}. A redaction empties `document` and nothing else, so the chain still verifies.
    """

    class Op(models.TextChoices):
        PUBLISH = "publish", _("veröffentlicht")
        WITHDRAW = "withdraw", _("zurückgezogen")
        REDACT = "redact", _("geschwärzt")

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="publications")
    seq = models.PositiveBigIntegerField()
    op = models.CharField(max_length=8, choices=Op)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="publications")
    number = models.PositiveIntegerField()
    document = models.TextField(blank=True)
    document_sha256 = models.CharField(max_length=64)
    previous_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    schema_version = models.CharField(max_length=10)
    reason = models.CharField(_("Grund"), max_length=500, blank=True)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, null=True, related_name="publications")
    after_review = models.ForeignKey(AfterReview, on_delete=models.PROTECT, null=True, related_name="publications")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["municipality", "seq"]
        constraints = [
            UniqueConstraint(fields=["municipality", "seq"], name="publication_seq_unique"),
            UniqueConstraint(fields=["entry", "number"], condition=Q(op="publish"), name="publication_number_unique"),
            CheckConstraint(
                condition=~Q(op="publish") | Q(release__isnull=False) | Q(after_review__isnull=False),
                name="publication_was_released",
                violation_error_message=_("Ohne Freigabe keine Veröffentlichung."),
            ),
            CheckConstraint(
                condition=Q(op="publish") | ~Q(reason=""),
                name="publication_reason_given",
                violation_error_message=_("Bitte nennen Sie den Grund."),
            ),
        ]
        indexes = [models.Index(fields=["entry", "-number"], name="publication_of_entry")]

    def __str__(self) -> str:
        return f"{self.seq} {self.op} {self.entry_id}/{self.number}"


class PublicDocumentQuerySet(models.QuerySet["PublicDocument"]):
    def of(self, municipality: Municipality) -> PublicDocumentQuerySet:
        return self.filter(municipality=municipality)


class PublicDocument(models.Model):
    """The document of an entry that is public now, with the columns lists and search need. No row, not public."""

    publication = models.OneToOneField(Publication, on_delete=models.PROTECT, related_name="current")
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="public")
    uuid = models.UUIDField(unique=True)
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="public_documents")
    kind = models.CharField(max_length=10)
    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=100)
    description_short = models.TextField(blank=True)
    department = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=12, blank=True)
    risk_class = models.CharField(max_length=10, blank=True)
    category = ArrayField(models.CharField(max_length=30), default=list)
    countries = ArrayField(models.CharField(max_length=2), default=list)
    affects_people = models.CharField(max_length=8, blank=True)
    personal_data_level = models.CharField(max_length=12, blank=True)
    provider = models.CharField(max_length=200, blank=True)
    datasets = ArrayField(models.CharField(max_length=100), default=list)
    product = models.UUIDField(null=True)
    document = models.TextField()
    document_sha256 = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    seq = models.PositiveBigIntegerField()
    first_published_at = models.DateTimeField()
    published_at = models.DateTimeField()
    search = SearchVectorField(null=True)
    # The same without what only says how: short, where `search` is long and each look at it takes its time.
    subject = models.GeneratedField(
        expression=Func(F("search"), Value("{a,b}"), function="ts_filter"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    # Every word of the texts once, for parts of words and mistyped ones.
    words = models.TextField(blank=True)
    sort_key = models.GeneratedField(
        expression=german_sort_key("name"), output_field=models.CharField(max_length=200), db_persist=True
    )

    objects = PublicDocumentQuerySet.as_manager()

    class Meta:
        constraints = [UniqueConstraint(fields=["municipality", "kind", "slug"], name="public_document_slug_unique")]
        indexes = [
            models.Index(fields=["municipality", "kind", "sort_key", "entry"], name="public_list"),
            models.Index(fields=["published_at", "entry"], name="public_recent"),
            GinIndex(fields=["search"], name="public_search"),
            GinIndex(fields=["subject"], name="public_subject"),
            GinIndex(fields=["name"], name="public_name_trgm", opclasses=["gin_trgm_ops"]),
            GinIndex(fields=["words"], name="public_words_trgm", opclasses=["gin_trgm_ops"]),
            GinIndex(fields=["category"], name="public_category"),
            models.Index(
                fields=["product", "sort_key", "entry"], name="public_product", condition=Q(product__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name
