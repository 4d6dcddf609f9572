"""Goals and what they show: nothing before it has begun, nothing negative, and "nicht erhoben" is a value."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.usecases.cases import GOAL, at_development, evaluated, in_evaluation, in_pilot
from tests.world import Town
from usecases import services
from usecases.forms_goals import FigureForm
from usecases.models import Figure, Goal, Measurement
from usecases.selectors_gates import checklist, facts_of
from usecases.selectors_goals import chart_of

pytestmark = pytest.mark.django_db


def goal_of(town: Town) -> Goal:
    return services.set_goal(in_pilot(town), by=town["fachamt"], values=GOAL)


def test_nothing_is_measured_before_it_has_begun(musterstadt: Town) -> None:
    goal = services.set_goal(at_development(musterstadt), by=musterstadt["fachamt"], values=GOAL)
    with pytest.raises(ValidationError, match="noch nicht begonnen"):
        services.measure(goal, by=musterstadt["fachamt"], day=timezone.localdate(), value=Decimal(3))


def test_a_day_before_the_pilot_is_refused(musterstadt: Town) -> None:
    day = timezone.localdate() - timedelta(days=1)
    with pytest.raises(ValidationError, match="vor dem Beginn"):
        services.measure(goal_of(musterstadt), by=musterstadt["fachamt"], day=day, value=Decimal(3))


def test_not_measured_says_why(musterstadt: Town) -> None:
    with pytest.raises(ValidationError, match="warum nicht gemessen"):
        services.measure(goal_of(musterstadt), by=musterstadt["fachamt"], day=timezone.localdate(), value=None)


def test_costs_are_not_negative(musterstadt: Town) -> None:
    today = timezone.localdate()
    given = {"key": "cost_once", "since": today, "until": today, "value": Decimal(-1)}
    with pytest.raises(ValidationError, match="nicht negativ"):
        services.add_figure(at_development(musterstadt), by=musterstadt["fachamt"], **given)


def test_the_database_refuses_negative_costs_too(musterstadt: Town) -> None:
    today = timezone.localdate()
    made = {"key": "cost_once", "since": today, "until": today, "value": -1, "at": timezone.now()}
    with pytest.raises(Error), transaction.atomic():
        Figure.objects.create(use_case=at_development(musterstadt), by=musterstadt["cdo"], **made)


def test_a_measurement_is_not_changed_afterwards(musterstadt: Town) -> None:
    services.measure(goal_of(musterstadt), by=musterstadt["fachamt"], day=timezone.localdate(), value=Decimal(3))
    with pytest.raises(Error, match="nur zum Anfügen"), transaction.atomic():
        Measurement.objects.update(value=99)


def test_an_honest_gap_is_enough_for_the_gate(musterstadt: Town) -> None:
    use_case = evaluated(in_evaluation(musterstadt), musterstadt, None, note="Der Zähler war aus.")
    rows = {row.key: row.met for row in checklist(facts_of(use_case), "operate")}
    assert rows["evaluation"]


def test_a_goal_that_nobody_measured_stands_against_operation(musterstadt: Town) -> None:
    use_case = evaluated(in_evaluation(musterstadt), musterstadt)
    services.set_goal(use_case, by=musterstadt["fachamt"], values={**GOAL, "title": "Weniger Rückfragen"})
    row = next(row for row in checklist(facts_of(use_case), "operate") if row.key == "evaluation")
    assert "Weniger Rückfragen" in row.text


def test_the_chart_says_in_words_what_it_shows() -> None:
    goal = Goal(**GOAL)
    today = timezone.localdate()
    rows = [Measurement(day=today + timedelta(days=n), value=Decimal(n)) for n in (1, 2)]
    chart = chart_of(goal, rows)
    assert "2 Werte von 1" in getattr(chart, "description", "")


def test_a_cost_typed_with_a_dot_for_thousands_is_thousands() -> None:
    data = {"key": "cost_running", "since": "01.01.2026", "until": "31.03.2026", "value": "12.000"}
    form = FigureForm(data)
    form.is_valid()
    assert form.cleaned_data["value"] == Decimal(12000)


def test_the_measurements_come_as_csv_with_what_was_not_measured(musterstadt: Town) -> None:
    goal = goal_of(musterstadt)
    day = timezone.localdate()
    services.measure(goal, by=musterstadt["fachamt"], day=day, value=None, note="Zähler defekt")
    client = Client()
    client.force_login(musterstadt["revision"])
    text = client.get(reverse("usecases:goal-csv", args=[goal.use_case.uuid, goal.uuid])).content.decode("utf-8-sig")
    assert [line.split(";")[1] for line in text.splitlines()] == ["Wert", "nicht erhoben"]
