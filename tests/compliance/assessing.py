"""Answers and assessments for tests."""

from __future__ import annotations

from typing import Any

from compliance import services
from compliance.models import Assessment, AssessmentDraft
from register.models import Entry
from tests.compliance.law.golden import BASE
from tests.world import Town


def answered(town: Town, entry: Entry, *, role: str = "fachamt", **facts: Any) -> AssessmentDraft:
    """An open assessment with every question answered: the ordinary system of the golden cases, and `facts`."""
    draft = services.start_assessment(entry, by=town[role])
    return services.answer(draft, by=town[role], answers={**BASE, **facts})


def finished(town: Town, entry: Entry, *, role: str = "fachamt", **facts: Any) -> Assessment:
    return services.finish_assessment(answered(town, entry, role=role, **facts), by=town[role])


def reviewed(town: Town, entry: Entry, **facts: Any) -> Assessment:
    assessment = finished(town, entry, **facts)
    services.review_assessment(assessment, by=town["dsb"], agrees=True)
    return Assessment.objects.get(pk=assessment.pk)
