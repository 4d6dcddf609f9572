"""What the tests of this room share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from accounts.models import User
from tests.world import Town

PASSWORD = "ein-langes-kennwort-7"


@pytest.fixture(autouse=True)
def fresh_rate_limits() -> Iterator[None]:
    """Limits per minute are kept in the process and would reach from one test into the next."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """A real hash is slow on purpose; here it would be most of the time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def with_password(musterstadt: Town) -> User:
    """The CDO of Musterstadt, who signs in with name and password."""
    person = musterstadt["cdo"]
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    return person
