"""More of everything: rows copied past the services, so that forty of each kind cost a moment."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Permission
from django.utils import timezone

from accounts import services as accounts
from accounts.models import Membership, Notification, PlatformGrant
from accounts.rules import roles
from compliance.models import ActivitySystem, Clarification, IncidentNotice, VvtReport
from compliance.rules.law.shelf import vocabulary
from core import audit
from core.models import StoredDocument
from exchange.models import ImportRun
from register import services as register
from register.models import (
    Entry,
    EntryUserPermission,
    Publication,
    PublicationLog,
    PublicDocument,
    SystemDataset,
    SystemRecipient,
    SystemStorage,
    UnsavedInput,
)
from tests.append_only import paused
from tests.suite.scene import Scene
from tests.world import make_person
from usecases.models import Measurement


def copy(row: Any, **values: Any) -> Any:
    """The row once more, with other values; what must be unique is made anew."""
    columns = [c for c in row._meta.concrete_fields if not c.generated and not c.primary_key]
    new = type(row)(**{c.attname: getattr(row, c.attname) for c in columns})
    if "uuid" in {c.name for c in columns}:
        new.uuid = uuid.uuid4()
    for name, value in values.items():
        setattr(new, name, value)
    new.save(force_insert=True)
    return new


def publish_dataset(scene: Scene) -> Entry:
    """A dataset that is public and that the public system names."""
    town = scene.town
    values = {
        "personal_data_level": "none",
        "data_categories": "Öffnungszeiten",
        "description_short": "Wann was offen ist.",
    }
    office = town.departments["buergerbuero"]
    entry = register.create_dataset(
        town.municipality, by=town["fachamt"], name="Öffnungszeiten", department=office, values=values
    )
    register.submit(entry, by=town["fachamt"])
    register.opine(entry, by=town["dsb"], result="agrees")
    register.release(entry, by=town["leitung"])
    register.publish(entry, by=town["cdo"])
    return Entry.objects.get(pk=entry.pk)


def grow(scene: Scene, numbers: Iterable[int]) -> None:
    """One more of every kind for each number."""
    for n in numbers:
        person = more_people(scene, n)
        more_entries(scene, n)
        more_around_one_entry(scene, n, person)
        more_processing(scene, n)
        more_assessments(scene, n)
        more_incidents(scene, n)
        more_duties(scene, n)
        more_documents(scene, n)
        more_skill(scene, n)
        more_use_cases(scene, n)
        more_inquiries(scene, n)
        more_messages(scene, n)
        more_municipalities(scene, n)


def more_people(scene: Scene, n: int) -> Any:
    town, people = scene.town.municipality, scene.town.people
    department = accounts.create_department(town, by=None, name=f"Amt {n}", parent=scene.town.departments["tiefbau"])
    person = make_person(f"person-{n}", first="Ute", last=f"Beispiel {n}")
    accounts.give_role(person, by=None, municipality=town, role=roles.FACHAMT, department=department)
    register.make_report_link(department, by=person)
    # Many roles of one person, many deputies, many delegations, many grants.
    held = {"user": people["revision"], "municipality": town, "created_by": people["verwaltung"]}
    Membership.objects.create(**held, role=roles.FACHAMT, department=department)
    until = {"valid_until": timezone.localdate()}
    first = scene.town.people["revision"].memberships.order_by("pk").first()
    given = {"user": person, "municipality": town, "created_by": people["verwaltung"], **until}
    Membership.objects.create(**given, role=roles.REVISION, deputy_for=first)
    Membership.objects.create(**given, role=roles.LEITUNG, delegated_by=people["leitung"])
    former = make_person(f"frueher-{n}")
    held = {"user": former, "municipality": town, "created_by": people["verwaltung"]}
    Membership.objects.create(**held, role=roles.CDO, ended_at=timezone.now())
    copy(scene.things["invitation"], email=f"neu-{n}@example.org", token_digest=f"{n}")
    operator: Any = scene.people["plattform"]
    granted = {"operator": operator, "granted_by": people["verwaltung"], **until}
    PlatformGrant.objects.create(municipality=town, reason="Hilfe", **granted)
    return person


def copy_entry(entry: Entry, n: int, slug: str = "") -> Entry:
    """An entry with its whole review, and what is public of it."""
    new = copy(entry, name=f"{entry.name} {n}", slug=f"{slug or entry.slug}-{n}")
    if entry.kind == Entry.Kind.DATASET:
        copy(entry.dataset, entry=new)
    else:
        copy_system(entry, new)
    submissions = {row.pk: copy(row, entry=new) for row in entry.submissions.all()}
    opinions = {row.pk: copy(row, entry=new, submission=submissions[row.submission_id]) for row in entry.opinions.all()}
    releases = {}
    for row in entry.releases.filter(last_edited_by=entry.last_edited_by):
        bound = {"submission": submissions[row.submission_id], "opinion": opinions.get(row.opinion_id)}
        releases[row.pk] = copy(row, entry=new, **bound)
    for row in entry.after_reviews.all():
        copy(row, entry=new)
    for row in entry.publications.filter(release__in=releases):
        copy_publication(row, entry=new, release=releases[row.release_id])
    return new


def copy_system(entry: Entry, new: Entry) -> None:
    copy(entry.system.privacy, system=copy(entry.system, entry=new))
    for links in (entry.system.dataset_links, entry.system.storage_links, entry.system.recipient_links):
        for link in links.all():
            copy(link, system=new.system)


def copy_publication(row: Publication, *, entry: Entry, **values: Any) -> Publication:
    """One more line at the end of the log; public, if the copied one is."""
    log = PublicationLog.objects.get(municipality=row.municipality)
    sha256 = f"{log.seq + 1:064x}"
    new = copy(row, entry=entry, seq=log.seq + 1, previous_sha256=log.head, sha256=sha256, **values)
    PublicationLog.objects.filter(pk=log.pk).update(seq=new.seq, head=sha256)
    if entry != row.entry and (public := PublicDocument.objects.filter(publication=row).first()):
        named = {"uuid": entry.uuid, "slug": entry.slug, "name": entry.name, "seq": new.seq}
        copy(public, entry=entry, publication=new, **named)
    return new


def more_entries(scene: Scene, n: int) -> None:
    copy(scene.things["filter"], name=f"Filter {n}", owner=scene.town["cdo"])
    copy(scene.things["filter"], name=f"Filter {n}", owner=scene.town["dsb"], shared=True)
    for name in ("published", "submitted", "public dataset"):
        # Due today, so that the list of review dates grows as well.
        new = copy_entry(scene.things[name], n)
        Entry.objects.filter(pk=new.pk).update(revision_date=timezone.localdate())
    gone = copy_entry(scene.things["measure"].entry, n)
    ending = scene.things["decommission"]
    proposal = copy(ending, entry=copy_entry(ending.entry, n))
    for point in ending.points.all():
        copy(point, decommission=proposal)
    mangel = scene.things["deficiency"]
    copy(mangel, entry=copy_entry(mangel.entry, n))
    editor = scene.town["cdo"]
    for state in ("draft", "returned", "released"):
        entry = copy_entry(scene.things["submitted"], n, slug=state)
        values = {"review_state": state, "last_edited_by": editor, "created_by": editor}
        Entry.objects.filter(pk=entry.pk).update(**values, revision_date=gone.last_edited_at.date())


def more_around_one_entry(scene: Scene, n: int, person: Any) -> None:
    """The entry that the pages of the tables show gets more of everything that hangs on it."""
    entry, by = scene.things["published"], scene.town["cdo"]
    dataset = copy(Entry.objects.get(pk=scene.things["dataset"].pk), name=f"Bestand {n}", slug=f"bestand-{n}")
    copy(scene.things["dataset"].dataset, entry=dataset)
    storage = copy(scene.town.storage, name=f"Raum {n}")
    recipient = copy(scene.things["recipient"], name=f"Firma {n}")
    product = copy(scene.things["product"], name=f"Produkt {n}")
    for row in scene.things["product"].versions.filter(number__lte=2):
        copy(row, product=product)
        copy(row, number=100 * n + row.number)
    copy(scene.things["product check"], product=product)
    copy(scene.things["product opinion"])
    for target in (entry, scene.things["submitted"]):
        SystemDataset.objects.create(system=target.system, dataset=dataset.dataset, role="training")
        SystemStorage.objects.create(system=target.system, storage=storage)
        SystemRecipient.objects.create(system=target.system, recipient=recipient)
        comment = copy(scene.things["comment"], entry=target, submission=target.submissions.first())
        copy(comment, resolved_by=by, resolved_at=timezone.now())
        submission = target.submissions.order_by("-number").first()
        copy(submission, number=submission.number + 1)
    for owner in (
        {"entry": entry},
        {"entry": None, "storage": scene.town.storage},
        {"entry": None, "recipient": scene.things["recipient"]},
    ):
        copy(scene.things["evidence"], title=f"Nachweis {n}", **owner)
    for row in (entry.opinions.first(), entry.releases.filter(last_edited_by=entry.last_edited_by).first()):
        if row is not None:
            copy(row)
    run = scene.things["bulk"]
    run.entries, run.versions = [*run.entries, dataset.pk], [*run.versions, 1]
    run.save()
    typed = {"section": "basics", "data": {}, "saved_at": timezone.now()}
    UnsavedInput.objects.create(entry=entry, user=person, **typed)
    copy(scene.things["measure"], entry=entry, reviewed_by=scene.town["leitung"], reviewed_at=timezone.now())
    newest = entry.publications.order_by("-number").first()
    copy_publication(newest, entry=entry, number=newest.number + 1)
    may_view = Permission.objects.get(codename="view_entry")
    EntryUserPermission.objects.create(content_object=entry, user=person, permission=may_view)
    audit.record("register.entry.changed", entry, by=person, data={"fields": ["goal"], "version": n})


def more_processing(scene: Scene, n: int) -> None:
    by, activity = scene.town["cdo"], scene.things["activity"]
    new = copy(activity, title=f"Tätigkeit {n}", number=1000 + n)
    copy(scene.things["commissioned"], title=f"Auftrag {n}", number=1000 + n)
    system = Entry.objects.get(municipality=scene.town.municipality, slug=f"draft-{n}")
    for one in (activity, new):
        ActivitySystem.objects.create(activity=one, entry=system, linked_by=by)
    ActivitySystem.objects.create(activity=new, entry=scene.things["published"], linked_by=by)
    copy(activity.versions.order_by("-number").first(), number=100 + n)
    job = copy(scene.things["job"], key=f"{scene.things['job'].key}-{n}")
    report = VvtReport.objects.get(job=scene.things["job"])
    copy(report, number=100 + n, content_sha256=f"{n}", job=job)
    copy(scene.things["import"], filename=f"liste-{n}.csv")
    named = {"media_type": "application/pdf", "filename": f"bericht-{n}.pdf", "size": 1, "file": f"bericht-{n}.pdf"}
    printed = StoredDocument.objects.create(key=f"dpo-report:{n}", sha256=f"{n:064x}", **named)
    copy(scene.things["dpo report"], key=f"bericht-{n}", result=printed)


def more_assessments(scene: Scene, n: int) -> None:
    """Further assessments of the entry that the pages show, and systems in each state of an assessment."""
    done, review = scene.things["assessment"], scene.things["reviewed assessment"].review
    copy(done, number=100 + n)
    key = list(vocabulary().facts)[n + 5]
    for entry in Entry.objects.filter(municipality=scene.town.municipality, slug__in=(f"draft-{n}", f"returned-{n}")):
        copy(scene.things["clarification"], entry=entry, fact=key)
        assessed = copy(done, entry=entry)
        if entry.slug.startswith("draft"):
            copy(review, assessment=assessed)
        copy(scene.things["assessment draft"], entry=entry)
    entry = Entry.objects.get(municipality=scene.town.municipality, slug=f"released-{n}")
    copy(
        scene.things["law run"].items.first(),
        entry=entry,
        before=copy(scene.things["outdated assessment"], entry=entry),
    )
    if not Clarification.objects.filter(entry=scene.things["published"], fact=key).exists():
        copy(scene.things["clarification"], fact=key)


def more_incidents(scene: Scene, n: int) -> None:
    """Further incidents of the same system, and more of everything around the one that the pages show."""
    incident, by = scene.things["incident"], scene.town["dsb"]
    new = copy(incident, number=1000 + n)
    for one in (incident, new):
        copy(scene.things["incident measure"], incident=one)
        copy(incident.events.order_by("pk").first(), incident=one)
        IncidentNotice.objects.create(
            incident=one, target="ki", part="more", sent_at=timezone.now(), to="Behörde", by=by, at=timezone.now()
        )
    with paused():
        released = {"state": "released", "decided_by": scene.town["leitung"], "decided_at": timezone.now()}
        copy(scene.things["lesson"], incident=new, **released)


def more_duties(scene: Scene, n: int) -> None:
    """Duties in each state, of the system that the pages show and of others; a longer chronicle and more proofs of one."""
    shown, done, proposed = (scene.things[name] for name in ("duty", "duty done", "duty proposed"))
    today = timezone.localdate()
    for number, duty in enumerate((shown, done, proposed)):
        copy(duty, code=f"N-{n}-{number}", due=today - timedelta(days=n), responsible=scene.town["cdo"])
    for number, entry in enumerate(Entry.objects.filter(slug=f"draft-{n}", municipality=scene.town.municipality)):
        copy(shown, entry=entry, code=f"N-{n}-{number}", due=today + timedelta(days=n))
    for event in shown.events.all()[:1]:
        copy(event)
    shown.evidence.add(copy(scene.things["evidence"], title=f"Beleg {n}"))


def more_documents(scene: Scene, n: int) -> None:
    """Further versions of one document, and documents of other systems that wait for advice or are approved."""
    waiting, approved = scene.things["legal version"], scene.things["approved document"]
    copy(waiting, number=100 + n)
    for entry in Entry.objects.filter(municipality=scene.town.municipality, slug__in=(f"draft-{n}", f"returned-{n}")):
        source = approved if entry.slug.startswith("draft") else waiting
        version = copy(source, document=copy(source.document, entry=entry))
        if source is approved:
            copy(approved.advice, version=version)
            copy(approved.decision, version=version)


def more_skill(scene: Scene, n: int) -> None:
    """Further courses with dates and numbers, tools that ask for them, and people to ask."""
    course, session, tool = (scene.things[name] for name in ("course", "session", "tool"))
    new = copy(course, title=f"Kurs {n}")
    office = scene.town.municipality.departments.get(name=f"Amt {n}")
    for one in (new, course):
        date = copy(session, course=one, place=f"Raum {n}")
        copy(session.participants.first(), session=date, department=office)
    copy(session.participants.first(), department=office)
    programme = copy(scene.things["programme"], name=f"Programm {n}")
    copy(scene.things["application"], programme=programme)
    copy(scene.things["programme"], name=f"Weiteres {n}")
    copy(scene.things["guideline"], number=10 + n)
    copy(scene.things["first guideline"].readers.first(), guideline=scene.things["guideline"], department=office)
    copy(session.records.first(), session=session.course.sessions.get(place=f"Raum {n}"))
    further = copy(tool, name=f"Werkzeug {n}")
    for one in (further, tool):
        one.courses.add(new)
        one.departments.add(office)
    further.contact = copy(scene.things["contact"], department=office)
    further.save(update_fields=["contact"])


def more_use_cases(scene: Scene, n: int) -> None:
    """Further use cases, each waiting for a decision and owing a proof; more of everything around the one shown."""
    shown, proposal = scene.things["use case"], scene.things["gate proposal"]
    partner = copy(scene.things["partner"], name=f"Partner {n}")
    copy(scene.things["named partner"], partner=partner)
    owed = scene.things["stock"].missing_evidence.first()
    with paused():
        new = copy(shown, title=f"Vorhaben {n}", responsible=scene.town["cdo"])
        copy(proposal, use_case=new)
        copy(scene.things["wish"], use_case=new)
        copy(owed, use_case=new, due=timezone.localdate())
        copy(shown.events.first(), number=100 + n)
        copy(shown.statements.first())
        goal = copy(scene.things["goal"], title=f"Ziel {n}")
        for one in (goal, scene.things["goal"]):
            for measurement in Measurement.objects.filter(goal__use_case=scene.things["stock"])[:1]:
                copy(measurement, goal=one, value=n)
        blueprint = copy(scene.things["blueprint"], number=100 + n)
        copy(blueprint, use_case=new)
        copy(scene.things["stock"].figures.first(), use_case=shown)
        copy(scene.things["stock"].evaluations.first(), use_case=shown)
    for entry in Entry.objects.filter(municipality=scene.town.municipality, slug__in=(f"draft-{n}", f"released-{n}")):
        for use_case in (shown, new, scene.things["stock"]):
            copy(shown.links.first(), use_case=use_case, entry=entry, leads=False)
    copy(shown.links.first(), use_case=new, leads=False)


def more_inquiries(scene: Scene, n: int) -> None:
    """Further inquiries about one entry in each state, and more of what happened to the one shown."""
    for place, name in enumerate(("inquiry", "inquiry drafted", "inquiry answered", "inquiry released")):
        secret = {"form_number": uuid.uuid4(), "token_digest": f"{n}-{place}"}
        copy(scene.things[name], number=1000 * (place + 1) + n, **secret)
    copy(scene.things["inquiry"].events.first())
    shown = scene.things["consultation"]
    for one in (shown, copy(shown, use_case=scene.things["use case"])):
        copy(shown.contributions.first(), consultation=one, form_number=uuid.uuid4())


def more_messages(scene: Scene, n: int) -> None:
    town = scene.town.municipality
    everybody = [person for person in scene.people.values() if person is not None]
    Notification.objects.bulk_create(
        Notification(user=person, municipality=town, text=f"Nachricht {n}", url="/verwaltung/") for person in everybody
    )
    ImportRun.objects.filter(filename=f"liste-{n}.csv").update(state="discarded", finished_at=timezone.now(), file="")


def more_municipalities(scene: Scene, n: int) -> None:
    """Further publishers; the Leitung of Musterstadt works in each of them too."""
    ars = f"09999{0:01d}{n:03d}{n:03d}"
    values = {"ars": ars, "name": f"Zweitstadt {n}", "slug": f"zweitstadt-{n}", "kind": "town"}
    other = accounts.create_municipality(by=None, **values)
    accounts.give_role(scene.town["leitung"], by=None, municipality=other, role=roles.LEITUNG)
    copy(scene.things["wish"].interests.get(municipality=scene.foreign.municipality), municipality=other)
