"""What is hashed, sealed and signed. Writing and checking share these functions and nothing else."""

import hmac
import secrets
from hashlib import sha256
from typing import Any

from core import canonical
from core.audit.keys import Keys
from core.models import AuditRecord


def new_salt() -> str:
    return secrets.token_hex(16)


def actor_digest(salt: str, user_id: str | None, name: str | None) -> str:
    return hmac.new(salt.encode(), canonical.dump_bytes([user_id, name]), sha256).hexdigest()


def record_hmac(keys: Keys, stream: str, record: AuditRecord) -> str:
    body = {
        "stream": stream,
        "seq": record.seq,
        "at": canonical.timestamp(record.at),
        "action": record.action,
        "object_type": record.object_type,
        "object_id": record.object_id,
        "payload": record.payload,
        "actor": record.actor_digest,
        "key": record.key_id,
    }
    return hmac.new(keys.chain, record.previous.encode() + canonical.dump_bytes(body), sha256).hexdigest()


def stream_seal(keys: Keys, stream: str, last_seq: int, head: str) -> str:
    body = {"seal": stream, "seq": last_seq, "head": head}
    return hmac.new(keys.chain, canonical.dump_bytes(body), sha256).hexdigest()


def checkpoint_text(*, stream: str, seq: int, head: str, at: Any, key_id: str) -> bytes:
    """The bytes that Ed25519 signs."""
    moment = at if isinstance(at, str) else canonical.timestamp(at)
    return canonical.dump_bytes({"stream": stream, "seq": seq, "head": head, "at": moment, "key": key_id})
