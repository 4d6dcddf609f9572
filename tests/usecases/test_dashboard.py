"""The charts of the Leitung: numbers that agree with the rows, and the same as a table and as CSV."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.services import adopt_assessment
from core.charts import BAR, Bar, BarChart
from register.models import Entry
from tests.compliance.assessing import finished, reviewed
from tests.usecases.cases import idea
from tests.usecases.people import approve, hold, make_course
from tests.world import Town, complete_system, draft_system
from usecases import dashboard, services
from usecases.models import Figure

pytestmark = pytest.mark.django_db


def shown(make: dashboard.Make, town: Town) -> dict[str, str]:
    return {bar.label: bar.said for bar in make(town.municipality, timezone.localdate()).bars}


def test_bars_are_as_long_as_their_values_and_unknown_ones_have_none() -> None:
    chart = BarChart("k", "Titel", "", ("", ""), [Bar("a", 4, "4"), Bar("b", None, "nicht erhoben"), Bar("c", 1, "1")])
    assert [(bar.label, bar.width) for bar in chart.drawn] == [("a", BAR), ("b", 0), ("c", round(BAR / 4))]


def test_stages_count_rejected_use_cases_too(musterstadt: Town) -> None:
    idea(musterstadt)
    services.take_step(idea(musterstadt, title="Teuer"), by=musterstadt["fachamt"], step="reject", reason="Zu teuer.")
    found = shown(dashboard.stages, musterstadt)
    assert (found["Idee"], found["Verworfen"]) == ("1", "1")


def test_a_system_without_a_class_is_not_yet_assessed(musterstadt: Town, published: Entry) -> None:
    assert shown(dashboard.risk_classes, musterstadt)["noch nicht bewertet"] == "1"


def test_a_confirmed_assessment_that_the_entry_has_not_taken_over_has_its_own_bar(
    musterstadt: Town, published: Entry
) -> None:
    reviewed(musterstadt, published)
    found = shown(dashboard.risk_classes, musterstadt)
    assert (found[dashboard.NOT_TAKEN_OVER], found["noch nicht bewertet"]) == ("1", "0")


def test_the_bar_of_what_the_entry_lacks_says_which_classes(musterstadt: Town, published: Entry) -> None:
    reviewed(musterstadt, published)
    bars = dashboard.risk_classes(musterstadt.municipality, timezone.localdate()).bars
    assert [bar.more for bar in bars if bar.label == dashboard.NOT_TAKEN_OVER] == [("1 × Keine besonderen Pflichten",)]


def test_an_assessment_nobody_has_confirmed_is_not_yet_one(musterstadt: Town, published: Entry) -> None:
    finished(musterstadt, published)
    assert shown(dashboard.risk_classes, musterstadt)["noch nicht bewertet"] == "1"


def test_every_bar_of_the_classes_leads_to_as_many_systems_as_it_counts(
    client: Client, musterstadt: Town, published: Entry
) -> None:
    draft_system(musterstadt, "Noch offen")
    reviewed(musterstadt, draft_system(musterstadt, "Bestätigt"))
    for name, status in (("Läuft", "operational"), ("War einmal", "rejected")):
        entry = complete_system(musterstadt, name, status="planned", begin_date="")
        adopt_assessment(reviewed(musterstadt, entry), by=musterstadt["fachamt"])
        Entry.objects.filter(pk=entry.pk).update(status=status)
    Entry.objects.filter(pk=draft_system(musterstadt, "Verworfen").pk).update(status="rejected")
    client.force_login(musterstadt["leitung"])
    bars = dashboard.risk_classes(musterstadt.municipality, timezone.localdate()).bars
    assert {bar.label: client.get(bar.url).context["count"] for bar in bars} == {bar.label: bar.value for bar in bars}


def test_the_quota_of_an_office_counts_what_its_tools_ask_for(musterstadt: Town, published: Entry) -> None:
    basics = make_course(musterstadt)
    tool_course = make_course(musterstadt, "Dialogwerk bedienen", kind="tool")
    contact = services.create_contact(
        musterstadt.municipality, by=musterstadt["cdo"], role="guide", function="Lotse", email="ki@town.example"
    )
    offices = [musterstadt.departments["buergerbuero"]]
    approve(musterstadt, entry=published, contact=contact, courses=[tool_course], departments=offices)
    hold(basics, musterstadt, buergerbuero=4)
    assert shown(dashboard.training, musterstadt) == {"Bürgerbüro": "50 %", "Tiefbauamt": "0 %"}


def test_what_was_not_taken_is_said_and_not_zero(musterstadt: Town) -> None:
    today = timezone.localdate()
    about = {"since": today, "until": today, "by": musterstadt["cdo"], "at": timezone.now()}
    Figure.objects.create(use_case=idea(musterstadt), key="cost_once", value=Decimal(1200), **about)
    found = shown(dashboard.money, musterstadt)
    assert (found["Kosten, einmalig"], found["Einsparung"]) == ("1.200 Euro", "nicht erhoben")


def test_the_page_has_a_titled_picture_a_table_and_csv_for_every_chart(client: Client, musterstadt: Town) -> None:
    idea(musterstadt)
    client.force_login(musterstadt["leitung"])
    pages = [client.get(reverse(f"usecases:{name}")) for name in ("dashboard", "dashboard-offices")]
    html = "".join(page.content.decode() for page in pages)
    assert [html.count(part) for part in ('<section class="ol-bars"', "<table", '.csv"')] == [7, 7, 7]
    assert html.count("<title id=") == html.count("<desc id=") == html.count('role="img"')


def test_the_csv_says_what_the_table_says(client: Client, musterstadt: Town) -> None:
    idea(musterstadt)
    client.force_login(musterstadt["cdo"])
    lines = client.get(reverse("usecases:dashboard-csv", args=["stufen"])).content.decode("utf-8-sig").splitlines()
    assert lines[:2] == ["Stufe;Vorhaben", "Idee;1"]


def cost_told(town: Town) -> None:
    today = timezone.localdate()
    about = {"since": today, "until": today, "by": town["cdo"], "at": timezone.now()}
    Figure.objects.create(use_case=idea(town), key="cost_once", value=Decimal("41100.5"), **about)


def test_the_csv_has_amounts_apart_from_their_units(client: Client, musterstadt: Town) -> None:
    cost_told(musterstadt)
    client.force_login(musterstadt["cdo"])
    lines = client.get(reverse("usecases:dashboard-csv", args=["kosten"])).content.decode("utf-8-sig").splitlines()
    assert lines[:2] == [
        "Was?;Wert;Einheit;Vorhaben mit Angabe;Im Einsatz, nicht erhoben",
        "Kosten, einmalig;41100,50;Euro;1;0",
    ]


def test_an_amount_with_cents_has_two_of_them(musterstadt: Town) -> None:
    cost_told(musterstadt)
    assert shown(dashboard.money, musterstadt)["Kosten, einmalig"] == "41.100,50 Euro"


def test_there_is_no_csv_of_an_unknown_chart(client: Client, musterstadt: Town) -> None:
    client.force_login(musterstadt["cdo"])
    assert client.get(reverse("usecases:dashboard-csv", args=["unbekannt"])).status_code == 404
