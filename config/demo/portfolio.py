"""The use cases of a demo municipality: ideas, what was bought, what was already in use, and what was rejected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from usecases import services
from usecases.models import Blueprint, FundingProgramme, UseCase

if TYPE_CHECKING:
    from config.demo.story import Town

Told = tuple[float, Any]


def acts_of(town: Town, about: dict[str, Any]) -> Iterator[Told]:
    """Each act with its day; the caller puts them among everything else that happened."""
    name = about.get("stock") or about["title"]
    yield about["day"], partial(_begin, town, about)
    for given in about.get("statements", []):
        yield given["day"], partial(_state, town, name, given)
    for goal in about.get("goals", []):
        yield goal["day"], partial(_goal, town, name, goal)
        for day, value in goal.get("measured", []):
            yield day, partial(_measure, town, name, goal["values"]["title"], value)
    for given in about.get("figures", []):
        yield given["day"], partial(_figure, town, name, given)
    if given := about.get("evaluation"):
        yield given["day"], partial(_evaluate, town, name, given)
    for given in about.get("funding", []):
        yield given["day"], partial(_apply, town, name, given)
    for given in about.get("blueprints", []):
        yield given["day"], partial(_freeze, town, name, given)
    if system := about.get("system"):
        yield about["system_day"], partial(_link, town, name, system, about["by"])
    for step in about.get("steps", []):
        yield step["day"], partial(_step, town, name, step)


def _begin(town: Town, about: dict[str, Any]) -> None:
    by = town.person(about["by"])
    if system := about.get("stock"):
        use_case = services.take_over(town.now(system), by=by)
        if values := about.get("values"):
            services.change_use_case(use_case, by=by, values=values)
        return
    if title := about.get("adopts"):
        department = town.departments[about["department"]]
        source = Blueprint.objects.get(document__title=title, number=1)
        services.adopt_blueprint(
            source, by=by, municipality=town.municipality, title=about["title"], department=department
        )
        return
    values = dict(about["values"])
    if plan := values.pop("pilot_in", None):
        # Counted from the day the demo is made, while the clock stands at the day of the idea.
        today = timezone.localdate() + timedelta(days=about["day"])
        values |= {"pilot_start": today + timedelta(days=plan[0]), "pilot_end": today + timedelta(days=plan[1])}
    values |= {"title": about["title"], "department": town.departments[about["department"]], "responsible": by}
    services.create_use_case(town.municipality, by=by, values=values)


def _now(town: Town, name: str) -> UseCase:
    return UseCase.objects.select_related("municipality", "department").get(municipality=town.municipality, title=name)


def _state(town: Town, name: str, given: dict[str, Any]) -> None:
    by = town.person(given["by"])
    services.make_statement(_now(town, name), by=by, key=given["key"], day=timezone.localdate(), text=given["text"])


def _goal(town: Town, name: str, goal: dict[str, Any]) -> None:
    numbers = {key: _number(goal["values"].get(key)) for key in ("baseline", "target")}
    values = {**goal["values"], **numbers}
    services.set_goal(_now(town, name), by=town.person(goal["by"]), values=values)


def _number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _measure(town: Town, name: str, title: str, value: Any) -> None:
    use_case = _now(town, name)
    note = "" if value is not None else "In diesem Monat nicht ausgezählt."
    goal = use_case.goals.select_related("use_case").get(title=title)
    by: Any = use_case.changed_by
    services.measure(goal, by=by, day=timezone.localdate(), value=_number(value), note=note)


def _figure(town: Town, name: str, given: dict[str, Any]) -> None:
    until = timezone.localdate()
    since = until - timedelta(days=given["span"])
    value, note = _number(given.get("value")), given.get("note", "")
    by = town.person(given["by"])
    services.add_figure(_now(town, name), by=by, key=given["key"], since=since, until=until, value=value, note=note)


def _evaluate(town: Town, name: str, given: dict[str, Any]) -> None:
    told = {key: given[key] for key in ("result", "text", "lessons", "decision")}
    services.evaluate(_now(town, name), by=town.person(given["by"]), day=timezone.localdate(), **told)


def _apply(town: Town, name: str, given: dict[str, Any]) -> None:
    """For a programme of the town's list, or for one that has ended since."""
    cdo, today = town.person("cdo"), timezone.localdate()
    kept = FundingProgramme.objects.filter(municipality=town.municipality, name=given["programme"]).first()
    programme = kept or services.create_programme(town.municipality, by=cdo, name=given["programme"], **given["about"])
    values = {key: _number(given[key]) for key in ("asked", "granted") if key in given}
    for key in ("submitted", "decided"):
        if days := given.get(key):
            # Days after this act's day count from the day the demo is made.
            values[f"{key}_on"] = today - timedelta(days=days - given["day"])
    values |= {key: given[key] for key in ("state", "note", "granted_note") if key in given}
    use_case = _now(town, name)
    services.apply_for_funding(use_case, by=town.person(given["by"]), values={"programme": programme, **values})


def _freeze(town: Town, name: str, given: dict[str, Any]) -> None:
    row = services.freeze_blueprint(_now(town, name), by=town.person(given["by"]), values=given["values"])
    services.share_blueprint(row, by=town.person("leitung"), shared=True)


def _link(town: Town, name: str, system: str, by: str) -> None:
    services.link_entry(_now(town, name), by=town.person(by), entry=town.now(system))


def _step(town: Town, name: str, step: dict[str, Any]) -> None:
    by, use_case = town.person(step["by"]), _now(town, name)
    if second := step.get("second"):
        told = {"step": step["name"], "reason": step["reason"], "exception_reason": step.get("exception", "")}
        proposal = services.propose_gate(use_case, by=by, **told)
        services.decide_gate(proposal, by=town.person(second), agrees=True)
        return
    services.take_step(use_case, by=by, step=step["name"], reason=step.get("reason", ""))
