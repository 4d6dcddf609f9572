"""All countries of ISO 3166-1 with the German names of the Unicode CLDR, as Babel brings them along."""

from babel import Locale

# Two letters in CLDR that are no country of ISO 3166-1. Kosovo (XK) stays: ISO leaves the code to its users.
_NO_COUNTRY = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"])
# As people look for them, and as the register said before.
_OWN_NAMES = {"HK": "Hongkong", "KR": "Republik Korea", "MO": "Macau"}
# Parts of the Union with a code of their own (Art. 349, Art. 355 Abs. 1 and 4 AEUV), Stand 27.11.2026.
_OF_THE_UNION = frozenset(["AX", "GF", "GP", "MF", "MQ", "RE", "YT"])
# EU and EEA; everything else is a third country (Art. 44 DSGVO).
EEA = _OF_THE_UNION | frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IS",
        "IT",
        "LI",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "NO",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
UNKNOWN = "XX"
_LETTERS = str.maketrans(
    {"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "å": "a", "ã": "a", "é": "e", "ô": "o", "ç": "c", "í": "i"}
)


def by_name(code_and_name: tuple[str, str]) -> str:
    """As a German dictionary sorts (DIN 5007-1): an umlaut stands with its vowel."""
    return code_and_name[1].casefold().translate(_LETTERS)


def _all() -> dict[str, str]:
    """Germany, then EU and EEA, then the rest, each by name; not knowing comes last."""
    names = Locale("de").territories
    own = {code: name for code, name in names.items() if len(code) == 2 and code.isalpha()}
    known = {code: _OWN_NAMES.get(code, name) for code, name in own.items() if code not in _NO_COUNTRY}
    found = sorted(known.items(), key=by_name)
    first = [(code, name) for code, name in found if code in EEA]
    rest = [(code, name) for code, name in found if code not in EEA]
    return {"DE": known["DE"], **dict(first), **dict(rest), UNKNOWN: "nicht bekannt"}


COUNTRIES = _all()
