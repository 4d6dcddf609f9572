"""The kinds of entries as they stand in addresses and headings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    key: str
    segment: str
    one: str
    many: str
    api: str


KINDS = {
    "system": Kind("system", "ki-systeme", "KI-System", "KI-Systeme", "systems"),
    "dataset": Kind("dataset", "datenbestaende", "Datenbestand", "Datenbestände", "datasets"),
    "use_case": Kind("use_case", "anwendungsfaelle", "Anwendungsfall", "Anwendungsfälle", "use-cases"),
}
_BY_SEGMENT = {kind.segment: kind for kind in KINDS.values()}


class KindConverter:
    """The part of an address that names the kind: ki-systeme, datenbestaende, anwendungsfaelle."""

    regex = "|".join(_BY_SEGMENT)

    def to_python(self, value: str) -> Kind:
        return _BY_SEGMENT[value]

    def to_url(self, value: Kind | str) -> str:
        return value.segment if isinstance(value, Kind) else KINDS.get(value, _BY_SEGMENT.get(value)).segment  # type: ignore[union-attr]
