"""What a deployment has from its product sheet, what is local, and what the sheet says differently by now.

Values are copied, never looked up: a sheet that changes alters no entry until somebody takes the new value over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from register import publication
from register.content import holder_of, offered
from register.models import Entry, Product

SHEET = tuple(
    field.name
    for field in Product._meta.fields
    if field.name not in {"id", "uuid", "municipality", "is_shared", "is_active", "number", "created_at", "sort_key"}
)

# Texts and addresses of the sheet for which "not known" can be ticked; lists of values have that answer themselves.
MAY_BE_UNKNOWN = (
    "provider_register_number", "product_version", "website", "description", "methods_and_models",
    "general_purpose_model", "training_data", "publiccode", "hosting", "dpa_url", "dpia_url", "instructions_url",
)  # fmt: skip

# What the product is and does, and what the assessment, the contradictions and the DSFA rest on. What remains are
# addresses and the number of a register: they lead to papers and say nothing themselves.
NEVER_EDITORIAL = (
    "name", "provider", "product_version", "algorithm_type", "description", "methods_and_models", "general_purpose",
    "general_purpose_model", "system_openness", "training_data", "training_on_inputs", "hosting",
)  # fmt: skip

INHERITED, LOCAL, CHANGED, OWN = "inherited", "local", "changed", "own"


@dataclass(frozen=True)
class FieldState:
    """One field of a deployment beside its sheet. `changed`: the sheet says something else that nobody decided on."""

    key: str
    state: str
    value: Any
    offered: Any


def sheet_content(product: Product) -> dict[str, Any]:
    """The sheet as plain data: kept as a version, compared, taken over."""
    return {key: getattr(product, key) for key in SHEET}


def row_of(key: str) -> publication.Row:
    return publication.row(Entry.Kind.SYSTEM, key)


def value_of(entry: Entry, key: str) -> Any:
    return getattr(holder_of(entry, row_of(key).model), key)


def states_of(entry: Entry) -> list[FieldState]:
    """Every field that the sheet can give, in the order of the release table's keys; none without a product."""
    if entry.system.product_id is None:
        return []
    sheet = sheet_content(entry.system.product)
    return [_state(entry, key, offered(sheet, key)) for key in publication.INHERITED]


def _state(entry: Entry, key: str, given: Any) -> FieldState:
    value = value_of(entry, key)
    if not given:
        state = OWN
    elif value == given:
        state = INHERITED
    else:
        state = LOCAL if key in entry.system.local_fields else CHANGED
    return FieldState(key, state, value, given)


def fill_empty(entry: Entry) -> None:
    """Take over whatever the deployment does not say itself."""
    for field in states_of(entry):
        if field.state == CHANGED and not field.value:
            setattr(holder_of(entry, row_of(field.key).model), field.key, field.offered)


def mark_local(entry: Entry, keys: Iterable[str]) -> None:
    """After typing: a value that neither the sheet's taken version nor its newest one has deviates on purpose."""
    system, wanted = entry.system, set(keys) & set(publication.INHERITED)
    if system.product_id is None or not wanted:
        return
    taken = system.product.versions.get(number=system.product_number).content
    now = sheet_content(system.product)
    local = set(system.local_fields) - wanted
    for key in wanted:
        value = value_of(entry, key)
        if value and (known := {offered(taken, key), offered(now, key)} - {""}) and value not in known:
            local.add(key)
    system.local_fields = in_order(local)
    settle(entry)


def settle(entry: Entry) -> None:
    """Once nothing of the sheet waits for a decision, the deployment stands on its newest version."""
    if all(field.state != CHANGED for field in states_of(entry)):
        entry.system.product_number = entry.system.product.number


def in_order(keys: Collection[str]) -> list[str]:
    return [key for key in publication.INHERITED if key in keys]
