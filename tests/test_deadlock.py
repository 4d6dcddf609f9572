"""Two people change linked rows in the same moment, each waiting for the other's lock."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.models import User
from config.middleware import errors_for_readers


def lock_both(first: int, second: int, meet: Barrier, found: list[OperationalError]) -> None:
    try:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=first)
            meet.wait(timeout=10)
            User.objects.select_for_update().get(pk=second)
    except OperationalError as error:
        found.append(error)
    finally:
        connection.close()


@pytest.fixture
def deadlock(transactional_db: None) -> OperationalError:
    one, two = (User.objects.create_user(name).pk for name in ("eins", "zwei"))
    meet, found = Barrier(2), []
    threads = [Thread(target=lock_both, args=(*pair, meet, found)) for pair in ((one, two), (two, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return found[0]


def test_the_one_who_loses_a_deadlock_reads_that_somebody_was_faster(deadlock: OperationalError) -> None:
    edge = errors_for_readers(lambda request: HttpResponse())
    answer = edge.process_exception(RequestFactory().get("/"), deadlock)
    assert getattr(answer, "status_code", None) == 409
