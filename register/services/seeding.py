"""A synthetic register for load and measurements: the same rows for the same number, written in bulk.

Every row is one that the services could have written: four eyes, hashes, chain and audit trail hold.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction

from accounts import services as accounts
from accounts.models import Department, Municipality, User
from accounts.rules import roles
from core import audit, canonical
from register import content, workflow
from register.models import (
    AISystem,
    Dataset,
    Entry,
    Opinion,
    PrivacyClassification,
    Publication,
    PublicationLog,
    Release,
    StorageLocation,
    Submission,
    SystemDataset,
    SystemStorage,
)
from register.rules import synthetic
from register.services import publishing

BEGIN = datetime(2026, 1, 5, 7, 0, tzinfo=UTC)
BATCH = 500
# Of a hundred systems so many are public; the others are drafts.
PUBLIC = 70


@dataclass(frozen=True)
class Ground:
    """A town with its people and what its systems stand on."""

    municipality: Municipality
    editor: User
    dpo: User
    head: User
    departments: list[Department]
    storage: list[StorageLocation]
    datasets: list[Dataset]


def seed_municipality(number: int, *, systems: int, random: Random) -> Municipality:
    """One town with so many systems, most of them public; a transaction for each batch, so that none lasts for minutes."""
    with transaction.atomic():
        ground = _ground(number, random)
    for first in range(0, systems, BATCH):
        with transaction.atomic():
            entries = _systems(ground, range(first, min(first + BATCH, systems)), random)
            _publish(ground, [entry for entry in entries if random.randrange(100) < PUBLIC])
    return ground.municipality


def _ground(number: int, random: Random) -> Ground:
    name = synthetic.town(number)
    town = accounts.create_municipality(
        by=None, ars=f"039990{number:03d}{number:03d}", name=name, slug=f"musterort-{number}", kind="town",
        mailbox=f"ki@musterort-{number}.example", controller_name=f"Stadt {name}",
    )  # fmt: skip
    people = {}
    for role in (roles.CDO, roles.DSB, roles.LEITUNG):
        person = User.objects.create_user(f"{role}-musterort-{number}", email=f"{role}@musterort-{number}.example")
        accounts.give_role(person, by=None, municipality=town, role=role)
        people[role] = person
    departments = [accounts.create_department(town, by=None, name=office) for office in synthetic.OFFICES]
    storage = StorageLocation.objects.bulk_create(
        StorageLocation(uuid=_uuid(random), municipality=town, name=place, kind=kind, country="DE")
        for place, kind in synthetic.PLACES
    )
    entries = [
        _entry(town, Entry.Kind.DATASET, title, at, people[roles.CDO], departments[at % len(departments)], random)
        for at, title in enumerate(synthetic.DATASETS)
    ]
    Entry.objects.bulk_create(entries)
    datasets = Dataset.objects.bulk_create(
        Dataset(entry=entry, personal_data_level="personal", data_categories="Angaben aus dem Antrag")
        for entry in entries
    )
    _record(town, "register.entry.created", entries, people[roles.CDO])
    return Ground(town, people[roles.CDO], people[roles.DSB], people[roles.LEITUNG], departments, storage, datasets)


def _systems(ground: Ground, numbers: range, random: Random) -> list[Entry]:
    made = [synthetic.system(number, random) for number in numbers]
    entries = []
    for number, values in zip(numbers, made, strict=True):
        office = random.choice(ground.departments)
        entry = _entry(ground.municipality, Entry.Kind.SYSTEM, values["name"], number, ground.editor, office, random)
        entry.status, entry.description_short = values["status"], values["description_short"]
        entries.append(entry)
    Entry.objects.bulk_create(entries)
    systems = AISystem.objects.bulk_create(
        AISystem(entry=entry, **values["system"]) for entry, values in zip(entries, made, strict=True)
    )
    PrivacyClassification.objects.bulk_create(
        PrivacyClassification(system=system, **values["privacy"]) for system, values in zip(systems, made, strict=True)
    )
    SystemDataset.objects.bulk_create(
        SystemDataset(system=system, dataset=random.choice(ground.datasets), role="operation") for system in systems
    )
    SystemStorage.objects.bulk_create(
        SystemStorage(system=system, storage=random.choice(ground.storage)) for system in systems
    )
    _record(ground.municipality, "register.entry.created", entries, ground.editor)
    return entries


def _entry(
    town: Municipality, kind: str, name: str, number: int, by: User, office: Department, random: Random
) -> Entry:
    at = BEGIN + timedelta(minutes=number)
    return Entry(
        uuid=_uuid(random), municipality=town, kind=kind, slug=f"eintrag-{number}", name=name, department=office,
        contact_email=town.mailbox, revision_date=(at + timedelta(days=random.randrange(60, 700))).date(),
        created_by=by, last_edited_by=by, last_edited_at=at,
    )  # fmt: skip


def _publish(ground: Ground, entries: list[Entry]) -> None:
    """Hand in, advise, release and publish, with a statement a table and not one a row wherever the chain allows."""
    contents = content.contents_of(Entry.objects.filter(pk__in=[entry.pk for entry in entries]))
    submissions = Submission.objects.bulk_create(_submission(ground, e, contents[e.pk]) for e in entries)
    opinions = Opinion.objects.bulk_create(
        Opinion(
            entry=row.entry, submission=row, result=Opinion.Result.AGREES, by=ground.dpo,
            at=row.at + timedelta(hours=1), privacy_sha256=row.privacy_sha256,
        )
        for row in submissions
    )  # fmt: skip
    releases = Release.objects.bulk_create(
        Release(
            entry=row.entry, submission=row, opinion=opinion, by=ground.head, at=row.at + timedelta(hours=2),
            last_edited_by=ground.editor, content_sha256=row.content_sha256, privacy_sha256=row.privacy_sha256,
        )
        for row, opinion in zip(submissions, opinions, strict=True)
    )  # fmt: skip
    lines = list(_lines(ground, releases, contents))
    for entry in entries:
        entry.review_state = workflow.PUBLISHED
    Entry.objects.bulk_update(entries, ["review_state"], batch_size=BATCH)
    for action, person in (("submitted", ground.editor), ("opinion", ground.dpo), ("released", ground.head)):
        _record(ground.municipality, f"register.entry.{action}", entries, person)
    published = [(line.entry, publishing.logged(line)) for line in lines]
    stream = ground.municipality.audit_stream
    audit.record_many("register.entry.published", published, by=ground.editor, stream=stream)


def _submission(ground: Ground, entry: Entry, current: content.Content) -> Submission:
    return Submission(
        entry=entry, number=1, by=ground.editor, at=entry.last_edited_at + timedelta(hours=1), content=current,
        content_sha256=content.content_sha256(current), privacy_sha256=content.privacy_sha256(entry.kind, current),
    )  # fmt: skip


def _lines(ground: Ground, releases: list[Release], contents: dict[int, content.Content]) -> Iterator[Publication]:
    """The log is a chain: each line waits for the one before."""
    log, _ = PublicationLog.objects.get_or_create(municipality_id=ground.municipality.pk)
    for release in releases:
        at = release.at + timedelta(hours=1)
        found = content.document_of(release.entry, contents[release.entry_id], opinion=release.opinion, number=1, at=at)
        text = canonical.dumps(found)
        values: dict[str, Any] = {
            "by": ground.editor,
            "at": at,
            "number": 1,
            "document": text,
            "reason": "",
            "release": release,
        }
        line = publishing.append(release.entry, Publication.Op.PUBLISH, log=log, **values)
        publishing.show(release.entry, line, found)
        yield line


def _record(town: Municipality, action: str, entries: list[Entry], by: User) -> None:
    audit.record_many(action, [(entry, {"synthetic": True}) for entry in entries], by=by, stream=town.audit_stream)


def _uuid(random: Random) -> uuid.UUID:
    return uuid.UUID(int=random.getrandbits(128), version=4)


def taken(numbers: range) -> list[str]:
    """Which of these towns are there already."""
    slugs = [f"musterort-{number}" for number in numbers]
    return list(Municipality.objects.filter(slug__in=slugs).values_list("name", flat=True))
