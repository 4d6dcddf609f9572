"""Reads that span models. Nothing here changes anything."""

from __future__ import annotations

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Q, QuerySet

from register import publication
from register.models import AISystem, Dataset, Entry, PrivacyClassification, PublicDocument, Publication

_MODELS = {
    publication.ENTRY: Entry,
    publication.SYSTEM: AISystem,
    publication.PRIVACY: PrivacyClassification,
    publication.DATASET: Dataset,
}
_LINK_LABELS = {
    "datasets": "Datenbestände",
    "storage": "Speicherorte",
    "storage_details": "Speicherorte im Einzelnen",
    "recipients": "Empfänger",
}


def label_of(kind: str, key: str) -> str:
    """German label of a field, from its model field."""
    if key == "blocks":
        return "Ergänzungen aus anderen Bereichen"
    row = publication.row(kind, key)
    if row.model == publication.LINK:
        return _LINK_LABELS[key]
    return str(_MODELS[row.model]._meta.get_field(key).verbose_name)


def hint_of(kind: str, key: str) -> str:
    row = publication.row(kind, key)
    if row.model == publication.LINK:
        return ""
    return str(_MODELS[row.model]._meta.get_field(key).help_text)


def with_details(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Everything a page about entries shows, in a constant number of queries."""
    return entries.select_related(
        "municipality", "department", "last_edited_by", "system__privacy", "dataset", "public"
    )


def search_entries(entries: QuerySet[Entry], text: str) -> QuerySet[Entry]:
    """German full text over name, short text, purpose and provider; parts of a name match too."""
    words = text.strip()
    if not words:
        return entries
    vector = SearchVector("name", "description_short", "system__goal", "system__provider", config="german")
    return entries.annotate(found=vector).filter(
        Q(found=SearchQuery(words, config="german", search_type="websearch")) | Q(name__icontains=words)
    )


def public_documents() -> QuerySet[PublicDocument]:
    """What everybody may read, with the publisher."""
    return PublicDocument.objects.filter(municipality__is_active=True).select_related("municipality")


def versions_of(entry_id: int) -> QuerySet[Publication]:
    """The log lines of one entry, newest first."""
    return Publication.objects.filter(entry_id=entry_id).order_by("-seq")
