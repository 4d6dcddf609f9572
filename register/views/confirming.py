"""Where a Stellungnahme on a product sheet can be confirmed for a system."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.models import User
from register.models import Entry, Product, ProductOpinion, ProductVersion
from register.selectors import waiting_for_opinion
from register.selectors_products import covering

SHOWN = 20


def opinions_on(product: Product, user: User) -> dict[str, Any]:
    """For the page of a sheet: what was said of it, and the systems that wait for this person to confirm it."""
    rows = ProductOpinion.objects.visible_to(user).filter(product=product)
    said = list(rows.select_related("municipality", "by", "deputy_for")[:SHOWN])
    waiting: list[dict[str, Any]] = []
    if said:
        entries = waiting_for_opinion(Entry.objects.visible_to(user), user)
        entries = entries.filter(system__product=product).select_related("municipality", "system")
        essential = list(product.versions.filter(kind=ProductVersion.Kind.ESSENTIAL).values_list("number", flat=True))
        for entry in entries[:SHOWN]:
            fitting = (one for one in said if _fits(one.number, entry.system.product_number, essential))
            if newest := next(fitting, None):
                waiting.append({"entry": entry, "url": confirm_url(entry, newest)})
    return {"said": said, "waiting": waiting}


def _fits(spoken_of: int, here: int | None, essential: list[int]) -> bool:
    """The rule of `selectors_products.covering`, for many systems of one sheet at once."""
    if here is None:
        return False
    return not any(number > min(spoken_of, here) for number in essential)


def confirm_url(entry: Entry, opinion: ProductOpinion) -> str:
    return reverse("register:product-opinion-confirm", args=[entry.uuid, opinion.uuid])


def offered_to(entry: Entry, user: User) -> str:
    """Where the newest fitting Stellungnahme on the sheet can be confirmed for this system; empty if there is none."""
    newest = covering(entry, user).first()
    return confirm_url(entry, newest) if newest else ""
