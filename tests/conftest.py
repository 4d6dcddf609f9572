"""Every test run has a database and a broker of its own, started on the first test that needs them."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django
import pytest
from django.conf import settings
from whitenoise.middleware import WhiteNoiseMiddleware

from compliance.rules.law import shelf
from tests import template
from tests.append_only import emptying_is_allowed_between_tests  # noqa: F401 - an autouse fixture
from tests.ground import LAYERS, Ground, sort, sort_for_several, wanted_by

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


@pytest.fixture(scope="module")
def ground(django_db_setup: None, django_db_blocker: Any) -> Iterator[Ground]:
    laid = Ground()
    yield laid
    with django_db_blocker.unblock():
        laid.dig()


@pytest.fixture
def standing(request: pytest.FixtureRequest, ground: Ground, django_db_blocker: Any) -> Callable[[str], Any]:
    """What a test finds below it, by name; what its names did not tell beforehand is made when it asks."""
    with django_db_blocker.unblock():
        values = ground.prepare(wanted_by(request.node))

    def stand(name: str) -> Any:
        if name not in values:
            values[name] = LAYERS[name](values)
        return values[name]

    return stand


@pytest.fixture
def _django_db_helper(standing: None, _django_db_helper: None) -> None:
    """Here pytest-django begins the savepoint of a test: above the ground."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    sort(items)
    if "PYTEST_XDIST_WORKER" in os.environ:
        sort_for_several(items)


pytest_plugins = ["tests.world"]


def pytest_xdist_setupnodes(specs: list[Any]) -> None:
    """Parallel processes share neither a database nor a broker."""
    for number, spec in enumerate(specs):
        spec.env["OFFENLAGE_VAR"] = f"{os.environ['OFFENLAGE_VAR']}-{number}"


@pytest.fixture(scope="session", autouse=True)
def static_files_are_listed_once() -> Iterator[None]:
    """Every test client sets up all middleware; most of that would be reading the names of the same files again."""
    found: dict[str, Any] = {}
    read = WhiteNoiseMiddleware.add_files_from_finders

    def once(self: WhiteNoiseMiddleware) -> None:
        if not found:
            read(self)
            found.update(self.files)
        self.files.update(found)

    WhiteNoiseMiddleware.add_files_from_finders = once
    yield
    WhiteNoiseMiddleware.add_files_from_finders = read


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
