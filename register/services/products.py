"""Product sheets: keeping them, and telling every municipality that uses one about an essential change."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone

from accounts import permissions
from accounts import services as accounts
from accounts.models import Municipality, User
from core import audit
from core.errors import Conflict, NotAllowed
from register.content import changed_keys
from register.inheritance import MAY_BE_UNKNOWN, NEVER_EDITORIAL, sheet_content
from register.models import Product, ProductCheck, ProductVersion
from register.selectors_products import deployments_in, sheet_label, using_municipalities
from register.services import access

Kind = ProductVersion.Kind


@transaction.atomic
def create_product(municipality: Municipality, *, by: User, **values: Any) -> Product:
    """A new sheet, kept by this municipality."""
    product = Product(municipality=municipality, **values)
    _require(product, by=by)
    _checked(product).save()
    _keep(product, Kind.FIRST, by=by)
    audit.record("register.product.created", product, by=by, data={"name": product.name})
    return product


@transaction.atomic
def update_product(
    product: Product,
    *,
    by: User,
    changes: Mapping[str, Any],
    kind: str = Kind.EDITORIAL,
    reason: str = "",
    number: int | None = None,
) -> Product:
    """Change the sheet. `number` is the version the person saw. An essential change asks every user to look again."""
    product = Product.objects.select_for_update().get(pk=product.pk)
    _require(product, by=by)
    if number is not None and product.number != number:
        raise Conflict("Das Produktblatt wurde inzwischen geändert. Ihre Angaben wurden nicht gespeichert.")
    before = sheet_content(product)
    for key, value in changes.items():
        setattr(product, key, value)
    _stay_with_those_who_use_it(product)
    changed = changed_keys(before, sheet_content(product))
    if kind == Kind.EDITORIAL:
        _only_wording(changed)
    if changed:
        product.number += 1
    _checked(product).save()
    if changed:
        _keep(product, kind, by=by, reason=reason)
    audit.record(
        "register.product.changed",
        product,
        by=by,
        data={"fields": sorted(changed), "number": product.number, "kind": kind if changed else ""},
    )
    if changed:
        # Whoever checks compares with the newest version, as the pages of the systems do.
        product.checks.open().update(to_number=product.number)
    if changed and kind == Kind.ESSENTIAL:
        for municipality in using_municipalities(product):
            _ask_to_check(product, municipality, by=by)
    return product


@transaction.atomic
def close_check(check: ProductCheck, *, by: User, note: str, number: int | None = None) -> ProductCheck:
    """A person of the municipality has looked at what the change means. `number` is the version up to which they saw it."""
    check = ProductCheck.objects.select_for_update(of=("self",)).select_related("product").get(pk=check.pk)
    if not permissions.has_all(by, "master_data.edit", check.municipality_id):
        raise NotAllowed()
    if check.done_at is not None:
        raise Conflict("Diese Prüfung ist schon abgeschlossen.")
    if number is not None and number != check.to_number:
        raise Conflict(
            f"Das Produktblatt wurde inzwischen geändert, es gilt Fassung {check.to_number}. "
            "Sehen Sie sich den Unterschied noch einmal an und schließen Sie die Prüfung dann ab."
        )
    if not note.strip():
        raise ValidationError({"note": "Bitte nennen Sie das Ergebnis der Prüfung."})
    check.note, check.done_by, check.done_at = note.strip(), by, timezone.now()
    access.validated(check).save()
    audit.record("register.product_check.closed", check, by=by, data={"product": str(check.product.uuid)})
    return check


def _require(product: Product, *, by: User) -> None:
    if not permissions.has_all(by, "master_data.edit", product.municipality_id):
        raise NotAllowed()


def _checked(product: Product) -> Product:
    both = [key for key in product.unknown if key in MAY_BE_UNKNOWN and getattr(product, key)]
    if both:
        labels = ", ".join(f"„{sheet_label(key)}“" for key in both)
        raise ValidationError({"unknown": f"Zu {labels} steht oben eine Angabe. Nehmen Sie hier den Haken weg."})
    product.unknown = [key for key in MAY_BE_UNKNOWN if key in product.unknown]
    product.full_clean()
    return product


def _stay_with_those_who_use_it(product: Product) -> None:
    if not product.is_shared and any(m.pk != product.municipality_id for m in using_municipalities(product)):
        raise ValidationError(
            {"is_shared": "Eine andere Kommune nutzt das Produktblatt. Es bleibt deshalb für alle sichtbar."}
        )


def _only_wording(changed: Collection[str]) -> None:
    said = {
        key: f"„{sheet_label(key)}“ ist nie nur redaktionell. Wählen Sie unten „wesentlich“."
        for key in NEVER_EDITORIAL
        if key in changed
    }
    if said:
        raise ValidationError(said)


def _keep(product: Product, kind: str, *, by: User, reason: str = "") -> None:
    row = ProductVersion(
        product=product,
        number=product.number,
        kind=kind,
        reason=reason.strip(),
        content=sheet_content(product),
        by=by,
        at=timezone.now(),
    )
    access.validated(row).save()


def _rests_on(product: Product, municipality: Municipality) -> int:
    """The version that a municipality last checked or that its systems took over; editorial steps since then count."""
    checked = product.checks.filter(municipality=municipality).aggregate(Max("to_number"))["to_number__max"] or 1
    taken = deployments_in(product, municipality).aggregate(Min("system__product_number"))
    return min(max(checked, taken["system__product_number__min"] or 1), product.number - 1)


def _ask_to_check(product: Product, municipality: Municipality, *, by: User) -> None:
    """One bundled task for a municipality; while one is open, it is widened instead of doubled."""
    check = product.checks.select_for_update().open().filter(municipality=municipality).first()
    if check is None:
        check = ProductCheck(product=product, municipality=municipality, from_number=_rests_on(product, municipality))
    check.to_number, check.opened_at = product.number, timezone.now()
    check.save()
    systems = deployments_in(product, municipality).count()
    data = {"product": str(product.uuid), "from": check.from_number, "to": check.to_number, "systems": systems}
    audit.record("register.product_check.opened", check, by=by, data=data)
    # The DSB learns of it at once: their Stellungnahme spoke of the product as it was.
    asked = (*permissions.holders("master_data.edit", municipality), *permissions.holders("entry.opine", municipality))
    people = [person for person in asked if person != by]
    text = f"Prüfung nötig: Das Produktblatt „{product.name}“ hat sich wesentlich geändert. "
    # Whoever advises several towns gets one for each of them.
    text += f"Betroffen: {systems} System{'' if systems == 1 else 'e'} ({municipality.name})."
    accounts.notify(people, text, url=check.get_absolute_url(), municipality=municipality)
