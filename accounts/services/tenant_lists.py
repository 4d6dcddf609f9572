"""Many new tenants from one list: checked, created all or none by the worker, safe to run twice."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import Municipality, OfficialMunicipality, TenantList, User
from accounts.rules import keys, roles, tenant_list
from accounts.services import invitations
from accounts.services.checks import require
from accounts.services.municipalities import create_municipality
from accounts.services.notifications import notify
from core import audit, jobs
from core.errors import Conflict

KIND = "tenant-list"
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def slug_of(name: str) -> str:
    """An address from a name: umlauts are written out, as people would type them."""
    return slugify(name.lower().translate(_GERMAN))[:60]


def check_tenants(text: str) -> list[tenant_list.Row]:
    """The rows of a list as they stand to what exists now; reads only. Raises NoList."""
    rows = tenant_list.parse(text)
    wanted = [row.ars for row in rows]
    existing = dict(Municipality.objects.filter(ars__in=wanted).values_list("ars", "name"))
    official = {row.ars: row for row in OfficialMunicipality.objects.filter(ars__in=wanted)}
    has_directory = OfficialMunicipality.objects.exists()
    for row in rows:
        _compare(row, official.get(row.ars), has_directory)
        if not row.name:
            row.faults.append(_("Der Name fehlt."))
        row.state = tenant_list.FAULTY if row.faults else tenant_list.NEW
        if row.ars in existing and not row.faults:
            row.state = tenant_list.EXISTS
            row.notes = [_("Gibt es schon als „%(name)s“; bleibt, wie sie ist.") % {"name": existing[row.ars]}]
    return rows


def _compare(row: tenant_list.Row, official: OfficialMunicipality | None, has_directory: bool) -> None:
    if official is not None:
        row.kind = official.kind
        if not row.name:
            row.name = official.name
            row.notes.append(_("Der Name kommt aus dem Gemeindeverzeichnis."))
        elif row.name.casefold() not in official.name.casefold():
            row.notes.append(_("Amtlicher Name: „%(name)s“. Bitte prüfen.") % {"name": official.name})
    elif has_directory and not row.faults:
        row.notes.append(_("Dieser ARS steht nicht im Gemeindeverzeichnis. Bitte prüfen."))


@transaction.atomic
def upload_tenants(text: str, *, by: User) -> TenantList:
    """Keep a readable list for the preview. Raises NoList."""
    require(by, "platform.manage")
    rows = check_tenants(text)
    found = TenantList.objects.create(rows=[row.as_json() for row in rows], uploaded_by=by)
    audit.record("accounts.tenant_list.uploaded", found, by=by, data={"rows": len(rows)})
    return found


@transaction.atomic
def request_tenants(found: TenantList, *, by: User) -> TenantList:
    """Ask the worker to create them. Asking twice changes nothing."""
    require(by, "platform.manage")
    current = TenantList.objects.select_for_update().get(pk=found.pk)
    if current.done_at is not None:
        return current
    if any(row["state"] == tenant_list.FAULTY for row in current.rows):
        raise Conflict(_("Die Liste hat noch Fehler. Verbessern Sie sie und laden Sie sie neu hoch."))
    current.job = jobs.enqueue(KIND, str(current.uuid), by=by, data={"by": by.pk})
    current.save(update_fields=["job"])
    audit.record("accounts.tenant_list.requested", current, by=by)
    return current


@transaction.atomic
def create_tenants(found: TenantList, *, by: User) -> TenantList:
    """The worker's part: all or none. A second run finds the list done, and municipalities that exist stay as they are."""
    require(by, "platform.manage")
    current = TenantList.objects.select_for_update().get(pk=found.pk)
    if current.done_at is not None:
        return current
    existing = set(
        Municipality.objects.filter(ars__in=[row["ars"] for row in current.rows]).values_list("ars", flat=True)
    )
    created = [_create(row, by=by) for row in current.rows if row["ars"] not in existing]
    current.report = {"created": created, "existing": len(current.rows) - len(created)}
    current.done_at = timezone.now()
    current.save(update_fields=["report", "done_at"])
    audit.record("accounts.tenant_list.created", current, by=by, data={"created": [row["ars"] for row in created]})
    text = _("Die Liste ist fertig: %(number)d neue Kommunen.") % {"number": len(created)}
    notify([by], text, url=current.get_absolute_url())
    return current


def _create(row: dict[str, str], *, by: User) -> dict[str, str]:
    try:
        municipality = create_municipality(
            by=by, ars=row["ars"], name=row["name"], slug=_free_slug(row), kind=row["kind"], dpo_email=row["dsb"]
        )
        invitations.send(municipality, by=by, email=row["admin"], role=roles.VERWALTUNG)
        if row["dsb"]:
            invitations.send(municipality, by=by, email=row["dsb"], role=roles.DSB)
    except ValidationError as error:
        texts = " ".join(error.messages)
        raise Conflict(_("Zeile %(number)s: %(text)s") % {"number": row["number"], "text": texts}) from error
    return {"ars": municipality.ars, "name": municipality.name, "slug": municipality.slug}


def _free_slug(row: dict[str, str]) -> str:
    """Two towns of one name are told apart by their key."""
    slug = slug_of(row["name"])
    ags = keys.ags_of(row["ars"])
    return f"{slug[:50]}-{ags}".strip("-") if not slug or Municipality.objects.filter(slug=slug).exists() else slug
