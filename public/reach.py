"""What the addresses of citizens' pages name: a municipality, and a document that is public now."""

from __future__ import annotations

from django.http import Http404
from django.shortcuts import get_object_or_404

from public.kinds import Kind
from register import selectors_public as selectors
from register.selectors_public import Municipality, PublicDocument


def municipality_or_404(slug: str) -> Municipality:
    return get_object_or_404(selectors.active_municipalities(), slug=slug)


def document_of(found: Municipality, kind: Kind, entry: str) -> PublicDocument | None:
    rows = selectors.documents().filter(municipality=found, kind=kind.key, slug=entry)
    return (
        rows.select_related("publication", "municipality").defer(*selectors.SEARCHED, "publication__document").first()
    )


def document_or_404(found: Municipality, kind: Kind, entry: str) -> PublicDocument:
    if (document := document_of(found, kind, entry)) is None:
        raise Http404
    return document
