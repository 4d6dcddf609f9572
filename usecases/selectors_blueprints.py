"""Reads of blueprints: what a use case gives to one, what stays away, and whether a source has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.models import Membership, Municipality, User
from compliance.models import Assessment
from compliance.rules.law.facts import UNCLEAR
from compliance.rules.law.shelf import vocabulary
from compliance.suggested import Suggested
from core import canonical
from register import publication
from register.content import contents_of
from register.models import Entry
from register.selectors import label_of
from usecases.models import Adoption, Blueprint, Evaluation, UseCase
from usecases.rules import blueprints as rules
from usecases.selectors_goals import goals_of, said

PERSON = "den Namen einer Person"
NOT_RECORDED = "not_recorded"
NOTES = ("file_reference", "internal_note")
# Of an entry, only what has codes; texts are written anew.
CODED = ("affects_people", "decision_effect", "algorithm_type", "personal_data_level")


@dataclass(frozen=True)
class Ground:
    """What a blueprint of a use case is made from, read once."""

    use_case: UseCase
    entries: list[Entry]
    contents: dict[int, dict[str, Any]]

    @property
    def first(self) -> tuple[Entry, dict[str, Any]] | None:
        """The entry that the use case leads, else the first one, without what is withheld."""
        if not self.entries:
            return None
        entry = self.entries[0]
        hidden = {item["field"] for item in entry.withheld}
        return entry, {key: value for key, value in self.contents[entry.pk].items() if key not in hidden}


def ground_of(use_case: UseCase) -> Ground:
    rows = Entry.objects.filter(use_case_links__use_case=use_case, kind=Entry.Kind.SYSTEM)
    entries = list(rows.order_by("-use_case_links__leads", "use_case_links__pk"))
    return Ground(use_case, entries, contents_of(Entry.objects.filter(pk__in=[entry.pk for entry in entries])))


def computed(ground: Ground) -> rules.Document:
    """The parts that nobody types: field, facts of the newest assessment, goals with what was reached."""
    use_case, facts, values = ground.use_case, {}, {}
    if ground.first:
        entry, content = ground.first
        newest = Assessment.objects.filter(entry=entry).order_by("-number").first()
        known = vocabulary().facts
        facts = {key: value for key, value in newest.facts.items() if known[key].kind != "date"} if newest else {}
        values = {key: content[key] for key in CODED if content.get(key)}
    found: rules.Document = {"field": use_case.field, "facts": facts}
    if values:
        found["entry"] = values
    if goals := [_goal(goal) for goal in goals_of(use_case)]:
        found["goals"] = goals
    return found


def _goal(goal: Any) -> dict[str, str]:
    measured = list(goal.measurements.all())
    numbers = {"baseline": goal.baseline, "target": goal.target, "value": measured[-1].value if measured else None}
    told = {key: rules.NOT_TAKEN if value is None else said(value) for key, value in numbers.items()}
    return {"title": goal.title, "measure": goal.measure, "unit": goal.unit, **told}


def suggestion(ground: Ground) -> dict[str, Any]:
    """What the form begins with: the version before, else what use case, entry and evaluation say."""
    use_case = ground.use_case
    last = use_case.blueprints.order_by("-number").first()
    if last is not None:
        return dict(last.document)
    adopted = getattr(use_case, "adoption", None)
    document = dict(adopted.document) if adopted else {}
    content = ground.first[1] if ground.first else {}
    evaluation = Evaluation.objects.filter(use_case=use_case).first()
    kinds = [row["data_categories"] for row in content.get("datasets", []) if row["data_categories"]]
    own = {
        "title": use_case.title,
        "purpose": use_case.problem,
        "benefit": use_case.benefit,
        "architecture": content.get("description"),
        "data": list(dict.fromkeys(kinds)),
        "cost_class": content.get("cost_class") or NOT_RECORDED,
        "publiccode": content.get("publiccode"),
        "result": evaluation.text if evaluation else "",
        "lessons": evaluation.lessons if evaluation else "",
    }
    return document | {key: value for key, value in own.items() if value}


def private_words(ground: Ground) -> dict[str, str]:
    """What must not stand in the document, and what it is."""
    municipality = ground.use_case.municipality
    words = {municipality.dpo_name: PERSON} if municipality.dpo_name else {}
    people = User.objects.filter(
        Q(pk__in=Membership.objects.filter(municipality=municipality).values("user"))
        | Q(pk=ground.use_case.responsible_id)
    )
    for first, last in people.values_list("first_name", "last_name"):
        words |= dict.fromkeys(filter(None, (f"{first} {last}".strip(), f"{last}, {first}", last)), PERSON)
    for entry in ground.entries:
        words |= _of_entry(entry, ground.contents[entry.pk])
    words[municipality.name] = "den Namen Ihrer Kommune"
    # The longest first: a whole name before a part of it.
    return dict(sorted(words.items(), key=lambda word: -len(word[0])))


def _of_entry(entry: Entry, content: Mapping[str, Any]) -> dict[str, str]:
    """Texts of internal fields, and of those that this municipality does not publish."""
    hidden = {item["field"] for item in entry.withheld}
    inner = [
        row.key for row in publication.rows_of(entry.kind) if row.level == publication.INTERNAL or row.key in hidden
    ]
    words: dict[str, str] = {}
    for key in inner:
        value = getattr(entry, key) if key in NOTES else content.get(key)
        texts = [text for row in value for text in row.values()] if isinstance(value, list) else [value]
        what = f"den Inhalt des Feldes „{label_of(entry.kind, key)}“, das nicht nach außen geht"
        words |= {text: what for text in texts if isinstance(text, str) and text and key not in CODED}
    return words


def removed(ground: Ground) -> list[tuple[str, str]]:
    """What stays away, with what is there of it."""
    use_case = ground.use_case
    inner = {
        label_of(entry.kind, key)
        for entry in ground.entries
        for key in (*NOTES, "storage_details", "security_measures", "incidents_note")
        if (getattr(entry, key) if key in NOTES else ground.contents[entry.pk].get(key))
    }
    lines = [
        ("Kommune", use_case.municipality.name),
        ("Amt", use_case.department.name if use_case.department else ""),
        ("Verantwortliche Person", str(use_case.responsible or "")),
        ("Verlauf mit Namen und Tagen", _count(use_case.events.count(), "Schritt", "Schritte")),
        ("Angaben zu Punkten der Prüfliste", _count(use_case.statements.count(), "Angabe", "Angaben")),
        ("Beteiligte und Zeitraum des Piloten", "eingetragen" if use_case.pilot_people or use_case.pilot_start else ""),
        ("Kosten, Nutzung und Fehler in Zahlen", _count(use_case.figures.standing().count(), "Wert", "Werte")),
        ("Einträge im Register", ", ".join(entry.name for entry in ground.entries)),
        ("Interne Felder der Einträge", ", ".join(sorted(inner))),
    ]
    return [(label, what or "nichts eingetragen") for label, what in lines]


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}" if number else ""


def newest_visible(user: User) -> QuerySet[Blueprint]:
    """Of each use case the newest version that this person may see."""
    seen = Blueprint.objects.visible_to(user)
    later = seen.filter(use_case=OuterRef("use_case"), number__gt=OuterRef("number"))
    return seen.filter(~Exists(later)).select_related("municipality")


def search_blueprints(rows: QuerySet[Blueprint], text: str) -> QuerySet[Blueprint]:
    for word in text.split():
        rows = rows.filter(Q(document__title__icontains=word) | Q(document__purpose__icontains=word))
    return rows


@dataclass(frozen=True)
class Source:
    """Where an adopted blueprint comes from, as it is now."""

    name: str
    url: str
    document: rules.Document
    sha256: str
    row: Blueprint | None = None


def source_of(adoption: Adoption, municipality: Municipality) -> Source | None:
    """None where the source is closed by now or has left the catalogue."""
    if adoption.template:
        document = rules.catalogue().get(adoption.template)
        if document is None:
            return None
        url = reverse("usecases:blueprint-template", args=[adoption.template])
        return Source("dem Katalog", url, document, canonical.sha256(document))
    rows = Blueprint.objects.filter(use_case__blueprints=adoption.source, municipality__is_active=True)
    rows = rows.filter(Q(shared=True) | Q(municipality=municipality)).select_related("municipality")
    row = rows.order_by("-number").first()
    return Source(row.municipality.name, row.get_absolute_url(), row.document, row.sha256, row) if row else None


def facts_of_blueprint(entry: Entry) -> Suggested | None:
    """What the blueprint of the leading use case says for the assessment, without what it leaves unclear itself."""
    rows = Adoption.objects.filter(use_case__links__entry=entry, use_case__links__leads=True)
    adoption = rows.first()
    if adoption is None:
        return None
    facts = {key: value for key, value in adoption.document["facts"].items() if not _is_unclear(value)}
    return Suggested(f"der Blaupause „{adoption}“", facts)


def _is_unclear(value: Any) -> bool:
    return value == UNCLEAR or (isinstance(value, list) and UNCLEAR in value)


def own_parts(adoption: Adoption) -> rules.Document:
    """What the municipality has: its use case as it is now, and what it took over."""
    use_case = adoption.use_case
    now = {"title": use_case.title, "purpose": use_case.problem, "benefit": use_case.benefit, "field": use_case.field}
    return {**adoption.document, **now}


def differing(mine: rules.Document, theirs: rules.Document) -> list[str]:
    """The parts that the source says otherwise, in order."""
    return [
        part for part in rules.LABELS if mine.get(part) != theirs.get(part) and (mine.get(part) or theirs.get(part))
    ]


def section_of(use_case: UseCase, *, edits: bool, reads_all: bool) -> dict[str, Any]:
    """For the page of a use case: where it began, whether that has changed, and what was frozen of it."""
    adoption = getattr(use_case, "adoption", None)
    source = source_of(adoption, use_case.municipality) if adoption else None
    return {
        "origin": adoption,
        "source": source,
        "changed": adoption is not None and source is not None and source.sha256 != adoption.source_sha256,
        "source_url": reverse("usecases:blueprint-source", args=[use_case.uuid]) if edits else "",
        "versions": list(use_case.blueprints.order_by("-number")[:20]),
        "freeze_url": reverse("usecases:freeze", args=[use_case.uuid]) if edits and reads_all else "",
    }
