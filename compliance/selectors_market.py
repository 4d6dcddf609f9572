"""Which market surveillance authority watches over a municipality's AI (§ 2 (6) KI-MIG), as far as somebody has looked it up."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Municipality
from accounts.rules import keys
from compliance.models import MarketAuthority
from core.text import format_date

NORM = "§ 2 Abs. 6 KI-MIG"


@dataclass(frozen=True)
class Authority:
    """In words; nobody is named until somebody has looked it up."""

    name: str
    contact: str = ""
    source: str = ""

    @property
    def recipient(self) -> str:
        """As it stands above a letter."""
        return "\n".join(filter(None, (self.name, self.contact)))

    @property
    def lines(self) -> list[str]:
        """With where it was looked up."""
        if not self.source:
            return [f"{self.name} ({NORM})"]
        return [line for line in (self.name, self.contact.replace("\n", ", "), self.source) if line]


def authority_of(municipality: Municipality) -> Authority:
    row = MarketAuthority.objects.filter(land=municipality.land).first()
    if row is None:
        land = keys.LAENDER[municipality.land]
        return Authority(f"Nach Landesrecht zuständige Marktüberwachungsbehörde ({land}), bitte prüfen")
    return Authority(row.name, row.contact, f"{row.norm or 'Landesrecht'}, geprüft am {format_date(row.checked_on)}")
