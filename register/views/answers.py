"""The fields of an entry as rows for reading: check page and review page are built from the same."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from register import content, publication
from register.content import Content
from register.models import Entry, EntryBlock, FieldComment, Opinion
from register.selectors import label_of
from register.views.addresses import slug_of, url_of
from register.views.points import said as said_of
from register.wording import said


def preview_of(entry: Entry, current: Content) -> Content:
    """The public document as it would be after an agreeing Stellungnahme today."""
    opinion = Opinion(result=Opinion.Result.AGREES, at=timezone.now())
    number = entry.public.number + 1 if getattr(entry, "public", None) else 1
    return content.document_of(entry, current, opinion=opinion, number=number, at=timezone.now())


def sections_of(
    entry: Entry, current: Content, *, missing: list[str], comments: list[FieldComment], change: bool
) -> list[dict[str, Any]]:
    """Sections with one row a field, for components/check_answers.html."""
    document = preview_of(entry, current)
    return [
        {
            "title": publication.SECTIONS[name],
            "slug": slug_of(name),
            "rows": [
                {
                    **_row(entry, row, current, document),
                    "missing": row.key in missing,
                    "change_url": url_of(entry, row.key) if change else "",
                    "comments": [said_of(c) for c in comments if c.field == row.key],
                }
                for row in rows
            ],
        }
        for name, rows in publication.sections_of(entry.kind).items()
    ] + [_block_section(block) for block in entry.blocks.order_by("name")]


def _block_section(block: EntryBlock) -> dict[str, Any]:
    """What another room adds to the public page, in its words. Changed there, commented on as a whole."""
    rows = [
        {"key": "", "label": label, "list": lines, "public": "public", "comments": [], "missing": False}
        for label, lines in block.facts.items()
    ]
    return {"title": block.title or block.name, "rows": rows}


def _row(entry: Entry, row: publication.Row, current: Content, document: Content) -> dict[str, Any]:
    value = current[row.key] if row.reviewed else _note(entry, row)
    words = said(entry.kind, row.key, value)
    label = label_of(entry.kind, row.key)
    if row.level == publication.ON_RELEASE:
        label = f"{label} (öffentlich erst nach der Stellungnahme)"
    if origin := _origin(current, row.key):
        label = f"{label} ({origin})"
    several = isinstance(words, list)
    return {
        "key": row.key,
        "label": label,
        "value": "" if several else words,
        "list": words if several else [],
        "public": _audience(row, document),
        "public_note": next((item["reason"] for item in current["withheld"] if item["field"] == row.key), ""),
    }


def _origin(current: Content, key: str) -> str:
    """Where a system's value comes from, if it has a product sheet."""
    product = current.get("product") or {}
    if key in product.get("local_fields", ()):
        return "abweichend vom Produktblatt"
    return "aus dem Produktblatt" if key in product.get("inherited_fields", ()) else ""


def _note(entry: Entry, row: publication.Row) -> Any:
    """Notes for the office are no part of the reviewed content."""
    value = content.value_of(entry, row)
    return str(value) if value is not None else ""


def _audience(row: publication.Row, document: Content) -> str:
    if row.level == publication.INTERNAL:
        return "internal"
    return "public" if row.key in document else "withheld"
