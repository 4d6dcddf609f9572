"""What the register says goes onto a sheet, and what a document says into the entry, only when a person asks for it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from compliance import services
from compliance.models import LegalDocumentVersion, ProcessingActivity
from compliance.offers import DPIA, THIRD, linked_systems, offers_for
from core.errors import Conflict, NotAllowed
from core.models import AuditRecord
from register import services as register
from register.models import Entry
from tests.compliance.legal import approved, filled
from tests.compliance.test_activities import activity_of
from tests.world import Town, submitted_system

pytestmark = pytest.mark.django_db


@pytest.fixture
def complete(musterstadt: Town, complete: Entry) -> Entry:
    """Nobody has said anything about a DSFA so far."""
    changes = {"dpia_state": "open", "dpia_reason": ""}
    return register.update(complete, by=musterstadt["fachamt"], changes=changes)


@pytest.fixture
def sheet(musterstadt: Town, complete: Entry) -> ProcessingActivity:
    return services.link_system(activity_of(musterstadt), by=musterstadt["cdo"], entry=complete)


def signed_in(town: Town, role: str = "cdo") -> Client:
    client = Client()
    client.force_login(town[role])
    return client


def text(response: Any) -> str:
    return response.content.decode()


def offered(sheet: ProcessingActivity, topic: str) -> Any:
    sheet.refresh_from_db()
    entries = linked_systems(Entry.objects.filter(activity_links__activity=sheet))
    return next((one for one in offers_for(sheet, entries) if one.topic == topic), None)


def taken(town: Town, sheet: ProcessingActivity, topic: str = DPIA) -> ProcessingActivity:
    digest = offered(sheet, topic).digest
    return services.take_over_from_systems(sheet, by=town["cdo"], topic=topic, digest=digest)


def abroad(town: Town, entry: Entry) -> Entry:
    place = register.create_storage(
        town.municipality,
        by=town["cdo"],
        name="Rechenzentrum Übersee",
        kind="cloud",
        country="US",
        third_country_basis="dpf",
    )
    return register.set_storage(entry, by=town["cdo"], locations=[place])


# --- From the register onto the sheet --------------------------------------------------------------


def test_an_open_state_of_the_system_is_no_offer(sheet: ProcessingActivity) -> None:
    assert offered(sheet, DPIA) is None


def test_the_gap_names_the_approved_dsfa_of_the_system(
    musterstadt: Town, sheet: ProcessingActivity, complete: Entry
) -> None:
    approved(musterstadt, complete)
    page = text(signed_in(musterstadt).get(sheet.get_absolute_url()))
    assert "Der Stand der Datenschutz-Folgenabschätzung fehlt. Im Register steht:" in page


def test_nothing_is_taken_over_by_itself(musterstadt: Town, sheet: ProcessingActivity, complete: Entry) -> None:
    approved(musterstadt, complete)
    signed_in(musterstadt).get(sheet.get_absolute_url())
    sheet.refresh_from_db()
    assert sheet.dpia_state == ""


def test_one_click_takes_state_and_reference_over(
    musterstadt: Town, sheet: ProcessingActivity, complete: Entry
) -> None:
    approved(musterstadt, complete)
    address = reverse("compliance:activity-take-over", args=[sheet.uuid])
    offer = offered(sheet, DPIA)
    signed_in(musterstadt).post(address, {"topic": DPIA, "digest": offer.digest, "version": sheet.version})
    sheet.refresh_from_db()
    assert (sheet.dpia_state, "DSFA, Fassung 1, genehmigt am" in sheet.dpia_reference) == ("done", True)


def test_what_was_taken_over_says_where_it_comes_from(
    musterstadt: Town, sheet: ProcessingActivity, complete: Entry
) -> None:
    approved(musterstadt, complete)
    taken(musterstadt, sheet)
    page = text(signed_in(musterstadt).get(sheet.get_absolute_url()))
    assert re.search(r"Aus dem KI-Register übernommen am [\d.]+: „Chatbot", page)


def test_what_somebody_types_afterwards_is_no_longer_marked(
    musterstadt: Town, sheet: ProcessingActivity, complete: Entry
) -> None:
    approved(musterstadt, complete)
    sheet = taken(musterstadt, sheet)
    sheet = services.update_activity(sheet, by=musterstadt["cdo"], changes={"dpia_state": "needed"})
    assert "dpia_state" not in sheet.taken_from


def test_an_earlier_version_of_the_sheet_stays_as_it_was(
    musterstadt: Town, sheet: ProcessingActivity, complete: Entry
) -> None:
    before = sheet.versions.order_by("-number").first()
    approved(musterstadt, complete)
    taken(musterstadt, sheet)
    assert sheet.versions.get(number=before.number).content == before.content


def test_a_reason_on_the_sheet_is_kept(musterstadt: Town, sheet: ProcessingActivity, complete: Entry) -> None:
    services.update_activity(sheet, by=musterstadt["cdo"], changes={"dpia_reason": "Unser Ergebnis."})
    register.update(complete, by=musterstadt["cdo"], changes={"dpia_state": "done", "dpia_reason": "Anderes."})
    assert taken(musterstadt, sheet).dpia_reason == "Unser Ergebnis."


def test_an_unfinished_dsfa_of_one_system_counts_for_the_sheet(
    musterstadt: Town, sheet: ProcessingActivity, complete: Entry
) -> None:
    approved(musterstadt, complete)
    other = submitted_system(musterstadt, "Texthilfe")
    services.link_system(sheet, by=musterstadt["cdo"], entry=other)
    other.system.privacy.__class__.objects.filter(system__entry=other).update(dpia_state="needed")
    assert offered(sheet, DPIA).values["dpia_state"] == "needed"


def test_a_third_country_is_offered_with_its_instrument(
    musterstadt: Town, sheet: ProcessingActivity, complete: Entry
) -> None:
    abroad(musterstadt, complete)
    taken_over = taken(musterstadt, sheet, THIRD)
    assert "Rechenzentrum Übersee, Vereinigte Staaten: Angemessenheitsbeschluss USA" in taken_over.third_country_details


def test_a_denied_transfer_is_replaced_only_with_the_words_that_stood_there_shown(
    musterstadt: Town, sheet: ProcessingActivity, complete: Entry
) -> None:
    services.update_activity(sheet, by=musterstadt["cdo"], changes={"third_country": "none"})
    abroad(musterstadt, complete)
    page = text(signed_in(musterstadt).get(sheet.get_absolute_url()))
    assert "Auf dem Blatt steht bisher: findet nicht statt und ist nicht geplant." in page


def test_what_is_taken_over_is_no_offer_any_more(musterstadt: Town, sheet: ProcessingActivity, complete: Entry) -> None:
    abroad(musterstadt, complete)
    assert offered(taken(musterstadt, sheet, THIRD), THIRD) is None


def test_a_register_that_says_something_else_by_now_is_a_conflict(
    musterstadt: Town, sheet: ProcessingActivity, complete: Entry
) -> None:
    register.update(complete, by=musterstadt["cdo"], changes={"dpia_state": "needed"})
    digest = offered(sheet, DPIA).digest
    register.update(complete, by=musterstadt["cdo"], changes={"dpia_state": "done"})
    with pytest.raises(Conflict):
        services.take_over_from_systems(sheet, by=musterstadt["cdo"], topic=DPIA, digest=digest)


def test_a_sheet_made_from_a_system_has_the_state_at_once(musterstadt: Town, complete: Entry) -> None:
    approved(musterstadt, complete)
    assert services.activity_from_system(complete, by=musterstadt["cdo"]).dpia_state == "done"


# --- From the approved document into the entry -----------------------------------------------------


def dpia_state(entry: Entry) -> str:
    return Entry.objects.get(pk=entry.pk).system.privacy.dpia_state


def adopt_address(entry: Entry, version: LegalDocumentVersion) -> str:
    return reverse("compliance:legal-adopt", args=[entry.uuid, "dsfa", version.number])


def test_approving_a_dsfa_changes_no_entry(musterstadt: Town, complete: Entry) -> None:
    approved(musterstadt, complete)
    assert dpia_state(complete) == "open"


def test_whoever_writes_the_entry_finds_the_task(musterstadt: Town, complete: Entry) -> None:
    approved(musterstadt, complete)
    page = text(signed_in(musterstadt, "fachamt").get(reverse("register:start")))
    assert "Folgenabschätzung genehmigt: im Eintrag nachtragen" in page


def test_one_click_writes_the_state_into_the_entry(musterstadt: Town, complete: Entry) -> None:
    version = approved(musterstadt, complete)
    signed_in(musterstadt, "fachamt").post(adopt_address(complete, version))
    assert dpia_state(complete) == "done"


def test_the_reason_in_the_entry_is_kept_and_names_the_document(musterstadt: Town, complete: Entry) -> None:
    register.update(complete, by=musterstadt["fachamt"], changes={"dpia_reason": "In Arbeit."})
    version = approved(musterstadt, complete)
    entry = services.adopt_dpia_state(version, by=musterstadt["fachamt"])
    assert entry.system.privacy.dpia_reason.startswith("In Arbeit.\nDSFA, Fassung 1, genehmigt am ")


def test_the_step_leaves_its_record(musterstadt: Town, complete: Entry) -> None:
    services.adopt_dpia_state(approved(musterstadt, complete), by=musterstadt["fachamt"])
    record = AuditRecord.objects.get(action="compliance.document.adopted")
    assert record.data == {"kind": "dpia", "number": 1, "state": "done"}


def test_an_entry_in_review_waits(musterstadt: Town, submitted: Entry) -> None:
    version = approved(musterstadt, submitted)
    with pytest.raises(Conflict):
        services.adopt_dpia_state(version, by=musterstadt["fachamt"])


def test_whoever_may_not_edit_the_entry_may_not_write_the_state(musterstadt: Town, complete: Entry) -> None:
    version = approved(musterstadt, complete)
    with pytest.raises(NotAllowed):
        services.adopt_dpia_state(version, by=musterstadt["dsb"])


def test_nothing_is_asked_while_somebody_writes_on(musterstadt: Town, complete: Entry) -> None:
    version = approved(musterstadt, complete)
    filled(musterstadt, complete, staff="Personalrat beteiligt")
    with pytest.raises(Conflict):
        services.adopt_dpia_state(version, by=musterstadt["fachamt"])


def test_a_threshold_analysis_says_whether_a_dsfa_is_needed(musterstadt: Town, complete: Entry) -> None:
    version = approved(musterstadt, complete, "threshold", result="not_needed")
    services.adopt_dpia_state(version, by=musterstadt["fachamt"])
    assert dpia_state(complete) == "not_needed"
