"""What a change of law means for the systems that were assessed before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import F, Func, JSONField, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from compliance.models import Assessment
from compliance.rules import law_effect, questionnaire
from compliance.rules.law import Program
from compliance.rules.law_effect import DRAFT, REGISTER, Effect, Past
from compliance.selectors_assessments import (
    changes_since,
    program_of_today,
    reason_for,
    register_facts_of,
)
from register.rules.vocabulary import ENDED

RELATED = ("municipality", "department", "owner_person", "system__privacy")


class _Path(Func):
    """An array of what lies under a path of a JSON column, read by the database: the column itself is long."""

    function = "jsonb_path_query_array"
    template = "%(function)s(%(expressions)s, '%(path)s')"
    output_field = JSONField()


_LIGHT = {
    "facts_": F("facts"),
    "class_": F("risk_class"),
    "applies": KeyTextTransform("applies_from", "result"),
    "owed": _Path(F("result"), path="$.obligations[*].id"),
    "dues": _Path(F("result"), path="$.obligations[*].due"),
}


def _light(assessments: Iterable[int]) -> dict[int, dict[str, Any]]:
    rows = Assessment.objects.filter(pk__in=list(assessments)).values("pk", "from_register", **_LIGHT)
    return {row["pk"]: dict(row) for row in rows}


def _from_record(assessment: Assessment) -> dict[str, Any]:
    """The same of an assessment that was read whole."""
    owed = assessment.result["obligations"]
    return {
        "facts_": assessment.facts,
        "class_": assessment.risk_class,
        "from_register": assessment.from_register,
        "applies": assessment.result["applies_from"],
        "owed": [duty["id"] for duty in owed],
        "dues": [duty["due"] for duty in owed],
    }


def past_of(row: Mapping[str, Any]) -> Past:
    return Past(row["class_"], row["applies"], dict(zip(row["owed"], row["dues"], strict=True)))


def effects(rows: QuerySet[Any]) -> dict[int, Effect]:
    """By entry, for rows of `assessed_under_earlier_law` in one municipality. Four queries, however many there are."""
    return effects_now(list(rows.select_related(*RELATED)))


def effects_now(found: Sequence[Any], past: Mapping[int, Assessment] | None = None) -> dict[int, Effect]:
    """The same for rows that were read with `RELATED`, perhaps with their last assessments."""
    if not found:
        return {}
    today = timezone.localdate().isoformat()
    # Whoever asked for these rows has caught up with what is in use.
    program, _how = program_of_today(found[0], today)
    return effects_of(found, program, today, past)


def effects_of(
    found: Sequence[Any], program: Program, today: str, records: Mapping[int, Assessment] | None = None
) -> dict[int, Effect]:
    """The same for rows that were read (with `RELATED`) and locked before."""
    known = register_facts_of(found)
    if records is None:
        past = _light(row.last_assessment for row in found)
    else:
        past = {pk: _from_record(one) for pk, one in records.items()}
    return {row.pk: _effect(row, past[row.last_assessment], known[row.pk], program, today) for row in found}


def _effect(row: Any, past: Mapping[str, Any], known: Mapping[str, Any], program: Program, today: str) -> Effect:
    effect = law_effect.effect_of(program, past["facts_"], past_of(past), on=today)
    said = [reason_for(changes_since(row.last_basis, row.basis))] if row.register_changed else []
    # The register answered these questions then, and answers them otherwise now.
    other = [key for key in past["from_register"] if key in known and known[key] != past["facts_"].get(key)]
    if other:
        said.append(f"Das Register sagt inzwischen anderes: {', '.join(_label(key) for key in other)}.")
    if said:
        effect.kinds.append(REGISTER)
        effect.note = " ".join([effect.note, *said]).strip()
    if row.has_draft:
        effect.kinds.append(DRAFT)
    return effect


def _label(key: str) -> str:
    return questionnaire.question(key).label


def said(effect: Effect) -> str:
    """Why somebody has to look, in words."""
    parts = []
    if effect.open:
        labels = [_label(key) for key in effect.open]
        parts.append(f"{'Neue Frage' if len(labels) == 1 else 'Neue Fragen'}: {', '.join(labels)}.")
    if effect.note:
        parts.append(effect.note)
    if DRAFT in effect.kinds:
        parts.append("Eine neue Bewertung ist schon in Arbeit.")
    return " ".join(parts)


def latest_everywhere() -> QuerySet[Any]:
    """The last assessment of every system in use or on the way, in all municipalities, as little of it as a trial needs."""
    newest = Assessment.objects.order_by("entry_id", "-number").distinct("entry_id").values("pk")
    return (
        Assessment.objects.filter(pk__in=newest)
        .exclude(entry__status__in=ENDED)
        .values(**_LIGHT, ars=F("entry__municipality__ars"), town=F("entry__municipality__name"))
    )
