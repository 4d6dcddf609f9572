"""When an entry is due for a review, and who is told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notification
from core.errors import NotAllowed
from register import selectors_dates, services
from register.models import Entry, ReviewInterval
from register.rules import review_dates
from tests.world import Town, publish_again

DUE_IN_2030 = date(2030, 3, 1)


def due_of(entry: Entry) -> date:
    found = selectors_dates.with_due_date(Entry.objects.filter(pk=entry.pk)).get()
    return found.due


@pytest.fixture
def due_2030(musterstadt: Town, published: Entry) -> Entry:
    """Its own date is far ahead, so that the interval of the class decides; then both are moved to one day."""
    Entry.objects.filter(pk=published.pk).update(revision_date=DUE_IN_2030)
    published.system.ai_act_class = "NA"
    published.system.save()
    Entry.objects.filter(pk=published.pk).update(revision_date=timezone.localdate() + timedelta(days=200))
    return Entry.objects.get(pk=published.pk)


def told(town: Town, role: str) -> list[str]:
    rows = Notification.objects.filter(user=town[role], text__contains="überprüfen") | Notification.objects.filter(
        user=town[role], text__contains="überfällig"
    )
    return list(rows.values_list("text", flat=True))


def remind(town: Town, entry: Entry, days: int) -> int:
    return services.remind_of_reviews(town.municipality, today=due_of(entry) + timedelta(days=days))


def test_the_earlier_of_both_dates_counts(due_2030: Entry) -> None:
    assert due_of(due_2030) == due_2030.revision_date


def test_the_class_limits_a_date_that_is_too_far_ahead(musterstadt: Town, published: Entry) -> None:
    Entry.objects.filter(pk=published.pk).update(revision_date=date(2099, 1, 1))
    published.system.ai_act_class = "HR_III"
    published.system.save()
    assert (due_of(published) - timezone.localdate()).days in range(360, 370)


def test_a_municipality_may_choose_shorter(musterstadt: Town, published: Entry) -> None:
    Entry.objects.filter(pk=published.pk).update(revision_date=date(2099, 1, 1))
    published.system.ai_act_class = "HR_III"
    published.system.save()
    services.set_review_intervals(musterstadt.municipality, by=musterstadt["cdo"], months={"HR_III": 3})
    assert (due_of(published) - timezone.localdate()).days in range(85, 95)


def test_a_municipality_may_not_choose_longer_than_the_limit(musterstadt: Town) -> None:
    with pytest.raises(ValidationError, match="3 bis 12 Monate"):
        services.set_review_intervals(musterstadt.municipality, by=musterstadt["cdo"], months={"HR_III": 60})


def test_the_database_refuses_more_than_the_limit(musterstadt: Town) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewInterval.objects.create(municipality=musterstadt.municipality, risk_class="HR_III", months=60)


def test_the_dsb_does_not_set_the_intervals(musterstadt: Town) -> None:
    with pytest.raises(NotAllowed):
        services.set_review_intervals(musterstadt.municipality, by=musterstadt["dsb"], months={"HR_III": 6})


def test_every_class_has_a_proposal_within_its_limits() -> None:
    assert [code for code, i in review_dates.INTERVALS.items() if not i.least <= i.months <= i.most] == []


@pytest.mark.parametrize(
    ("days", "roles"),
    [(-40, set()), (-30, {"fachamt"}), (0, {"fachamt"}), (14, {"fachamt", "cdo"}), (30, {"cdo", "leitung"})],
)
def test_each_stage_tells_the_people_of_the_table(
    musterstadt: Town, due_2030: Entry, days: int, roles: set[str]
) -> None:
    remind(musterstadt, due_2030, days)
    assert {role for role in musterstadt.people if told(musterstadt, role)} == roles


def test_nobody_is_told_the_same_twice(musterstadt: Town, due_2030: Entry) -> None:
    remind(musterstadt, due_2030, 0)
    assert (remind(musterstadt, due_2030, 5), len(told(musterstadt, "fachamt"))) == (0, 1)


def test_what_is_in_review_is_not_reminded_of(musterstadt: Town, due_2030: Entry) -> None:
    services.update(due_2030, by=musterstadt["fachamt"], changes={"retention": "90 Tage"})
    services.submit(due_2030, by=musterstadt["fachamt"])
    assert remind(musterstadt, due_2030, 30) == 0


def test_a_full_review_starts_a_new_interval(musterstadt: Town, published: Entry) -> None:
    Entry.objects.filter(pk=published.pk).update(revision_date=date(2099, 1, 1))
    entry = publish_again(musterstadt, published, goal="Besserer Zweck")
    assert due_of(entry) > timezone.localdate()


def test_the_list_says_since_when_a_review_is_overdue(client: Client, musterstadt: Town, published: Entry) -> None:
    past = timezone.localdate() - timedelta(days=20)
    Entry.objects.filter(pk=published.pk).update(revision_date=past)
    client.force_login(musterstadt["cdo"])
    page = client.get(reverse("register:due")).content.decode()
    assert f"Prüfung überfällig seit {past:%d.%m.%Y}" in page


def test_a_number_out_of_range_is_refused_at_its_field(client: Client, musterstadt: Town) -> None:
    client.force_login(musterstadt["cdo"])
    months = {f"months_{code or 'offen'}": i.months for code, i in review_dates.INTERVALS.items()}
    response = client.post(reverse("register:intervals"), {**months, "months_HR_III": 99})
    assert (response.status_code, ReviewInterval.objects.count()) == (422, 0)


def test_a_date_for_a_forbidden_practice_is_no_leave_to_go_on(client: Client, musterstadt: Town) -> None:
    client.force_login(musterstadt["cdo"])
    assert "sofort abzustellen" in client.get(reverse("register:intervals")).content.decode()
