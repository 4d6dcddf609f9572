"""The sample workbook of the fictional town is taken over completely."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import load_workbook

from accounts import services as accounts
from compliance.models import ActivitySystem, ProcessingActivity
from core.models import AuditRecord
from exchange import services
from exchange.imports.muster import build
from register.models import Dataset, Entry, StorageLocation
from tests.world import Town

SAMPLE = build.TARGET
DEMO = Path(__file__).parents[2] / "config" / "demo" / "musterstadt.yaml"


@pytest.fixture
def demo_departments(musterstadt: Town) -> Town:
    """The departments of the demo municipality, beside those of the tests."""
    for branch in yaml.safe_load(DEMO.read_text(encoding="utf-8"))["departments"]:
        for name in branch["children"]:
            if name not in ("Bürgerbüro", "Tiefbauamt"):
                accounts.create_department(musterstadt.municipality, by=None, name=name)
    return musterstadt


def take(town: Town, **options: Any) -> tuple[Any, services.Checked]:
    return services.import_at_once(
        town.municipality,
        by=town["cdo"],
        filename=SAMPLE.name,
        content=SAMPLE.read_bytes(),
        options=services.Options(**options),
    )


def test_the_sample_becomes_forty_systems_and_sixty_activities(demo_departments: Town) -> None:
    run, checked = take(demo_departments)
    assert checked.plan.problems == []
    assert run.report["counts"]["new"] == {"system": 40, "activity": 60}
    assert (Entry.objects.systems().count(), ProcessingActivity.objects.count()) == (40, 60)


def test_every_entry_of_the_sample_has_its_department(demo_departments: Town) -> None:
    take(demo_departments)
    assert not Entry.objects.filter(department=None).exists()


def test_everything_taken_over_is_a_draft_that_knows_its_row(demo_departments: Town) -> None:
    run, _ = take(demo_departments)
    entries = Entry.objects.filter(import_reference__startswith=f"{run.uuid}/1/", review_state="draft")
    assert entries.count() == Entry.objects.count()


def test_activities_are_linked_with_the_systems_they_name(demo_departments: Town) -> None:
    take(demo_departments)
    assert ActivitySystem.objects.filter(
        activity__title="Wohngeld bewilligen", entry__name="Antragshilfe Wohngeld"
    ).exists()


def test_storage_locations_are_made_once(demo_departments: Town) -> None:
    take(demo_departments)
    place = StorageLocation.objects.get(name="Cloud Region Virginia")
    assert (place.kind, place.country, place.third_country_basis) == ("cloud", "US", "missing")


def test_every_entry_leaves_its_records(demo_departments: Town) -> None:
    take(demo_departments)
    records = AuditRecord.objects.filter(action="register.entry.created")
    assert records.count() == Entry.objects.count()


def test_elsewhere_unknown_departments_are_named_with_row_and_column(musterstadt: Town) -> None:
    run, checked = take(musterstadt)
    problem = next(p for p in checked.plan.problems if p.value == "Stadtbücherei")
    assert (run, problem.sheet, problem.column, problem.heading) == (None, "KI-Systeme", "C", "Fachbereich")


def test_elsewhere_the_sample_is_taken_over_with_unknown_departments_left_empty(neudorf: Town) -> None:
    run, _ = take(neudorf, unknown_departments_empty=True)
    assert run.report["counts"]["new"] == {"system": 40, "activity": 60}
    assert not Dataset.objects.exists()


def test_the_sample_is_what_its_script_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "TARGET", tmp_path / "neu.xlsx")
    build.main()

    def values(content: bytes) -> list[Any]:
        return [
            [sheet.title, *sheet.iter_rows(values_only=True)] for sheet in load_workbook(BytesIO(content)).worksheets
        ]

    assert values((tmp_path / "neu.xlsx").read_bytes()) == values(SAMPLE.read_bytes())
