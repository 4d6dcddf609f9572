"""The rule sets of this instance: those of the program and those that the operator has loaded."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from compliance.models import Assessment, LoadedRuleset, RulesetUse
from compliance.rules.law import rulesets, shelf
from compliance.rules.law.rulesets import BadRuleset, Ruleset

logger = logging.getLogger(__name__)


def catch_up() -> None:
    """Put on this process's shelf what has come into use since it last looked. One small query."""
    newest = RulesetUse.objects.aggregate(newest=Max("pk"))["newest"]
    if newest != shelf.mark():
        shelf.put(_in_use(), mark=newest)


def _in_use() -> list[Ruleset]:
    found = []
    for row in LoadedRuleset.objects.filter(use__isnull=False):
        try:
            found.append(parsed(row))
        except BadRuleset:
            # It was good when it came. A newer program may read more strictly: then what is left goes on working.
            logger.exception("loaded rule set %s cannot be read any more", row)
    return found


def parsed(row: LoadedRuleset) -> Ruleset:
    return rulesets.read(row.content.encode(), name=row.filename)


def in_force_today() -> list[Ruleset]:
    catch_up()
    return shelf.in_force(timezone.localdate().isoformat())


def resting_on(some: Iterable[Ruleset]) -> dict[str, int]:
    """How many assessments rest on each rule set, by its hash; counted over all municipalities."""
    counts = {f"on_{one.sha256}": Count("pk", filter=Q(rulesets__contains=[{"sha256": one.sha256}])) for one in some}
    return {key.removeprefix("on_"): number for key, number in Assessment.objects.aggregate(**counts).items()}


def loaded_rulesets() -> QuerySet[LoadedRuleset]:
    return LoadedRuleset.objects.defer("content").select_related("loaded_by", "use__by")


def before(candidate: Ruleset) -> Ruleset:
    """The version that the candidate follows."""
    versions = shelf.editions()[candidate.id]
    earlier = [one for one in versions.values() if int(one.version) < int(candidate.version)]
    return earlier[-1]


def shelf_rows() -> list[dict[str, Any]]:
    """Every rule set on the shelf, newest first within its law, with what it rests on and how much rests on it."""
    catch_up()
    on_shelf = [one for law in shelf.LAWS for one in reversed(shelf.editions()[law].values())]
    uses = {row.sha256: row for row in loaded_rulesets().filter(use__isnull=False)}
    current = {one.sha256 for one in in_force_today()}
    numbers = resting_on(on_shelf)
    return [
        {
            "ruleset": one,
            "title": one.data["title"],
            "legal_state": one.data["legal_state"],
            "valid_from": date.fromisoformat(one.valid_from),
            "checked_on": date.fromisoformat(one.data["checked_on"]),
            "loaded": uses.get(one.sha256),
            "in_force": one.sha256 in current,
            "future": one.valid_from > timezone.localdate().isoformat(),
            "assessments": numbers[one.sha256],
        }
        for one in on_shelf
    ]
