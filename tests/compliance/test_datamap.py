"""The data map: what hangs on what, only as far as the reader may know it."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

import compliance.tasks  # noqa: F401 - registers the handler
from compliance import services
from compliance.datamap import answers, picture, web
from compliance.datamap.parties import parties
from compliance.datamap.web import Thing
from compliance.rules import places
from compliance.services import datamap
from core import jobs
from core.errors import NotAllowed
from core.models import Job
from register import services as register
from register.models import Entry
from tests.world import Town, complete_system

pytestmark = pytest.mark.django_db
PARTY = "Wolkenwerk GmbH"


def recipient(town: Town, name: str = "Dialogwerk GmbH", **values: Any) -> Any:
    given = {"kind": "processor", "country": "DE", **values}
    return register.create_recipient(town.municipality, by=town["cdo"], name=name, **given)


def dataset(town: Town, name: str, office: str = "buergerbuero") -> Entry:
    return register.create_dataset(
        town.municipality, by=town["cdo"], name=name, department=town.departments[office], values={}
    )


@pytest.fixture
def chatbot(musterstadt: Town) -> Entry:
    """A system of the Bürgerbüro that uses the Melderegister, and a firm whose sub-processor hosts it."""
    entry = complete_system(musterstadt)
    register.set_datasets(entry, by=musterstadt["cdo"], links=[(melderegister(musterstadt).dataset, "operation")])
    firm = recipient(musterstadt, sub_processors=f"{PARTY}, Vereinigte Staaten, Server\nAudiopartner, Aussprache")
    register.set_recipients(entry, by=musterstadt["cdo"], recipients=[firm])
    services.activity_from_system(entry, by=musterstadt["cdo"])
    return Entry.objects.get(pk=entry.pk)


def melderegister(town: Town) -> Entry:
    return Entry.objects.filter(name="Melderegister").first() or dataset(town, "Melderegister")


def page(client: Client, person: Any, name: str, *args: Any, query: str = "") -> str:
    client.force_login(person)
    return client.get(reverse(f"compliance:{name}", args=args) + query).content.decode()


def map_of(client: Client, person: Any, entry: Entry) -> str:
    return page(client, person, "datamap-from", "eintrag", entry.uuid)


def test_the_map_of_a_dataset_names_the_system_that_uses_it(client: Client, musterstadt: Town, chatbot: Entry) -> None:
    assert chatbot.name in map_of(client, musterstadt["cdo"], melderegister(musterstadt))


def test_the_map_of_a_dataset_leads_on_to_the_sub_processor(client: Client, musterstadt: Town, chatbot: Entry) -> None:
    assert f"Unterauftragnehmer: {PARTY}, Vereinigte Staaten, Drittland" in map_of(
        client, musterstadt["cdo"], melderegister(musterstadt)
    )


def test_the_map_of_an_activity_names_its_system(client: Client, musterstadt: Town, chatbot: Entry) -> None:
    activity = chatbot.activities.get()
    assert chatbot.name in page(client, musterstadt["dsb"], "datamap-from", "taetigkeit", activity.uuid)


def test_a_system_of_another_office_is_not_even_counted(client: Client, musterstadt: Town, chatbot: Entry) -> None:
    shared = melderegister(musterstadt)
    other = register.create_system(
        musterstadt.municipality,
        by=musterstadt["cdo"],
        name="Verborgenes System",
        department=musterstadt.departments["tiefbau"],
    )
    register.set_datasets(other, by=musterstadt["cdo"], links=[(shared.dataset, "operation")])
    html = map_of(client, musterstadt["fachamt"], shared)
    count = re.search(r'value">(\d+)</span> <span class="ol-figure__label">KI-Systeme', html)
    assert ("Verborgenes System" in html, count and count[1]) == (False, "1")


def test_a_dataset_of_another_office_does_not_appear_at_a_system(
    client: Client, musterstadt: Town, chatbot: Entry
) -> None:
    hidden = dataset(musterstadt, "Verborgener Bestand", "tiefbau")
    links = [(melderegister(musterstadt).dataset, "operation"), (hidden.dataset, "operation")]
    register.set_datasets(chatbot, by=musterstadt["cdo"], links=links)
    assert "Verborgener Bestand" not in map_of(client, musterstadt["fachamt"], chatbot)


def test_the_provider_of_a_hidden_system_is_no_name_to_choose(
    client: Client, musterstadt: Town, chatbot: Entry
) -> None:
    values = {"provider": "Geheime Firma"}
    office = musterstadt.departments["tiefbau"]
    register.create_system(
        musterstadt.municipality, by=musterstadt["cdo"], name="Versuch", department=office, values=values
    )
    assert "Geheime Firma" not in page(client, musterstadt["fachamt"], "datamap-party")


def test_another_town_gets_no_map(client: Client, neudorf: Town, chatbot: Entry) -> None:
    client.force_login(neudorf["cdo"])
    address = reverse("compliance:datamap-from", args=["eintrag", chatbot.uuid])
    assert client.get(address).status_code == 404


def test_an_outage_of_a_sub_processor_hits_the_system(client: Client, musterstadt: Town, chatbot: Entry) -> None:
    html = page(client, musterstadt["cdo"], "datamap-party", query=f"?name={PARTY}")
    assert (chatbot.name in html, "Unterauftragnehmer von Dialogwerk GmbH" in html) == (True, True)


def test_an_outage_names_the_fallback(client: Client, musterstadt: Town, chatbot: Entry) -> None:
    register.update(chatbot, by=musterstadt["cdo"], changes={"rollback": "Telefon und Schalter"})
    assert "Telefon und Schalter" in page(client, musterstadt["cdo"], "datamap-party", query=f"?name={PARTY}")


def test_a_name_is_found_in_any_spelling(client: Client, musterstadt: Town, chatbot: Entry) -> None:
    assert chatbot.name in page(client, musterstadt["cdo"], "datamap-party", query="?name=wolkenwerk gmbh")


def test_an_activity_that_names_the_party_in_its_text_is_hit_too(
    client: Client, musterstadt: Town, chatbot: Entry
) -> None:
    office = musterstadt.departments["buergerbuero"]
    activity = services.create_activity(
        musterstadt.municipality, by=musterstadt["cdo"], title="Briefe drucken", department=office
    )
    services.update_activity(activity, by=musterstadt["cdo"], changes={"recipients_external": f"Druckerei, {PARTY}"})
    assert "Briefe drucken" in page(client, musterstadt["cdo"], "datamap-party", query=f"?name={PARTY}")


def outage_of(town: Town) -> answers.Answer:
    stock = web.stock_of(town["cdo"], town.municipality)
    party = parties(town["cdo"], town.municipality, stock)[places.key(PARTY)]
    return answers.outage(town["cdo"], town.municipality, stock, party)


def test_tiles_sentence_and_picture_of_an_outage_count_the_same(musterstadt: Town, chatbot: Entry) -> None:
    for title, office in (("Briefe drucken", musterstadt.departments["tiefbau"]), ("Ohne Amt", None)):
        values = {"recipients_external": PARTY}
        services.create_activity(
            musterstadt.municipality, by=musterstadt["cdo"], title=title, department=office, values=values
        )
    answer = outage_of(musterstadt)
    drawn = picture.draw(answer.systems, party=places.key(PARTY), alone=answer.alone)
    offices = next(note for note in answer.notes if note.startswith("Betroffene"))
    assert dict(answer.numbers) == {"KI-Systeme": 1, "Datenbestände": 1, "Tätigkeiten": 3, "Ämter": 2}
    assert offices == "Betroffene Ämter: Bürgerbüro, Tiefbauamt."
    assert drawn
    assert sum(node.thing.kind == web.ACTIVITY for node in drawn.nodes) == 3


def ended(entry: Entry) -> None:
    Entry.objects.filter(pk=entry.pk).update(status="retired")


@pytest.mark.parametrize("name", ["datamap", "datamap-abroad"])
def test_an_ended_system_is_nowhere_in_the_map_and_that_is_said(
    client: Client, musterstadt: Town, chatbot: Entry, name: str
) -> None:
    ended(chatbot)
    html = page(client, musterstadt["cdo"], name)
    assert (f">{chatbot.name}</a>" in html, "ein beendetes oder verworfenes KI-System" in html) == (False, True)


def test_the_map_of_an_ended_system_still_shows_it(client: Client, musterstadt: Town, chatbot: Entry) -> None:
    ended(chatbot)
    assert "KI-System: Chatbot" in map_of(client, musterstadt["cdo"], chatbot)


def test_an_ended_activity_is_not_counted(client: Client, musterstadt: Town, chatbot: Entry) -> None:
    services.end_activity(chatbot.activities.get(), by=musterstadt["cdo"], ended_on=timezone.localdate())
    assert dict(outage_of(musterstadt).numbers)["Tätigkeiten"] == 0


def test_the_overview_says_why_the_verzeichnis_has_more(client: Client, musterstadt: Town, chatbot: Entry) -> None:
    services.create_activity(musterstadt.municipality, by=musterstadt["cdo"], title="Ohne KI")
    assert "laufen 2, auch ohne KI" in page(client, musterstadt["cdo"], "datamap")


def test_an_unknown_name_is_refused_at_the_field(client: Client, musterstadt: Town) -> None:
    client.force_login(musterstadt["cdo"])
    answer = client.get(reverse("compliance:datamap-party") + "?name=Niemand")
    assert (answer.status_code, "error" in answer.content.decode()) == (422, True)


def abroad(town: Town) -> list[list[str]]:
    stock = web.stock_of(town["cdo"], town.municipality)
    return list(answers.abroad(town["cdo"], town.municipality, stock).texts())


def test_a_sub_processor_in_a_third_country_is_abroad(musterstadt: Town, chatbot: Entry) -> None:
    where = f"{PARTY} (Unterauftragnehmer von Dialogwerk GmbH)"
    assert [row[1:3] for row in abroad(musterstadt) if row[0] == where] == [["Vereinigte Staaten", "Drittland"]]


def test_a_sub_processor_without_a_country_is_unknown_and_not_inside(musterstadt: Town, chatbot: Entry) -> None:
    rows = [row for row in abroad(musterstadt) if row[0].startswith("Audiopartner")]
    assert [row[1:3] for row in rows] == [["nicht bekannt", "noch zu klären"]]


def test_adequacy_is_named_with_the_request_to_check(musterstadt: Town, chatbot: Entry) -> None:
    assert "bitte prüfen" in next(row[3] for row in abroad(musterstadt) if row[1] == "Vereinigte Staaten")


def test_a_system_without_a_storage_location_is_not_inside(musterstadt: Town, draft: Entry) -> None:
    assert [row[1] for row in abroad(musterstadt) if row[4] == draft.name] == ["nicht bekannt"]


def test_data_in_the_eu_are_not_listed(musterstadt: Town, complete: Entry) -> None:
    assert abroad(musterstadt) == []


@pytest.mark.parametrize(
    ("country", "zone"),
    [("DE", "eu"), ("NO", "eea"), ("LI", "eea"), ("CH", "third"), ("US", "third"), ("XX", "unknown"), ("", "unknown")],
)
def test_the_zone_of_a_country(country: str, zone: str) -> None:
    assert places.zone(country) == zone


@pytest.mark.parametrize(
    ("line", "country"),
    [
        ("Wolken AG, Norwegen, Betrieb", "NO"),
        ("Wolken AG (USA)", "US"),
        ("Wolken AG; Schweiz", "CH"),
        ("Wolken AG, irgendwo", ""),
        ("Norwegen", ""),
    ],
)
def test_the_country_of_a_sub_processor_is_read_from_its_line(line: str, country: str) -> None:
    assert [sub.country for sub in places.named_in(line)] == [country]


def many(count: int) -> list[web.System]:
    """Systems past the database, each with a dataset of its own."""
    made = []
    for n in range(count):
        office = n % 3 + 1
        thing = Thing(web.SYSTEM, n, f"System {n}")
        system = web.System(thing, "operational", f"Amt {office}", office, "", "")
        system.add(Thing(web.DATASET, n, f"Bestand {n}"))
        made.append(system)
    return made


def test_a_small_picture_has_a_box_for_each_thing() -> None:
    drawn = picture.draw(many(20))
    assert drawn
    assert (len(drawn.nodes), drawn.is_grouped) == (40, False)


@pytest.mark.parametrize(
    ("note", "country", "small"),
    [
        ("Vereinigte Staaten von Amerika", "US", "Drittland · Vereinigte …"),
        ("nicht bekannt", "", "Land nicht bekannt"),
        ("Deutschland", "DE", "Deutschland"),
    ],
)
def test_a_box_says_first_that_it_lies_outside(note: str, country: str, small: str) -> None:
    assert picture.Node(Thing(web.STORAGE, 1, "Rechenzentrum", note=note, country=country)).small == small


def test_a_large_picture_has_boxes_that_count() -> None:
    drawn = picture.draw(many(200))
    assert drawn
    assert (drawn.is_grouped, sum(n.count for n in drawn.nodes if n.thing.kind == web.SYSTEM)) == (True, 200)


def test_a_large_picture_never_has_more_boxes_than_can_be_read() -> None:
    systems = many(400)
    for number, system in enumerate(systems):
        system.office_id, system.office = number, f"Amt {number}"
    drawn = picture.draw(systems)
    assert drawn
    assert len(drawn.nodes) <= picture.LIMIT


def test_every_box_is_a_link_with_a_name(client: Client, musterstadt: Town, chatbot: Entry) -> None:
    html = map_of(client, musterstadt["cdo"], chatbot)
    boxes = re.findall(r'<a class="ol-map__node[^>]*>', html)
    assert boxes
    assert all('href="/' in box and 'aria-label="' in box for box in boxes)


def test_the_table_goes_on_past_fifty_systems(client: Client, musterstadt: Town) -> None:
    for number in range(52):
        register.create_system(
            musterstadt.municipality,
            by=musterstadt["cdo"],
            name=f"System {number:02d}",
            department=musterstadt.departments["tiefbau"],
        )
    html = page(client, musterstadt["cdo"], "datamap", query="?seite=2")
    assert (">System 51</a>" in html, "51 bis 52 von 52" in html) == (True, True)


def test_the_list_as_csv_takes_no_text_for_a_formula(client: Client, musterstadt: Town, chatbot: Entry) -> None:
    register.update(chatbot, by=musterstadt["cdo"], changes={"rollback": "=1+1"})
    client.force_login(musterstadt["cdo"])
    answer = client.get(reverse("compliance:datamap-party") + f"?name={PARTY}&format=csv")
    assert ";'=1+1\r\n" in b"".join(answer).decode("utf-8-sig")


@pytest.fixture
def made(client: Client, musterstadt: Town, chatbot: Entry) -> Job:
    client.force_login(musterstadt["cdo"])
    client.post(reverse("compliance:datamap-from", args=["eintrag", melderegister(musterstadt).uuid]))
    job = Job.objects.get(kind="data-map")
    jobs.run(job.pk)
    return Job.objects.select_related("result").get(pk=job.pk)


def test_the_pdf_answers_the_question(client: Client, made: Job) -> None:
    data = b"".join(client.get(reverse("compliance:datamap-pdf", args=[made.pk])))
    text = " ".join(" ".join(p.extract_text() for p in PdfReader(io.BytesIO(data)).pages).split())
    assert ("Welche KI nutzt „Melderegister“?" in text, "Chatbot Bürgerservice" in text) == (True, True)


def test_only_who_asked_for_the_pdf_gets_it(client: Client, musterstadt: Town, made: Job) -> None:
    client.force_login(musterstadt["dsb"])
    assert client.get(reverse("compliance:datamap-pdf", args=[made.pk])).status_code == 404


def test_the_same_answer_is_the_same_job(client: Client, musterstadt: Town, made: Job) -> None:
    client.post(reverse("compliance:datamap-from", args=["eintrag", melderegister(musterstadt).uuid]))
    assert Job.objects.filter(kind="data-map").count() == 1


def test_a_stranger_cannot_ask_for_a_pdf(musterstadt: Town, neudorf: Town, chatbot: Entry) -> None:
    with pytest.raises(NotAllowed):
        services.request_datamap(musterstadt.municipality, by=neudorf["cdo"], answer=answers.of_map("Karte", []))


def test_too_many_lines_for_a_pdf_are_refused_with_the_way_out(musterstadt: Town) -> None:
    answer = answers.of_map("Karte", many(datamap.MOST_ROWS + 1))
    with pytest.raises(ValidationError, match="CSV"):
        services.request_datamap(musterstadt.municipality, by=musterstadt["cdo"], answer=answer)


def test_the_overview_offers_the_name_on_which_two_systems_hang(
    client: Client, musterstadt: Town, chatbot: Entry
) -> None:
    other = complete_system(musterstadt, "Postzuordnung")
    register.set_recipients(other, by=musterstadt["cdo"], recipients=[recipient(musterstadt, "Zweitfirma")])
    html = page(client, musterstadt["cdo"], "datamap")
    assert ">Beispielsoftware GmbH<span" in html


def test_a_dataset_of_another_municipality_cannot_be_asked_about(
    musterstadt: Town, neudorf: Town, client: Client
) -> None:
    complete_system(neudorf)
    foreign = Entry.objects.datasets().get(municipality=neudorf.municipality)
    client.force_login(musterstadt["cdo"])
    asked = client.get(reverse("compliance:datamap"), {"datenbestand": str(foreign.uuid)})
    assert (asked.status_code, "datenbestand" in asked.context["form"].errors) == (422, True)
