"""A department reports a tool by link, in five answers and without an account."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import services as accounts
from accounts.models import Notification
from accounts.rules import roles
from core.errors import Conflict, NotAllowed
from register import services
from register.models import Entry, ReportLink, ToolReport
from register.services.report_links import REPORTS_A_DAY
from tests.world import Town

ANSWERS = {
    "name": "Übersetzer am Schalter",
    "goal": "Wir übersetzen Gespräche mit Menschen, die kein Deutsch sprechen.",
    "provider": "Sprachwerk GmbH",
    "status": "operational",
    "personal_data_level": "unknown",
}


@pytest.fixture
def link(musterstadt: Town) -> ReportLink:
    return services.make_report_link(musterstadt.departments["buergerbuero"], by=musterstadt["cdo"])


def address(link: ReportLink) -> str:
    return reverse("reporting:report", args=[link.token])


def send(link: ReportLink, **changes: str) -> object:
    return Client().post(address(link), {"number": str(uuid4()), **ANSWERS, **changes})


def drafts() -> list[Entry]:
    return list(Entry.objects.filter(kind="system"))


def test_five_answers_of_a_stranger_make_a_draft_of_the_department(link: ReportLink) -> None:
    send(link)
    (entry,) = drafts()
    found = (entry.name, entry.department, entry.review_state, entry.status, entry.system.goal, entry.system.provider)
    expected = (ANSWERS["name"], link.department, "draft", "operational", ANSWERS["goal"], ANSWERS["provider"])
    assert found == expected


def test_the_draft_keeps_that_nobody_knows_about_personal_data(link: ReportLink) -> None:
    send(link)
    assert drafts()[0].system.privacy.personal_data_level == "unknown"


def test_the_form_asks_five_questions(link: ReportLink) -> None:
    form = Client().get(address(link)).context["form"]
    assert [field.name for field in form.visible_fields()] == list(ANSWERS)


def test_after_reporting_a_page_says_what_happens_next(link: ReportLink) -> None:
    response = Client().post(address(link), {"number": str(uuid4()), **ANSWERS}, follow=True)
    assert "Danke, Ihre Meldung ist angekommen." in response.content.decode()


def test_whoever_may_write_for_the_department_is_told(link: ReportLink, musterstadt: Town) -> None:
    send(link)
    told = set(Notification.objects.filter(text__contains="Meldelink").values_list("user", flat=True))
    assert told == {musterstadt["cdo"].pk, musterstadt["fachamt"].pk}


def test_a_missing_answer_is_said_at_its_field_and_the_others_stay(link: ReportLink) -> None:
    response = send(link, goal="")
    assert (response.status_code, response.context["form"]["name"].value(), drafts()) == (422, ANSWERS["name"], [])


def test_a_double_click_reports_once(link: ReportLink) -> None:
    number = str(uuid4())
    send(link, number=number)
    send(link, number=number)
    assert len(drafts()) == 1


def test_a_closed_link_says_where_to_ask(link: ReportLink, musterstadt: Town) -> None:
    services.close_report_link(link, by=musterstadt["cdo"])
    response = Client().get(address(link))
    assert (response.status_code, "Bitte fragen Sie in Ihrem Amt" in response.content.decode()) == (410, True)


def test_a_link_ends_after_a_year(link: ReportLink) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=367)):
        assert Client().get(address(link)).status_code == 410


def test_a_link_ends_with_the_right_of_whoever_made_it(link: ReportLink, musterstadt: Town) -> None:
    accounts.end_role(musterstadt["cdo"].memberships.get(), by=musterstadt["verwaltung"])
    assert send(link).status_code == 410


def test_a_number_without_its_signature_is_no_link(link: ReportLink) -> None:
    assert Client().get(reverse("reporting:report", args=[str(link.uuid)])).status_code == 404


def test_one_report_too_many_a_day_is_refused_and_keeps_the_answers(link: ReportLink) -> None:
    for _ in range(REPORTS_A_DAY):
        send(link)
    response = send(link)
    assert (response.status_code, response.context["form"]["goal"].value()) == (409, ANSWERS["goal"])


def test_a_link_for_another_department_is_refused(musterstadt: Town) -> None:
    with pytest.raises(NotAllowed):
        services.make_report_link(musterstadt.departments["tiefbau"], by=musterstadt["fachamt"])


def test_a_department_has_one_open_link(link: ReportLink, musterstadt: Town) -> None:
    with pytest.raises(Conflict):
        services.make_report_link(link.department, by=musterstadt["fachamt"])


def test_the_page_of_links_shows_the_whole_address(link: ReportLink, musterstadt: Town, client: Client) -> None:
    client.force_login(musterstadt["fachamt"])
    assert link.token in client.get(reverse("register:report-links")).content.decode()


def test_a_colleague_of_another_department_sees_no_link(link: ReportLink, musterstadt: Town, client: Client) -> None:
    person = musterstadt["revision"]
    office = musterstadt.departments["tiefbau"]
    accounts.give_role(person, by=None, municipality=musterstadt.municipality, role=roles.FACHAMT, department=office)
    client.force_login(person)
    assert link.token not in client.get(reverse("register:report-links")).content.decode()


def test_a_deleted_draft_takes_its_report_with_it(link: ReportLink, musterstadt: Town) -> None:
    send(link)
    services.delete_draft(drafts()[0], by=musterstadt["fachamt"])
    assert ToolReport.objects.count() == 0
