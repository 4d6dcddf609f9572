"""Audit chain: every write leaves one record, and nobody can change the past unseen.

    audit.record("register.entry.submitted", entry, by=user, data={...})

Each stream is a keyed hash chain (HMAC over the previous value and the canonical record) with a
gapless sequence. Signed checkpoints, kept in the database and in a file outside it, show a chain
that was cut off or computed anew.
"""

from core.audit.chain import actions_of, gathered, head, record, record_many
from core.audit.checkpoints import checkpoint
from core.audit.erasure import erase_person
from core.audit.verification import Finding, frozen_view, verify

__all__ = [
    "Finding",
    "actions_of",
    "checkpoint",
    "erase_person",
    "frozen_view",
    "gathered",
    "head",
    "record",
    "record_many",
    "verify",
]
