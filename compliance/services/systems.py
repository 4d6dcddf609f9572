"""Activities and the AI systems they use; an activity made from what a system already says."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from compliance.models import ActivitySystem, ProcessingActivity
from compliance.offers import prefilled
from compliance.services import access, rights, snapshots
from compliance.services.activities import create_activity
from compliance.services.linking import attach
from core import audit
from core.errors import Conflict, NotAllowed
from core.text import format_date
from register.models import Entry
from register.rules import vocabulary


@transaction.atomic
def activity_from_system(entry: Entry, *, by: User) -> ProcessingActivity:
    """A sheet prefilled with what the register says about a system. Nothing is invented: empty stays empty."""
    if entry.kind != Entry.Kind.SYSTEM:
        raise NotAllowed("Verknüpft werden können nur KI-Systeme.")
    if not Entry.objects.visible_to(by).filter(pk=entry.pk).exists():
        raise NotAllowed()
    return create_activity(
        entry.municipality,
        by=by,
        title=entry.name,
        department=entry.department,
        values=values_from(entry),
        systems=[entry],
    )


@transaction.atomic
def link_system(
    activity: ProcessingActivity, *, by: User, entry: Entry, version: int | None = None
) -> ProcessingActivity:
    activity = access.locked_for_edit(activity, by=by, version=version, also=[entry.pk])
    attach(activity, entry, by=by)
    return _after_linking(activity, by=by)


@transaction.atomic
def unlink_system(
    activity: ProcessingActivity, *, by: User, entry: Entry, version: int | None = None
) -> ProcessingActivity:
    activity = access.locked_for_edit(activity, by=by, version=version, also=[entry.pk])
    if not rights.can_take_blocks(entry, by=by):
        raise Conflict(
            "Der Eintrag ist in Prüfung oder gehört einem anderen Amt. Solange bleiben die Angaben zu den Rechten der "
            "Betroffenen dort stehen, und die Verknüpfung lässt sich nicht lösen."
        )
    count, _rows = ActivitySystem.objects.filter(activity=activity, entry=entry).delete()
    if not count:
        raise Conflict("Dieses KI-System ist nicht mehr verknüpft.")
    audit.record("compliance.activity.unlinked", activity, by=by, data={"system": str(entry.uuid)})
    rights.set_rights(entry, by=by)
    return _after_linking(activity, by=by)


def _after_linking(activity: ProcessingActivity, *, by: User) -> ProcessingActivity:
    activity.version += 1
    activity.changed_by, activity.changed_at = by, timezone.now()
    activity.last_changed_on = timezone.localdate()
    activity.save(update_fields=["version", "changed_by", "changed_at", "last_changed_on"])
    snapshots.keep(activity, by=by)
    rights.hand_down(activity, by=by)
    return activity


def values_from(entry: Entry) -> dict[str, Any]:
    """The fields of an activity that the register's data about a system already answer."""
    system, privacy = entry.system, entry.system.privacy
    recipients = [link.recipient for link in system.recipient_links.select_related("recipient")]
    return {
        "contact_person": entry.competent_authority,
        "contact_email": entry.contact_email,
        "procedure_name": entry.name,
        "purposes": system.goal,
        "gdpr_basis": privacy.gdpr_basis,
        "legal_basis": "\n".join(dict.fromkeys(filter(None, [privacy.national_norm, system.lawful_basis])))[:2500],
        "data_subjects": privacy.data_subjects,
        "data_categories": privacy.data_categories or _data_of(entry),
        "special_categories": privacy.special_categories,
        "special_categories_reason": privacy.special_categories_reason,
        "recipients_internal": "\n".join(to.name for to in recipients if to.kind == "internal")[:2500],
        "recipients_external": "\n".join(_external(to) for to in recipients if to.kind != "internal")[:2500],
        "retention": privacy.retention,
        "security_measures": privacy.security_measures,
        # That no transfer takes place or is planned is a statement only a person can make.
        **prefilled(entry),
    }


def _data_of(entry: Entry) -> str:
    links = entry.system.dataset_links.select_related("dataset__entry")
    lines = [
        f"{link.dataset.entry.name}: {link.dataset.data_categories}" for link in links if link.dataset.data_categories
    ]
    return "\n".join(dict.fromkeys(lines))[:5000]


def _external(recipient: Any) -> str:
    kind = vocabulary.RECIPIENT_KINDS[recipient.kind]
    contract = f", Vertrag vom {format_date(recipient.contract_date)}" if recipient.contract_date else ""
    return f"{recipient.name} – {kind}{contract}"
