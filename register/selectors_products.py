"""Reads around product sheets and contracts: who uses what, what changed, what ends soon."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Municipality
from core.worddiff import word_diff
from register.inheritance import MAY_BE_UNKNOWN, SHEET
from register.models import Entry, Product, ProductCheck, ProductOpinion, ProductVersion, Recipient
from register.rules import vocabulary
from register.rules.vocabulary import ENDED

if TYPE_CHECKING:
    from accounts.models import User

NOT_YET = "noch nicht angegeben"
WARN_DAYS = 90
FEW_WORDS = 3


def deployments_of(product: Product) -> QuerySet[Entry]:
    """The systems that are deployments of a product, ended ones left out."""
    return Entry.objects.filter(system__product=product).exclude(status__in=ENDED)


def deployments_in(product: Product, municipality: Municipality) -> QuerySet[Entry]:
    return deployments_of(product).filter(municipality=municipality)


def using_municipalities(product: Product) -> list[Municipality]:
    used = deployments_of(product).values("municipality")
    return list(Municipality.objects.filter(pk__in=used, is_active=True).order_by("pk"))


def products_of(user: User, municipality: Municipality | None) -> QuerySet[Product]:
    """The sheets a person may read, with the number of systems of the municipality worked in."""
    own = Entry.objects.visible_to(user).of(municipality).exclude(status__in=ENDED)
    used = own.filter(system__product=OuterRef("pk")).order_by().values("system__product").annotate(n=Count("pk"))
    rows = Product.objects.visible_to(user).filter(Q(municipality=municipality) | Q(is_shared=True))
    return rows.select_related("municipality").annotate(
        used=Coalesce(Subquery(used.values("n"), output_field=IntegerField()), 0)
    )


def open_product_checks(user: User, municipality: Municipality) -> QuerySet[ProductCheck]:
    """What waits in a municipality because a sheet changed essentially, the oldest first."""
    rows = ProductCheck.objects.visible_to(user).open().filter(municipality=municipality)
    return rows.select_related("product").order_by("opened_at", "pk")


def product_check_of(entry: Entry, user: User) -> ProductCheck | None:
    """What waits in the municipality of a system because its product changed essentially."""
    system = getattr(entry, "system", None)
    if system is None or system.product_id is None:
        return None
    return open_product_checks(user, entry.municipality).filter(product=system.product_id).first()


def ending_contracts(user: User) -> QuerySet[Recipient]:
    """Contracts with processors that end within 90 days, counted to the last day to give notice; overdue ones first."""
    until = timezone.localdate() + timedelta(days=WARN_DAYS)
    return Recipient.objects.visible_to(user).processors().filter(act_by__lte=until).order_by("act_by", "pk")


def covering(entry: Entry, user: User) -> QuerySet[ProductOpinion]:
    """Stellungnahmen on the sheet of a system that still speak of what the product is and of what the system has.

    No essential change may have come after either: what runs is the maker's newest product, whatever was taken over.
    """
    system = getattr(entry, "system", None)
    if system is None or system.product_id is None:
        return ProductOpinion.objects.none()
    here = system.product_number
    essential = ProductVersion.objects.filter(product=OuterRef("product"), kind=ProductVersion.Kind.ESSENTIAL)
    since = Q(number__gt=here) | Q(number__gt=OuterRef("number"))
    rows = ProductOpinion.objects.visible_to(user).filter(product=system.product_id)
    return rows.exclude(Exists(essential.filter(since))).select_related("product", "municipality", "by", "deputy_for")


def sheet_label(key: str) -> str:
    return str(Product._meta.get_field(key).verbose_name)  # type: ignore[union-attr]


def said(content: dict[str, Any], key: str) -> str:
    """A value of a sheet in words. "Not known" was asked and not learned; "not yet" was never answered."""
    value = content.get(key)
    if value in ("", None, []):
        return vocabulary.UNKNOWN if key in MAY_BE_UNKNOWN and key in content["unknown"] else NOT_YET
    table = dict(Product._meta.get_field(key).flatchoices)
    return str(table.get(value, value))


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """What two versions of a sheet say differently, for components/diff_list.html."""
    return [
        difference(sheet_label(key), old, new)
        for key in SHEET
        if key != "unknown" and (old := said(before, key)) != (new := said(after, key))
    ]


def difference(label: str, old: str, new: str) -> dict[str, Any]:
    # Marking single signs in "4.2" and "5.0" tells less than both of them.
    is_text = all(len(text.split()) > FEW_WORDS for text in (old, new))
    parts = word_diff(old, new) if is_text else []
    return {"label": label, "parts": parts, "old": old, "new": new}
