"""Whatever people and machines send: a clear German answer with the right status, and nothing half done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.handlers import wsgi
from django.http import QueryDict
from django.urls import reverse

from accounts.models import Municipality
from tests.suite.access_table import TABLE, Row
from tests.suite.forms import Form, forms_of
from tests.suite.scene import OWN_ROLES, Scene, furnish
from tests.suite.visits import Visitor, address_of, reader_of, text_of

pytestmark = pytest.mark.django_db
LONG = "x" * 64 * 1024
# As they stand in an address; NUL has a test of its own. A lone surrogate cannot be written in UTF-8; these are its bytes.
ODD = {
    "a huge number": "1" + "0" * 30,
    "a negative number": "-1",
    "a bracket": "(",
    "a way up": "..%2F..%2Fetc%2Fpasswd",
    "a lone surrogate": "%ED%A0%80",
    "no UTF-8": "%FF%FE",
    "64 KB": LONG,
    "twice": "a&{name}=b",
    "a list": "%5B%5D",
    "a wildcard": "%25",
}
# The API goes through what it is given instead of asking for names.
OF_THE_API = ("municipality", "risk_class", "status", "field", "modified_since", "after", "limit")
OPENED = [row for row in TABLE if row.opens]
WITH_FORMS = [row for row in OPENED if row.acts and not row.name.startswith(("openid", "mfa_"))]
# How answers name rows of a table: by numbers, or by identifiers such as 3f2b... and 3f2b...:training.
ROWS = [re.compile(shape) for shape in (r"\d+", r"[0-9a-f-]{36}", r"[0-9a-f-]{36}:\w+")]
EVERY_PAGE = pytest.mark.parametrize("row", OPENED, ids=lambda row: row.name)
EVERY_FORM = pytest.mark.parametrize("row", WITH_FORMS, ids=lambda row: row.name)


@pytest.fixture(scope="module")
def visitors(scene: Scene, django_db_blocker: Any) -> dict[str, Visitor]:
    with django_db_blocker.unblock():
        return {role: Visitor(scene, role) for role in scene.people}


@pytest.fixture(scope="module")
def abroad(scene: Scene, django_db_blocker: Any) -> Scene:
    """The same things in the other town."""
    with django_db_blocker.unblock():
        return Scene(scene.foreign, scene.town, scene.people, furnish(scene.foreign))


# --- Addresses ------------------------------------------------------------------------------------


@pytest.fixture
def asked_for(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of the parameters that a page looks at, whether they are there or not."""
    names: set[str] = set()

    class Listening(QueryDict):
        def _hear(self, key: object) -> None:
            if isinstance(key, str):
                names.add(key)

        def __contains__(self, key: object) -> bool:
            self._hear(key)
            return super().__contains__(key)

        def __getitem__(self, key: str) -> Any:
            self._hear(key)
            return super().__getitem__(key)

        def getlist(self, key: str, default: Any = None) -> Any:
            self._hear(key)
            return super().getlist(key, default)

    monkeypatch.setattr(wsgi, "QueryDict", Listening)
    return names


@EVERY_PAGE
def test_no_parameter_of_an_address_breaks_a_page(
    scene: Scene, visitors: dict[str, Visitor], asked_for: set[str], row: Row
) -> None:
    address, visitor = address_of(row, scene) + (row.query or "?"), visitors[reader_of(row)]
    visitor.get(address)
    names = {*asked_for, *(OF_THE_API if row.name.startswith("api:") else ())}
    # To a page that looks at none of them, one name is as good as another.
    queries = [[name] for name in names] + [[name for name in ("q", "unbekannt") if name not in names]]
    statuses = {
        f"{', '.join(query)}: {what}": visitor.get(
            address + "".join(f"&{name}={value.replace('{name}', name)}" for name in query)
        ).status_code
        for query in queries
        for what, value in ODD.items()
    }
    assert {case: status for case, status in statuses.items() if status >= 500} == {}


@EVERY_PAGE
def test_nul_in_an_address_is_refused_with_a_sentence(scene: Scene, visitors: dict[str, Visitor], row: Row) -> None:
    response = visitors[reader_of(row)].get(address_of(row, scene) + "?q=%00")
    assert (response.status_code, "ungültiges Zeichen" in text_of(response)) == (400, True)


@pytest.mark.parametrize("row", [row for row in TABLE if row.hidden], ids=lambda row: row.name)
def test_a_thing_of_another_town_is_not_there(abroad: Scene, visitors: dict[str, Visitor], row: Row) -> None:
    address = address_of(row, abroad)
    statuses = {
        (role, m): getattr(visitors[role], m)(address).status_code for role in OWN_ROLES for m in ("get", "post")
    }
    assert {case: status for case, status in statuses.items() if status not in (404, 405)} == {}


# --- Forms ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def known_forms() -> dict[str, list[tuple[Visitor, Form]]]:
    return {}


@pytest.fixture
def forms(
    scene: Scene, visitors: dict[str, Visitor], row: Row, known_forms: dict[str, list[tuple[Visitor, Form]]]
) -> list[tuple[Visitor, Form]]:
    """The forms on the page of a row, and who may send them."""
    if row.name not in known_forms:
        known_forms[row.name] = _forms_of(scene, visitors, row)
    return known_forms[row.name]


def _forms_of(scene: Scene, visitors: dict[str, Visitor], row: Row) -> list[tuple[Visitor, Form]]:
    visitor = visitors[reader_of(row, row.acts & (row.opens or frozenset()))]  # type: ignore[operator]
    address = address_of(row, scene) + row.query
    found = [form for form in forms_of(text_of(visitor.get(address)), address) if form.action not in _IN_EVERY_HEADER]
    return [(visitor, form) for form in found]


_IN_EVERY_HEADER = ("/abmelden/", "/verwaltung/kommune-wechseln/")


@EVERY_FORM
def test_nul_in_a_text_is_refused(forms: list[tuple[Visitor, Form]], row: Row) -> None:
    statuses = {
        name: visitor.post(form.action, form.sent_with(**{name: "Text\0mit NUL"})).status_code
        for visitor, form in forms
        for name in form.texts
    }
    assert {name: status for name, status in statuses.items() if status not in (400, 422)} == {}


@EVERY_FORM
def test_a_text_of_64_kilobytes_is_refused(forms: list[tuple[Visitor, Form]], row: Row) -> None:
    statuses = {
        name: visitor.post(form.action, form.sent_with(**{name: LONG})).status_code
        for visitor, form in forms
        for name in form.texts
    }
    assert {name: status for name, status in statuses.items() if status not in (400, 422)} == {}


@EVERY_FORM
def test_a_thing_of_another_town_is_no_answer(forms: list[tuple[Visitor, Form]], abroad: Scene, row: Row) -> None:
    statuses = {
        f"{name}={value}": visitor.post(form.action, form.sent_with(**{name: value})).status_code
        for visitor, form in forms
        for name, offered in form.choices.items()
        for value in _rows_of(abroad)
        if value not in offered and any(shape.fullmatch(value) and _holds(shape, offered) for shape in ROWS)
    }
    assert {case: status for case, status in statuses.items() if status not in (400, 403, 404, 422)} == {}


def _holds(shape: re.Pattern[str], offered: set[str]) -> bool:
    return any(shape.fullmatch(value) for value in offered)


def _rows_of(scene: Scene) -> Iterator[str]:
    town, things = scene.town, scene.things
    yield from (str(row.pk) for row in (*town.departments.values(), *town.people.values(), town.municipality))
    yield from (str(person.uuid) for person in town.people.values())
    yield str(town.storage.uuid)
    yield from (str(things[name].uuid) for name in ("published", "submitted", "recipient", "activity", "dataset"))
    yield f"{things['dataset'].uuid}:operation"


# --- Particular mistakes --------------------------------------------------------------------------

WRONG_KEYS = {
    "57770999999": "führende Null",
    "05777999": "Gemeindeschlüssel (AGS",
    "0577709999990": "12 Ziffern",
    "990770999999": "nennen das Land",
    "057771999999": "sechste Ziffer",
    "057770999998": "wiederholen die Ziffern",
    "0577709999x9": "nur aus Ziffern",
    "": "Füllen Sie",
}


@pytest.mark.parametrize("ars", WRONG_KEYS)
def test_a_wrong_key_makes_no_municipality_and_says_why(scene: Scene, visitors: dict[str, Visitor], ars: str) -> None:
    data = {"ars": ars, "name": "Neustadt", "slug": "neustadt", "kind": "town", "email": "a@example.org"}
    response = visitors["plattform"].post(reverse("accounts:new-municipality"), data)
    made = Municipality.objects.filter(name="Neustadt").exists()
    assert (response.status_code, WRONG_KEYS[ars] in text_of(response), made) == (422, True, False)
