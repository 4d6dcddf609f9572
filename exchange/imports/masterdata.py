"""Storage locations, recipients and datasets that a list names: found by name, or described well enough to be made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from exchange.imports.errors import BadCell
from exchange.imports.fields import SYSTEM, targets
from exchange.imports.ground import Ground, folded
from exchange.imports.recognition import normal
from exchange.imports.values import phrases_of
from register.rules import vocabulary

# Legal forms and bodies that exist in Germany; anybody else's country has to be looked up first.
_GERMAN = re.compile(
    r"\b(GmbH|mbH|AG|eG|AöR|KG|OHG|GbR|KdöR|e\. ?V\.|Zweckverband|Eigenbetrieb|Stadt|Landkreis|Kreis|Land|Bundes\w+|Finanzamt)\b"
)
_AUTHORITY = re.compile(
    r"(amt|behörde|ministerium|gericht|polizei|jobcenter|landkreis|bundesagentur|kasse)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class NewRow:
    """Master data that come into being with the entries; shown before anything is written."""

    what: str
    name: str
    values: tuple[tuple[str, str], ...] = ()

    @property
    def described(self) -> str:
        values = dict(self.values)
        tables = {"storage": vocabulary.STORAGE_KINDS, "recipient": vocabulary.RECIPIENT_KINDS}
        if not values:
            return f"{self.name} (Datenbestand, Entwurf)"
        country = vocabulary.COUNTRIES[values["country"]] if values["country"] != "XX" else "Land nicht bekannt"
        return f"{self.name} ({tables[self.what][values['kind']]}, {country})"


def storage(ground: Ground, name: str, kind: str, country: str) -> NewRow | None:
    """None if it is there already."""
    if folded(name) in ground.storage:
        return None
    kind = kind or _kind_in(name)
    if not kind:
        raise BadCell(
            f"Der Speicherort „{name}“ ist noch nicht angelegt, und seine Art ist nicht genannt. Ergänzen Sie eine Spalte "
            "„Art des Speicherorts“ (eigenes Rechenzentrum, kommunaler IT-Dienstleister, Cloud oder Gerät vor Ort) oder "
            "legen Sie ihn vorher unter „Speicherorte“ an."
        )
    return _new("storage", name, kind, country or ("XX" if kind == "cloud" else "DE"))


def _kind_in(name: str) -> str:
    """The one kind whose customary words stand in the name."""
    text = f" {normal(name)} "
    table = phrases_of(targets(SYSTEM)["storage_kind"])
    kinds = {key for phrase, key in table.items() if len(phrase) > 3 and f" {normal(phrase)} " in text}
    return kinds.pop() if len(kinds) == 1 else ""


def recipient(ground: Ground, name: str, kind: str) -> NewRow | None:
    """`kind` may be empty: then an own department is internal, an authority is one, all others are third parties."""
    known = ground.recipients.get(folded(name), [])
    if known and (not kind or any(row.kind == kind for row in known)):
        return None
    if not kind:
        kind = "internal" if ground.department(name) else "authority" if _AUTHORITY.search(name) else "third_party"
    german = kind in ("internal", "authority") or _GERMAN.search(name)
    return _new("recipient", name, kind, "DE" if german else "XX")


def dataset(ground: Ground, name: str) -> NewRow | None:
    return None if folded(name) in ground.datasets else NewRow("dataset", name)


def _new(what: str, name: str, kind: str, country: str) -> NewRow:
    # Art. 44 DSGVO: where nobody has named a basis yet, that is what the register says.
    basis = "missing" if vocabulary.is_third_country(country) else ""
    return NewRow(what, name, (("kind", kind), ("country", country), ("third_country_basis", basis)))


def found_recipient(ground: Ground, name: str, kind: str) -> Any:
    """The recipient of that name: of that kind if there is one, else any."""
    known = ground.recipients.get(folded(name), [])
    return next((row for row in known if not kind or row.kind == kind), None)
