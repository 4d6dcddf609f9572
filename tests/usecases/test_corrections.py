"""A number is put right by a further row: the old one stays readable, and only what stands is counted."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.errors import Conflict, NotAllowed
from tests.usecases.cases import GOAL, at_development, in_pilot
from tests.world import Town
from usecases import services
from usecases.models import Figure, Measurement, UseCase
from usecases.selectors_goals import goals_of
from usecases.selectors_money import costs_of, totals

pytestmark = pytest.mark.django_db

QUARTER = {"since": date(2026, 1, 1), "until": date(2026, 3, 31)}


@pytest.fixture
def cost(musterstadt: Town) -> Figure:
    return _cost(musterstadt, at_development(musterstadt))


def _cost(town: Town, use_case: UseCase, **about: Any) -> Figure:
    given = {"key": "cost_running", "value": Decimal(41100), **QUARTER, **about}
    return services.add_figure(use_case, by=town["fachamt"], **given)


def _values(row: Figure, **about: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("key", "since", "until", "value", "note")} | about


def _corrected(town: Town, row: Figure, role: str = "fachamt", **about: Any) -> Figure:
    return services.correct_figure(row, by=town[role], values=_values(row, **about), reason="Komma vergessen")


def _said(town: Town, use_case: UseCase) -> str:
    client = Client()
    client.force_login(town["fachamt"])
    return client.get(reverse("usecases:figures", args=[use_case.uuid])).text


def test_only_the_corrected_number_is_summed(cost: Figure, musterstadt: Town) -> None:
    _corrected(musterstadt, cost, value=Decimal(411))
    found = {row.key: row.value for row in totals(musterstadt.municipality, **QUARTER)}
    assert found["cost_running"] == Decimal(411)


def test_the_report_names_the_corrected_cost(cost: Figure, musterstadt: Town) -> None:
    _corrected(musterstadt, cost, value=Decimal(411))
    assert "411 Euro" in costs_of(musterstadt.municipality)[cost.use_case_id]


def test_a_withdrawn_number_counts_nowhere(cost: Figure, musterstadt: Town) -> None:
    services.withdraw_figure(cost, by=musterstadt["fachamt"], reason="Falsches Vorhaben")
    assert costs_of(musterstadt.municipality) == {}


def test_the_old_number_stays_readable_with_who_when_and_why(cost: Figure, musterstadt: Town) -> None:
    _corrected(musterstadt, cost, value=Decimal(411))
    today, text = timezone.localdate(), _said(musterstadt, cost.use_case)
    said = f"korrigiert am {today:%d.%m.%Y} von {musterstadt['fachamt']}, Grund: Komma vergessen"
    assert ("<s>41.100 Euro</s>" in text, said in text) == (True, True)


def test_a_correction_names_its_reason(cost: Figure, musterstadt: Town) -> None:
    with pytest.raises(ValidationError, match="nennen Sie den Grund"):
        services.correct_figure(cost, by=musterstadt["fachamt"], values=_values(cost, value=Decimal(1)), reason=" ")


def test_the_database_asks_for_the_reason_too(cost: Figure) -> None:
    with pytest.raises(Error, match="figure_replaced_with_reason"), transaction.atomic():
        Figure.objects.create(use_case=cost.use_case, by=cost.by, at=cost.at, replaces=cost, **_values(cost))


def test_the_database_lets_a_row_be_replaced_once(cost: Figure) -> None:
    about = {"use_case": cost.use_case, "by": cost.by, "at": cost.at, "replaces": cost, "reason": "Tippfehler"}
    Figure.objects.create(**about, **_values(cost))
    with pytest.raises(Error, match="replaces"), transaction.atomic():
        Figure.objects.create(**about, **_values(cost))


def test_the_second_of_two_people_is_told_who_was_first(cost: Figure, musterstadt: Town) -> None:
    _corrected(musterstadt, cost, value=Decimal(411))
    with pytest.raises(Conflict, match=f"{musterstadt['fachamt']} hat diesen Wert am .* schon korrigiert"):
        _corrected(musterstadt, cost, "cdo", value=Decimal(412))


def test_a_correction_changes_something(cost: Figure, musterstadt: Town) -> None:
    with pytest.raises(ValidationError, match="nichts geändert"):
        _corrected(musterstadt, cost)


def test_who_only_reads_corrects_nothing(cost: Figure, musterstadt: Town) -> None:
    with pytest.raises(NotAllowed):
        _corrected(musterstadt, cost, "revision", value=Decimal(411))


def test_an_overlapping_span_is_refused_with_the_one_that_stands(cost: Figure, musterstadt: Town) -> None:
    with pytest.raises(ValidationError, match=r"schon eine Zahl für 01\.01\.2026 bis 31\.03\.2026"):
        _cost(musterstadt, cost.use_case, since=date(2026, 3, 31), until=date(2026, 4, 30))


def test_the_day_after_a_span_is_free(cost: Figure, musterstadt: Town) -> None:
    row = _cost(musterstadt, cost.use_case, since=date(2026, 4, 1), until=date(2026, 6, 30))
    assert row.pk


def test_another_kind_may_have_the_same_span(cost: Figure, musterstadt: Town) -> None:
    assert _cost(musterstadt, cost.use_case, key="savings").pk


def test_a_correction_may_stay_in_its_own_span(cost: Figure, musterstadt: Town) -> None:
    assert _corrected(musterstadt, cost, until=date(2026, 2, 28)).pk


def test_a_correction_does_not_reach_into_the_next_span(cost: Figure, musterstadt: Town) -> None:
    _cost(musterstadt, cost.use_case, since=date(2026, 4, 1), until=date(2026, 6, 30))
    with pytest.raises(ValidationError, match="schon eine Zahl"):
        _corrected(musterstadt, cost, until=date(2026, 4, 1))


def test_what_was_withdrawn_leaves_its_span_free(cost: Figure, musterstadt: Town) -> None:
    services.withdraw_figure(cost, by=musterstadt["fachamt"], reason="Falsch")
    assert _cost(musterstadt, cost.use_case).pk


def test_the_form_refuses_an_overlap_at_its_field(cost: Figure, musterstadt: Town) -> None:
    client = Client()
    client.force_login(musterstadt["fachamt"])
    sent = {"key": "cost_running", "since": "01.02.2026", "until": "30.04.2026", "value": "10"}
    response = client.post(reverse("usecases:figures", args=[cost.use_case.uuid]), sent)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["since"])


@pytest.fixture
def measured(musterstadt: Town) -> Measurement:
    use_case = in_pilot(musterstadt)
    goal = services.set_goal(use_case, by=musterstadt["fachamt"], values=GOAL)
    return services.measure(goal, by=musterstadt["fachamt"], day=timezone.localdate(), value=Decimal(610))


def _right(town: Town, row: Measurement, **about: Any) -> Measurement:
    values = {"day": row.day, "value": Decimal(61), "note": "", **about}
    return services.correct_measurement(row, by=town["fachamt"], values=values, reason="Eine Null zu viel")


def test_a_goal_shows_what_stands(measured: Measurement, musterstadt: Town) -> None:
    _right(musterstadt, measured)
    (goal,) = goals_of(measured.goal.use_case)
    assert [row.value for row in goal.measurements.all()] == [Decimal(61)]


def test_a_goal_whose_only_measurement_was_withdrawn_is_not_measured(measured: Measurement, musterstadt: Town) -> None:
    services.withdraw_measurement(measured, by=musterstadt["fachamt"], reason="Falscher Zähler")
    (goal,) = goals_of(measured.goal.use_case)
    assert list(goal.measurements.all()) == []


def test_the_csv_has_what_stands(measured: Measurement, musterstadt: Town) -> None:
    _right(musterstadt, measured)
    client = Client()
    client.force_login(musterstadt["revision"])
    goal = measured.goal
    text = client.get(reverse("usecases:goal-csv", args=[goal.use_case.uuid, goal.uuid])).content.decode("utf-8-sig")
    assert [line.split(";")[1] for line in text.splitlines()] == ["Wert", "61"]


def test_a_correction_lies_within_the_pilot_too(measured: Measurement, musterstadt: Town) -> None:
    with pytest.raises(ValidationError, match="vor dem Beginn"):
        _right(musterstadt, measured, day=measured.day - timedelta(days=1))


def test_a_measurement_is_corrected_in_the_browser(measured: Measurement, musterstadt: Town) -> None:
    client = Client()
    client.force_login(musterstadt["fachamt"])
    goal = measured.goal
    address = reverse("usecases:measurement", args=[goal.use_case.uuid, goal.uuid, measured.pk])
    sent = {"day": f"{measured.day:%d.%m.%Y}", "value": "61", "note": "", "reason": "Eine Null zu viel"}
    text = client.post(address, sent, follow=True).text
    assert ("<s>610 Prozent</s>" in text, "Grund: Eine Null zu viel" in text) == (True, True)


def test_what_was_corrected_already_leads_back_with_a_sentence(measured: Measurement, musterstadt: Town) -> None:
    _right(musterstadt, measured)
    client = Client()
    client.force_login(musterstadt["fachamt"])
    goal = measured.goal
    address = reverse("usecases:measurement", args=[goal.use_case.uuid, goal.uuid, measured.pk])
    assert "Dieser Wert gilt nicht mehr: korrigiert am" in client.get(address, follow=True).text


def test_a_measurement_is_asked_for_in_the_unit_of_its_goal(measured: Measurement, musterstadt: Town) -> None:
    client = Client()
    client.force_login(musterstadt["fachamt"])
    assert "Wert (Prozent)" in client.get(measured.goal.get_absolute_url()).text
