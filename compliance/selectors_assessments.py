"""Reads of assessments: what the register says now, what has changed since, where a system stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Exists,
    F,
    JSONField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, JSONObject

from accounts import permissions
from accounts.models import User
from compliance.models import Assessment, AssessmentDraft, AssessmentReview, Clarification
from compliance.rules import known_facts
from compliance.rules.law import Program, dpia_lists, program_for
from compliance.selectors_rulesets import catch_up, in_force_today
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
# What the list is filtered by besides: systems without a class in the entry that are neither ended nor rejected.
NOT_ADOPTED, NOT_CONFIRMED = "not_adopted", "not_confirmed"
WITHOUT_CLASS = {
    NOT_ADOPTED: "Bestätigt, Klasse noch nicht im Eintrag",
    NOT_CONFIRMED: "Ohne Klasse und ohne bestätigte Bewertung",
}


def program_on(entry: Entry, day: str) -> tuple[Program, dict[str, Any]]:
    """The rule sets in force on the day, read for the Land of the municipality, and how they were read."""
    catch_up()
    return program_of_today(entry, day)


def program_of_today(entry: Entry, day: str) -> tuple[Program, dict[str, Any]]:
    """The same for somebody who has just caught up."""
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


LAW_REASON = "Rechtsänderung: Die Bewertung beruht auf einem früheren Regelwerk."


def why_due(row: Any) -> str:
    """Why a system of `with_assessments` needs a new assessment; empty if it needs none."""
    if row.assessment_state != "due":
        return ""
    said = [reason_for(changes_since(row.last_basis, row.basis)), LAW_REASON if row.law_changed else ""]
    return " ".join(one for one in said if one)


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
        last_rulesets=Subquery(last.values("rulesets")[:1], output_field=JSONField()),
        has_draft=Exists(AssessmentDraft.objects.filter(entry=OuterRef("pk"))),
    )
    no_longer_used = Q(status__in=ENDED) | Q(last_assessment__isnull=True)
    found = found.annotate(
        agreed=Subquery(review.values("agrees")[:1]),
        register_changed=Case(
            When(last_assessment__isnull=True, then=False),
            default=~Q(last_basis=F("basis")),
            output_field=BooleanField(),
        ),
        law_changed=Case(
            When(no_longer_used, then=False),
            default=~Q(last_rulesets__contains=[{"sha256": one.sha256} for one in in_force_today()]),
            output_field=BooleanField(),
        ),
    )
    return found.annotate(
        assessment_state=Case(
            When(last_assessment__isnull=True, has_draft=True, then=Value("draft")),
            When(last_assessment__isnull=True, then=Value("none")),
            When(Q(register_changed=True) | Q(law_changed=True), then=Value("due")),
            When(agreed__isnull=True, then=Value("review")),
            When(agreed=True, then=Value("reviewed")),
            default=Value("rejected"),
            output_field=CharField(),
        )
    )


def with_confirmed(systems: QuerySet[Entry]) -> QuerySet[Any]:
    """Systems with the class of the newest assessment that a second person has confirmed, else an empty one."""
    rows = Assessment.objects.filter(entry=OuterRef("pk"), review__agrees=True).order_by("-number")
    found = Coalesce(Subquery(rows.values("risk_class")[:1]), Value(""), output_field=CharField())
    return systems.annotate(confirmed_class=found)


def in_state(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
    """Rows of `with_assessments` in one of STATES or WITHOUT_CLASS."""
    if state not in WITHOUT_CLASS:
        return rows.filter(assessment_state=state)
    rows = with_confirmed(rows).filter(system__ai_act_class="").exclude(status__in=ENDED)
    return rows.filter(confirmed_class="") if state == NOT_CONFIRMED else rows.exclude(confirmed_class="")


def systems_for(user: User) -> QuerySet[Entry]:
    return Entry.objects.visible_to(user).systems()


def in_use(entries: QuerySet[Entry]) -> QuerySet[Any]:
    """Systems in use or on the way, with their assessments."""
    return with_assessments(entries.systems().exclude(status__in=ENDED))


def needing_reassessment(entries: QuerySet[Entry]) -> QuerySet[Any]:
    """Those whose register entry is no longer what was assessed."""
    return in_use(entries).filter(register_changed=True)


def assessed_under_earlier_law(entries: QuerySet[Entry]) -> QuerySet[Any]:
    """Those whose last assessment was made under rule sets that are no longer in force."""
    return in_use(entries).filter(law_changed=True)


def rests_on_law_in_force(assessment: Assessment) -> bool:
    return {one["sha256"] for one in assessment.rulesets} == {one.sha256 for one in in_force_today()}


def latest(entry: Entry) -> Assessment | None:
    rows = Assessment.objects.filter(entry=entry).select_related("author", "answered_by", "review__by")
    return rows.order_by("-number").first()


def register_facts(entry: Entry) -> dict[str, Any]:
    """The facts that the register already tells about a system."""
    return register_facts_of([entry])[entry.pk]


def register_facts_of(entries: Sequence[Entry]) -> dict[int, dict[str, Any]]:
    """The same for many systems, read with system, privacy and municipality: two further queries for all of them."""
    systems = [entry.system.pk for entry in entries]
    recipients, places = defaultdict(list), defaultdict(list)
    rows = SystemRecipient.objects.filter(system__in=systems)
    for pk, kind, country in rows.values_list("system_id", "recipient__kind", "recipient__country"):
        recipients[pk].append((kind, country))
    for pk, country in SystemStorage.objects.filter(system__in=systems).values_list("system_id", "storage__country"):
        places[pk].append(country)
    return {entry.pk: _facts(entry, recipients[entry.system.pk], places[entry.system.pk]) for entry in entries}


def _facts(entry: Entry, recipients: list[tuple[str, str]], places: list[str]) -> dict[str, Any]:
    system = entry.system
    privacy = system.privacy
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
