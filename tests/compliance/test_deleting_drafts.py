"""What holds on to a draft, and how the refusal reads."""

import pytest
from django.test import Client
from django.urls import reverse

from compliance import services as compliance
from compliance.models import LegalDocument
from core.errors import Conflict
from register import services as register
from register.holding import holds_on
from register.models import Entry
from tests.compliance.assessing import finished
from tests.compliance.legal import started, submitted
from tests.world import Town


def test_a_draft_that_a_processing_activity_uses_is_not_deleted(musterstadt: Town, draft: Entry) -> None:
    compliance.activity_from_system(draft, by=musterstadt["cdo"])
    with pytest.raises(Conflict, match="verknüpft"):
        register.delete_draft(draft, by=musterstadt["cdo"])


def test_the_page_that_asks_names_the_sheet_and_has_no_button(client: Client, musterstadt: Town, draft: Entry) -> None:
    activity = compliance.activity_from_system(draft, by=musterstadt["cdo"])
    client.force_login(musterstadt["cdo"])
    page = client.get(reverse("register:step", args=[draft.uuid, "loeschen"])).content.decode()
    assert activity.get_absolute_url() in page
    assert "Endgültig löschen" not in page


def test_a_document_that_was_handed_in_keeps_its_draft_and_is_named(musterstadt: Town, draft: Entry) -> None:
    document = submitted(musterstadt, draft, "threshold").document
    found = {hold.url: hold.text for hold in holds_on(draft, musterstadt["cdo"])}
    assert "Schwellwertanalyse" in found[document.get_absolute_url()]


def test_a_document_that_is_only_being_written_goes_with_its_draft(musterstadt: Town, draft: Entry) -> None:
    started(musterstadt, draft, "threshold")
    register.delete_draft(draft, by=musterstadt["cdo"])
    assert not LegalDocument.objects.exists()


def test_duties_keep_their_draft_and_are_counted(musterstadt: Town, draft: Entry) -> None:
    finished(musterstadt, draft)
    number = draft.duties.count()
    assert f"{number} Pflichten" in " ".join(hold.text for hold in holds_on(draft, musterstadt["cdo"]))
