"""A frozen document in the words of the citizens' pages: what the templates show, and nothing they must decide."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from compliance.selectors import assessment_facts, rights_facts
from core.text import format_date
from core.worddiff import word_diff
from register import content, publication, wording
from register.rules import required
from register.rules.vocabulary import ENDED
from register.selectors import label_of

Document = Mapping[str, Any]

RISK_NOTE = gettext_noop(
    "Selbsteinschätzung der Kommune nach der europäischen KI-Verordnung (KI-VO), keine amtliche Prüfung."
)
NO_RISK_NOTE = gettext_noop(
    "Das sagt nichts darüber, wie hoch das Risiko ist. Die Einstufung nach der europäischen KI-Verordnung steht noch aus."
)
BLOCK_TITLES = {
    "rights": gettext_noop("Ihre Rechte"),
    "assessment": gettext_noop("Bewertung"),
    "training": gettext_noop("Schulung"),
    "use_case": gettext_noop("Anwendungsfall"),
    "pilot": gettext_noop("Zahlen aus dem Vorhaben"),
    "vvt": gettext_noop("Datenschutz"),
}
_ADDRESSES = {"website", "objection_url", "eu_db_url", "origin_url", "open_data_url"}


@dataclass(frozen=True)
class Line:
    text: str
    url: str = ""


@dataclass(frozen=True)
class Fact:
    """One question and its answer: one text or several lines; `state` says why there is none."""

    label: str
    lines: list[Line] = field(default_factory=list)
    note: str = ""
    state: str = ""  # "" | "empty" | "withheld"


@dataclass(frozen=True)
class Section:
    anchor: str
    title: str
    facts: list[Fact]
    unanswered: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Freshness:
    """How current an entry is today; live, not part of the document."""

    label: str = ""
    overdue: bool = False


def sections(document: Document, pages: Mapping[str, str]) -> list[Section]:
    """ "Im Einzelnen": every public field by section. `pages` maps the uuid of a dataset to its public page."""
    kind, found = document["kind"], []
    asked = required.wanted(kind, document)
    for name, rows in publication.sections_of(kind).items():
        if name == "internal":
            continue
        facts = {row.key: _row(document, row, pages) for row in rows if _is_shown(document, row)}
        # What every entry of its kind should say is a visible gap; the rest is named in one line.
        spare = [key for key, fact in facts.items() if fact.state == "empty" and key not in asked]
        shown = [fact for key, fact in facts.items() if key not in spare]
        if shown:
            labels = [facts[key].label for key in spare]
            found.append(Section(name, publication.SECTIONS[name], shown, labels))
    return found


def blocks(document: Document) -> list[Section]:
    """What other rooms added: a mapping of label to text each."""
    found = []
    for name, data in sorted(document.get("blocks", {}).items()):
        data = _in_words(name, data)
        facts = [_block_fact(str(label), value) for label, value in data.items()] if isinstance(data, dict) else []
        if facts:
            found.append(Section(f"block-{name}", _(BLOCK_TITLES.get(name, name.capitalize())), facts))
    return found


def withheld(document: Document) -> list[Fact]:
    """What is not published, and why."""
    return [
        Fact(
            label_of(document["kind"], item["field"]),
            [Line(item["reason"])],
            note=_("Grundlage: {norm}").format(norm=item["norm"]) if item.get("norm") else "",
        )
        for item in document.get("withheld", [])
    ]


def dpo_sentence(document: Document) -> str:
    """Public wording: that the DSB took part and when, never the name or the result."""
    day = document.get("reviewed", {}).get("dpo_involved_on", "")
    return _("Datenschutzbeauftragte beteiligt am {day}").format(day=german_day(day)) if day else ""


def freshness(document: Document) -> Freshness:
    due = document.get("revision_date", "")
    if not due or document.get("status") in ENDED:
        return Freshness()
    if due < timezone.localdate().isoformat():
        return Freshness(_("Prüfung überfällig seit {day}").format(day=german_day(due)), overdue=True)
    return Freshness(_("Nächste Prüfung: {day}").format(day=german_day(due)))


def dates(document: Document, first: datetime, last: datetime) -> list[tuple[str, str]]:
    """The course of a system so far and what is planned, earliest first: (day or month, what)."""
    ended = document.get("status") in ENDED
    told = [
        (document.get("begin_date", ""), _("Beginn der Nutzung")),
        (timezone.localdate(first).isoformat(), _("Zum ersten Mal veröffentlicht")),
        (timezone.localdate(last).isoformat() if last != first else "", _("Zuletzt geändert")),
        ("" if ended else document.get("evaluation_date", ""), _("Auswertung")),
        ("" if ended else document.get("revision_date", ""), _("Nächste Prüfung")),
        (document.get("end_date", ""), _("Ende der Nutzung") if ended else _("Geplantes Ende")),
    ]
    return [(_when(day), what) for day, what in sorted(told) if day]


def _when(day: str) -> str:
    """ "2026-03" as "März 2026", a whole day as "01.03.2026"."""
    return str(wording.said("system", "begin_date", day)) if len(day) == len("2026-03") else german_day(day)


def completeness(document: Document) -> int:
    """Percent of what an entry of this kind could say, weighted; live, not part of the document."""
    return content.completeness(document["kind"], dict(document))


def risk_label(document: Document) -> str:
    """Empty is "not yet assessed"; nothing here ever says harmless."""
    return content.CHOICES["ai_act_class"].get(document.get("ai_act_class", ""), _("noch nicht bewertet"))


def status_label(status: str) -> str:
    return content.CHOICES["status"].get(status, status)


def german_day(iso: str) -> str:
    try:
        return format_date(date.fromisoformat(iso))
    except ValueError:
        return iso


def format_local(moment: datetime) -> str:
    return format_date(timezone.localdate(moment))


def mailbox(document: Document) -> str:
    """The contact address if it is one; a document of another publisher may hold anything."""
    address = document.get("contact_email", "")
    try:
        validate_email(address)
    except ValidationError:
        return ""
    return str(address)


def changes(before: Document, after: Document) -> list[dict[str, Any]]:
    """Field by field what differs, ready for components/diff_list.html."""
    kind, found = after["kind"], []
    for row in publication.rows_of(kind):
        if row.key not in ("change_note",) and before.get(row.key) != after.get(row.key):
            found.append(_change(label_of(kind, row.key), *(_text(kind, row.key, d) for d in (before, after))))
    for name in sorted({*before.get("blocks", {}), *after.get("blocks", {})}):
        old, new = (_block_text(_in_words(name, d.get("blocks", {}).get(name))) for d in (before, after))
        if old != new:
            found.append(_change(_(BLOCK_TITLES.get(name, name.capitalize())), old, new))
    old, new = dpo_sentence(before), dpo_sentence(after)
    if old != new:
        found.append(_change(_("Beteiligung des Datenschutzes"), old, new))
    return found


def _change(label: str, old: str, new: str) -> dict[str, Any]:
    return {"label": label, "old": old, "new": new, "parts": word_diff(old, new) if old and new else []}


def _text(kind: str, key: str, document: Document) -> str:
    if key not in document:
        return _("Nicht veröffentlicht") if key in withheld_keys(document) else ""
    return wording.in_one_text(kind, key, document[key])


def _in_words(name: str, data: Any) -> Any:
    """Some blocks have keys for machines; compliance knows their words."""
    words = _WORDS_OF_BLOCKS.get(name)
    return words(data) if words and isinstance(data, dict) else data


_WORDS_OF_BLOCKS = {"rights": lambda data: rights_facts(data) or data, "assessment": assessment_facts}


def _block_text(data: Any) -> str:
    if not isinstance(data, dict):
        return ""
    facts = [_block_fact(str(label), value) for label, value in data.items()]
    return "\n".join(f"{fact.label}: {'; '.join(line.text for line in fact.lines)}" for fact in facts)


def withheld_keys(document: Document) -> set[str]:
    return {item["field"] for item in document.get("withheld", [])}


def _is_shown(document: Document, row: publication.Row) -> bool:
    """Fields that were never released are not mentioned; withheld ones are, with their reason."""
    if row.key == "easy_language":
        return False  # It has a place of its own on the page.
    if not document.get(row.key) and _is_pointless(document, row.key):
        return False
    return row.level != publication.INTERNAL and (row.key in document or row.key in withheld_keys(document))


def _is_pointless(document: Document, key: str) -> bool:
    """An empty answer to a question that does not arise is no gap."""
    if key == "end_date":
        return document.get("status") not in ENDED and key not in withheld_keys(document)
    if key in _ONLY_IF:
        return not _ONLY_IF[key](document) and key not in withheld_keys(document)
    return False


def _decides_alone(document: Document) -> bool:
    return document.get("automated_decision") in ("with_authority", "without_authority")


# Questions that depend on the answer to another one.
_ONLY_IF: dict[str, Callable[[Document], bool]] = {
    "product": lambda document: False,
    "special_categories_basis": lambda document: bool(document.get("special_categories")),
    "special_categories_reason": lambda document: bool(document.get("special_categories")),
    "criminal_data_authority": lambda document: "criminal" in document.get("special_data_kinds", []),
    "ji_norm": lambda document: document.get("ji_regime") in ("prosecution", "offences"),
    "automated_decision_basis": _decides_alone,
    "automated_decision_norm": _decides_alone,
    "automated_decision_discretion": _decides_alone,
    "training_lawful_basis": lambda document: document.get("training_on_inputs") == "yes",
}


def _row(document: Document, row: publication.Row, pages: Mapping[str, str]) -> Fact:
    label = label_of(document["kind"], row.key)
    if row.key == "datasets" and document.get("datasets"):
        return Fact(label, _dataset_lines(document, pages))
    if row.key == "ai_act_class" and row.key in document:
        return Fact(label, [Line(risk_label(document))], note=_(RISK_NOTE if document[row.key] else NO_RISK_NOTE))
    if row.key == "special_categories" and document.get(row.key) == [] and document.get("personal_data_level"):
        # The question was answered: no, or nothing was ticked.
        return Fact(
            label, [Line(_("keine") if document.get("has_special_categories") == "no" else _("keine angegeben"))]
        )
    fact = answer(document, label, row.key)
    if fact.lines and (origin := _origin(document, row.key)):
        fact = replace(fact, note=origin)
    if row.key == "product" and (product := document.get("product")):
        return _product(label, fact, product)
    address = document.get(row.key, "")
    if row.key in _ADDRESSES and fact.lines and _is_address(address):
        return replace(fact, lines=[Line(address, address)])
    if row.key == "contact_email" and (address := mailbox(document)):
        return Fact(label, [Line(address, f"mailto:{address}")])
    return fact


def _is_address(text: str) -> bool:
    return text.startswith(("https://", "http://"))


def _product(label: str, fact: Fact, product: Mapping[str, Any]) -> Fact:
    """The product with the maker's page, and the model behind it."""
    url = product["website"] if _is_address(product["website"]) else ""
    note = ""
    if product["general_purpose"] == "yes":
        note = _("Beruht auf einem KI-Modell mit allgemeinem Verwendungszweck")
        note += f": {product['general_purpose_model']}" if product["general_purpose_model"] else ""
    return Fact(label, [Line(line.text, url) for line in fact.lines], note=note)


def _origin(document: Document, key: str) -> str:
    """Whether an answer is the maker's or the municipality's own."""
    product = document.get("product") or {}
    if key in product.get("local_fields", ()):
        return _("Abweichend vom Produktblatt")
    return _("Aus dem Produktblatt des Herstellers") if key in product.get("inherited_fields", ()) else ""


def answer(document: Document, label: str, key: str) -> Fact:
    if key in withheld_keys(document):
        return Fact(label, state="withheld")
    said = wording.said(document["kind"], key, document.get(key, ""))
    lines = [Line(text) for text in ([said] if isinstance(said, str) else said) if text]
    return Fact(label, lines, state="" if lines else "empty")


def _dataset_lines(document: Document, pages: Mapping[str, str]) -> list[Line]:
    urls = {item["name"]: pages.get(item["uuid"], "") for item in document["datasets"]}
    texts = wording.said(document["kind"], "datasets", document["datasets"])
    return [Line(text, urls.get(name, "")) for text, name in zip(texts, urls, strict=False)]


def _block_fact(label: str, value: Any) -> Fact:
    if isinstance(value, dict):
        lines = [Line(f"{key}: {_flat(item)}") for key, item in value.items()]
    elif isinstance(value, list):
        lines = [Line(_flat(item)) for item in value]
    else:
        lines = [Line(_flat(value))] if value not in (None, "") else []
    return Fact(label, lines, state="" if lines else "empty")


def _flat(value: Any) -> str:
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_flat(item)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(_flat(item) for item in value)
    return str(value)
