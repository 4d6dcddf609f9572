"""Making and changing entries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import ProtectedError, QuerySet
from django.utils import timezone
from django.utils.text import slugify

from accounts import permissions
from accounts.models import Department, Municipality, User
from core import audit
from core.errors import Conflict, NotAllowed
from register import inheritance, publication, status_guard, workflow
from register.content import Content, changed_keys, content_of, contents_of, holder_of
from register.holding import holds_on
from register.models import AISystem, Dataset, Entry, EntryUserPermission, PrivacyClassification
from register.rules.decommission import way_round
from register.services import access, linked
from register.services.deficiencies import reevaluate, reevaluate_all
from register.services.evidence import remove_all_of

FIRST_REVIEW_AFTER = timedelta(days=365)


@transaction.atomic
def create_system(
    municipality: Municipality,
    *,
    by: User,
    name: str,
    department: Department | None = None,
    values: Mapping[str, Any] | None = None,
    links: Mapping[str, Any] | None = None,
    import_reference: str = "",
    origin: Mapping[str, Any] | None = None,
) -> Entry:
    """A new draft of an AI system, with the defaults that spare typing. `links` as in `save_section`.

    `origin` is added to its first record: how the draft came about, when nobody typed it here.
    """
    entry = _create(municipality, Entry.Kind.SYSTEM, by=by, name=name, department=department)
    entry.status, entry.import_reference = "planned", import_reference
    system = AISystem(entry=entry, objection_procedure=publication.DEFAULT_OBJECTION)
    parts = [system, PrivacyClassification(system=system)]
    _fill_and_save(entry, parts, values or {}, by=by, origin=origin)
    linked.add(entry, links or {})
    return entry


@transaction.atomic
def create_dataset(
    municipality: Municipality,
    *,
    by: User,
    name: str,
    department: Department | None = None,
    values: Mapping[str, Any] | None = None,
    import_reference: str = "",
) -> Entry:
    """A new draft of a dataset."""
    entry = _create(municipality, Entry.Kind.DATASET, by=by, name=name, department=department)
    entry.import_reference = import_reference
    _fill_and_save(entry, [Dataset(entry=entry)], values or {}, by=by)
    return entry


def _fill_and_save(
    entry: Entry,
    parts: list[models.Model],
    values: Mapping[str, Any],
    *,
    by: User,
    origin: Mapping[str, Any] | None = None,
) -> None:
    """Everything is checked before the first row is written, and one record tells of the whole."""
    # An empty status would say nothing; the default says that it is planned.
    _apply(entry, {key: value for key, value in values.items() if key != "status" or value}, by=by)
    for row in [access.validated(row) for row in (entry, *parts)]:
        row.save()
    data = {"kind": entry.kind, "name": entry.name, "fields": sorted(values), **(origin or {})}
    audit.record("register.entry.created", entry, by=by, data=data)


def _create(municipality: Municipality, kind: str, *, by: User, name: str, department: Department | None) -> Entry:
    if department is not None and department.municipality_id != municipality.pk:
        raise NotAllowed("Das Amt gehört zu einer anderen Kommune.")
    may = (
        permissions.has(by, "entry.edit", municipality=municipality, department=department)
        if department
        else permissions.has_all(by, "entry.edit", municipality.pk)
    )
    if not may:
        raise NotAllowed()
    access.one_at_a_time(municipality)
    now = timezone.now()
    return Entry(
        municipality=municipality,
        kind=kind,
        name=name,
        slug=_free_slug(municipality, kind, name),
        department=department,
        contact_email=(department.mailbox if department else "") or municipality.mailbox,
        revision_date=timezone.localdate() + FIRST_REVIEW_AFTER,
        created_by=by,
        last_edited_by=by,
        last_edited_at=now,
    )


UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


def _free_slug(municipality: Municipality, kind: str, name: str) -> str:
    """A readable address that stays with the entry for good, also when the name changes."""
    base = slugify(name.translate(UMLAUTS))[:70].strip("-") or "eintrag"
    taken = set(
        Entry.objects.filter(municipality=municipality, kind=kind, slug__startswith=base).values_list("slug", flat=True)
    )
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


@transaction.atomic
def update(entry: Entry, *, by: User, changes: Mapping[str, Any], version: int | None = None) -> Entry:
    """Set fields by their keys. `version` is what the person saw; another one in between is a Conflict.

    Raises ValidationError with one German message per field; then nothing is changed.
    """
    entry = access.locked_for_edit(entry, by=by, version=version)
    wanted = changes.get("status", "")
    if refused := way_round(entry.status, wanted) or status_guard.refusal(entry, wanted):
        raise ValidationError({"status": refused})
    before = content_of(entry)
    dependents = locked_contents(_systems_using(entry))
    for holder in _apply(entry, changes, by=by):
        access.validated(holder).save()
    touch_dependents(dependents, by=by)
    return after_change(entry, by=by, before=before, keys=list(changes))


def _apply(entry: Entry, changes: Mapping[str, Any], *, by: User) -> list[models.Model]:
    holders: dict[int, models.Model] = {}
    for key, value in changes.items():
        row = publication.row(entry.kind, key)
        if row.model == publication.LINK or key == "withheld":
            raise KeyError(f"{key} has a service of its own")
        if key == "department":
            _check_department(entry, value, by=by)
        holder = holder_of(entry, row.model)
        setattr(holder, key, value)
        holders[id(holder)] = holder
    if entry.kind == Entry.Kind.SYSTEM and set(changes) & set(publication.INHERITED) and entry.system.product_id:
        inheritance.mark_local(entry, changes)
        holders[id(entry.system)] = entry.system
    return list(holders.values())


def _check_department(entry: Entry, department: Department | None, *, by: User) -> None:
    """Nobody may push an entry out of (or into) a branch that is not theirs."""
    if department is not None and department.municipality_id != entry.municipality_id:
        raise NotAllowed("Das Amt gehört zu einer anderen Kommune.")
    if department == entry.department:
        return
    if department is None:
        may = permissions.has_all(by, "entry.edit", entry.municipality_id)
    else:
        may = permissions.has(by, "entry.edit", municipality=entry.municipality_id, department=department)
    if not may:
        raise NotAllowed("In dieses Amt dürfen Sie den Eintrag nicht verschieben.")


def after_change(entry: Entry, *, by: User, before: Content, keys: list[str]) -> Entry:
    """Bookkeeping after any change of content: version, last editor, state, audit."""
    after = content_of(entry)
    reviewed_changed = before != after
    entry.version += 1
    entry.last_edited_at = timezone.now()
    if reviewed_changed:
        entry.last_edited_by = by
        if entry.review_state in workflow.NEEDS_REVIEW_AGAIN:
            entry.review_state = workflow.DRAFT
    entry.save(update_fields=["version", "last_edited_at", "last_edited_by", "review_state"])
    changed = changed_keys(before, after) if reviewed_changed else keys
    audit.record("register.entry.changed", entry, by=by, data={"fields": sorted(changed), "version": entry.version})
    reevaluate(entry, by=by)
    return entry


def _systems_using(entry: Entry) -> QuerySet[Entry]:
    """A system's document names its datasets, so a change of one is a change of the other."""
    if entry.kind != Entry.Kind.DATASET:
        return Entry.objects.none()
    return Entry.objects.filter(system__dataset_links__dataset=entry.pk)


def locked_contents(entries: QuerySet[Entry]) -> dict[int, Content]:
    """The contents of entries that share a row about to change; the entries are locked."""
    ids = set(entries.values_list("pk", flat=True))
    # In the order of the keys, so that two people who change shared rows do not wait for each other in a circle.
    list(Entry.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk").values_list("pk"))
    return contents_of(Entry.objects.filter(pk__in=ids))


def touch_dependents(before: dict[int, Content], *, by: User) -> None:
    """Count a shared change as a change of each entry. One in review was bound to what was handed in: it goes back.

    The same bookkeeping as `after_change`, for hundreds of entries in a constant number of statements.
    """
    after = contents_of(Entry.objects.filter(pk__in=before))
    changed = {pk: changed_keys(before[pk], after[pk]) for pk in after if after[pk] != before[pk]}
    entries = list(Entry.objects.filter(pk__in=changed).order_by("pk"))
    if entries:
        _count_as_changed(entries, changed, by=by)
    # A contract is no content of a system, but the law asks for it: every one that was touched is judged anew.
    reevaluate_all(Entry.objects.filter(pk__in=before).order_by("pk"), by=by)


def _count_as_changed(entries: list[Entry], changed: dict[int, list[str]], *, by: User) -> None:
    stream, now = entries[0].audit_stream, timezone.now()
    in_review = [entry for entry in entries if entry.review_state == workflow.IN_REVIEW]
    audit.record_many("register.entry.returned_by_change", [(entry, {}) for entry in in_review], by=by, stream=stream)
    for entry in entries:
        entry.version += 1
        entry.last_edited_at, entry.last_edited_by = now, by
        if entry.review_state == workflow.IN_REVIEW:
            entry.review_state = workflow.RETURNED
        elif entry.review_state in workflow.NEEDS_REVIEW_AGAIN:
            entry.review_state = workflow.DRAFT
    Entry.objects.bulk_update(entries, ["version", "last_edited_at", "last_edited_by", "review_state"], batch_size=500)
    records = [(entry, {"fields": sorted(changed[entry.pk]), "version": entry.version}) for entry in entries]
    audit.record_many("register.entry.changed", records, by=by, stream=stream)


@transaction.atomic
def set_withheld(entry: Entry, *, by: User, items: list[dict[str, str]], version: int | None = None) -> Entry:
    """Name the fields that stay unpublished, each with reason and norm. The list itself is public."""
    entry = access.locked_for_edit(entry, by=by, version=version)
    before = content_of(entry)
    entry.withheld = [_withheld_item(entry, item) for item in items]
    entry.save(update_fields=["withheld"])
    return after_change(entry, by=by, before=before, keys=["withheld"])


def _withheld_item(entry: Entry, item: Mapping[str, str]) -> dict[str, str]:
    field, reason = item.get("field", ""), item.get("reason", "").strip()
    keys = {row.key for row in publication.rows_of(entry.kind)} - publication.NEVER_WITHHELD
    if field not in keys:
        raise ValidationError("Diese Angabe muss öffentlich bleiben, sie benennt den Eintrag.")
    if not reason:
        raise ValidationError("Bitte nennen Sie den Grund, warum die Angabe nicht veröffentlicht wird.")
    return {"field": field, "reason": reason, "norm": item.get("norm", "").strip()}


@transaction.atomic
def delete_draft(entry: Entry, *, by: User) -> None:
    """Remove an entry that was never handed in; anything else stays for the record."""
    entry = access.locked_for_edit(entry, by=by)
    if holds := holds_on(entry, by):
        raise Conflict(" ".join(hold.text for hold in holds))
    audit.record("register.entry.deleted", entry, by=by, data={"kind": entry.kind, "name": entry.name})
    remove_all_of(entry, by=by)
    try:
        entry.delete()
    except ProtectedError as error:
        # What no room tells of in `holding`.
        raise Conflict("Der Eintrag ist noch verknüpft. Lösen Sie zuerst die Verknüpfung.") from error


@transaction.atomic
def share(entry: Entry, *, by: User, with_user: User, edit: bool = False) -> None:
    """Let one colleague read (or edit) this single entry."""
    entry = access.locked(entry)
    access.require(by, "entry.share", entry)
    codenames = ["view_entry", access.EDIT_GRANT] if edit else ["view_entry"]
    EntryUserPermission.objects.filter(content_object=entry, user=with_user).delete()
    for permission in Permission.objects.filter(
        content_type=ContentType.objects.get_for_model(Entry), codename__in=codenames
    ):
        EntryUserPermission.objects.create(content_object=entry, user=with_user, permission=permission)
    audit.record("register.entry.shared", entry, by=by, data={"with": str(with_user.uuid), "edit": edit})


@transaction.atomic
def unshare(entry: Entry, *, by: User, with_user: User) -> None:
    entry = access.locked(entry)
    access.require(by, "entry.share", entry)
    EntryUserPermission.objects.filter(content_object=entry, user=with_user).delete()
    audit.record("register.entry.unshared", entry, by=by, data={"with": str(with_user.uuid)})
