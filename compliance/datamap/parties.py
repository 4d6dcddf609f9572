"""Firms and offices known by name: as recipient, operator, sub-processor, provider of a system or of a product."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Q

from accounts.models import Municipality, User
from compliance.datamap.web import PRODUCT, PROVIDER, RECIPIENT, STORAGE, Stock, System, knowing_products
from compliance.rules import places
from register.models import Entry, SystemRecipient, SystemStorage


@dataclass
class Party:
    """One name, however often and in whatever part it is recorded."""

    key: str
    name: str
    recipients: set[int] = field(default_factory=set)
    storages: set[int] = field(default_factory=set)
    products: set[int] = field(default_factory=set)
    spellings: set[str] = field(default_factory=set)

    @property
    def systems(self) -> Q:
        """Which systems this name has a part in."""
        return (
            Q(pk__in=SystemRecipient.objects.filter(recipient__in=self.recipients).values("system"))
            | Q(pk__in=SystemStorage.objects.filter(storage__in=self.storages).values("system"))
            | Q(system__product__in=self.products)
            | Q(system__provider__in=self.spellings)
        )


def parties(user: User, municipality: Municipality, stock: Stock) -> dict[str, Party]:
    """Every name that the person may read, by name."""
    found: dict[str, Party] = {}

    def party(name: str) -> Party:
        return found.setdefault(places.key(name), Party(places.key(name), name.strip()))

    for pk, recipient in stock.recipients.items():
        for name in (recipient.name, *(sub.name for sub in recipient.subs)):
            party(name).recipients.add(pk)
    for pk, storage in stock.storages.items():
        for name in filter(None, (storage.operator, *(sub.name for sub in storage.subs))):
            party(name).storages.add(pk)
    systems = Entry.objects.visible_to(user).of(municipality).systems().order_by()
    columns = ("system__provider", "knows_product", "system__product", "system__product__provider")
    for provider, knows_product, product, maker in knowing_products(user, systems).values_list(*columns).distinct():
        if provider:
            party(provider).spellings.add(provider)
        if knows_product:
            party(maker).products.add(product)
    return dict(sorted(found.items()))


def part_in(system: System, key: str) -> list[str]:
    """In which parts a name meets a system."""
    found = [f"Anbieter von {thing.name}" for thing in system.of(PRODUCT) if places.key(thing.operator) == key]
    if any(thing.key == key for thing in system.of(PROVIDER)) and not found:
        found.append("Anbieter")
    for thing in system.of(RECIPIENT):
        if places.key(thing.name) == key:
            found.append(thing.role[:1].upper() + thing.role[1:])
    for thing in system.of(STORAGE):
        if places.key(thing.operator) == key:
            found.append(f"Betreiber von {thing.name}")
    for thing in system.places:
        if any(places.key(sub.name) == key for sub in thing.subs):
            found.append(f"Unterauftragnehmer von {thing.name}")
    return found


def names_of(system: System) -> dict[str, str]:
    """Everybody who has a part in a system: key and name."""
    places_of = system.places
    said = [system.provider, *(t.operator for t in [*places_of, *system.of(PRODUCT)])]
    said += [thing.name for thing in system.of(RECIPIENT)]
    said += [sub.name for thing in places_of for sub in thing.subs]
    return {places.key(name): name for name in said if name}
