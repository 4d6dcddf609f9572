"""What a system is linked with: datasets in their roles, storage locations, recipients."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from accounts.models import User
from core.errors import NotAllowed
from register import inheritance, publication
from register.content import content_of
from register.models import Dataset, Entry, Product, Recipient, StorageLocation
from register.services import access, linked
from register.services.entries import after_change


@transaction.atomic
def set_datasets(entry: Entry, *, by: User, links: Iterable[tuple[Dataset, str]], version: int | None = None) -> Entry:
    """Replace the datasets of a system; each link is (dataset, role)."""
    entry = access.locked_for_edit(entry, by=by, version=version)
    before = content_of(entry)
    entry.system.dataset_links.all().delete()
    linked.add_datasets(entry, links)
    return after_change(entry, by=by, before=before, keys=["datasets"])


@transaction.atomic
def set_storage(entry: Entry, *, by: User, locations: Iterable[StorageLocation], version: int | None = None) -> Entry:
    """Replace the storage locations of a system."""
    entry = access.locked_for_edit(entry, by=by, version=version)
    before = content_of(entry)
    entry.system.storage_links.all().delete()
    linked.add_storage(entry, locations)
    return after_change(entry, by=by, before=before, keys=["storage"])


@transaction.atomic
def set_recipients(entry: Entry, *, by: User, recipients: Iterable[Recipient], version: int | None = None) -> Entry:
    """Replace the recipients of a system's data."""
    entry = access.locked_for_edit(entry, by=by, version=version)
    before = content_of(entry)
    entry.system.recipient_links.all().delete()
    linked.add_recipients(entry, recipients)
    return after_change(entry, by=by, before=before, keys=["recipients"])


@transaction.atomic
def set_product(entry: Entry, *, by: User, product: Product | None, version: int | None = None) -> Entry:
    """Say of which product a system is a deployment. What is still empty is filled from the sheet, the rest is local."""
    entry = access.locked_for_edit(entry, by=by, version=version)
    before, system = content_of(entry), entry.system
    if product == system.product:
        return entry
    if product is not None:
        # Locked, so that the sheet is not changed between reading its number and its values.
        product = Product.objects.usable_in(entry.municipality).select_for_update().filter(pk=product.pk).first()
        if product is None:
            raise NotAllowed("Dieses Produktblatt steht Ihrer Kommune nicht zur Verfügung.")
    number = product.number if product else None
    system.product, system.product_number, system.local_fields = product, number, []
    if product is not None:
        inheritance.fill_empty(entry)
        inheritance.mark_local(entry, publication.INHERITED)
    for holder in (system, system.privacy):
        access.validated(holder).save()
    return after_change(entry, by=by, before=before, keys=["product"])
