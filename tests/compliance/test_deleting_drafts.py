"""What holds on to a draft, and how the refusal reads."""

import pytest
from django.test import Client
from django.urls import reverse

from compliance import services as compliance
from core.errors import Conflict
from register import services as register
from register.models import Entry
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
