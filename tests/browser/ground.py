"""What stands in the database before a browser opens: `python -m tests.browser.ground walk|scene`.

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
WALKERS = ("cdo", "dsb", "leitung")


def main(what: str) -> dict[str, Any]:
    import django

    django.setup()
    return {"walk": walk, "scene": scene}[what]()


def walk() -> dict[str, Any]:
    return {slug: _town(slug, ars, name) for slug, (ars, name) in TOWNS.items()}


def _town(slug: str, ars: str, name: str) -> dict[str, Any]:
    from accounts import services as accounts
    from accounts.rules import roles
    from tests.world import make_town

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
    return {
        "ars": ars,
        "slug": slug,
        "name": name,
        "people": {role: person.username for role, person in people.items()},
    }


def scene() -> dict[str, Any]:
    """A session for every role, and every address of the access table as far as somebody opens it."""
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse

    from tests.suite.access_table import TABLE
    from tests.suite.scene import make_scene

    made = make_scene()
    sessions = {}
    for role, person in made.people.items():
        client = Client()
        if person is not None:
            client.force_login(person)
            sessions[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
    pages = []
    for row in TABLE:
        if row.opens:
            path = reverse(row.name, kwargs=row.arguments(made) if row.arguments else None)
            pages.append({"name": row.name, "path": path + row.query, "opens": sorted(row.opens)})
    return {"cookie": settings.SESSION_COOKIE_NAME, "sessions": sessions, "pages": pages}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1])))
