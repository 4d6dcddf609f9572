"""Reads of assessments: what the register says now, what has changed since, where a system stands."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, CharField, Exists, F, JSONField, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, JSONObject

from accounts import permissions
from accounts.models import User
from compliance.models import Assessment, AssessmentDraft, AssessmentReview, Clarification
from compliance.rules import known_facts
from compliance.rules.law import Program, dpia_lists, program_for
from register.models import Entry, ProductVersion, SystemDataset, SystemRecipient, SystemStorage
from register.rules import vocabulary
from register.rules.vocabulary import ENDED

# What asks for a new assessment when it changes, in the words of the reason.
WATCHED = {
    "goal": "der Zweck",
    "model": "das Modell oder die Technik",
    "provider": "der Anbieter",
    "role": "die Rolle nach der KI-VO",
    "datasets": "die Datenbestände",
    "product": "das Produktblatt",
}
# Where a system stands; the list is filtered by it.
STATES = {
    "due": "Neubewertung nötig",
    "review": "Wartet auf Prüfung",
    "rejected": "Beanstandet",
    "reviewed": "Geprüft",
    "draft": "In Arbeit",
    "none": "Noch nicht bewertet",
}


def program_on(entry: Entry, day: str) -> tuple[Program, dict[str, Any]]:
    """The rule sets in force on the day, read for the Land of the municipality, and how they were read."""
    how = {"with_drafts": True, "list_checked": dpia_lists.is_checked(entry.municipality.ars[:2])}
    return program_for(day, drafts=how["with_drafts"], list_checked=how["list_checked"]), how


def _basis() -> JSONObject:
    """What an assessment hangs on, read by the database in one way for the snapshot and for the comparison."""
    datasets = SystemDataset.objects.filter(system=OuterRef("pk")).order_by("dataset__entry__uuid", "role")
    essential = ProductVersion.objects.filter(product=OuterRef("system__product"), kind__in=("first", "essential"))
    return JSONObject(
        goal=F("system__goal"),
        model=JSONObject(type=F("system__algorithm_type"), methods=F("system__methods_and_models")),
        provider=F("system__provider"),
        role=F("system__ai_act_role"),
        datasets=ArraySubquery(datasets.values(pair=JSONObject(id=F("dataset__entry__uuid"), role=F("role")))),
        product=JSONObject(
            id=F("system__product__uuid"),
            number=Subquery(essential.values("product").annotate(last=Max("number")).values("last")),
        ),
    )


def with_basis(entries: QuerySet[Entry]) -> QuerySet[Any]:
    return entries.annotate(basis=_basis())


def basis_of(entry: Entry) -> dict[str, Any]:
    return with_basis(Entry.objects.filter(pk=entry.pk)).values_list("basis", flat=True).get()


def changes_since(assessed: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """What is different in the register, in words."""
    return [words for key, words in WATCHED.items() if assessed.get(key) != now.get(key)]


def reason_for(changes: list[str]) -> str:
    return f"Seit der Bewertung geändert: {', '.join(changes)}." if changes else ""


def with_assessments(entries: QuerySet[Entry]) -> QuerySet[Any]:
    """Systems with their last assessment and its state."""
    last = Assessment.objects.filter(entry=OuterRef("pk")).order_by("-number")
    review = AssessmentReview.objects.filter(assessment=OuterRef("last_assessment"))
    found = with_basis(entries).annotate(
        last_assessment=Subquery(last.values("pk")[:1]),
        last_number=Subquery(last.values("number")[:1]),
        last_class=Coalesce(Subquery(last.values("risk_class")[:1]), Value(""), output_field=CharField()),
        last_day=Subquery(last.values("day")[:1]),
        last_basis=Subquery(last.values("basis")[:1], output_field=JSONField()),
        has_draft=Exists(AssessmentDraft.objects.filter(entry=OuterRef("pk"))),
    )
    found = found.annotate(agreed=Subquery(review.values("agrees")[:1]))
    return found.annotate(
        assessment_state=Case(
            When(last_assessment__isnull=True, has_draft=True, then=Value("draft")),
            When(last_assessment__isnull=True, then=Value("none")),
            When(~Q(last_basis=F("basis")), then=Value("due")),
            When(agreed__isnull=True, then=Value("review")),
            When(agreed=True, then=Value("reviewed")),
            default=Value("rejected"),
            output_field=CharField(),
        )
    )


def systems_for(user: User) -> QuerySet[Entry]:
    return Entry.objects.visible_to(user).systems()


def needing_reassessment(entries: QuerySet[Entry]) -> QuerySet[Any]:
    """Systems in use or on the way, whose register entry is no longer what was assessed."""
    return with_assessments(entries.systems().exclude(status__in=ENDED)).filter(assessment_state="due")


def latest(entry: Entry) -> Assessment | None:
    rows = Assessment.objects.filter(entry=entry).select_related("author", "answered_by", "review__by")
    return rows.order_by("-number").first()


def register_facts(entry: Entry) -> dict[str, Any]:
    """The facts that the register already tells about a system."""
    system = entry.system
    privacy = system.privacy
    recipients = list(
        SystemRecipient.objects.filter(system=system).values_list("recipient__kind", "recipient__country")
    )
    places = list(SystemStorage.objects.filter(system=system).values_list("storage__country", flat=True))
    keys = ("personal_data_level", "has_special_categories", "special_data_kinds", "automated_decision", "ji_regime")
    return known_facts.known_facts(
        {
            "algorithm_type": system.algorithm_type,
            "status": entry.status,
            "municipality_kind": entry.municipality.kind,
            "ai_act_role": system.ai_act_role,
            "affects_people": system.affects_people,
            "decision_effect": system.decision_effect,
            "recipient_kinds": {kind for kind, _ in recipients},
            "countries": [*places, *(country for _, country in recipients)],
            "eea": vocabulary.EEA,
            **{key: getattr(privacy, key) for key in keys},
        }
    )


def people_to_ask(entry: Entry) -> list[User]:
    """Who may read the entry because of a role, and could therefore answer a question about it."""
    people = permissions.holders("entry.view", entry.municipality_id, department=entry.department)
    return sorted(people, key=lambda person: (str(person).lower(), person.pk))


def responsible(entry: Entry) -> list[User]:
    """The person named at the entry, else everybody who may edit it."""
    if entry.owner_person is not None and entry.owner_person.is_active:
        return [entry.owner_person]
    return permissions.holders("entry.edit", entry.municipality_id, department=entry.department)


def open_clarifications(entry: Entry) -> QuerySet[Clarification]:
    return Clarification.objects.open().filter(entry=entry).select_related("person", "asked_by")
