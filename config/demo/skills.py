"""What is told of the people of a demo municipality: whom to ask, what was trained, which tools they may use."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from usecases import services as usecases
from usecases.models import AiContact, Course
from usecases.rules.guideline import START

if TYPE_CHECKING:
    from config.demo.story import Town


def teach(town: Town, about: dict[str, Any] | None) -> None:
    if about is None:
        return
    contacts = {key: _contact(town, values) for key, values in about["contacts"].items()}
    courses = {key: _course(town, course) for key, course in about["courses"].items()}
    for tool in about["tools"]:
        _tool(town, dict(tool), contacts, courses)
    for programme in about["funding"]:
        values = dict(programme)
        if days := values.pop("deadline_in", None):
            values["deadline"] = timezone.localdate() + timedelta(days=days)
        usecases.create_programme(town.municipality, by=town.person("cdo"), **values)
    for version in about["guideline"]:
        _guideline(town, version)


def _day(days_ago: int) -> date:
    return timezone.localdate() - timedelta(days=days_ago)


def _contact(town: Town, about: dict[str, Any]) -> AiContact:
    values = dict(about)
    values["department"] = town.departments.get(values.pop("department", ""))
    if name := values.get("person"):
        values["person"] = town.person(name)
    return usecases.create_contact(town.municipality, by=town.person("cdo"), **values)


def _course(town: Town, about: dict[str, Any]) -> Course:
    cdo = town.person("cdo")
    course = usecases.create_course(town.municipality, by=cdo, since=_day(about["since"]), **about["values"])
    for session in about["sessions"]:
        numbers = {town.departments[name]: number for name, number in session.get("numbers", {}).items()}
        usecases.add_session(course, by=cdo, held_on=_day(session["day"]), place=session["place"], numbers=numbers)
    return course


def _tool(town: Town, values: dict[str, Any], contacts: dict[str, AiContact], courses: dict[str, Course]) -> None:
    usecases.create_tool(
        town.municipality,
        by=town.person("cdo"),
        entry=town.now(values.pop("entry")),
        contact=contacts[values.pop("contact")],
        courses=[courses[key] for key in values.pop("courses")],
        departments=[town.departments[name] for name in values.pop("departments", [])],
        approved_on=_day(values.pop("day")),
        **values,
    )


def _guideline(town: Town, about: dict[str, Any]) -> None:
    """The text to start with, and with what the town added; each put in force, and known to some offices."""
    here, body = town.municipality, START + about.get("more", "")
    usecases.write_guideline(here, by=town.person("cdo"), title="Richtlinie zur Arbeit mit KI", body=body)
    version = usecases.enact_guideline(
        here, by=town.person("leitung"), enacted_on=_day(about["day"]), signed_by="die Bürgermeisterin"
    )
    numbers = {town.departments[name]: number for name, number in about["readers"].items()}
    usecases.count_readers(version, by=town.person("cdo"), numbers=numbers)
