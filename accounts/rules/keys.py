"""Structure of the official municipality keys (Destatis GV100): there is no check digit, only structure."""

LAENDER = {
    "01": "Schleswig-Holstein",
    "02": "Hamburg",
    "03": "Niedersachsen",
    "04": "Bremen",
    "05": "Nordrhein-Westfalen",
    "06": "Hessen",
    "07": "Rheinland-Pfalz",
    "08": "Baden-Württemberg",
    "09": "Bayern",
    "10": "Saarland",
    "11": "Berlin",
    "12": "Brandenburg",
    "13": "Mecklenburg-Vorpommern",
    "14": "Sachsen",
    "15": "Sachsen-Anhalt",
    "16": "Thüringen",
}


class InvalidKey(ValueError):
    """A key that cannot be an ARS; the text says what to do."""


def clean_ars(text: str) -> str:
    """Return the 12 digits of an ARS, blanks removed; raise InvalidKey with a German sentence otherwise."""
    ars = "".join(text.split())
    if not ars:
        raise InvalidKey("Der Regionalschlüssel (ARS) fehlt.")
    if not (ars.isascii() and ars.isdigit()):
        raise InvalidKey("Der Regionalschlüssel (ARS) besteht nur aus Ziffern.")
    if len(ars) == 11:
        raise InvalidKey(
            "Der Regionalschlüssel (ARS) hat 12 Ziffern; hier sind es 11. Vermutlich ging die führende Null "
            f"verloren: {'0' + ars}."
        )
    if len(ars) == 8:
        raise InvalidKey(
            "Das ist ein Gemeindeschlüssel (AGS, 8 Ziffern). Gebraucht wird der Regionalschlüssel (ARS, 12 Ziffern)."
        )
    if len(ars) != 12:
        raise InvalidKey(f"Der Regionalschlüssel (ARS) hat 12 Ziffern; hier sind es {len(ars)}.")
    if ars[:2] not in LAENDER:
        raise InvalidKey("Die ersten zwei Ziffern des ARS nennen das Land (01 bis 16).")
    association, municipality = ars[5:9], ars[9:]
    if association[0] not in "059":
        raise InvalidKey(
            "Die sechste Ziffer des ARS ist 0 (verbandsfrei), 5 (verbandsangehörig) oder 9 (gemeindefrei)."
        )
    if association[0] == "0" and association[1:] != municipality:
        raise InvalidKey(
            "Bei einer verbandsfreien Gemeinde wiederholen die Ziffern 7 bis 9 des ARS die Ziffern 10 bis 12."
        )
    return ars


def ags_of(ars: str) -> str:
    """AGS (8 digits) of an ARS (12 digits)."""
    return ars[:5] + ars[9:]


def land_of(ars: str) -> str:
    return ars[:2]
