"""A page asks the database as often for forty rows of everything as for three."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.suite.access_table import TABLE, Row
from tests.suite.growth import grow, publish_dataset
from tests.suite.scene import ANONYMOUS, Scene, make_scene

pytestmark = pytest.mark.django_db
FEW, MANY = 3, 40
ASKED_AS = ("cdo", "verwaltung", "dsb", "leitung", "plattform", "fremd-cdo", ANONYMOUS)


@dataclass(frozen=True)
class Answer:
    size: int
    statements: tuple[str, ...]


Key = tuple[str, str, str]
Measured = tuple[dict[Key, Answer], dict[Key, Answer]]
ONE_MORE = re.compile(r"ORDER BY .*LIMIT (2[1-9]|[3-9]\d|\d{3,})$", re.DOTALL)


# Pages that show rows of one kind, up to fifty and more of them.
LISTS = {
    "register:search", "register:systems", "register:datasets", "register:storage-list", "register:product-list", "register:recipient-list", "register:history",
    "register:log", "register:coverage", "register:deficiencies", "register:evidence-list", "register:dpo-reports", "register:due", "register:inbox",
    "register:notifications", "register:open-points", "register:report-links", "register:share",
    "compliance:activities", "compliance:commissioned", "compliance:retention", "compliance:dpia",
    "compliance:datamap", "compliance:datamap-abroad", "compliance:datamap-party", "compliance:datamap-from",
    "compliance:activity-from-system", "compliance:vvt-reports", "compliance:assessment-list", "compliance:incident-list",
    "compliance:lesson-list", "imports:start",
    "usecases:training", "usecases:courses", "usecases:course", "usecases:tools", "usecases:contacts",
    "usecases:guideline", "usecases:funding", "usecases:partners", "usecases:wishes", "usecases:timeline",
    "compliance:duties", "accounts:people", "accounts:person", "accounts:delegations", "accounts:departments", "accounts:platform-access",
    "usecases:use-cases", "usecases:stock", "usecases:figures", "usecases:blueprints", "usecases:dashboard", "usecases:dashboard-offices", "usecases:dashboard-csv",
    "compliance:law-change", "compliance:law-run", "accounts:municipalities",
    "inquiries:desk", "inquiries:consultation", "public:questions", "public:answers-feed", "public:consultations", "public:start", "public:municipality", "public:entry", "public:versions", "public:feed", "public:changes", "public:changes-month",
    "public:entry-feed", "public:sitemap", "public:sitemap-index",
    "api:municipalities", "api:systems", "api:use-cases", "api:datasets", "api:export", "api:feed",
    "well_known:ki-register",
}  # fmt: skip
# Nothing fills them yet.
EMPTY = {"api:use-cases"}
AT_MOST = 15
# The same pages looked at in another way or by others: (address, query, role).
LOOKS = (
    *(("register:start", "", role) for role in ("fachamt", "dsb", "leitung", "revision", "verwaltung", "ohne-rolle")),
    ("register:systems", "?q=Chatbot&review_state=published&sort=-changed", "cdo"),
    ("register:inbox", "?sort=age&town=musterstadt&kind=system", "dsb"),
    ("register:systems", "", "fachamt"),
    ("register:datasets", "?q=Bestand", "dsb"),
    ("register:log", "?q=geändert", "revision"),
    ("compliance:activities", "?q=Chatbot", "dsb"),
    ("compliance:activities", "", "fachamt"),
    ("compliance:duties", "?mine=me&due=overdue&sort=-due", "fachamt"),
    ("compliance:duties", "?q=Verarbeitung&state=all&format=csv", "dsb"),
    ("compliance:duties", "?format=ics", "leitung"),
    ("usecases:use-cases", "?stage=development&waits=decision&sort=-since", "revision"),
    ("usecases:use-case", "", "revision"),
    ("usecases:wishes", "?q=Post&field=citizen_services&call=on", "revision"),
    ("inquiries:desk", "?stand=beantwortet", "fachamt"),
    ("compliance:law-change", "?kind=person", "fachamt"),
    ("compliance:law-run-new", "?alle=1", "cdo"),
    ("public:start", "?q=Chatbot", ANONYMOUS),
    ("public:start", "?q=Zweitstadt", ANONYMOUS),
    ("public:start", "?q=Chatbto", ANONYMOUS),
    ("public:municipality", "?kind=dataset", ANONYMOUS),
    ("public:municipality", "?q=Chatbot", ANONYMOUS),
    ("public:municipality", "?q=Chatbto+Einhorn", ANONYMOUS),
    ("api:systems", "?q=Chatbot&limit=500", ANONYMOUS),
)


@pytest.fixture(scope="module")
def grown(django_db_setup: None, django_db_blocker: Any) -> Iterator[Measured]:
    with django_db_blocker.unblock(), transaction.atomic():
        scene = make_scene()
        scene.things["public dataset"] = publish_dataset(scene)
        questions = questions_about(scene)
        clients = clients_of(scene)
        grow(scene, range(1, FEW + 1))
        # What a process asks once and keeps is no list's.
        ask_all(clients, dict(list(questions.items())[:5]))
        few = ask_all(clients, questions)
        grow(scene, range(FEW + 1, MANY + 1))
        # Rows that are not committed have no statistics: PostgreSQL would join forty of them as if they were one.
        connection.cursor().execute("ANALYZE")
        many = ask_all(clients, questions)
        # Else the check at the end of each test would look at all these rows again.
        connection.check_constraints()
        yield few, many
        transaction.set_rollback(True)


def clients_of(scene: Scene) -> dict[str, Client]:
    clients = {name: Client() for name in scene.people}
    for name, person in scene.people.items():
        if person is not None:
            clients[name].force_login(person)
    return clients


def questions_about(scene: Scene) -> dict[Key, str]:
    """Every page of the access table as somebody who may open it, and the further looks: their addresses."""
    make = {row.name: row.arguments for row in TABLE}
    return {
        (name, query, role): reverse(name, kwargs=make[name](scene) if make[name] else None) + query
        for name, query, role in KEYS
    }


def ask_all(clients: dict[str, Client], questions: dict[Key, str]) -> dict[Key, Answer]:
    return {key: ask(clients[key[2]], address) for key, address in questions.items()}


def role_for(row: Row) -> str:
    return next(role for role in ASKED_AS if role in (row.opens or ()))


def ask(client: Client, address: str) -> Answer:
    before = transaction.savepoint()
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
        size = len(b"".join(response))
    transaction.savepoint_rollback(before)
    # Long lists of keys would hide that it is one statement again and again.
    statements = tuple(f"{query['sql'][:200]} … {query['sql'][-200:]}" for query in captured.captured_queries)
    return Answer(size, statements)


KEYS = [(row.name, row.query, role_for(row)) for row in TABLE if row.opens] + list(LOOKS)
EVERY_PAGE = pytest.mark.parametrize("key", KEYS, ids="".join)


@EVERY_PAGE
def test_forty_rows_cost_as_many_queries_as_three(grown: Measured, key: Key) -> None:
    few, many = (answers[key].statements for answers in grown)
    assert (len(many), Counter(many) - Counter(few) if len(many) != len(few) else {}) == (len(few), {})


@pytest.mark.parametrize("key", [key for key in KEYS if key[0] in LISTS], ids="".join)
def test_a_list_costs_at_most_fifteen_queries(grown: Measured, key: Key) -> None:
    assert len(grown[1][key].statements) <= AT_MOST


@pytest.mark.parametrize("key", [key for key in KEYS if key[0] in LISTS - EMPTY], ids="".join)
def test_a_list_does_show_the_rows_that_were_added(grown: Measured, key: Key) -> None:
    assert grown[1][key].size > grown[0][key].size


def test_every_page_that_leafs_through_rows_is_in_the_table_of_lists(grown: Measured) -> None:
    # To know whether there is a next page, a paged list asks for one row more than it shows.
    paged = {key[0] for key, answer in grown[1].items() if any(ONE_MORE.search(sql) for sql in answer.statements)}
    assert sorted(paged - LISTS) == []
