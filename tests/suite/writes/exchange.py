"""Every write of the exchange."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from exchange import services as exchange
from exchange.imports.planned import Choices
from exchange.imports.recognition import Layout
from exchange.models import ImportRun
from tests.suite.scene import Scene
from tests.suite.writes.common import Prepare, in_town, on

LIST = "Name des KI-Systems;Amt;Zweck\nAktenplan;Bürgerbüro;Akten ordnen\n".encode()


def layouts(s: Scene) -> list[Layout]:
    return exchange.read(s.things["import"])[1]


def waiting(s: Scene) -> Callable[[], Any]:
    ImportRun.objects.filter(pk=s.things["import"].pk).update(state=ImportRun.State.WAITING)
    return partial(exchange.take_over_waiting, s.things["import"])


def forgotten(s: Scene) -> Callable[[], Any]:
    long_ago = timezone.now() - exchange.KEPT_FOR - timedelta(hours=1)
    ImportRun.objects.filter(pk=s.things["import"].pk).update(uploaded_at=long_ago)
    return exchange.discard_expired


def taken_back(s: Scene) -> Callable[[], Any]:
    exchange.request_take_over(s.things["import"], by=s.town["cdo"], version=1)
    return partial(exchange.request_undo, s.things["import"], by=s.town["cdo"])


def taken_back_by_worker(s: Scene) -> Callable[[], Any]:
    exchange.request_take_over(s.things["import"], by=s.town["cdo"], version=1)
    return partial(exchange.undo_waiting, s.things["import"])


EXCHANGE: dict[str, Prepare] = {
    "upload": in_town(exchange.upload, filename="liste.csv", content=LIST),
    "assign_columns": lambda s: partial(
        exchange.assign_columns,
        s.things["import"],
        by=s.town["cdo"],
        layouts=layouts(s),
        choices=Choices(),
        version=s.things["import"].version,
    ),
    "request_take_over": on(exchange.request_take_over, "import", version=1),
    "take_over_waiting": waiting,
    "undo_waiting": taken_back_by_worker,
    "discard": on(exchange.discard, "import"),
    "request_undo": taken_back,
    "discard_expired": forgotten,
    "import_at_once": in_town(exchange.import_at_once, filename="liste.csv", content=LIST, options=exchange.Options()),
}
