"""Keys of the audit chain, derived for one purpose each (HKDF), named by a fingerprint.

AUDIT_KEY comes first, else SECRET_KEY. After a change the old values stay readable through
AUDIT_KEY_FALLBACKS (or SECRET_KEY_FALLBACKS): records keep the fingerprint of their key.
"""

from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


@dataclass(frozen=True)
class Keys:
    id: str
    chain: bytes
    signing: Ed25519PrivateKey


def current() -> Keys:
    return _derive(_secrets()[0])


def find(key_id: str) -> Keys | None:
    """The keys with this fingerprint, if their secret is still configured."""
    return next((keys for keys in map(_derive, _secrets()) if keys.id == key_id), None)


def _secrets() -> list[str]:
    audit_key: str = getattr(settings, "AUDIT_KEY", "") or ""
    fallbacks: list[str] = list(getattr(settings, "AUDIT_KEY_FALLBACKS", []))
    # SECRET_KEY stays a candidate: AUDIT_KEY may have been set after the first records.
    secrets = [audit_key, settings.SECRET_KEY, *fallbacks, *settings.SECRET_KEY_FALLBACKS]
    return [str(secret) for secret in secrets if secret]


@lru_cache(maxsize=16)
def _derive(secret: str) -> Keys:
    return Keys(
        id=_expand(secret, b"offenlage audit key id")[:8].hex(),
        chain=_expand(secret, b"offenlage audit chain"),
        signing=Ed25519PrivateKey.from_private_bytes(_expand(secret, b"offenlage audit checkpoint")),
    )


def _expand(secret: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())
