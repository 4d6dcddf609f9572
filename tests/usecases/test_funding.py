"""Funding programmes: what fits, what is refused, and who is reminded when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notification
from tests.world import Town
from usecases import services
from usecases.models import FundingProgramme

pytestmark = pytest.mark.django_db
DEADLINE = date(2030, 6, 1)


def make(town: Town, name: str = "Beispielprogramm", **values: Any) -> FundingProgramme:
    given = {"funder": "Beispielland", "purpose": "Piloten", **values}
    return services.create_programme(town.municipality, by=town["cdo"], name=name, **given)


def shown(town: Town, query: str = "") -> list[str]:
    client = Client()
    client.force_login(town["fachamt"])
    return [row.name for row, _ in client.get(reverse("usecases:funding") + query).context["programmes"]]


def test_a_filter_shows_what_fits_and_what_is_for_all(musterstadt: Town) -> None:
    make(musterstadt, "Für alle")
    make(musterstadt, "Nur Verkehr", fields=["mobility"])
    make(musterstadt, "Nur Umwelt", fields=["environment"])
    assert shown(musterstadt, "?field=mobility") == ["Für alle", "Nur Verkehr"]


def test_a_programme_after_its_deadline_is_not_shown_at_first(musterstadt: Town) -> None:
    make(musterstadt, deadline=timezone.localdate() - timedelta(days=1))
    assert (shown(musterstadt), shown(musterstadt, "?over=on")) == ([], ["Beispielprogramm"])


def test_each_stage_is_said_once(musterstadt: Town) -> None:
    make(musterstadt, deadline=DEADLINE)
    told = []
    for days in (91, 90, 89, 30, 29, 7, 1, 0):
        with time_machine.travel(DEADLINE - timedelta(days=days)):
            told.append(services.remind_of_funding())
    assert told == [0, 1, 0, 1, 0, 1, 0, 0]


def test_those_who_keep_the_programmes_are_reminded(musterstadt: Town) -> None:
    make(musterstadt, deadline=timezone.localdate() + timedelta(days=5))
    services.remind_of_funding()
    rows = Notification.objects.filter(text__contains="Antragsfrist").values_list("user__username", flat=True)
    assert sorted(rows) == ["cdo-musterstadt", "leitung-musterstadt"]


def test_a_rate_above_the_whole_is_refused(musterstadt: Town) -> None:
    client = Client()
    client.force_login(musterstadt["cdo"])
    typed = {"name": "Neu", "funder": "Land", "purpose": "KI", "rate": "120"}
    answer = client.post(reverse("usecases:funding-new"), typed)
    assert (answer.status_code, "rate" in answer.context["form"].errors) == (422, True)


def test_the_choice_of_fields_is_kept(musterstadt: Town) -> None:
    client = Client()
    client.force_login(musterstadt["cdo"])
    typed = {"name": "Neu", "funder": "Land", "purpose": "KI", "fields": ["mobility"], "stages": ["pilot"]}
    client.post(reverse("usecases:funding-new"), typed)
    row = FundingProgramme.objects.get()
    assert (row.fields, row.stages) == (["mobility"], ["pilot"])
