"""What may stand behind the question mark: one table for reading it, for refusing it in German and for OpenAPI."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from accounts.rules.keys import InvalidKey, clean_ars
from core.errors import Refusal
from register import content

LONGEST = 200


class BadParameter(Refusal):
    """A parameter that does not exist or has a value it cannot have."""

    status = 400


@dataclass(frozen=True)
class Parameter:
    name: str
    about: str
    schema: dict[str, Any]
    read: Callable[[str], Any]
    required: bool = False


def read(request: HttpRequest, allowed: Iterable[Parameter]) -> dict[str, Any]:
    """The values by name. Refuses what is unknown, given twice, missing or wrong."""
    table = {parameter.name: parameter for parameter in allowed}
    values = {}
    for name, given in request.GET.lists():
        if name not in table:
            known = ", ".join(table) or "keine"
            raise BadParameter(f"Den Parameter „{name[:40]}“ gibt es hier nicht. Möglich sind: {known}.")
        if len(given) > 1:
            raise BadParameter(f"Der Parameter „{name}“ steht mehrfach in der Adresse. Bitte nennen Sie ihn einmal.")
        values[name] = _value(table[name], given[0])
    for name, parameter in table.items():
        if parameter.required and name not in values:
            raise BadParameter(f"Der Parameter „{name}“ fehlt. {parameter.about}")
    return values


def _value(parameter: Parameter, text: str) -> Any:
    try:
        return parameter.read(text)
    except ValueError as error:
        raise BadParameter(f"Der Parameter „{parameter.name}“ hat keinen gültigen Wert. {error}") from error


def _text(text: str) -> str:
    if len(text) > LONGEST or not text.strip():
        raise ValueError(f"Erlaubt sind 1 bis {LONGEST} Zeichen.")
    if "\x00" in text:
        raise ValueError("Das Zeichen NUL ist nicht erlaubt.")
    return text


def _ars(text: str) -> str:
    try:
        return clean_ars(text)
    except InvalidKey as error:
        raise ValueError(str(error)) from error


def _one_of(table: Iterable[str]) -> Callable[[str], str]:
    known = tuple(table)

    def read_one(text: str) -> str:
        if text not in known:
            raise ValueError(f"Möglich sind: {', '.join(known)}.")
        return text

    return read_one


def _number(least: int, most: int) -> Callable[[str], int]:
    def read_number(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= 19 and least <= int(text) <= most):
            raise ValueError(f"Möglich ist eine ganze Zahl von {least} bis {most}.")
        return int(text)

    return read_number


def _moment(text: str) -> datetime:
    """A day, or a moment; without a zone it is German time."""
    try:
        # A plus sign that was not encoded arrives as a space.
        moment = parse_datetime(text.replace(" ", "+") if "T" in text else text)
        day = None if moment else parse_date(text)
        if moment is None and day is not None:
            moment = datetime.combine(day, time.min)
        if moment is None:
            raise ValueError
        aware = moment if timezone.is_aware(moment) else timezone.make_aware(moment)
        return aware.astimezone(timezone.get_default_timezone())
    except (ValueError, OverflowError) as error:
        raise ValueError("Bitte schreiben Sie ISO 8601, zum Beispiel 2026-11-23 oder 2026-11-23T10:00:00Z.") from error


def _choice(name: str, about: str, values: Iterable[str]) -> Parameter:
    known = list(values)
    return Parameter(name, about, {"type": "string", "enum": known}, _one_of(known))


_ARS_SCHEMA = {"type": "string", "pattern": "^[0-9]{12}$"}
_TEXT_SCHEMA = {"type": "string", "minLength": 1, "maxLength": LONGEST}
MOST_LINES = 2**63 - 1

MUNICIPALITY = Parameter("municipality", "Regionalschlüssel (ARS, 12 Ziffern) der Kommune.", _ARS_SCHEMA, _ars)
THE_MUNICIPALITY = Parameter("municipality", MUNICIPALITY.about, _ARS_SCHEMA, _ars, required=True)
Q = Parameter("q", "Suche im Text, mit deutscher Wortformenlehre und Teilen des Namens.", _TEXT_SCHEMA, _text)
RISK_CLASS = _choice("risk_class", "Risikoklasse nach der KI-VO.", content.CHOICES["ai_act_class"])
STATUS = _choice("status", "Status des Systems.", content.CHOICES["status"])
FIELD = _choice("field", "Handlungsfeld.", content.CHOICES["category"])
MODIFIED_SINCE = Parameter(
    "modified_since",
    "Nur, was seit diesem Tag oder Zeitpunkt (ISO 8601) veröffentlicht oder geändert wurde.",
    {"type": "string", "minLength": 8, "maxLength": 40, "example": "2026-11-23T10:00:00Z"},
    _moment,
)
LIMIT = Parameter(
    "limit", "Einträge je Seite.", {"type": "integer", "minimum": 1, "maximum": 500, "default": 100}, _number(1, 500)
)
CURSOR = Parameter(
    "cursor",
    "Lesezeichen aus „next“; sein Inhalt ist Sache des Servers.",
    {"type": "string", "minLength": 1, "maxLength": 1000},
    str,
)
AFTER = Parameter(
    "after",
    "Nummer der letzten bekannten Zeile; 0 beginnt von vorn.",
    {"type": "integer", "format": "int64", "minimum": 0, "default": 0},
    _number(0, MOST_LINES),
)

DOCUMENTS = (MUNICIPALITY, Q, RISK_CLASS, STATUS, FIELD, MODIFIED_SINCE, LIMIT, CURSOR)
DATASETS = (MUNICIPALITY, Q, MODIFIED_SINCE, LIMIT, CURSOR)
MUNICIPALITIES = (MUNICIPALITY, Q, LIMIT, CURSOR)
EXPORT = (MUNICIPALITY,)
FEED = (THE_MUNICIPALITY, AFTER, LIMIT)
