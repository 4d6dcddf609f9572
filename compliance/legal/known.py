"""What register, assessment, Verarbeitungsverzeichnis and other documents already say for a document of a system."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import timezone

from compliance.models import ActivitySystem, Assessment, LegalDocumentVersion
from compliance.rules import questionnaire
from compliance.rules.assessment_text import SENTENCES, SHORT, disclaimer
from compliance.rules.legal_kinds import CHOICES, RECORDS, SHOWN, Field
from compliance.selectors_market import Authority, authority_of
from core.text import format_date
from register import wording
from register.content import contents_of
from register.models import Entry
from register.selectors import label_of

REGISTER, ASSESSED, SETTINGS, DOCUMENT, OWN = "register", "assessment", "settings", "document", "own"
ORIGINS = {
    REGISTER: "Aus dem Register",
    ASSESSED: "Aus der Bewertung",
    SETTINGS: "Aus den Einstellungen",
    DOCUMENT: "Aus einem anderen Dokument",
    OWN: "",
    "": "",
}
CRITERIA = questionnaire.question("dpia_criteria").values
_OF_AN_AREA = re.compile(r"annex3-\d")
NOT_ASSESSED = "Das System ist noch nicht bewertet."


@dataclass(frozen=True)
class Shown:
    """Something to read: lines, or a table."""

    lines: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.lines or self.rows)


@dataclass(frozen=True)
class Known:
    entry: Entry
    content: dict[str, Any]
    assessment: Assessment | None
    # "VVT-0012 Wohngeld", of the running sheets.
    activities: list[str]
    # The last approved version of each kind.
    documents: dict[str, LegalDocumentVersion]
    authority: Authority

    @property
    def facts(self) -> Mapping[str, Any]:
        return self.assessment.facts if self.assessment else {}

    def value(self, one: Field) -> tuple[Any, str]:
        """The first value of a field and where it comes from; an empty origin means that nobody has said it."""
        how, what = next(iter(one.source.items()), ("", None))
        value, origin = _READ[how](self, what, one) if how else (None, "")
        if one.kind == SHOWN:
            value = value or Shown()
        elif one.kind in (CHOICES, RECORDS):
            value = value or []
        else:
            value = "\n".join(value.lines) if isinstance(value, Shown) else value or ""
        return value, origin if value else ""

    def rests_on(self, one: Field) -> Any:
        """What asks for another look when it changes: of the assessment its class, not its number or its review."""
        if one.source.get("compute") == "assessment" and self.assessment is not None:
            review = getattr(self.assessment, "review", None)
            return [self.assessment.risk_class, review is not None and not review.agrees]
        return self.value(one)[0]


def read(entry: Entry) -> Known:
    """In a constant number of queries."""
    return read_many([entry])[entry.pk]


def read_many(entries: Sequence[Entry]) -> dict[int, Known]:
    """The same for many systems in as many queries as for one; entries come with their municipality."""
    pks = [entry.pk for entry in entries]
    contents = contents_of(Entry.objects.filter(pk__in=pks))
    activities: dict[int, list[str]] = defaultdict(list)
    links = ActivitySystem.objects.filter(entry__in=pks, activity__state="active").select_related("activity")
    for link in links:
        activities[link.entry_id].append(f"{link.activity.reference} {link.activity.title}")
    approved = LegalDocumentVersion.objects.filter(document__entry__in=pks, decision__approves=True)
    newest = (
        approved.select_related("document", "decision", "advice").order_by("document", "-number").distinct("document")
    )
    documents: dict[int, dict[str, LegalDocumentVersion]] = defaultdict(dict)
    for version in newest:
        documents[version.document.entry_id][version.document.kind] = version
    last = Assessment.objects.filter(entry__in=pks).select_related("review").order_by("entry_id", "-number")
    assessments = {row.entry_id: row for row in last.distinct("entry_id")}
    towns = {entry.municipality_id: entry.municipality for entry in entries}
    authorities = {pk: authority_of(town) for pk, town in towns.items()}
    return {
        entry.pk: Known(
            entry=entry,
            content=contents[entry.pk],
            assessment=assessments.get(entry.pk),
            activities=activities[entry.pk],
            documents=documents[entry.pk],
            authority=authorities[entry.municipality_id],
        )
        for entry in entries
    }


def _from_register(known: Known, names: list[str], one: Field) -> tuple[Any, str]:
    said = [(name, wording.said(known.entry.kind, name, known.content.get(name))) for name in names]
    filled = [(name, text if isinstance(text, list) else [text]) for name, text in said if text]
    if len(names) == 1:
        return Shown(filled[0][1] if filled else []), REGISTER
    # Several fields of the register in one text, each under its name.
    return Shown([f"{label_of(known.entry.kind, name)}: {', '.join(text)}" for name, text in filled]), REGISTER


def _from_facts(known: Known, names: list[str], one: Field) -> tuple[Any, str]:
    given = [(name, known.facts[name]) for name in names if name in known.facts]
    if one.kind == CHOICES:
        return [value for _, values in given for value in values if value in one.choices], ASSESSED
    return Shown([", ".join(questionnaire.question(name).said(value)) for name, value in given]), ASSESSED


def _from_document(known: Known, path: str, one: Field) -> tuple[Any, str]:
    kind, _, key = path.partition(".")
    version = known.documents.get(kind)
    if version is None:
        return None, ""
    fields = (row for section in version.content["sections"] for row in section["fields"])
    return Shown(next((row["lines"] for row in fields if row["key"] == key), [])), DOCUMENT


def _computed(known: Known, name: str, one: Field) -> tuple[Any, str]:
    return COMPUTED[name](known)


_READ: dict[str, Callable[[Known, Any, Field], tuple[Any, str]]] = {
    "register": _from_register,
    "facts": _from_facts,
    "document": _from_document,
    "compute": _computed,
    # Worked out from the answers themselves, in resolve.py.
    "answers": lambda known, name, one: (None, ""),
}


def _controller(known: Known) -> tuple[Shown, str]:
    town = known.entry.municipality
    contact = [
        town.controller_address.replace("\n", ", "),
        town.controller_phone,
        town.controller_email or town.mailbox,
    ]
    lines = [town.controller_name or town.name, ", ".join(part for part in contact if part)]
    if town.dpo_name:
        lines.append(f"Datenschutzbeauftragte oder Datenschutzbeauftragter: {town.dpo_name}")
    return Shown([line for line in lines if line]), SETTINGS


def _system(known: Known) -> tuple[Shown, str]:
    entry, content = known.entry, known.content
    # Without the status: no document rests on it, and a mere change of it asks nobody to look again.
    keys_shown = ("department", "provider", "product_version", "methods_and_models")
    said = [(label_of(entry.kind, key), wording.in_one_text(entry.kind, key, content.get(key))) for key in keys_shown]
    return Shown([f"Name: {entry.name}", *(f"{label}: {text}" for label, text in said if text)]), REGISTER


def _activities(known: Known) -> tuple[Shown, str]:
    return Shown(known.activities), REGISTER


def _assessment(known: Known) -> tuple[Shown, str]:
    one = known.assessment
    if one is None:
        return Shown(), ""
    review = getattr(one, "review", None)
    state = "noch nicht geprüft" if review is None else "geprüft" if review.agrees else "beanstandet"
    return Shown(
        [f"{SHORT[one.risk_class]} ({one}, {state}).", SENTENCES[one.risk_class], disclaimer(one.day)]
    ), ASSESSED


def _criteria(known: Known) -> tuple[Shown, str]:
    """The nine criteria of WP 248, each with its answer: not asked is not "no"."""
    given = known.facts.get("dpia_criteria")
    if given is None:
        return Shown(), ""
    rows = [
        [str(number), label, "ja" if key in given else "nein"]
        for number, (key, (label, _)) in enumerate(CRITERIA.items(), 1)
    ]
    count = sum(1 for row in rows if row[2] == "ja")
    text = f"{count} von neun Kriterien {'trifft' if count == 1 else 'treffen'} zu. Ab zwei ist eine Folgenabschätzung in der Regel nötig."
    return Shown([text], ["Nr.", "Kriterium", "Trifft zu"], rows), ASSESSED


def _listed(known: Known) -> tuple[Shown, str]:
    given = known.facts.get("dpia_listed")
    if given is None or known.assessment is None:
        return Shown(), ""
    lines = [", ".join(questionnaire.question("dpia_listed").said(given))]
    if not known.assessment.list_checked:
        lines.append("Landesliste nicht geprüft: Die Liste der Aufsichtsbehörde ist hier noch nicht geladen.")
    return Shown(lines), ASSESSED


def _supervisory_authority(known: Known) -> tuple[Shown, str]:
    town = known.entry.municipality
    address = town.supervisory_authority_address.replace("\n", ", ")
    return Shown([line for line in (town.supervisory_authority, address) if line]), SETTINGS


def _market_authority(known: Known) -> tuple[Shown, str]:
    return Shown(known.authority.lines), SETTINGS


def _register_risks(known: Known) -> tuple[list[dict[str, str]], str]:
    rows = known.content.get("risks") or []
    found = [
        {
            "risk": ": ".join(part for part in (row.get("name", ""), row.get("text", "")) if part)[:1000],
            "measure": row.get("measure", ""),
        }
        for row in rows
    ]
    return found, REGISTER


def _annex3_reasons(known: Known) -> tuple[Shown, str]:
    reasons = known.assessment.result["reasons"] if known.assessment else []
    # Those of an area of Annex III; what sums them up says nothing here.
    lines = [f"{row['text']} ({row['article']})" for row in reasons if _OF_AN_AREA.match(row["rule"])]
    return Shown(lines), ASSESSED


def _dpia_reference(known: Known) -> tuple[Shown, str]:
    """Art. 27 (4) KI-VO: the approved DSFA by number, day and address; where there is none the document says so."""
    version = known.documents.get("dpia")
    if version is None:
        return Shown(["Zu diesem System ist keine Datenschutz-Folgenabschätzung genehmigt."]), DOCUMENT
    version.document.entry = known.entry
    day = format_date(timezone.localtime(version.decision.at))
    lines = [
        f"Datenschutz-Folgenabschätzung, Fassung {version.number}, genehmigt am {day}",
        f"{settings.BASE_URL}{version.get_absolute_url()}",
        f"Prüfsumme {version.sha256}",
    ]
    return Shown(lines), DOCUMENT


def _dpia_covers(known: Known) -> tuple[Shown, str]:
    version = known.documents.get("dpia")
    if version is None:
        return Shown(), ""
    titles = [section["title"] for section in version.content["sections"]]
    return Shown([f"Die genehmigte DSFA behandelt: {', '.join(titles)}."]), DOCUMENT


COMPUTED: dict[str, Callable[[Known], tuple[Any, str]]] = {
    "controller": _controller,
    "system": _system,
    "activities": _activities,
    "assessment": _assessment,
    "criteria": _criteria,
    "listed": _listed,
    "supervisory_authority": _supervisory_authority,
    "market_authority": _market_authority,
    "register_risks": _register_risks,
    "annex3_reasons": _annex3_reasons,
    "dpia_reference": _dpia_reference,
    "dpia_covers": _dpia_covers,
}
