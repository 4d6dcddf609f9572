"""The state of the DSFA goes from the approved document into the entry, when somebody who may write there says so."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from compliance.legal.adopting import changes_for, proposal_of
from compliance.models import LegalDocumentVersion
from core import audit
from core.errors import Conflict
from register import services as register
from register.models import Entry
from register.services import access


@transaction.atomic
def adopt_dpia_state(version: LegalDocumentVersion, *, by: User) -> Entry:
    """A change like any other: it takes a release away, and the entry is reviewed again.

    The approval does not do it by itself: whoever approves would have edited the entry and could not release it.
    """
    entry = access.locked_for_edit(version.document.entry, by=by)
    found = proposal_of(entry)
    if found is None or found.version.pk != version.pk:
        raise Conflict("Daraus ist im Eintrag nichts nachzutragen. Bitte sehen Sie sich das Dokument noch einmal an.")
    entry = register.update(entry, by=by, changes=changes_for(entry, found))
    data = {"kind": version.document.kind, "number": version.number, "state": found.state}
    audit.record("compliance.document.adopted", entry, by=by, data=data)
    return entry
