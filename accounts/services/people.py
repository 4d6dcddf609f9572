"""Writes about people and their roles: giving, changing, ending, deputies, delegation, switching off."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import permissions
from accounts.models import Department, Membership, Municipality, User, new_nonce
from accounts.rules import roles
from accounts.services.checks import keep_an_administrator, locked, require, require_own_department, validated
from accounts.services.notifications import notify
from core import audit
from core.errors import Conflict, NotAllowed
from core.text import format_date


@transaction.atomic
def give_role(
    user: User,
    *,
    by: User | None,
    municipality: Municipality | None,
    role: str,
    department: Department | None = None,
    **values: Any,
) -> Membership:
    """Give a person a role. `by=None` is the command line of the operator."""
    require(by, "people.manage", municipality)
    require_own_department(department, municipality)
    membership = _add(user, by=by, municipality=municipality, role=role, department=department, **values)
    audit.record("accounts.role.given", membership, by=by, data={"person": str(user.uuid), "role": role})
    return membership


def _add(user: User, *, by: User | None, **values: Any) -> Membership:
    membership = Membership(user=user, created_by=by, **values)
    validated(membership)
    membership.save()
    permissions.forget(user)
    return membership


@transaction.atomic
def change_role(
    membership: Membership,
    *,
    by: User | None,
    role: str,
    department: Department | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> Membership:
    """Another role, department or period. Deputies and delegations are ended and made anew instead."""
    require(by, "people.manage", membership.municipality_id)
    municipality = locked(membership.municipality_id)  # type: ignore[arg-type]
    current = _still_valid(membership)
    if current.deputy_for_id or current.delegated_by_id or current.role == roles.PLATTFORM:
        raise Conflict(_("Diese Rolle kann nur beendet werden."))
    require_own_department(department, municipality)
    if current.role == roles.VERWALTUNG and (role != roles.VERWALTUNG or valid_until or valid_from):
        keep_an_administrator(municipality.pk, without=[current.pk])
    before = _as_data(current)
    current.role, current.department = role, department
    current.valid_from, current.valid_until = valid_from, valid_until
    validated(current)
    current.save()
    if before["role"] != role:
        _end_dependent(current, by=by)
    permissions.forget(current.user)
    audit.record("accounts.role.changed", current, by=by, data={"before": before, "after": _as_data(current)})
    return current


@transaction.atomic
def end_role(membership: Membership, *, by: User | None) -> None:
    """End a role today. The row stays, because the past must remain readable."""
    if membership.municipality_id is None:
        require(by, "platform.manage")
    else:
        require(by, "people.manage", membership.municipality_id)
        locked(membership.municipality_id)
    current = _still_valid(membership)
    if current.role == roles.VERWALTUNG and current.deputy_for_id is None:
        keep_an_administrator(current.municipality_id, without=[current.pk])  # type: ignore[arg-type]
    _end(current, by=by)


def _end(membership: Membership, *, by: User | None) -> None:
    membership.ended_at = timezone.now()
    membership.save(update_fields=["ended_at"])
    permissions.forget(membership.user)
    data = {"person": str(membership.user.uuid), "role": membership.role}
    audit.record("accounts.role.ended", membership, by=by, data=data)
    _end_dependent(membership, by=by)


def _end_dependent(membership: Membership, *, by: User | None) -> None:
    """A deputy stands in for a role, a delegate for a Leitung: without it they have nothing."""
    depends = Q(deputy_for=membership)
    if membership.delegated_by_id is None and not _leads(membership.user, membership.municipality):
        depends |= Q(delegated_by=membership.user, municipality_id=membership.municipality_id)
    for row in Membership.objects.filter(depends, ended_at__isnull=True).select_related("user"):
        _end(row, by=by)


def _leads(user: User, municipality: Municipality | None) -> bool:
    rows = Membership.objects.active().filter(user=user, municipality=municipality, delegated_by__isnull=True)
    return rows.filter(role=roles.LEITUNG).exists()


@transaction.atomic
def add_deputy(
    membership: Membership, *, by: User | None, user: User, valid_from: date | None, valid_until: date, reason: str = ""
) -> Membership:
    """Somebody stands in for a person in one role, from a day until a day."""
    require(by, "people.manage", membership.municipality_id)
    municipality = locked(membership.municipality_id)  # type: ignore[arg-type]
    current = _still_valid(membership)
    if current.deputy_for_id or current.delegated_by_id:
        raise Conflict(_("Für eine Vertretung oder eine übertragene Freigabe gibt es keine weitere Vertretung."))
    if user.pk == current.user_id:
        raise Conflict(_("Eine Person kann sich nicht selbst vertreten."))
    _require_colleague(user, municipality)
    _require_open_period(valid_until, limit=current.valid_until)
    row = _add(
        user,
        by=by,
        municipality=municipality,
        role=current.role,
        department=current.department,
        deputy_for=current,
        valid_from=valid_from,
        valid_until=valid_until,
        reason=reason,
    )
    data = {"person": str(user.uuid), "role": row.role, "for": str(current.user.uuid), "until": valid_until.isoformat()}
    audit.record("accounts.deputy.named", row, by=by, data=data)
    text = _("%(name)s vertritt Sie als %(role)s bis zum %(day)s.")
    said = {"name": user, "role": row.get_role_display(), "day": format_date(valid_until)}
    notify([current.user], text % said, url=reverse("accounts:profile"), municipality=municipality)
    return row


@transaction.atomic
def delegate_release(
    municipality: Municipality,
    *,
    by: User,
    user: User,
    valid_until: date,
    valid_from: date | None = None,
    reason: str = "",
) -> Membership:
    """Leitung hands the release to another person until a day."""
    require(by, "release.delegate", municipality)
    municipality = locked(municipality)
    if user.pk == by.pk:
        raise Conflict(_("Sie können die Freigabe nicht sich selbst übertragen."))
    _require_colleague(user, municipality)
    if user.memberships.active().filter(municipality=municipality, role=roles.DSB).exists():
        # Art. 38 (6) DSGVO: who advises on the matter does not decide it.
        raise Conflict(_("Datenschutzbeauftragte geben nicht selbst frei (Interessenkonflikt, Art. 38 Abs. 6 DSGVO)."))
    _require_open_period(valid_until, limit=_leading_until(by, municipality))
    if _overlapping_delegation(municipality, user, valid_from, valid_until):
        raise Conflict(_("Dieser Person ist die Freigabe in dieser Zeit schon übertragen."))
    row = _add(
        user,
        by=by,
        municipality=municipality,
        role=roles.LEITUNG,
        delegated_by=by,
        valid_from=valid_from,
        valid_until=valid_until,
        reason=reason,
    )
    data = {"person": str(user.uuid), "until": valid_until.isoformat()}
    audit.record("accounts.release.delegated", row, by=by, data=data)
    return row


@transaction.atomic
def end_delegation(membership: Membership, *, by: User) -> None:
    require(by, "release.delegate", membership.municipality_id)
    current = _still_valid(membership)
    if current.delegated_by_id is None:
        raise NotAllowed()
    _end(current, by=by)


def _overlapping_delegation(municipality: Municipality, user: User, start: date | None, until: date) -> bool:
    rows = Membership.objects.filter(municipality=municipality, user=user, delegated_by__isnull=False)
    start = start or timezone.localdate()
    same_time = Q(valid_from__isnull=True) | Q(valid_from__lte=until)
    return rows.filter(same_time, ended_at__isnull=True, valid_until__gte=start).exists()


def _leading_until(user: User, municipality: Municipality) -> date | None:
    """The day on which the person's own Leitung ends; None if it has no end."""
    rows = Membership.objects.active().filter(user=user, municipality=municipality, delegated_by__isnull=True)
    ends = list(rows.filter(role=roles.LEITUNG).values_list("valid_until", flat=True))
    return None if not ends or None in ends else max(end for end in ends if end)


def _require_colleague(user: User, municipality: Municipality) -> None:
    """Deputies and delegates come from the house; others are invited first."""
    here = Membership.objects.active().filter(user=user, municipality=municipality)
    if not user.is_active or not here.exists():
        raise Conflict(_("Diese Person hat in Ihrer Kommune keine Rolle. Laden Sie sie zuerst ein."))


def _require_open_period(valid_until: date, *, limit: date | None) -> None:
    if valid_until < timezone.localdate():
        raise Conflict(_("Das Enddatum liegt in der Vergangenheit."))
    if limit is not None and valid_until > limit:
        raise Conflict(_("Die vertretene Rolle endet schon am %(day)s.") % {"day": limit.strftime("%d.%m.%Y")})


@transaction.atomic
def switch_off(user: User, *, by: User, municipality: Municipality) -> bool:
    """End all roles here. True if the account itself could be switched off: nobody else has a say in it."""
    require(by, "people.manage", municipality)
    municipality = locked(municipality)
    if user.pk == by.pk:
        raise Conflict(
            _("Sie können sich nicht selbst abschalten. Bitten Sie eine zweite Person mit der Rolle Verwaltung.")
        )
    here = _lasting(user).filter(municipality=municipality)
    rows = list(here.select_related("user", "department"))
    if not rows and not Membership.objects.filter(user=user, municipality=municipality).exists():
        raise NotAllowed()
    if any(row.role == roles.VERWALTUNG and row.deputy_for_id is None for row in rows):
        keep_an_administrator(municipality.pk, without=[row.pk for row in rows])
    for row in rows:
        row.refresh_from_db(fields=["ended_at"])
        if row.ended_at is None:
            _end(row, by=by)
    mine = permissions.municipality_ids(by, "people.manage")
    if _lasting(user).exclude(municipality_id__in=mine).exists():
        return False
    User.objects.filter(pk=user.pk).update(is_active=False, session_nonce=new_nonce())
    data = {"person": str(user.uuid)}
    audit.record("accounts.person.switched_off", user, by=by, data=data, stream=municipality.audit_stream)
    return True


@transaction.atomic
def switch_on(user: User, *, by: User, municipality: Municipality) -> None:
    """The account works again; roles are given anew."""
    require(by, "people.manage", municipality)
    known = Membership.objects.filter(user=user)
    mine = permissions.municipality_ids(by, "people.manage")
    if not known.filter(municipality=municipality).exists():
        raise NotAllowed()
    # NULL is the operator's role: exclude() would let it through unseen.
    if known.filter(Q(municipality__isnull=True) | ~Q(municipality_id__in=mine)).exists():
        raise NotAllowed(_("Diese Person hatte auch Rollen in anderen Kommunen. Bitte wenden Sie sich an den Betrieb."))
    User.objects.filter(pk=user.pk).update(is_active=True, session_nonce=new_nonce())
    data = {"person": str(user.uuid)}
    audit.record("accounts.person.switched_on", user, by=by, data=data, stream=municipality.audit_stream)


def _lasting(user: User) -> Any:
    """Roles that are held now or will begin: everything that has not ended."""
    open_end = Q(valid_until__isnull=True) | Q(valid_until__gte=timezone.localdate())
    return Membership.objects.filter(open_end, user=user, ended_at__isnull=True)


def _still_valid(membership: Membership) -> Membership:
    current = Membership.objects.select_for_update(of=("self",)).select_related("user").get(pk=membership.pk)
    if current.ended_at is not None:
        raise Conflict(_("Diese Rolle ist schon beendet."))
    return current


def _as_data(membership: Membership) -> dict[str, Any]:
    return {
        "role": membership.role,
        "department": membership.department_id,
        "from": membership.valid_from.isoformat() if membership.valid_from else None,
        "until": membership.valid_until.isoformat() if membership.valid_until else None,
    }
