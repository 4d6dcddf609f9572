"""What holds on to a draft, and how the refusal reads."""

import pytest

from compliance import services as compliance
from core.errors import Conflict
from register import services as register
from register.models import Entry
from tests.world import Town


def test_a_draft_that_a_processing_activity_uses_is_not_deleted(musterstadt: Town, draft: Entry) -> None:
    compliance.activity_from_system(draft, by=musterstadt["cdo"])
    with pytest.raises(Conflict, match="verknüpft"):
        register.delete_draft(draft, by=musterstadt["cdo"])
