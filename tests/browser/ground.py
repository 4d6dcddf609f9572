"""What stands in the database before a browser opens: `python -m tests.browser.ground walk|scene|map|law|citizens`.

Runs as a process of its own beside the program, through the services, and prints what the tests need to know as JSON.
"""

from __future__ import annotations

import json
import sys
from typing import Any

PASSWORD = "ein-langes-kennwort-2026"
# Two towns, so that the same walk runs with and without JavaScript on one program.
TOWNS = {"lindenhausen": ("057770124124", "Lindenhausen"), "birkenau": ("057770125125", "Birkenau")}
OFFICE = "Amt für Soziales und Wohnen"
MAP_TOWN = ("057770126126", "Auental")
# Citizens ask here, with and without JavaScript.
ASKED_TOWNS = {"rosental": ("057770128128", "Rosental"), "erlental": ("057770129129", "Erlental")}
EASY = "Das Programm entscheidet nicht über das Geld."
LAW_TOWN = ("057770127127", "Weidental")
MAP_DATASET, MAP_PARTY = "Melderegister", "Wolkenwerk Inc."
WALKERS = ("cdo", "dsb", "leitung")
# A draft with nothing missing.
READY = "Terminassistent"
# Public already; its next version waits for the DSB.
REVIEWED = "Bescheidprüfung"
# Public, and goes out of operation.
ENDING = "Parkraumprognose"
# Public, and something goes wrong with it.
TROUBLED = "Bauakten finden"
# A use case before its pilot; only the approval of its DSFA is missing.
TRIED = "Bauanträge zuordnen"


def main(what: str) -> dict[str, Any]:
    import django

    django.setup()
    parts = {"walk": walk, "scene": scene, "mails": mails, "map": data_map, "law": law_change, "citizens": citizens}
    return parts[what]()


def walk() -> dict[str, Any]:
    return {slug: _town(slug, ars, name) for slug, (ars, name) in TOWNS.items()}


def _town(slug: str, ars: str, name: str) -> dict[str, Any]:
    from accounts import services as accounts
    from accounts.rules import roles
    from compliance import services as compliance
    from register import services as register
    from tests.world import complete_system, make_town, published_system

    town = make_town(ars, name, slug)
    office = accounts.create_department(town.municipality, by=None, name=OFFICE)
    people = {role: town[role] for role in WALKERS}
    # Writes for her office and may release: the person whom four eyes are about.
    head = town["fachamt"]
    accounts.give_role(head, by=None, municipality=town.municipality, role=roles.FACHAMT, department=office)
    accounts.give_role(head, by=None, municipality=town.municipality, role=roles.LEITUNG)
    people["amtsleitung"] = head
    for person in people.values():
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])
    ready = complete_system(town, READY)
    compliance.activity_from_system(ready, by=town["fachamt"])
    published_system(town, ENDING)
    published_system(town, TROUBLED)
    if slug == "birkenau":
        _before_pilot(town)
    second = register.update(published_system(town, REVIEWED), by=head, changes={"retention": "bis auf Weiteres"})
    register.submit(second, by=head)
    return {
        "ars": ars,
        "slug": slug,
        "name": name,
        "people": {role: person.username for role, person in people.items()},
    }


def _before_pilot(town: Any) -> None:
    from tests.compliance.assessing import reviewed
    from tests.compliance.legal import advised
    from tests.usecases.cases import at_development, planned, stated
    from tests.world import complete_system

    values = {"status": "development", "begin_date": "", "rollback": "Die Post wird von Hand verteilt."}
    entry = complete_system(town, TRIED, **values)
    reviewed(town, entry, dpia_criteria=["innovative_technology", "sensitive_data"])
    advised(town, entry)
    use_case = at_development(town, entry, title=TRIED)
    stated(use_case, town, "training")
    planned(use_case, town)


def citizens() -> dict[str, Any]:
    """Two towns that have published a system about Wohngeld, with people who answer."""
    from register import services as register
    from register.models import Entry
    from tests.world import complete_system, make_town

    found = {}
    for slug, (ars, name) in ASKED_TOWNS.items():
        town = make_town(ars, name, slug)
        entry = complete_system(town, f"Wohngeldhilfe {name}", category=["social_services"], easy_language=EASY)
        register.submit(entry, by=town["fachamt"])
        register.opine(Entry.objects.get(pk=entry.pk), by=town["dsb"], result="agrees")
        register.release(Entry.objects.get(pk=entry.pk), by=town["leitung"])
        register.publish(Entry.objects.get(pk=entry.pk), by=town["cdo"])
        people = {role: town[role] for role in ("fachamt", "cdo", "leitung")}
        for person in people.values():
            person.set_password(PASSWORD)
            person.save(update_fields=["password"])
        usernames = {role: person.username for role, person in people.items()}
        found[slug] = {"slug": slug, "name": name, "entry": entry.name, "people": usernames}
    return found


def mails() -> dict[str, Any]:
    """The messages about REVIEWED whose copies were sent by mail, by person."""
    from accounts.models import Notification

    rows = Notification.objects.filter(text__contains=REVIEWED, mailed_at__isnull=False).select_related("user")
    return {row.user.username: row.text for row in rows.order_by("created_at")}


def data_map() -> dict[str, Any]:
    """A system that uses the Melderegister and has a processor in a third country."""
    from register import services as register
    from tests.world import complete_system, make_town

    ars, name = MAP_TOWN
    town = make_town(ars, name, name.lower())
    cdo, office = town["cdo"], town.departments["buergerbuero"]
    entry = complete_system(town, READY)
    data = register.create_dataset(town.municipality, by=cdo, name=MAP_DATASET, department=office, values={})
    register.set_datasets(entry, by=cdo, links=[(data.dataset, "operation")])
    firm = register.create_recipient(
        town.municipality, by=cdo, name=MAP_PARTY, kind="processor", country="US", third_country_basis="dpf"
    )
    register.set_recipients(entry, by=cdo, recipients=[firm])
    cdo.set_password(PASSWORD)
    cdo.save(update_fields=["password"])
    return {"cdo": cdo.username}


def law_change() -> dict[str, Any]:
    """A high-risk system that was assessed by the law in force, and two operators of the platform."""
    from tests.compliance.assessing import reviewed
    from tests.compliance.law_files import operator
    from tests.world import complete_system, make_town

    ars, name = LAW_TOWN
    town = make_town(ars, name, name.lower())
    entry = complete_system(town, READY)
    reviewed(town, entry, public_benefits="yes", profiling="yes", placed_on_market="unknown")
    people = {"eins": operator("plattform-eins"), "zwei": operator("plattform-zwei")}
    people |= {role: town[role] for role in ("cdo", "dsb")}
    for person in people.values():
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])
    return {"people": {role: person.username for role, person in people.items()}, "entry": str(entry.uuid)}


def scene() -> dict[str, Any]:
    """A session for every role, and every address of the access table as far as somebody opens it."""
    from django.conf import settings
    from django.test import Client

    from tests.suite.scene import make_scene

    made = make_scene()
    sessions = {}
    for role, person in made.people.items():
        client = Client()
        if person is not None:
            client.force_login(person)
            sessions[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {"cookie": settings.SESSION_COOKIE_NAME, "sessions": sessions, "pages": [*_table(made), *_more(made)]}


def _table(made: Any) -> list[dict[str, Any]]:
    """Every row that somebody opens, in the eyes of who sees most of it."""
    from django.urls import reverse

    from tests.suite.access_table import TABLE
    from tests.suite.visits import SEES_MOST

    found = []
    for row in TABLE:
        role = next((role for role in SEES_MOST if role in (row.opens or ())), None)
        if role:
            path = reverse(row.name, kwargs=row.arguments(made) if row.arguments else None)
            found.append({"name": row.name, "path": path + row.query, "role": role})
    return found


def _more(made: Any) -> list[dict[str, Any]]:
    """The same addresses with other contents: every section, every step, every state, and pages that say no."""
    from django.urls import reverse

    from register.views.sections import SECTION_SLUGS

    published, submitted = made.things["published"], made.things["submitted"]
    foreign = reverse("register:entry", args=["00000000-0000-4000-8000-000000000000"])
    pages = [
        *(("cdo", reverse("register:section", args=[published.uuid, slug])) for slug in SECTION_SLUGS),
        *(("dsb", reverse("register:step", args=[submitted.uuid, slug])) for slug in ("zurueckgeben", "stellungnahme")),
        *(
            ("leitung", reverse("register:step", args=[published.uuid, slug]))
            for slug in ("aussetzen", "zurueckziehen")
        ),
        *((role, reverse("register:entry", args=[submitted.uuid])) for role in ("fachamt", "dsb", "leitung", "cdo")),
        *((role, reverse("register:review", args=[submitted.uuid])) for role in ("dsb", "leitung")),
        *((role, reverse("register:start")) for role in ("dsb", "leitung", "verwaltung", "ohne-rolle")),
        ("cdo", reverse("register:check", args=[submitted.uuid])),
        ("cdo", reverse("compliance:assessments", args=[submitted.uuid])),
        ("cdo", reverse("compliance:assessment-question", args=[published.uuid, "placed_on_market"])),
        ("cdo", reverse("compliance:assessment-question", args=[published.uuid, "data_kinds"])),
        (
            "dsb",
            reverse("compliance:precheck")
            + "?technik=ki&verbot=nichts&bereich=leistungen&kontakt=gespraech&daten=personen",
        ),
        ("cdo", reverse("register:entry", args=[made.things["measure"].entry.uuid])),
        ("cdo", reverse("register:systems") + "?q=gibt+es+nicht"),
        ("cdo", reverse("register:systems") + "?q=Chatbot&state=published"),
        ("cdo", foreign),
        ("revision", reverse("register:section", args=[published.uuid, "grunddaten"])),
        ("anonym", "/?q=Chatbot"),
        ("anonym", "/?q=gibtesnicht"),
        ("anonym", "/k/musterstadt/?q=Chatbot&status=operational"),
        ("anonym", f"/k/musterstadt/ki-systeme/{made.things['measure'].entry.slug}/"),
        ("anonym", "/gibt/es/nicht/"),
    ]
    return [{"name": f"{role} {path}", "path": path, "role": role} for role, path in pages]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1])))
