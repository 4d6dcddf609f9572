"""Two people in the same moment, and one change that concerns hundreds."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import audit
from core.errors import Conflict
from register import content, services
from register.models import AISystem, Entry, PrivacyClassification, StorageLocation, SystemStorage
from tests.world import MUSTERSTADT_ARS, draft_system, make_town, submitted_system


def at_once(*acts: Callable[[], Any]) -> list[Exception | Any]:
    """What each act answered, when all of them began in the same moment."""
    meet, answers = Barrier(len(acts)), []

    def run(act: Callable[[], Any]) -> None:
        try:
            meet.wait(timeout=30)
            answers.append(act())
        except Exception as error:
            answers.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


@pytest.fixture
def town(transactional_db):
    return make_town(MUSTERSTADT_ARS, "Musterstadt", "musterstadt")


def test_two_systems_of_one_name_made_at_once_get_addresses_of_their_own(town):
    at_once(*[lambda: draft_system(town, "Chatbot")] * 4)
    slugs = Entry.objects.systems().order_by("slug").values_list("slug", flat=True)
    assert list(slugs) == ["chatbot", "chatbot-2", "chatbot-3", "chatbot-4"]


def test_the_second_of_two_storage_locations_of_one_name_is_told_so(town):
    values = {"name": "Saal 2", "kind": "own", "country": "DE"}
    make = partial(services.create_storage, town.municipality, by=town["cdo"], **values)
    assert {type(answer) for answer in at_once(make, make)} == {StorageLocation, ValidationError}


def test_of_two_people_who_save_the_same_version_one_is_told_so(town):
    entry = draft_system(town)
    saves = [
        partial(services.update, entry, by=town["fachamt"], changes={"goal": text}, version=entry.version)
        for text in ("Eins", "Zwei")
    ]
    assert {type(answer) for answer in at_once(*saves)} == {Entry, Conflict}


def systems_on(town: Any, number: int) -> list[Entry]:
    """Systems in review that lie on the town's storage location, copied past the services."""
    first = submitted_system(town, "Nummer 0")
    made = [first]
    for n in range(1, number):
        entry = Entry.objects.get(pk=first.pk)
        entry.pk, entry.uuid, entry.slug = None, None, f"nummer-{n}"
        entry.uuid = Entry._meta.get_field("uuid").get_default()
        entry.save(force_insert=True)
        system = AISystem.objects.create(entry=entry)
        PrivacyClassification.objects.create(system=system)
        SystemStorage.objects.create(system=system, storage=town.storage)
        made.append(entry)
    return made


def cost_of_change(town: Any) -> int:
    StorageLocation.objects.get(pk=town.storage.pk)
    with CaptureQueriesContext(connection) as queries:
        services.update_storage(town.storage, by=town["cdo"], changes={"operator": f"Betrieb {len(queries)}x"})
    return len(queries)


@pytest.mark.django_db
def test_a_location_of_forty_systems_costs_as_many_statements_as_one_of_three(musterstadt):
    systems_on(musterstadt, 3)
    few = cost_of_change(musterstadt)
    town = make_town("057770124124", "Lindenhausen", "lindenhausen")
    systems_on(town, 40)
    assert cost_of_change(town) == few


@pytest.mark.django_db
def test_every_system_of_a_changed_location_goes_back(musterstadt):
    entries = systems_on(musterstadt, 3)
    services.update_storage(musterstadt.storage, by=musterstadt["cdo"], changes={"kind": "cloud"})
    states = Entry.objects.filter(pk__in=[entry.pk for entry in entries]).values_list("review_state", flat=True)
    assert list(states) == ["returned"] * 3


@pytest.mark.django_db
def test_every_system_of_a_changed_location_says_so_in_its_history(musterstadt):
    entries = systems_on(musterstadt, 3)
    services.update_storage(musterstadt.storage, by=musterstadt["cdo"], changes={"operator": "Anders"})
    told = [audit.actions_of(entry).filter(action="register.entry.changed").first().data["fields"] for entry in entries]
    assert told == [["storage_details"]] * 3


@pytest.mark.django_db
def test_many_contents_at_once_are_the_same_as_one_by_one(musterstadt):
    entries = systems_on(musterstadt, 2)
    together = content.contents_of(Entry.objects.systems())
    assert together == {entry.pk: content.content_of(Entry.objects.get(pk=entry.pk)) for entry in entries}
