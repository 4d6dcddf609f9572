"""Courses, dates and tools for tests."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from tests.world import Town
from usecases import services
from usecases.models import ApprovedTool, Course, CourseSession, GuidelineVersion, StaffAgreement

SINCE = date(2025, 6, 1)


def make_course(town: Town, title: str = "KI verstehen", **values: Any) -> Course:
    given = {"kind": "basics", "contents": "Was KI ist und was nicht.", "minutes": 90, "since": SINCE, **values}
    return services.create_course(town.municipality, by=town["cdo"], title=title, **given)


def hold(course: Course, town: Town, *, days_ago: int = 30, **offices: int) -> CourseSession:
    """A date of the past, with the numbers of the offices by their short names."""
    numbers = {town.departments[name]: number for name, number in offices.items()}
    day = timezone.localdate() - timedelta(days=days_ago)
    return services.add_session(course, by=town["cdo"], held_on=day, numbers=numbers)


def approve(town: Town, name: str = "Dialogwerk", **values: Any) -> ApprovedTool:
    given: dict[str, Any] = {
        "purpose": "Texte entwerfen.",
        "forbidden_data": "Sozialdaten",
        "approved_on": timezone.localdate(),
        **values,
    }
    return services.create_tool(town.municipality, by=town["cdo"], name=name, **given)


def enact(town: Town, body: str = "## Worum es geht\nUm KI.", title: str = "KI-Richtlinie") -> GuidelineVersion:
    """A draft and the version made of it."""
    services.write_guideline(town.municipality, by=town["cdo"], title=title, body=body)
    return services.enact_guideline(
        town.municipality, by=town["leitung"], enacted_on=timezone.localdate(), signed_by="die Bürgermeisterin"
    )


def agree(town: Town, keep_months: int = 12) -> StaffAgreement:
    return services.record_agreement(
        town.municipality,
        by=town["leitung"],
        title="Dienstvereinbarung Schulung",
        concluded_on=timezone.localdate(),
        reference="11-3",
        keep_months=keep_months,
    )
