"""The pages of duties: list, files, one duty, calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from compliance import services
from compliance.models import Assessment, CalendarLink, Duty
from compliance.services.calendar_links import FETCHES_AN_HOUR
from register.models import Entry
from tests.compliance.assessing import finished
from tests.world import Town

pytestmark = pytest.mark.django_db
LIST = "compliance:duties"


@pytest.fixture
def assessed(musterstadt: Town, draft: Entry) -> Assessment:
    return finished(musterstadt, draft)


@pytest.fixture
def office(musterstadt: Town, assessed: Assessment) -> Client:
    client = Client()
    client.force_login(musterstadt["fachamt"])
    return client


def duty(code: str = "O-70") -> Duty:
    return Duty.objects.select_related("entry").get(code=code)


def codes(client: Client, query: str = "") -> list[str]:
    response = client.get(reverse(LIST) + query)
    return [row["duty"].code for row in response.context["rows"]]


def act(client: Client, slug: str, code: str = "O-70", **values: object) -> object:
    found = duty(code)
    return client.post(reverse("compliance:duty-step", args=[found.uuid, slug]), {"version": found.version, **values})


def test_the_overdue_ones_are_found(office: Client) -> None:
    assert codes(office, "?due=overdue") == ["O-01"]


def test_without_a_choice_only_what_is_to_be_done_is_shown(office: Client) -> None:
    act(office, "erledigt", note="Blatt VVT-0001.")
    assert "O-70" not in codes(office)


def test_done_ones_are_found_by_their_state(office: Client) -> None:
    act(office, "erledigt", note="Blatt VVT-0001.")
    assert codes(office, "?state=done") == ["O-70"]


def test_mine_are_those_where_i_am_named(musterstadt: Town, office: Client) -> None:
    Duty.objects.filter(code="O-80").update(responsible=musterstadt["dsb"])
    client = Client()
    client.force_login(musterstadt["dsb"])
    assert codes(client, "?mine=me") == ["O-80"]


def test_the_last_day_comes_first_when_turned_round(office: Client) -> None:
    assert codes(office, "?sort=-due")[-1] == "O-01"


def test_the_filter_of_a_wrong_date_is_refused_at_the_field(office: Client) -> None:
    response = office.get(reverse(LIST) + "?day_from=gestern")
    assert "day_from" in response.context["filter_form"].errors


def test_the_csv_file_has_what_is_shown(office: Client) -> None:
    response = office.get(reverse(LIST) + "?format=csv&due=overdue")
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert (lines[0].split(";")[0], [line.split(";")[0] for line in lines[1:]]) == ("Kürzel", ["O-01"])


def test_the_calendar_file_has_a_whole_day_for_each_duty_with_a_day(office: Client) -> None:
    content = office.get(reverse(LIST) + "?format=ics").content
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2025, 2, 2), date(2025, 2, 3))


def test_no_line_of_the_calendar_file_is_longer_than_75_octets(office: Client) -> None:
    lines = office.get(reverse(LIST) + "?format=ics").content.split(b"\r\n")
    assert max(map(len, lines)) <= 75


def test_the_page_of_a_duty_says_article_and_stand(office: Client) -> None:
    page = office.get(duty().get_absolute_url()).content.decode()
    assert "Art. 30 Abs. 1 DSGVO, Stand " in page


def test_the_day_of_the_law_cannot_be_sent(office: Client) -> None:
    found = duty("O-01")
    office.post(found.get_absolute_url(), {"version": found.version, "state": "open", "due": "01.01.2030"})
    assert duty("O-01").due == date(2025, 2, 2)


def test_a_late_second_editor_reads_why_and_loses_nothing(office: Client) -> None:
    found = duty()
    office.post(found.get_absolute_url(), {"version": found.version, "state": "in_work"})
    answer = office.post(found.get_absolute_url(), {"version": found.version, "state": "open", "note": "Meine Notiz"})
    assert (answer.status_code, "Meine Notiz" in answer.content.decode()) == (409, True)


def test_done_without_anything_is_refused_at_the_field(office: Client) -> None:
    response = act(office, "erledigt")
    assert (response.status_code, "note" in response.context["form"].errors) == (422, True)  # type: ignore[attr-defined]


def test_a_nachweis_is_entered_for_the_duty(office: Client) -> None:
    address = reverse("compliance:duty-evidence-new", args=[duty().uuid])
    office.post(address, {"kind": "other", "title": "Blatt", "reference": "VVT-0001"})
    assert [row.title for row in duty().evidence.all()] == ["Blatt"]


def test_the_start_page_names_my_overdue_duty(office: Client) -> None:
    titles = [group["title"] for group in office.get(reverse("register:start")).context["groups"]]
    assert "Ihre Pflichten" in titles


def test_the_leitung_sees_how_many_are_overdue(musterstadt: Town, assessed: Assessment) -> None:
    client = Client()
    client.force_login(musterstadt["leitung"])
    assert "1 Pflicht überfällig" in client.get(reverse("register:start")).content.decode()


def test_the_entry_names_what_is_overdue(office: Client, draft: Entry) -> None:
    assert "1 Pflicht überfällig" in office.get(draft.get_absolute_url()).content.decode()


# --- The calendar of a person -----------------------------------------------------------------------


@pytest.fixture
def link(musterstadt: Town, assessed: Assessment) -> CalendarLink:
    return services.make_calendar_link(musterstadt.municipality, by=musterstadt["fachamt"])


def fetch(link: CalendarLink) -> object:
    return Client().get(reverse("calendar:feed", args=[link.token]))


def test_the_address_works_without_signing_in(link: CalendarLink) -> None:
    assert b"Frist O-01" in fetch(link).content  # type: ignore[attr-defined]


def test_an_address_that_was_made_up_leads_nowhere(link: CalendarLink) -> None:
    assert Client().get(reverse("calendar:feed", args=[f"{link.uuid}:abc"])).status_code == 404


def test_a_closed_address_leads_nowhere(link: CalendarLink) -> None:
    services.close_calendar_link(link, by=link.user)
    assert fetch(link).status_code == 404  # type: ignore[attr-defined]


def test_who_lost_the_role_gets_an_empty_calendar(link: CalendarLink) -> None:
    link.user.memberships.update(ended_at=timezone.now() - timedelta(days=1))
    assert b"VEVENT" not in fetch(link).content  # type: ignore[attr-defined]


def test_too_many_fetches_in_an_hour_are_refused(link: CalendarLink) -> None:
    fetch(link)
    CalendarLink.objects.update(fetches=FETCHES_AN_HOUR)
    assert fetch(link).status_code == 429  # type: ignore[attr-defined]


def test_the_calendar_names_no_person(musterstadt: Town, link: CalendarLink) -> None:
    Duty.objects.filter(code="O-01").update(responsible=musterstadt["fachamt"], note="Frau Beispiel fragen")
    content = fetch(link).content.decode()  # type: ignore[attr-defined]
    assert not any(text in content for text in ("Beispiel fragen", str(musterstadt["fachamt"]), "ATTENDEE"))
