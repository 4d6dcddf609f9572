"""Addresses of what the town has published."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from register import services as register
from register.models import Entry
from tests.world import Town, complete_system, publish_again, published_system

HOME = "/k/musterstadt/"


def address(entry: Entry, tail: str = "") -> str:
    segment = {"system": "ki-systeme", "dataset": "datenbestaende"}[entry.kind]
    return f"/k/{entry.municipality.slug}/{segment}/{entry.slug}/{tail}"


def published_with(town: Town, name: str, **changes: Any) -> Entry:
    """A published system with these values from its first version on."""
    entry = complete_system(town, name, **changes)
    register.submit(entry, by=town["fachamt"])
    register.opine(Entry.objects.get(pk=entry.pk), by=town["dsb"], result="agrees")
    register.release(Entry.objects.get(pk=entry.pk), by=town["leitung"])
    register.publish(Entry.objects.get(pk=entry.pk), by=town["cdo"])
    return Entry.objects.get(pk=entry.pk)


def published_dataset(town: Town, entry: Entry) -> Entry:
    """Publish the dataset that a system uses."""
    dataset = Entry.objects.get(dataset__system_links__system__entry=entry)
    register.update(
        dataset, by=town["fachamt"], changes={"description_short": "Fragen der Menschen.", "retention": "30 Tage"}
    )
    register.submit(dataset, by=town["fachamt"])
    register.opine(Entry.objects.get(pk=dataset.pk), by=town["dsb"], result="agrees")
    register.release(Entry.objects.get(pk=dataset.pk), by=town["leitung"])
    register.publish(Entry.objects.get(pk=dataset.pk), by=town["cdo"])
    return Entry.objects.get(pk=dataset.pk)


@pytest.fixture
def withdrawn(musterstadt: Town) -> Entry:
    entry = published_system(musterstadt, "Altes Werkzeug")
    register.withdraw(entry, by=musterstadt["leitung"], reason="Der Eintrag nannte das falsche System.")
    return Entry.objects.get(pk=entry.pk)


@pytest.fixture
def second_version(musterstadt: Town, published: Entry) -> Entry:
    return publish_again(musterstadt, published, retention="14 Tage", change_note="Löschfrist verkürzt")


@pytest.fixture
def redacted(musterstadt: Town, second_version: Entry) -> Entry:
    register.redact(second_version, number=1, by=musterstadt["leitung"], reason="Nannte eine Person")
    return second_version


def text_of(client: Client, url: str) -> str:
    return client.get(url).content.decode()
