"""Licences a municipality may give its open data, keyed as in the list of GovData: key -> (title, address)."""

OPEN_DATA_LICENCES = {
    "dl-zero-de": ("Datenlizenz Deutschland – Zero – Version 2.0", "https://www.govdata.de/dl-de/zero-2-0"),
    "dl-by-de": ("Datenlizenz Deutschland – Namensnennung – Version 2.0", "https://www.govdata.de/dl-de/by-2-0"),
    "cc-zero": ("Creative Commons Zero (CC0 1.0)", "https://creativecommons.org/publicdomain/zero/1.0/deed.de"),
    "cc-by": ("Creative Commons Namensnennung 4.0 (CC BY 4.0)", "https://creativecommons.org/licenses/by/4.0/deed.de"),
}
