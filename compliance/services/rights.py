"""The rights block: what people may demand about a system, handed down to its public entry.

Only what citizens may read goes down; the sheet itself stays internal (Art. 30 Abs. 4 DSGVO: for the authority).
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accounts import permissions
from accounts.models import Municipality, User
from compliance.models import ActivitySystem, ProcessingActivity
from compliance.rules import rights, rights_text
from compliance.services import access
from core import audit
from core.errors import NotAllowed
from register import services as register
from register import workflow
from register.models import Entry
from register.services import access as register_access

BLOCK, TITLE = "rights", "Ihre Rechte (aus dem Verarbeitungsverzeichnis)"


@transaction.atomic
def hand_down_rights(activity: ProcessingActivity, *, by: User) -> int:
    """Try again what had to wait because an entry was in review; returns how many systems still wait."""
    if not permissions.on(by, "vvt.edit", activity):
        raise NotAllowed()
    access.lock_entries(activity.system_links.values_list("entry_id", flat=True))
    waiting = hand_down(activity, by=by)
    audit.record("compliance.activity.rights_handed_down", activity, by=by, data={"waiting": waiting})
    return waiting


def hand_down(activity: ProcessingActivity, *, by: User) -> int:
    """Set the block of every linked system; where that is not possible now, note it on the link."""
    waiting = 0
    for link in activity.system_links.select_related("entry__municipality", "entry__department"):
        done = can_take_blocks(link.entry, by=by)
        if done:
            set_rights(link.entry, by=by)
        else:
            waiting += 1
        if link.rights_pending == done:
            link.rights_pending = not done
            link.save(update_fields=["rights_pending"])
    return waiting


def can_take_blocks(entry: Entry, *, by: User) -> bool:
    """A block changes the entry: not in review, and not by somebody who may not edit it."""
    current = register_access.locked(entry)
    return current.review_state != workflow.IN_REVIEW and register_access.allowed(by, "entry.edit", current)


def set_rights(entry: Entry, *, by: User) -> None:
    block = rights_block(entry)
    facts = rights_text.facts(block) if block else None
    register.set_block(entry, BLOCK, block, by=by, title=TITLE, facts=facts)


def rights_block(entry: Entry) -> dict[str, Any] | None:
    """The block from all running activities that use the system; None removes it."""
    links = ActivitySystem.objects.filter(entry=entry, activity__state="active").select_related("activity")
    activities = [link.activity for link in links.order_by("activity__number")]
    if not activities:
        return None
    bases = sorted({basis for activity in activities for basis in activity.gdpr_basis})
    return {
        "processing": [_processing(activity) for activity in activities],
        "rights": [
            {"article": right.article, "title": right.title, "text": right.text} for right in rights.rights_for(bases)
        ],
        **_contacts(entry.municipality),
    }


def _processing(activity: ProcessingActivity) -> dict[str, Any]:
    """Art. 13 Abs. 1 and 2 DSGVO: purpose, basis, recipients, transfer, deletion. No people, no measures."""
    recipients = [activity.recipients_internal, activity.recipients_external]
    return {
        "name": activity.title,
        "purposes": activity.purposes,
        "gdpr_basis": activity.gdpr_basis,
        "legal_basis": activity.legal_basis,
        "recipients": "\n".join(filter(None, recipients)),
        "third_country": activity.third_country,
        "third_country_details": activity.third_country_details,
        "retention": activity.retention,
    }


def _contacts(municipality: Municipality) -> dict[str, Any]:
    """The office of the Datenschutzbeauftragte, never the person's name."""
    return {
        "controller": {
            "name": municipality.controller_name or municipality.name,
            "address": municipality.controller_address,
            "email": municipality.mailbox,
        },
        "dpo": {
            "address": municipality.dpo_address,
            "phone": municipality.dpo_phone,
            "email": municipality.dpo_email,
        },
        "supervisory_authority": {
            "name": municipality.supervisory_authority,
            "address": municipality.supervisory_authority_address,
            "url": municipality.supervisory_authority_url,
        },
    }
