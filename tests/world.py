"""Two municipalities with people in every role, and entries in every state: the ground most tests stand on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from accounts import services as accounts
from accounts.models import Department, Municipality, User
from accounts.rules import roles
from register import services as register
from register.models import Entry, StorageLocation
from tests.ground import LAYERS

MUSTERSTADT_ARS, NEUDORF_ARS = "057770123123", "091895103104"

# One unmistakable text per internal or unpublished field; none of them may reach an anonymous answer.
CANARY = "KANARIENVOGEL"


@dataclass(frozen=True)
class Town:
    """A municipality with its people (by role) and its departments (by short name)."""

    municipality: Municipality
    people: dict[str, User]
    departments: dict[str, Department]
    storage: StorageLocation

    def __getitem__(self, role: str) -> User:
        return self.people[role]


def make_person(name: str, *, first: str = "", last: str = "") -> User:
    # No password: hashing one for every person would cost more than most tests.
    return User.objects.create_user(name, email=f"{name}@example.org", first_name=first, last_name=last)


def make_town(ars: str, name: str, slug: str) -> Town:
    municipality = accounts.create_municipality(
        by=None,
        ars=ars,
        name=name,
        slug=slug,
        kind="town",
        mailbox=f"ki@{slug}.example",
        controller_name=f"Stadt {name}, vertreten durch die Bürgermeisterin",
        controller_address=f"Rathausplatz 1, 12345 {name}",
        dpo_name="Datenschutz im Kreis",
        dpo_email=f"datenschutz@{slug}.example",
        supervisory_authority="Aufsichtsbehörde des Landes",
    )
    departments = {
        "buergerbuero": accounts.create_department(municipality, by=None, name="Bürgerbüro"),
        "tiefbau": accounts.create_department(municipality, by=None, name="Tiefbauamt"),
    }
    people = {}
    for role in roles.LABELS:
        if role == roles.PLATTFORM:
            continue
        person = make_person(f"{role}-{slug}", first=roles.LABELS[role], last=name)
        department = departments["buergerbuero"] if role == roles.FACHAMT else None
        accounts.give_role(person, by=None, municipality=municipality, role=role, department=department)
        people[role] = person
    storage = register.create_storage(
        municipality,
        by=people["cdo"],
        name=f"{CANARY} Serverraum",
        operator=f"{CANARY} Betrieb",
        kind="own",
        country="DE",
    )
    return Town(municipality, people, departments, storage)


# Everything a first publication needs.
COMPLETE: dict[str, Any] = {
    "description_short": "Beantwortet Fragen zu Öffnungszeiten und Unterlagen.",
    "category": ["citizen_services"],
    "status": "operational",
    "begin_date": "2025-09",
    "goal": "Auskünfte rund um die Uhr geben.",
    "impact": "Kürzere Wartezeiten am Telefon.",
    "affects_people": "no",
    "decision_effect": "informs",
    "algorithm_type": "generative",
    "description": "Ein Sprachmodell formuliert Antworten aus geprüften Texten der Stadt.",
    "provider": "Beispielsoftware GmbH",
    "personal_data_level": "personal",
    "gdpr_basis": ["6-1-e"],
    "national_norm": "§ 3 Landesdatenschutzgesetz",
    "data_subjects": "Ratsuchende",
    "data_categories": "Freitext der Frage",
    "retention": "30 Tage",
    "automated_decision": "none",
    "dpia_state": "not_needed",
    "dpia_reason": "Kein hohes Risiko nach der Schwellwertanalyse.",
    "lawful_basis": "Auskunftspflicht nach der Gemeindeordnung",
    "human_intervention": "Das Bürgerbüro prüft wöchentlich Stichproben.",
}

INTERNAL = {
    "file_reference": f"{CANARY} Az. 10-4711",
    "internal_note": f"{CANARY} nur für das Haus",
    "security_measures": f"{CANARY} Zugang nur mit Schlüssel",
}


def draft_system(town: Town, name: str = "Chatbot Bürgerservice") -> Entry:
    """An AI system of the Bürgerbüro with nothing but a name."""
    return register.create_system(
        town.municipality, by=town["fachamt"], name=name, department=town.departments["buergerbuero"]
    )


def complete_system(town: Town, name: str = "Chatbot Bürgerservice", **changes: Any) -> Entry:
    """A draft that can be handed in, internal fields filled with canary texts."""
    entry = draft_system(town, name)
    dataset = register.create_dataset(
        town.municipality,
        by=town["fachamt"],
        name=f"Fragen an {name}"[:100],
        department=town.departments["buergerbuero"],
        values={"personal_data_level": "personal", "data_categories": "Freitext", "internal_note": f"{CANARY} Bestand"},
    )
    entry = register.update(entry, by=town["fachamt"], changes={**COMPLETE, **INTERNAL, **changes})
    entry = register.set_datasets(entry, by=town["fachamt"], links=[(dataset.dataset, "operation")])
    return register.set_storage(entry, by=town["fachamt"], locations=[town.storage])


def submitted_system(town: Town, name: str = "Chatbot Bürgerservice") -> Entry:
    entry = complete_system(town, name)
    register.submit(entry, by=town["fachamt"])
    return Entry.objects.get(pk=entry.pk)


def released_system(town: Town, name: str = "Chatbot Bürgerservice") -> Entry:
    entry = submitted_system(town, name)
    register.opine(entry, by=town["dsb"], result="agrees")
    register.release(entry, by=town["leitung"])
    return Entry.objects.get(pk=entry.pk)


def published_system(town: Town, name: str = "Chatbot Bürgerservice") -> Entry:
    entry = released_system(town, name)
    register.publish(entry, by=town["cdo"])
    return Entry.objects.get(pk=entry.pk)


def publish_again(town: Town, entry: Entry, **changes: Any) -> Entry:
    """A further version of a published system; data-protection fields may change."""
    entry = register.update(entry, by=town["cdo"], changes=changes)
    submission = register.submit(entry, by=town["cdo"])
    if submission.needs_opinion:
        register.opine(entry, by=town["dsb"], result="agrees")
    register.release(entry, by=town["leitung"])
    register.publish(entry, by=town["cdo"])
    return Entry.objects.get(pk=entry.pk)


def make_operator() -> User:
    person = make_person("plattform")
    accounts.give_role(person, by=None, municipality=None, role=roles.PLATTFORM)
    return person


LAYERS.update(
    musterstadt=lambda _: make_town(MUSTERSTADT_ARS, "Musterstadt", "musterstadt"),
    neudorf=lambda _: make_town(NEUDORF_ARS, "Neudorf an der Au", "neudorf-an-der-au"),
    operator=lambda _: make_operator(),
    draft=lambda values: draft_system(values["musterstadt"]),
    complete=lambda values: complete_system(values["musterstadt"]),
    submitted=lambda values: submitted_system(values["musterstadt"]),
    released=lambda values: released_system(values["musterstadt"]),
    published=lambda values: published_system(values["musterstadt"]),
)
Standing = Callable[[str], Any]


@pytest.fixture
def musterstadt(db: None, standing: Standing) -> Town:
    return standing("musterstadt")


@pytest.fixture
def neudorf(db: None, standing: Standing) -> Town:
    return standing("neudorf")


@pytest.fixture
def operator(db: None, standing: Standing) -> User:
    return standing("operator")


@pytest.fixture
def people(musterstadt: Town) -> dict[str, User]:
    """The people of Musterstadt by role."""
    return musterstadt.people


@pytest.fixture
def draft(musterstadt: Town, standing: Standing) -> Entry:
    return standing("draft")


@pytest.fixture
def complete(musterstadt: Town, standing: Standing) -> Entry:
    return standing("complete")


@pytest.fixture
def submitted(musterstadt: Town, standing: Standing) -> Entry:
    return standing("submitted")


@pytest.fixture
def released(musterstadt: Town, standing: Standing) -> Entry:
    return standing("released")


@pytest.fixture
def published(musterstadt: Town, standing: Standing) -> Entry:
    return standing("published")
