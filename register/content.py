"""The content of an entry as plain data: what is hashed, compared, released and frozen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from core import canonical
from register import publication
from register.models import AISystem, Entry, Opinion
from register.rules import required, vocabulary

SCHEMA_VERSION = "1.0"

Content = dict[str, Any]
Seen = dict[str, list[Any]]

# Statements that a complete entry need not make.
_ASKED_OF_NOBODY = {"withheld", "change_note", "origin_url", "origin_hash", "end_date", "easy_language"}


def content_of(entry: Entry) -> Content:
    """Every reviewed field of an entry, internal ones included, as JSON-ready values keyed as in the release table."""
    found: Content = {}
    seen: Seen = {}
    for row in publication.rows_of(entry.kind):
        if row.reviewed:
            found[row.key] = value_of(entry, row, seen)
    found["blocks"] = {block.name: block.data for block in _blocks(entry, seen)}
    return found


def value_of(entry: Entry, row: publication.Row, seen: Seen | None = None) -> Any:
    """One field as JSON-ready value; `seen` keeps the linked rows for the next field that tells of the same ones."""
    if row.model == publication.LINK:
        return _LINKS[row.key](entry, {} if seen is None else seen)
    if row.key == "department":
        return entry.department.name if entry.department else ""
    value = getattr(_holder(entry, row.model), row.key)
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else value


def _holder(entry: Entry, model: str) -> Any:
    if model == publication.SYSTEM:
        return entry.system
    if model == publication.PRIVACY:
        return entry.system.privacy
    if model == publication.DATASET:
        return entry.dataset
    return entry


holder_of = _holder


_LINKED = {"dataset_links": "dataset__entry", "storage_links": "storage", "recipient_links": "recipient"}


def contents_of(entries: QuerySet[Entry]) -> dict[int, Content]:
    """The contents of many entries in a constant number of queries."""
    related = ("municipality", "department", "system__privacy", "dataset")
    links: list[Any] = ["blocks", "system__product__versions"]
    for name, target in _LINKED.items():
        column: Any = AISystem._meta.get_field(name)
        rows = column.related_model.objects.select_related(target)
        links.append(Prefetch(f"system__{name}", queryset=rows))
    found = entries.select_related(*related).prefetch_related(*links).order_by("pk")
    return {entry.pk: content_of(entry) for entry in found}


def _linked(entry: Entry, name: str, seen: Seen) -> list[Any]:
    """The rows that a system is linked with; those that came with it, if it came with them."""
    if name not in seen:
        links = getattr(entry.system, name)
        fetched = getattr(entry.system, "_prefetched_objects_cache", {})
        seen[name] = list(links.all() if name in fetched else links.select_related(_LINKED[name]))
    return seen[name]


def _blocks(entry: Entry, seen: Seen) -> list[Any]:
    if "blocks" not in seen:
        seen["blocks"] = list(entry.blocks.all())
    return seen["blocks"]


def _datasets(entry: Entry, seen: Seen) -> list[Content]:
    links = _linked(entry, "dataset_links", seen)
    return [
        {
            "uuid": str(link.dataset.entry.uuid),
            "name": link.dataset.entry.name,
            "role": link.role,
            "personal_data_level": link.dataset.personal_data_level,
            "data_categories": link.dataset.data_categories,
            "origin": link.dataset.origin,
        }
        for link in links
    ]


def _storage(entry: Entry, seen: Seen) -> list[Content]:
    """The public part of the storage locations: country, kind and basis (FIELDS no. 42)."""
    return [
        {
            "country": link.storage.country,
            "kind": link.storage.kind,
            "third_country_basis": link.storage.third_country_basis,
        }
        for link in _linked(entry, "storage_links", seen)
    ]


def _storage_details(entry: Entry, seen: Seen) -> list[Content]:
    return [
        {"name": link.storage.name, "operator": link.storage.operator} for link in _linked(entry, "storage_links", seen)
    ]


def _recipients(entry: Entry, seen: Seen) -> list[Content]:
    return [
        {
            "name": link.recipient.name,
            "kind": link.recipient.kind,
            "country": link.recipient.country,
            "third_country_basis": link.recipient.third_country_basis,
        }
        for link in _linked(entry, "recipient_links", seen)
    ]


def _product(entry: Entry, seen: Seen) -> Content | None:
    """The product as its sheet said when values were last taken over; later changes of the sheet stay outside."""
    system = entry.system
    if system.product_id is None:
        return None
    version = next(row for row in system.product.versions.all() if row.number == system.product_number)
    told = {key: version.content[key] for key in ("name", "website", "general_purpose", "general_purpose_model")}
    return {
        "uuid": str(system.product.uuid),
        **told,
        "number": system.product_number,
        "inherited_fields": [key for key in publication.INHERITED if _is_from_sheet(entry, version.content, key)],
        "local_fields": system.local_fields,
    }


def _vvt_ref(entry: Entry, seen: Seen) -> str:
    """The rights block is made from the sheets of the Verarbeitungsverzeichnis, so it is there while one is linked."""
    return "yes" if any(block.name == "rights" for block in _blocks(entry, seen)) else ""


def _is_from_sheet(entry: Entry, sheet: Content, key: str) -> bool:
    value = value_of(entry, publication.row(entry.kind, key))
    return bool(value) and value == offered(sheet, key)


def offered(sheet: Content, key: str) -> Any:
    """What a sheet gives for a field; "not known" where that was its answer."""
    value = sheet.get(key, "")
    return vocabulary.UNKNOWN if not value and key in sheet["unknown"] and key != "publiccode" else value


_LINKS: dict[str, Callable[[Entry, Seen], Any]] = {
    "vvt_ref": _vvt_ref,
    "product": _product,
    "datasets": _datasets,
    "storage": _storage,
    "storage_details": _storage_details,
    "recipients": _recipients,
}


def content_sha256(content: Content) -> str:
    return canonical.sha256(content)


def privacy_sha256(kind: str, content: Content) -> str:
    """Hash of the data-protection fields alone: while it stays the same, an opinion stays valid."""
    # Blocks tell of purposes, recipients and rights, so they count as data protection, too.
    keys = [*(row.key for row in publication.rows_of(kind) if row.privacy), "blocks"]
    judged = {key: content[key] for key in keys}
    if product := content.get("product"):
        # Another product is another thing to judge. What changes within its sheet, `services/checks.py` looks at.
        judged["product"] = product["uuid"]
    return canonical.sha256(judged)


def changed_keys(before: Content, after: Content) -> list[str]:
    """Keys whose value differs, in the order of the newer content."""
    return [key for key in {**after, **before} if before.get(key) != after.get(key)]


def missing(entry: Entry) -> list[str]:
    """Required keys that are still empty, in the order of the table."""
    return missing_in(entry.kind, content_of(entry))


def missing_in(kind: str, content: Content) -> list[str]:
    """The same for a content that is at hand."""
    demanded = required.demanded(kind, content)
    rows = publication.rows_of(kind)
    return [r.key for r in rows if (r.required or r.key in demanded) and content.get(r.key) in required.EMPTY]


def completeness(kind: str, content: Content) -> int:
    """Percent by the weights of `rules/required.py`; the same for a draft's content and for a frozen document."""
    public = [row.key for row in publication.rows_of(kind) if row.level != publication.INTERNAL and row.reviewed]
    asked = [key for key in public if key not in _ASKED_OF_NOBODY]
    return required.percent(kind, content, asked, withheld=[item["field"] for item in content.get("withheld", [])])


def gaps(kind: str, content: Content) -> dict[str, str]:
    """Key -> why it is asked for, for fields of the applying sets that say nothing yet, in the order of the table."""
    withheld = {item["field"] for item in content.get("withheld", [])}
    wanted = required.wanted(kind, content)
    return {
        row.key: required.TITLES[wanted[row.key]]
        for row in publication.rows_of(kind)
        if row.key in wanted and row.key not in withheld and content.get(row.key) in required.EMPTY
    }


def unknowns(kind: str, content: Content) -> list[str]:
    """Keys answered with "nicht bekannt", in the order of the table: honest, but open until somebody finds out."""
    withheld = {item["field"] for item in content.get("withheld", [])}
    rows = [row for row in publication.rows_of(kind) if row.reviewed and row.key not in withheld]
    return [row.key for row in rows if content.get(row.key) in _UNKNOWN]


_UNKNOWN = ("unknown", vocabulary.UNKNOWN)


def document_of(entry: Entry, content: Content, *, opinion: Opinion | None, number: int, at: Any) -> Content:
    """The public document: exactly the released fields of `content`, and who published it.

    `at` is the aware time of publication; dates in the document are local days.
    """
    hidden = _hidden(entry.kind, content, opinion)
    document: Content = {
        "schema_version": SCHEMA_VERSION,
        "uuid": str(entry.uuid),
        "kind": entry.kind,
        "slug": entry.slug,
        "number": number,
        "organization": {
            "ars": entry.municipality.ars,
            "name": entry.municipality.name,
            "slug": entry.municipality.slug,
        },
        "publication_date": timezone.localdate(at).isoformat(),
        "blocks": _without(content["blocks"], hidden),
        "reviewed": _reviewed(opinion),
    }
    return document | {row.key: content[row.key] for row in publication.rows_of(entry.kind) if row.key not in hidden}


def _hidden(kind: str, content: Content, opinion: Opinion | None) -> set[str]:
    """Keys that stay out of the document: internal, withheld, or waiting for a Stellungnahme."""
    heard = opinion is not None and opinion.result != Opinion.Result.NOT_NEEDED
    levels = {publication.INTERNAL} if heard else {publication.INTERNAL, publication.ON_RELEASE}
    hidden = {row.key for row in publication.rows_of(kind) if row.level in levels}
    hidden |= {item["field"] for item in content["withheld"]}
    # The name of the product tells who makes it.
    return hidden | {"product"} if "provider" in hidden else hidden


def _without(block: Any, hidden: set[str]) -> Any:
    """A block without the facts that are hidden, wherever in it they stand."""
    if isinstance(block, dict):
        return {
            key: _without(value, hidden)
            for key, value in block.items()
            if key not in hidden and not hidden.intersection(publication.BLOCK_NAMES.get(key, ()))
        }
    if isinstance(block, list):
        return [_without(item, hidden) for item in block]
    return block


def _reviewed(opinion: Opinion | None) -> Content:
    """Public wording says that the DSB was involved and when, never the name or the result."""
    if opinion is None or opinion.result == Opinion.Result.NOT_NEEDED:
        return {"dpo_involved": False, "dpo_involved_on": ""}
    return {"dpo_involved": True, "dpo_involved_on": timezone.localdate(opinion.at).isoformat()}


CHOICES: dict[str, dict[str, str]] = {
    "status": vocabulary.STATUS,
    "category": vocabulary.FIELDS_OF_ACTION,
    "affects_people": vocabulary.YES_NO_UNKNOWN,
    "affected_groups": vocabulary.AFFECTED_GROUPS,
    "decision_effect": vocabulary.DECISION_EFFECTS,
    "algorithm_type": vocabulary.ALGORITHM_TYPES,
    "personal_data_level": vocabulary.PERSONAL_DATA_LEVELS,
    "gdpr_basis": vocabulary.LEGAL_BASES,
    "public_task": vocabulary.YES_NO_UNKNOWN,
    "has_special_categories": vocabulary.YES_NO_UNKNOWN,
    "special_categories": vocabulary.SPECIAL_CATEGORIES,
    "special_categories_basis": vocabulary.SPECIAL_CATEGORY_BASES,
    "special_data_kinds": vocabulary.SPECIAL_DATA_KINDS,
    "criminal_data_authority": vocabulary.CRIMINAL_DATA_AUTHORITIES,
    "ji_regime": vocabulary.JI_REGIMES,
    "automated_decision": vocabulary.AUTOMATED_DECISIONS,
    "automated_decision_basis": vocabulary.AUTOMATED_DECISION_BASES,
    "automated_decision_discretion": vocabulary.YES_NO_UNKNOWN,
    "training_on_inputs": vocabulary.YES_NO_UNKNOWN,
    "system_openness": vocabulary.SYSTEM_OPENNESS,
    "dpia_state": vocabulary.DPIA_STATES,
    "ai_act_class": vocabulary.RISK_CLASSES,
    "ai_act_role": vocabulary.AI_ACT_ROLES,
    "art50_notice": vocabulary.ART50_NOTICES,
    "cost_class": vocabulary.COST_CLASSES,
    "lang": vocabulary.LANGUAGES,
    "procurement_type": vocabulary.PROCUREMENT_TYPES,
    "protected_attributes": vocabulary.PROTECTED_ATTRIBUTES,
    "vvt_ref": vocabulary.VVT_REFERENCES,
}
