"""Whatever people try in whatever order: what four eyes promise holds."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import Refusal
from register import services
from register.models import Entry, Publication, PublicDocument, Release
from register.verification import verify_publications
from tests.world import Town, complete_system

ROLES = ("fachamt", "cdo", "dsb", "leitung")
ACTIONS: dict[str, Any] = {
    "edit": lambda entry, by: services.update(entry, by=by, changes={"description": f"Text von {by.pk}"}),
    "edit privacy": lambda entry, by: services.update(entry, by=by, changes={"retention": f"{by.pk} Tage"}),
    "submit": lambda entry, by: services.submit(entry, by=by),
    "recall": lambda entry, by: services.recall(entry, by=by),
    "return": lambda entry, by: services.return_entry(entry, by=by, reason="Bitte prüfen."),
    "opine": lambda entry, by: services.opine(entry, by=by, result="agrees"),
    "release": lambda entry, by: services.release(entry, by=by),
    "publish": lambda entry, by: services.publish(entry, by=by),
    "withdraw": lambda entry, by: services.withdraw(entry, by=by, reason="weg"),
    "suspend": lambda entry, by: services.suspend(entry, by=by, reason="Fehler"),
}
walks = st.lists(st.tuples(st.sampled_from(sorted(ACTIONS)), st.sampled_from(ROLES)), min_size=8, max_size=30)
# Random walks rarely get far; this one does, and the random part goes on from there.
TO_RELEASE = (("submit", "fachamt"), ("opine", "dsb"), ("release", "leitung"))


@pytest.fixture
def town(musterstadt: Town) -> Town:
    # One person with every role of the house is the hardest case for four eyes.
    from accounts import services as accounts

    for role in ("cdo", "leitung", "dsb"):
        accounts.give_role(musterstadt["fachamt"], by=None, municipality=musterstadt.municipality, role=role)
    return musterstadt


@given(walk=walks)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_walk_keeps_the_promises(town: Town, walk: list[tuple[str, str]]) -> None:
    with transaction.atomic():
        entry = complete_system(town)
        for action, role in (*TO_RELEASE, *walk):
            try:
                ACTIONS[action](Entry.objects.get(pk=entry.pk), town[role])
            except (Refusal, ValidationError):
                continue
        promises = _broken_promises(town, entry)
        transaction.set_rollback(True)
    assert promises == []


def _broken_promises(town: Town, entry: Entry) -> list[str]:
    found = []
    if any(release.by_id == release.last_edited_by_id for release in Release.objects.filter(entry=entry)):
        found.append("released by the last editor")
    rows = list(Publication.objects.filter(entry=entry).order_by("seq"))
    if any(row.op == "publish" and row.release is None and row.after_review is None for row in rows):
        found.append("published without a release")
    public = PublicDocument.objects.filter(entry=entry).first()
    newest = next((row for row in reversed(rows) if row.op != "redact"), None)
    if (public is None) != (newest is None or newest.op == "withdraw"):
        found.append("public although withdrawn, or the other way round")
    if public is not None and newest is not None and public.document != newest.document:
        found.append("public document is not the newest publication")
    return found + [str(fault) for fault in verify_publications(town.municipality)]
