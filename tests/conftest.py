"""Every test run has a database and a broker of its own, started on the first test that needs them."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Before Django reads its settings, which pytest-django does after this file.
os.environ.setdefault("OFFENLAGE_VAR", str(ROOT / "var" / "test"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


@pytest.fixture(scope="session")
def services() -> None:
    """The embedded services, for tests that need them without the database fixture."""
    from core import embedded

    embedded.acquire(durable=False)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(services: None) -> None:
    """pytest-django calls this before it makes the test database."""
