"""A list that is taken back leaves nothing behind but what somebody else needs, and says what that is."""

from __future__ import annotations

from typing import Any

import pytest

from compliance import services as compliance
from compliance.models import ActivityVersion, ProcessingActivity
from core.errors import Conflict
from exchange import services
from exchange.imports.muster import build
from exchange.models import ImportRun
from register import services as register
from register.models import Deficiency, Entry, Evidence, Recipient, StorageLocation
from tests.world import Town

pytestmark = pytest.mark.django_db

LIST = (
    "Verarbeitungstätigkeit;Zweck der Verarbeitung;Eingesetzte KI\n"
    "Wohngeld;Bewilligen;Antragshilfe\n"
).encode()  # fmt: skip


def take(town: Town, content: bytes, filename: str = "liste.csv", **options: Any) -> ImportRun:
    run, _ = services.import_at_once(
        town.municipality, by=town["cdo"], filename=filename, content=content, options=services.Options(**options)
    )
    assert run is not None
    return run


def taken_back(town: Town, run: ImportRun) -> list[tuple[str, str]]:
    run = services.request_undo(run, by=town["cdo"])
    if run.is_being_undone:
        # A long list is the worker's.
        run = services.undo_waiting(run)
    report = run.report
    return [(one["name"], one["reason"]) for one in report["kept"]]


@pytest.fixture
def system(musterstadt: Town) -> Entry:
    return register.create_system(musterstadt.municipality, by=musterstadt["cdo"], name="Antragshilfe")


def test_nothing_is_left_of_the_own_sample(neudorf: Town) -> None:
    kinds = (Entry, ProcessingActivity, Deficiency, Recipient, StorageLocation)
    before = [model.objects.count() for model in kinds]
    run = take(neudorf, build.TARGET.read_bytes(), build.TARGET.name, unknown_departments_empty=True)
    assert Deficiency.objects.exists()
    assert taken_back(neudorf, run) == []
    assert [model.objects.count() for model in kinds] == before


def test_a_sheet_that_was_taken_back_is_in_no_document_of_an_earlier_day(musterstadt: Town, system: Entry) -> None:
    taken_back(musterstadt, take(musterstadt, LIST))
    assert ActivityVersion.objects.exists()
    with pytest.raises(Exception, match="nichts zu drucken"):
        compliance.request_vvt(musterstadt.municipality, by=musterstadt["cdo"])


def test_a_system_that_was_there_before_loses_what_the_sheet_said_about_rights(
    musterstadt: Town, system: Entry
) -> None:
    run = take(musterstadt, LIST)
    assert system.blocks.exists()
    taken_back(musterstadt, run)
    assert not system.blocks.exists()


def test_a_sheet_that_is_in_a_document_stays_as_ended(musterstadt: Town, system: Entry) -> None:
    run = take(musterstadt, LIST)
    compliance.request_vvt(musterstadt.municipality, by=musterstadt["cdo"])
    [(_, reason)] = taken_back(musterstadt, run)
    assert "Fassung des Verarbeitungsverzeichnisses" in reason
    assert ProcessingActivity.objects.get().state == "ended"


def test_what_stays_names_what_holds_it(musterstadt: Town) -> None:
    run = take(musterstadt, "Name des KI-Systems;Datenbestände\nEins;Melderegister\n".encode())
    data = Entry.objects.datasets().get()
    links = {"datasets": [(data.dataset, "operation")]}
    register.create_system(musterstadt.municipality, by=musterstadt["cdo"], name="Chatbot", links=links)
    [(_, reason)] = taken_back(musterstadt, run)
    assert reason == "Der Datenbestand ist noch mit dem KI-System „Chatbot“ verknüpft"


def test_a_proof_that_somebody_added_counts_as_work(musterstadt: Town) -> None:
    run = take(musterstadt, b"Name des KI-Systems;Zweck\nEins;a\n")
    register.add_evidence(Entry.objects.get(), by=musterstadt["cdo"], kind="other", title="Vertrag", reference="1/25")
    assert taken_back(musterstadt, run) == [("Eins", "wurde seitdem bearbeitet")]
    assert Evidence.objects.exists()


def test_only_a_sheet_from_a_list_can_be_taken_back(musterstadt: Town) -> None:
    made = compliance.create_activity(musterstadt.municipality, by=musterstadt["cdo"], title="Von Hand")
    with pytest.raises(Conflict):
        compliance.withdraw_activity(made, by=musterstadt["cdo"])
