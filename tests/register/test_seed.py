"""The synthetic register is always the same, and as sound as one made by hand."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from register.models import Entry, PublicDocument

pytestmark = pytest.mark.django_db


def test_the_seeded_chains_are_sound():
    call_command("seed", municipalities=2, systems=21, verbosity=0)
    assert (Entry.objects.systems().count(), PublicDocument.objects.count() > 5) == (21, True)
    call_command("verify_chain")


def test_the_same_number_gives_the_same_documents():
    made = []
    for _ in range(2):
        with transaction.atomic():
            call_command("seed", municipalities=1, systems=10, seed=7, verbosity=0)
            made.append(list(PublicDocument.objects.order_by("seq").values_list("document_sha256", flat=True)))
            transaction.set_rollback(True)
    assert made[0] == made[1]


def test_a_second_seed_is_refused():
    call_command("seed", municipalities=1, systems=0, verbosity=0)
    with pytest.raises(CommandError):
        call_command("seed", municipalities=1, systems=0, verbosity=0)
