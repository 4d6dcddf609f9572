"""The kinds of entries as they stand in addresses and headings."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop


@dataclass(frozen=True)
class Kind:
    key: str
    segment: str
    api: str
    names: tuple[str, str]

    @property
    def one(self) -> str:
        return _(self.names[0])

    @property
    def many(self) -> str:
        return _(self.names[1])


KINDS = {
    "system": Kind("system", "ki-systeme", "systems", (gettext_noop("KI-System"), gettext_noop("KI-Systeme"))),
    "dataset": Kind(
        "dataset", "datenbestaende", "datasets", (gettext_noop("Datenbestand"), gettext_noop("Datenbestände"))
    ),
    "use_case": Kind(
        "use_case", "anwendungsfaelle", "use-cases", (gettext_noop("Anwendungsfall"), gettext_noop("Anwendungsfälle"))
    ),
}
_BY_SEGMENT = {kind.segment: kind for kind in KINDS.values()}


class KindConverter:
    """The part of an address that names the kind: ki-systeme, datenbestaende, anwendungsfaelle."""

    regex = "|".join(_BY_SEGMENT)

    def to_python(self, value: str) -> Kind:
        return _BY_SEGMENT[value]

    def to_url(self, value: Kind | str) -> str:
        return value.segment if isinstance(value, Kind) else KINDS.get(value, _BY_SEGMENT.get(value)).segment  # type: ignore[union-attr]
