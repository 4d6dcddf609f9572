"""Canonical JSON after RFC 8785: one text for one value, so that a hash means something.

Conversions, and no others: date -> "2026-11-23"; datetime (aware only) -> UTC with microseconds
and "Z"; UUID -> text; Decimal -> its text, so that no digit is lost; tuple -> list; lazy
translation -> text. NaN, infinity, naive datetimes, sets and integers beyond 2**53 are refused.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import rfc8785
from django.utils.functional import Promise


def dumps(value: Any) -> str:
    """The canonical JSON text. Raises ValueError for what has no canonical form."""
    return dump_bytes(value).decode()


def dump_bytes(value: Any) -> bytes:
    return rfc8785.dumps(_plain(value))


def sha256(value: Any) -> str:
    return hashlib.sha256(dump_bytes(value)).hexdigest()


def timestamp(moment: datetime) -> str:
    """One text for one moment, whatever zone the value carries."""
    if moment.tzinfo is None:
        raise ValueError("a datetime without a time zone has no canonical form")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, (str, Promise, UUID)):
        return str(value)
    if isinstance(value, datetime):
        return timestamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, Mapping):
        return _plain_mapping(value)
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    raise ValueError(f"{type(value).__name__} has no canonical form")


def _plain_mapping(value: Mapping[Any, Any]) -> dict[str, Any]:
    if not all(isinstance(key, str) for key in value):
        raise ValueError("keys of a canonical object are texts")
    return {str(key): _plain(item) for key, item in value.items()}


def _decimal(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError("a number that is not finite has no canonical form")
    return format(value, "f")
