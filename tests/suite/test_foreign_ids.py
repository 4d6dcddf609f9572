"""No form offers or takes a row of another municipality, not even from somebody who works in both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from django import forms
from django.db import connection, models, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts import services as accounts
from accounts.models import Department, Municipality, User
from accounts.rules import roles
from compliance.models import ProcessingActivity
from core.models import AuditRecord
from register import publication
from register.models import Entry, Evidence, Product, Recipient, StorageLocation
from register.views.addresses import slug_of
from tests.suite.access_table import TABLE, Row
from tests.suite.canaries import town_of
from tests.suite.scene import ANONYMOUS, EVERYBODY, Scene, furnish, make_scene
from tests.suite.scene import addresses as patterns
from usecases.models import AiContact, Course, FundingProgramme, Partner

pytestmark = pytest.mark.django_db
ROOMS = ("accounts", "register", "compliance", "usecases", "inquiries", "exchange", "public")
IN_BOTH = ("cdo", "leitung", "verwaltung")
IDENTIFIER = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# No page of the scene shows these; none of them lets anybody choose a row.
NOT_SHOWN = {
    *("AcceptForm", "ActivateForm", "AnswerForm", "CodeForm", "ConfirmCodeForm"),
    *("CorrectionForm", "DoneForm", "InterestForm"),
    *("OpinionForm", "PlainForm", "ReasonForm", "ReleaseForm", "ResultForm", "TakeOverForm"),
}


@dataclass
class Question:
    """A field of a page in which people choose rows."""

    address: str
    role: str
    form: Any
    name: str

    @property
    def label(self) -> str:
        return f"{type(self.form).__name__}.{self.name} {self.address}"

    @property
    def field(self) -> Any:
        return self.form.fields[self.name]


@dataclass
class Forms:
    """Everything that the pages of one town offer, and the same things in the other town."""

    scene: Scene
    mirror: Scene
    clients: dict[str, Client]
    seen: set[str] = field(default_factory=set)
    questions: list[Question] = field(default_factory=list)

    @property
    def foreign(self) -> Municipality:
        return self.scene.foreign.municipality


@pytest.fixture(scope="module")
def pages(django_db_setup: None, django_db_blocker: Any) -> Iterator[Forms]:
    with django_db_blocker.unblock(), transaction.atomic():
        scene = make_scene()
        foreign = scene.foreign
        mirror = Scene(foreign, scene.town, {**scene.people, **foreign.people}, {**scene.things, **furnish(foreign)})
        for role in IN_BOTH:
            person, town = scene.town[role], foreign.municipality
            accounts.give_role(person, by=None, municipality=town, role=getattr(roles, role.upper()))
        found = Forms(scene, mirror, clients_of(scene))
        look_at_all_pages(found)
        connection.check_constraints()
        yield found
        transaction.set_rollback(True)


def clients_of(scene: Scene) -> dict[str, Client]:
    clients = {name: Client() for name in EVERYBODY}
    for name, person in scene.people.items():
        if person is not None:
            clients[name].force_login(User.objects.get(pk=person.pk))
    return clients


def look_at_all_pages(found: Forms) -> None:
    for role, address in addresses(found.scene):
        for form in forms_in(found.clients[role].get(address)):
            found.seen |= {each.__name__ for each in type(form).__mro__}
            rows = [name for name in form.fields if chooses_rows(form.fields[name])]
            found.questions += [Question(address, role, form, name) for name in rows]


def addresses(scene: Scene) -> Iterator[tuple[str, str]]:
    """Every page, once as each kind of person that it may look different for."""
    for row in TABLE:
        for role in (ANONYMOUS, "fachamt", "cdo", "verwaltung", "leitung", "plattform", "dsb"):
            if role in (row.opens or ()):
                yield role, address_of(row, scene)
    entries = [(scene.things["published"], "system"), (scene.things["dataset"], "dataset")]
    for entry, kind in entries:
        for section in publication.sections_of(kind):
            for role in ("fachamt", "cdo"):
                yield role, reverse("register:section", args=[entry.uuid, slug_of(section)])


def address_of(row: Row, scene: Scene, **other: Any) -> str:
    arguments = row.arguments(scene) if row.arguments else {}
    return reverse(row.name, kwargs={**arguments, **other}) + row.query


def forms_in(response: HttpResponse) -> Iterator[Any]:
    context = getattr(response, "context", None) or []
    # One template gives its context, several give a list of them.
    contexts = context if isinstance(context, list) else [context]
    values = [value for context in contexts for level in context for value in level.values()]
    known: set[int] = set()
    for value in values:
        for form in forms_of(value):
            if id(form) not in known:
                known.add(id(form))
                yield form


def forms_of(value: Any) -> list[Any]:
    if isinstance(value, forms.BaseForm):
        return [value]
    if isinstance(value, forms.BaseFormSet | list | tuple):
        return [form for form in value if isinstance(form, forms.BaseForm)]
    return []


def chooses_rows(field: Any) -> bool:
    return isinstance(field, forms.ModelChoiceField) or bool(identifiers_in(field))


def identifiers_in(field: Any) -> set[str]:
    """The public identifiers among the choices of a field that is made by hand."""
    if not isinstance(field, forms.ChoiceField) or isinstance(field, forms.ModelChoiceField):
        return set()
    return set(IDENTIFIER.findall(str(field.choices)))


def rows_of(field: Any) -> list[models.Model]:
    if isinstance(field, forms.ModelChoiceField):
        return list(field.queryset)
    return list(Entry.objects.filter(uuid__in=identifiers_in(field)))


def is_foreign(row: Any, pages: Forms) -> bool:
    if isinstance(row, User):
        # A person may work in several municipalities; without a role in this one they are foreign.
        here = row.memberships.filter(municipality=pages.scene.town.municipality)
        return not here.exists() and row.memberships.filter(municipality=pages.foreign).exists()
    return town_of(row) == pages.foreign.pk


def foreign_value(question: Question, pages: Forms) -> str:
    """How a form would name a row of the other town that it could otherwise take."""
    choice = question.field
    if not isinstance(choice, forms.ModelChoiceField):
        own = next(value for value in flat(choice.choices) if IDENTIFIER.search(value))
        return IDENTIFIER.sub(str(pages.mirror.things["dataset"].uuid), own)
    foreign = pages.scene.foreign
    samples: dict[type, Any] = {
        Department: foreign.departments["tiefbau"],
        User: foreign["fachamt"],
        StorageLocation: foreign.storage,
        Recipient: pages.mirror.things["recipient"],
        Entry: pages.mirror.things["published"],
        Product: pages.mirror.things["product"],
        ProcessingActivity: pages.mirror.things["activity"],
        Evidence: pages.mirror.things["evidence"],
        Course: pages.mirror.things["course"],
        AiContact: pages.mirror.things["contact"],
        Partner: pages.mirror.things["partner"],
        FundingProgramme: pages.mirror.things["programme"],
    }
    return str(choice.prepare_value(samples[choice.queryset.model]))


def flat(choices: Any) -> Iterator[str]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from flat(label)
        else:
            yield str(value)


def filled_in(question: Question, value: str) -> dict[str, Any]:
    """What a browser would send: every field as the page shows it, and the foreign row in one of them."""
    sent: dict[str, Any] = {}
    for name, shown in question.form.fields.items():
        given = question.form[name].value()
        chosen = list(shown.choices)[-1][0] if isinstance(shown, forms.ChoiceField) and shown.required else "1"
        given = given if given not in (None, "") or not shown.required else str(chosen)
        if given not in (None, ""):
            sent[question.form.add_prefix(name)] = given
    several = isinstance(question.field, forms.ModelMultipleChoiceField | forms.MultipleChoiceField)
    return {**sent, question.form.add_prefix(question.name): [value] if several else value}


def is_filter(question: Question) -> bool:
    return type(question.form).__name__.endswith("FilterForm")


def ask(client: Client, method: str, address: str, data: Any = None) -> tuple[HttpResponse, int]:
    """The answer, and how many records the request left behind."""
    before = transaction.savepoint()
    records = AuditRecord.objects.count()
    try:
        response = getattr(client, method)(address, data)
        return response, AuditRecord.objects.count() - records
    finally:
        transaction.savepoint_rollback(before)


def all_subclasses(base: type) -> Iterator[type]:
    for each in base.__subclasses__():
        yield each
        yield from all_subclasses(each)


def test_every_form_of_the_project_was_looked_at(pages: Forms) -> None:
    ours = {each.__name__ for each in all_subclasses(forms.BaseForm) if each.__module__.split(".")[0] in ROOMS}
    assert sorted(ours - pages.seen ^ NOT_SHOWN) == []


def test_there_are_forms_that_let_people_choose_rows(pages: Forms) -> None:
    """Otherwise the tests below would prove nothing."""
    models_chosen = {q.field.queryset.model for q in pages.questions if hasattr(q.field, "queryset")}
    assert models_chosen == {
        Department,
        User,
        StorageLocation,
        Recipient,
        Entry,
        Product,
        ProcessingActivity,
        Evidence,
        Course,
        AiContact,
        FundingProgramme,
        Partner,
    }


def test_no_form_offers_a_row_of_another_municipality(pages: Forms) -> None:
    assert [q.label for q in pages.questions if any(is_foreign(row, pages) for row in rows_of(q.field))] == []


def test_every_form_offers_rows_of_its_own_municipality(pages: Forms) -> None:
    # A list that is empty for everybody would pass the test above as well.
    offered = {(type(q.form).__name__, q.name) for q in pages.questions if rows_of(q.field)}
    assert {(type(q.form).__name__, q.name) for q in pages.questions} - offered == set()


# Shown on a list, sent to a page of its own.
SENT_TO = {"VvtRequestForm": "compliance:vvt-request"}


def target_of(question: Question) -> str:
    name = SENT_TO.get(type(question.form).__name__)
    return reverse(name) if name else question.address


def test_no_form_takes_a_row_of_another_municipality(pages: Forms) -> None:
    taken = []
    for question in (q for q in pages.questions if not is_filter(q)):
        data = filled_in(question, foreign_value(question, pages))
        response, records = ask(pages.clients[question.role], "post", target_of(question), data)
        # 403: somebody who may read the page and not change anything.
        if response.status_code not in (403, 422) or records:
            taken.append((question.label, response.status_code, records))
    assert taken == []


def test_a_refused_row_is_said_at_its_field(pages: Forms) -> None:
    silent = []
    for question in (q for q in pages.questions if not is_filter(q)):
        data = filled_in(question, foreign_value(question, pages))
        response, _ = ask(pages.clients[question.role], "post", question.address, data)
        errors = [form.errors for form in forms_in(response) if type(form) is type(question.form)]
        if response.status_code == 422 and not any(question.name in found for found in errors):
            silent.append((question.label, errors))
    assert silent == []


def test_no_filter_takes_a_row_of_another_municipality(pages: Forms) -> None:
    taken = []
    for question in filter(is_filter, pages.questions):
        address = f"{question.address}?{question.name}={foreign_value(question, pages)}"
        response, _ = ask(pages.clients[question.role], "get", address)
        refused = [form for form in forms_in(response) if question.name in form.errors]
        if response.status_code == 200 and not refused:
            taken.append(question.label)
    assert taken == []


def things_named_by(row: Row) -> int:
    """How many things with an owner an address names."""
    return len(patterns()[row.name].pattern.converters.keys() - {"number", "other", "slug", "uid", "token"})


MIXED = [row for row in TABLE if things_named_by(row) > 1 and not row.name.startswith("public:")]


def mixtures(row: Row, pages: Forms) -> Iterator[str]:
    """The address with one part of the other town and the rest of the own."""
    own, other = row.arguments(pages.scene), row.arguments(pages.mirror)  # type: ignore[misc]
    for name, value in other.items():
        if value != own[name] and isinstance(value, int | UUID | str):
            yield address_of(row, pages.scene, **{name: value})


@pytest.mark.parametrize("row", MIXED, ids=lambda row: row.name)
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_address_mixed_from_two_municipalities_leads_nowhere(pages: Forms, row: Row, method: str) -> None:
    allowed = row.opens if method == "get" else row.acts
    role = next((role for role in EVERYBODY if role in (allowed or ())), "cdo")
    answers = [ask(pages.clients[role], method, address) for address in mixtures(row, pages)]
    assert [(r.status_code, records) for r, records in answers if r.status_code not in (404, 405) or records] == []


def test_nobody_switches_to_a_municipality_that_is_not_theirs(pages: Forms) -> None:
    client = pages.clients["fachamt"]
    response, records = ask(client, "post", reverse("accounts:switch"), {"municipality": pages.foreign.pk})
    assert (response.status_code, records) == (404, 0)
