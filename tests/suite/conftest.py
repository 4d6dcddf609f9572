"""The scene of the suite-wide tables."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from tests.suite.scene import Scene, make_scene
from tests.suite.survey import Survey


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    """Made once per module; everything happens inside one transaction that is thrown away."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = make_scene()
        # Else the check at the end of each test would look at all these rows again.
        connection.check_constraints()
        yield made
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def survey(scene: Scene, django_db_blocker: Any) -> Survey:
    with django_db_blocker.unblock():
        return Survey(scene)
