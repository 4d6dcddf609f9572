"""Files that jobs make: written under the hash of their bytes, before any row points at them."""

from hashlib import sha256
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from core.models import StoredDocument


def store(key: str, content: bytes, *, filename: str, media_type: str, scope: str = "") -> StoredDocument:
    """The document for `key`: the one that exists, else a new one whose file is written but whose row
    is not. Return it from the handler; the row comes with `done` in one transaction."""
    existing = StoredDocument.objects.filter(key=key).first()
    if existing is not None:
        return existing
    digest = sha256(content).hexdigest()
    return StoredDocument(
        key=key,
        sha256=digest,
        media_type=media_type,
        filename=filename,
        size=len(content),
        file=_write(digest, content, PurePath(filename).suffix),
        scope=scope,
    )


def keep(document: StoredDocument) -> StoredDocument:
    """Write the row, or find the one another run has written for the same key."""
    if document.pk is not None:
        return document
    StoredDocument.objects.bulk_create([document], ignore_conflicts=True)
    return StoredDocument.objects.get(key=document.key)


def _write(digest: str, content: bytes, suffix: str) -> str:
    name = f"documents/{digest[:2]}/{digest}{suffix}"
    if default_storage.exists(name):
        with default_storage.open(name) as file:
            if sha256(file.read()).hexdigest() == digest:
                return name
        # A worker was killed while it wrote; nothing points at the torn file yet.
        default_storage.delete(name)
    return default_storage.save(name, ContentFile(content))
