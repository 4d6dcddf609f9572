"""How the demo municipalities work together: partners, a call that was decided, and one that runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from config.demo.story import Town, days_ago
from usecases import services
from usecases.models import CooperationWish, Partner, UseCase


def work_together(towns: Sequence[Town], stories: Sequence[dict[str, Any]]) -> None:
    """The wishes of all first, so that the others can answer."""
    told = [(town, story.get("cooperation", {})) for town, story in zip(towns, stories, strict=True)]
    for town, about in told:
        for values in about.get("partners", []):
            services.create_partner(town.municipality, by=town.person("cdo"), **values)
        for named in about.get("named", []):
            _name(town, dict(named))
        for wish in about.get("wishes", []):
            _wish(town, wish)
    for town, about in told:
        for given in about.get("interests", []):
            _answer(town, dict(given))
    for town, about in told:
        for given in about.get("decisions", []):
            _decide(town, given)


def _use_case(town: Town, title: str) -> UseCase:
    return UseCase.objects.select_related("municipality", "department").get(municipality=town.municipality, title=title)


def _name(town: Town, given: dict[str, Any]) -> None:
    use_case, day = _use_case(town, given.pop("use_case")), given.pop("day")
    given["partner"] = Partner.objects.get(municipality=town.municipality, name=given["partner"])
    if "share" in given:
        given["share"] = Decimal(str(given["share"]))
    with days_ago(day):
        services.name_partner(use_case, by=town.person("cdo"), values={**given, "asked_on": timezone.localdate()})


def _wish(town: Town, about: dict[str, Any]) -> None:
    cdo = town.person("cdo")
    with days_ago(about["day"]):
        use_case = _use_case(town, about["use_case"])
        row = services.set_wish(use_case, by=cdo, values={**about["values"], "is_shown": True})
        if call := about.get("call"):
            today = timezone.localdate()
            services.open_call(
                row, by=cdo, text=call["text"], opens_on=today, closes_on=today + timedelta(days=call["runs"]),
                places=call.get("places"),
            )  # fmt: skip


def _answer(town: Town, given: dict[str, Any]) -> None:
    wish = CooperationWish.objects.select_related("use_case").get(title=given.pop("wish"))
    with days_ago(given.pop("day")):
        services.express_interest(wish, by=town.person("cdo"), municipality=town.municipality, **given)


def _decide(town: Town, given: dict[str, Any]) -> None:
    wish = CooperationWish.objects.select_related("use_case").get(title=given["wish"])
    rows = {row.municipality.name: row.pk for row in wish.interests.select_related("municipality")}
    answers = {rows[name]: (answer["selected"], answer["reason"]) for name, answer in given["answers"].items()}
    with days_ago(given["day"]):
        services.decide_interests(wish, by=town.person("leitung"), answers=answers)
