"""The sample workbook of the fictional town is taken over completely."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import transaction
from openpyxl import load_workbook

from accounts import services as accounts
from compliance.models import ActivitySystem, ProcessingActivity
from core.models import AuditRecord
from exchange import services
from exchange.exports import register_table
from exchange.imports.fields import KINDS
from exchange.imports.muster import build
from exchange.imports.plan import summary
from exchange.imports.records import load, visible
from register.models import Entry, StorageLocation
from tests.world import MUSTERSTADT_ARS, Town, make_town

SAMPLE = build.TARGET
DEMO = Path(__file__).parents[2] / "config" / "demo" / "musterstadt.yaml"


def take(town: Town, **options: Any) -> tuple[Any, services.Checked]:
    return services.import_at_once(
        town.municipality,
        by=town["cdo"],
        filename=SAMPLE.name,
        content=SAMPLE.read_bytes(),
        options=services.Options(**options),
    )


Taken = tuple[Any, services.Checked]


@pytest.fixture(scope="module")
def taken(django_db_setup: None, django_db_blocker: Any) -> Iterator[Taken]:
    """The sample in a municipality with the departments of the demo; once for all tests here, because it takes seconds."""
    with django_db_blocker.unblock(), transaction.atomic():
        town = make_town(MUSTERSTADT_ARS, "Musterstadt", "musterstadt")
        for branch in yaml.safe_load(DEMO.read_text(encoding="utf-8"))["departments"]:
            for name in set(branch["children"]) - {"Bürgerbüro", "Tiefbauamt"}:
                accounts.create_department(town.municipality, by=None, name=name)
        yield take(town)
        transaction.set_rollback(True)


def test_the_sample_becomes_forty_systems_and_sixty_activities(taken: Taken) -> None:
    run, checked = taken
    assert checked.plan.problems == []
    assert run.report["counts"]["new"] == {"system": 40, "activity": 60}
    assert (Entry.objects.systems().count(), ProcessingActivity.objects.count()) == (40, 60)


def test_every_entry_of_the_sample_has_its_department(taken: Taken) -> None:
    assert not Entry.objects.filter(department=None).exists()


def test_everything_taken_over_is_a_draft_that_knows_its_row(taken: Taken) -> None:
    run, _ = taken
    entries = Entry.objects.filter(import_reference__startswith=f"{run.uuid}/1/", review_state="draft")
    assert entries.count() == Entry.objects.count()


def test_activities_are_linked_with_the_systems_they_name(taken: Taken) -> None:
    assert ActivitySystem.objects.filter(
        activity__title="Wohngeld bewilligen", entry__name="Antragshilfe Wohngeld"
    ).exists()


def test_storage_locations_are_made_once(taken: Taken) -> None:
    place = StorageLocation.objects.get(name="Cloud Region Virginia")
    assert (place.kind, place.country, place.third_country_basis) == ("cloud", "US", "missing")


def test_every_entry_leaves_its_records(taken: Taken) -> None:
    records = AuditRecord.objects.filter(action="register.entry.created")
    assert records.count() == Entry.objects.count()


def test_what_came_of_the_sample_is_exported_and_comes_back_without_a_difference(taken: Taken) -> None:
    run, _ = taken
    town, by = run.municipality, run.uploaded_by
    found = {kind: load(kind, visible(kind, by, town)) for kind in KINDS}
    _run, checked = services.import_at_once(
        town,
        by=by,
        filename="register.xlsx",
        content=register_table.workbook(found),
        options=services.Options(dry_run=True),
    )
    counts = summary(checked.plan)
    assert (checked.plan.problems, checked.plan.new, checked.plan.changed) == ([], [], [])
    assert (counts["unchanged"]["system"], counts["unchanged"]["activity"]) == (40, 60)


def test_elsewhere_unknown_departments_are_named_with_row_and_column(neudorf: Town) -> None:
    run, checked = take(neudorf)
    problem = next(p for p in checked.plan.problems if p.value == "Stadtbücherei")
    assert (run, problem.sheet, problem.column, problem.heading) == (None, "KI-Systeme", "C", "Fachbereich")


def test_elsewhere_the_sample_is_taken_over_with_unknown_departments_left_empty(neudorf: Town) -> None:
    run, _ = take(neudorf, unknown_departments_empty=True)
    assert run.report["counts"]["new"] == {"system": 40, "activity": 60}


def test_the_sample_is_what_its_script_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "TARGET", tmp_path / "neu.xlsx")
    build.main()

    def values(content: bytes) -> list[Any]:
        return [
            [sheet.title, *sheet.iter_rows(values_only=True)] for sheet in load_workbook(BytesIO(content)).worksheets
        ]

    assert values((tmp_path / "neu.xlsx").read_bytes()) == values(SAMPLE.read_bytes())
