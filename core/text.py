"""Tolerant reading of German dates, and the one way to write them."""

import re
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

_NUMERIC = re.compile(r"^(\d{1,2})[.\-/ ]\s*(\d{1,2})[.\-/ ]\s*(\d{4}|\d{2})$")
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
_WRITTEN = re.compile(r"^(\d{1,2})\.?\s*([A-Za-zäÄ]+)\.?\s*(\d{4}|\d{2})$")
_MONTHS = ("jan", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez")
_MONTHS_IN_FULL = (
    "januar",
    "februar",
    "märz",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "dezember",
)


def parse_date(text: str) -> date:
    """Reads 1.2.26, 01.02.2026, 1/2/2026, 1. Februar 2026 and 2026-02-01; else ValueError in German."""
    cleaned = " ".join(text.split())
    parts = _iso_parts(cleaned) or _numeric_parts(cleaned) or _written_parts(cleaned)
    if parts is None:
        raise ValueError(_not_a_date(text))
    try:
        return date(*parts)
    except ValueError as error:
        raise ValueError(_not_a_date(text)) from error


def format_date(day: date) -> str:
    return f"{day.day:02d}.{day.month:02d}.{day.year:04d}"


def format_moment(at: datetime) -> str:
    """Day and time where the reader is."""
    local = timezone.localtime(at)
    return f"{format_date(local)}, {local:%H:%M} Uhr"


def _not_a_date(text: str) -> str:
    return _("„%(text)s“ ist kein Datum. Bitte schreiben Sie es so: 23.11.2026.") % {"text": text[:40]}


def _iso_parts(text: str) -> tuple[int, int, int] | None:
    found = _ISO.match(text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def _numeric_parts(text: str) -> tuple[int, int, int] | None:
    found = _NUMERIC.match(text)
    return (_year(found[3]), int(found[2]), int(found[1])) if found else None


def _written_parts(text: str) -> tuple[int, int, int] | None:
    found = _WRITTEN.match(text)
    if not found:
        return None
    month = _month(found[2].lower())
    return (_year(found[3]), month, int(found[1])) if month else None


def _month(word: str) -> int | None:
    word = word.replace("maerz", "märz")
    if word in _MONTHS_IN_FULL:
        return _MONTHS_IN_FULL.index(word) + 1
    short = word.removesuffix("t") if word == "sept" else word
    return _MONTHS.index(short) + 1 if short in _MONTHS else None


def _year(digits: str) -> int:
    """Two digits mean 1970 to 2069, as POSIX reads them nearly everywhere."""
    year = int(digits)
    if len(digits) == 4:
        return year
    return 2000 + year if year < 70 else 1900 + year
