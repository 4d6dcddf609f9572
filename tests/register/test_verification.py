"""Who owns the database but not the key can compute the publication chain anew; the audit trail still tells."""

from __future__ import annotations

import hashlib

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from register import services
from register.models import Entry, Publication, PublicationLog
from register.services.publishing import chain_sha256
from register.verification import verify_publications
from tests.world import Town


def computed_anew(entry: Entry) -> None:
    """Change what was published, with every hash of the publication log to match."""
    row = Publication.objects.select_related("entry").get(entry=entry)
    row.document = row.document.replace("Gemeindeordnung", "Dorfordnung")
    row.document_sha256 = hashlib.sha256(row.document.encode()).hexdigest()
    row.sha256 = chain_sha256(row)
    with connection.cursor() as cursor:
        # Pending checks would keep the table locked.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE register_publication DISABLE TRIGGER USER")
        row.save()
        PublicationLog.objects.update(head=row.sha256)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE register_publication ENABLE TRIGGER USER")


def test_a_chain_that_was_computed_anew_contradicts_the_audit_trail(musterstadt: Town, published: Entry) -> None:
    computed_anew(published)
    assert [(fault.seq, "Protokoll" in fault.reason) for fault in verify_publications(musterstadt.municipality)] == [
        (1, True)
    ]


def test_the_command_names_the_publication_that_was_computed_anew(musterstadt: Town, published: Entry) -> None:
    computed_anew(published)
    with pytest.raises(CommandError, match="Veröffentlichung 1"):
        call_command("verify_chain", municipality=musterstadt.municipality.ars)


def test_a_publication_without_a_line_in_the_audit_trail_is_found(musterstadt: Town, published: Entry) -> None:
    first = Publication.objects.get(entry=published)
    row = Publication(
        municipality=first.municipality, seq=2, op="withdraw", entry=published, number=1, previous_sha256=first.sha256,
        document_sha256=hashlib.sha256(b"").hexdigest(), schema_version=first.schema_version, reason="Heimlich",
        by=first.by, at=first.at,
    )  # fmt: skip
    row.sha256 = chain_sha256(row)
    row.save()
    PublicationLog.objects.update(seq=2, head=row.sha256)
    assert [fault.seq for fault in verify_publications(musterstadt.municipality)] == [2]


@pytest.mark.parametrize("measure", [services.suspend, services.withdraw])
def test_a_measure_leaves_a_sound_log(musterstadt: Town, published: Entry, measure) -> None:
    measure(published, by=musterstadt["leitung"], reason="Falsche Auskünfte")
    assert verify_publications(musterstadt.municipality) == []


def test_a_redaction_leaves_a_sound_log(musterstadt: Town, published: Entry) -> None:
    services.withdraw(published, by=musterstadt["leitung"], reason="Ein Name stand darin.")
    services.redact(published, number=1, by=musterstadt["leitung"], reason="Art. 17 DSGVO")
    assert verify_publications(musterstadt.municipality) == []
