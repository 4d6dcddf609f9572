"""Every test run has a database and a broker of its own, started on the first test that needs them."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
import pytest
from django.conf import settings

from compliance.rules.law import shelf
from tests import template
from tests.append_only import emptying_is_allowed_between_tests  # noqa: F401 - an autouse fixture

ROOT = Path(__file__).resolve().parent.parent

# Before Django reads its settings, which pytest-django does after this file.
os.environ.setdefault("OFFENLAGE_VAR", str(ROOT / "var" / "test"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Here and not by pytest-django's own setting, which would read the settings before the line above.
django.setup()


@pytest.fixture(scope="session")
def services() -> None:
    """The embedded services, for tests that need them without the database fixture."""
    from core import embedded

    embedded.acquire(durable=False)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(services: None, django_db_blocker: Any) -> None:
    """pytest-django calls this before it makes the test database."""
    if settings.EMBEDDED:
        with django_db_blocker.unblock():
            template.use()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    if settings.EMBEDDED:
        with django_db_blocker.unblock():
            template.keep()


pytest_plugins = ["tests.world"]


def pytest_xdist_setupnodes(specs: list[Any]) -> None:
    """Parallel processes share neither a database nor a broker."""
    for number, spec in enumerate(specs):
        spec.env["OFFENLAGE_VAR"] = f"{os.environ['OFFENLAGE_VAR']}-{number}"


@pytest.fixture(autouse=True)
def checkpoint_file(settings, tmp_path: Path) -> Path:
    """Checkpoints of one test's database must not meet another's."""
    settings.CHECKPOINT_FILE = tmp_path / "checkpoints.jsonl"
    return settings.CHECKPOINT_FILE


@pytest.fixture(autouse=True)
def only_shipped_rulesets() -> Iterator[None]:
    """A rule set that a test has loaded is gone with its database; the shelf of this process must forget it too."""
    yield
    if shelf.mark() is not None:
        shelf.put([], mark=None)
