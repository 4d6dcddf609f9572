"""Contracts with processors: how long one can act, and who is reminded when."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notification
from register import services
from register.models import Recipient
from register.selectors_products import ending_contracts
from tests.world import Town


def make(town: Town, days: int | None = 100, **values: object) -> Recipient:
    end = timezone.localdate() + timedelta(days=days) if days is not None else None
    fields = {"name": "Wolkenwerk GmbH", "kind": "processor", "contract_end": end, **values}
    return services.create_recipient(town.municipality, by=town["cdo"], **fields)


def told(person: object) -> int:
    return Notification.objects.filter(user=person, text__contains="Wolkenwerk").count()


@pytest.mark.parametrize(("end", "months", "act_by"), [
    (date(2027, 12, 31), None, date(2027, 12, 31)),
    (date(2027, 12, 31), 3, date(2027, 9, 30)),
    (date(2027, 5, 31), 3, date(2027, 2, 28)),
])  # fmt: skip
def test_the_last_day_to_act_is_counted_back_by_the_notice(
    musterstadt: Town, end: date, months: int | None, act_by: date
) -> None:
    row = make(musterstadt, None, contract_end=end, notice_months=months)
    assert Recipient.objects.get(pk=row.pk).act_by == act_by


def test_a_contract_ends_after_it_began(musterstadt: Town) -> None:
    with pytest.raises(Exception, match="vor seinem Beginn"):
        make(musterstadt, None, contract_date=date(2027, 1, 1), contract_end=date(2026, 1, 1))


@pytest.mark.parametrize(("days", "listed"), [(-5, True), (0, True), (90, True), (91, False), (None, False)])
def test_a_contract_is_listed_from_ninety_days_before(musterstadt: Town, days: int | None, listed: bool) -> None:
    make(musterstadt, days)
    assert ending_contracts(musterstadt["cdo"]).exists() == listed


def test_other_recipients_have_no_contract_to_end(musterstadt: Town) -> None:
    make(musterstadt, 5, kind="authority")
    assert not ending_contracts(musterstadt["cdo"]).exists()


def test_another_town_sees_no_contract(musterstadt: Town, neudorf: Town) -> None:
    make(musterstadt, 5)
    assert not ending_contracts(neudorf["cdo"]).exists()


def test_each_stage_is_said_once(musterstadt: Town) -> None:
    make(musterstadt, 100)
    for day in range(105):
        with time_machine.travel(timezone.now() + timedelta(days=day)):
            services.remind_of_contracts()
    assert told(musterstadt["cdo"]) == 3


def test_a_clock_that_stood_still_catches_up_with_one_message(musterstadt: Town) -> None:
    make(musterstadt, 3)
    services.remind_of_contracts()
    services.remind_of_contracts()
    assert told(musterstadt["cdo"]) == 1


def test_the_responsible_department_is_reminded_too(musterstadt: Town) -> None:
    make(musterstadt, 30, department=musterstadt.departments["buergerbuero"])
    services.remind_of_contracts()
    assert told(musterstadt["fachamt"]) == 1


def test_without_a_department_those_that_use_it_are_reminded(musterstadt: Town, complete) -> None:
    services.set_recipients(complete, by=musterstadt["cdo"], recipients=[make(musterstadt, 30)])
    services.remind_of_contracts()
    assert told(musterstadt["fachamt"]) == 1


def test_a_new_term_is_reminded_of_again(musterstadt: Town) -> None:
    row = make(musterstadt, 3)
    services.remind_of_contracts()
    services.update_recipient(row, by=musterstadt["cdo"], changes={"contract_end": timezone.localdate()})
    services.remind_of_contracts()
    assert told(musterstadt["cdo"]) == 2


def test_another_change_is_no_reason_to_remind_again(musterstadt: Town) -> None:
    row = make(musterstadt, 3)
    services.remind_of_contracts()
    services.update_recipient(row, by=musterstadt["cdo"], changes={"address": "Am Markt 1"})
    services.remind_of_contracts()
    assert told(musterstadt["cdo"]) == 1


def test_the_list_can_be_narrowed_to_contracts_that_end(musterstadt: Town, client) -> None:
    make(musterstadt, 5)
    make(musterstadt, 400, name="Bleibwerk GmbH")
    client.force_login(musterstadt["cdo"])
    page = client.get(reverse("register:recipient-list") + "?contract=ending").content.decode()
    assert ("Wolkenwerk" in page, "Bleibwerk" in page) == (True, False)


def test_the_page_of_a_processor_leads_to_the_systems_that_hang_on_it(musterstadt: Town, complete, client) -> None:
    row = make(musterstadt, 5)
    services.set_recipients(complete, by=musterstadt["cdo"], recipients=[row])
    client.force_login(musterstadt["cdo"])
    page = client.get(reverse("register:recipient", args=[row.uuid])).content.decode()
    way = next(
        link for link in re.findall(r'href="([^"]+)"', page) if link.startswith(reverse("compliance:datamap-party"))
    )
    assert complete.get_absolute_url() in client.get(unescape(way)).content.decode()


def test_the_start_page_shows_contracts_that_end(musterstadt: Town, client) -> None:
    row = make(musterstadt, 5)
    client.force_login(musterstadt["cdo"])
    address = reverse("register:recipient", args=[row.uuid])
    assert address in client.get(reverse("register:start")).content.decode()
