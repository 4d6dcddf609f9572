"""Measured numbers in the public entry: by the way of every other statement, never by themselves."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from core.errors import Conflict
from register.models import Entry
from tests.public.conftest import address, text_of
from tests.usecases.cases import GOAL
from tests.world import Town, publish_again
from usecases import services
from usecases.models import UseCaseEntry


@pytest.fixture
def measured(musterstadt: Town, published: Entry) -> UseCaseEntry:
    use_case = services.take_over(published, by=musterstadt["cdo"])
    goal = services.set_goal(use_case, by=musterstadt["cdo"], values=GOAL)
    services.measure(goal, by=musterstadt["cdo"], day=timezone.localdate(), value=Decimal("63.5"))
    return UseCaseEntry.objects.select_related("entry", "use_case").get(use_case=use_case)


def test_measured_numbers_are_not_public_by_themselves(
    client: Client, musterstadt: Town, measured: UseCaseEntry
) -> None:
    services.hand_over_measurements(measured, by=musterstadt["cdo"])
    assert "63,5 Prozent" not in text_of(client, address(measured.entry))


def test_released_numbers_are_frozen_with_the_document(
    client: Client, musterstadt: Town, measured: UseCaseEntry
) -> None:
    services.hand_over_measurements(measured, by=musterstadt["cdo"])
    entry = publish_again(musterstadt, measured.entry, retention="7 Tage")
    goal = measured.use_case.goals.get()
    services.measure(goal, by=musterstadt["cdo"], day=timezone.localdate(), value=Decimal(70))
    page = text_of(client, address(entry))
    assert ("63,5 Prozent" in page, "70 Prozent" in page) == (True, False)


def test_without_a_measurement_there_is_nothing_to_hand_over(musterstadt: Town, published: Entry) -> None:
    use_case = services.take_over(published, by=musterstadt["cdo"])
    services.set_goal(use_case, by=musterstadt["cdo"], values=GOAL)
    with pytest.raises(Conflict, match="noch keine Messung"):
        services.hand_over_measurements(use_case.links.get(), by=musterstadt["cdo"])


def test_what_was_not_measured_says_so(musterstadt: Town, measured: UseCaseEntry) -> None:
    goal = measured.use_case.goals.get()
    services.measure(goal, by=musterstadt["cdo"], day=timezone.localdate(), value=None, note="Zähler defekt")
    services.hand_over_measurements(measured, by=musterstadt["cdo"])
    entry = publish_again(musterstadt, measured.entry, retention="7 Tage")
    block = json.loads(entry.public.document)["blocks"]["pilot"]
    assert "nicht erhoben (Zähler defekt)" in block["Schneller zuordnen"][-1]
