"""One Stellungnahme for a product sheet, and confirming it for the system of a municipality."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts import permissions
from accounts.models import Municipality, User
from accounts.services import notify
from core import audit
from core.errors import Conflict, NotAllowed
from core.text import format_date
from register.models import Entry, Opinion, Product, ProductOpinion
from register.selectors_products import covering, using_municipalities
from register.services import access
from register.services.review import opine


@transaction.atomic
def opine_on_product(
    product: Product, *, by: User, municipality: Municipality, result: str, text: str, number: int | None = None
) -> ProductOpinion:
    """Sign a Stellungnahme on the sheet as it stands. `number` is the version that the person has read."""
    if not permissions.has(by, "entry.opine", municipality=municipality):
        raise NotAllowed()
    product = Product.objects.select_for_update().get(pk=product.pk)
    if not Product.objects.visible_to(by).usable_in(municipality).filter(pk=product.pk).exists():
        raise NotAllowed("Dieses Produktblatt steht Ihrer Kommune nicht zur Verfügung.")
    if number not in (None, product.number):
        raise Conflict("Das Produktblatt wurde inzwischen geändert. Bitte lesen Sie die neue Fassung.")
    if product.versions.filter(number=product.number, by=by).exists():
        raise NotAllowed("Diese Fassung haben Sie selbst geschrieben. Die Stellungnahme gibt eine andere Person ab.")
    opinion = ProductOpinion(
        product=product,
        number=product.number,
        municipality=municipality,
        result=result,
        text=text.strip(),
        by=by,
        deputy_for=permissions.stands_in_for(by, "entry.opine", municipality),
        at=timezone.now(),
    )
    access.validated(opinion).save()
    data = {"product": str(product.uuid), "version": product.number, "result": result}
    audit.record("register.product.opinion", opinion, by=by, data=data)
    for town in using_municipalities(product):
        others = [person for person in permissions.holders("entry.opine", town.pk) if person != by]
        text = f"Stellungnahme zum Produktblatt „{product.name}“: {opinion.get_result_display()}."
        notify(others, text, url=product.get_absolute_url(), municipality=town)
    return opinion


@transaction.atomic
def confirm_product_opinion(entry: Entry, *, by: User, opinion: ProductOpinion, note: str = "") -> Opinion:
    """Take the Stellungnahme on the sheet over for this system: an ordinary, dated Stellungnahme that quotes it."""
    if not covering(entry, by).filter(pk=opinion.pk).exists():
        raise Conflict(
            "Diese Stellungnahme passt nicht mehr: Das Produkt hat sich seit der geprüften Fassung oder seit der Fassung "
            "dieses Systems wesentlich geändert. Bitte geben Sie eine eigene Stellungnahme ab."
        )
    return opine(entry, by=by, result=opinion.result, text=confirmed_text(opinion, note), based_on=opinion)


def confirmed_text(opinion: ProductOpinion, note: str) -> str:
    """What the confirmed Stellungnahme says: the quotation first, what is special here after it."""
    quoted = (
        f"Stellungnahme zum Produktblatt „{opinion.product.name}“, Fassung {opinion.number}, vom "
        f"{format_date(timezone.localdate(opinion.at))}, {opinion.signature}:\n{opinion.text}"
    )
    local = f"\n\nDazu für dieses System:\n{note.strip()}" if note.strip() else ""
    return quoted + local
