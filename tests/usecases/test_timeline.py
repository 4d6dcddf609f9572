"""Use cases over time: the picture, its table, and filters in the address."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.usecases.cases import again, idea
from tests.world import Town
from usecases import services
from usecases.models import UseCase, UseCaseEvent
from usecases.timeline import Picture, picture

pytestmark = pytest.mark.django_db


def drawn() -> Picture:
    found = picture(list(UseCase.objects.order_by("pk")), UseCaseEvent.objects.order_by("number"))
    assert found is not None
    return found


def test_every_stage_is_a_piece_that_ends_where_the_next_begins(musterstadt: Town) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=100)):
        use_case = idea(musterstadt)
    with time_machine.travel(timezone.now() - timedelta(days=50)):
        services.take_step(again(use_case), by=musterstadt["fachamt"], step="examine")
    (row,) = drawn().rows
    first, second = row.pieces
    assert (first.stage, first.until, second.stage, second.until) == ("planned", second.since, "design", None)


def test_what_was_rejected_ends_on_its_day(musterstadt: Town) -> None:
    services.take_step(idea(musterstadt), by=musterstadt["fachamt"], step="reject", reason="Zu teuer")
    last = drawn().rows[0].pieces[-1]
    assert last.said == f"Verworfen am {timezone.localdate():%d.%m.%Y}"


def test_nothing_is_drawn_beyond_the_picture(musterstadt: Town) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=400)):
        idea(musterstadt, title="Altes")
    idea(musterstadt)
    found = drawn()
    assert all(piece.x >= 0 and piece.x + piece.width <= found.width for row in found.rows for piece in row.pieces)


def test_the_filters_go_along_to_the_board(musterstadt: Town) -> None:
    idea(musterstadt, strategy="alliance", finance="mixed")
    client = Client()
    client.force_login(musterstadt["fachamt"])
    page = client.get(reverse("usecases:timeline") + "?strategy=alliance&finance=mixed").content.decode()
    assert f"{reverse('usecases:board')}?strategy=alliance&amp;finance=mixed" in page
