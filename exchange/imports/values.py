"""What one cell says, read as the field wants it. Nothing is guessed and nothing cut: else BadCell says what to do."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from accounts.rules import keys
from core.cells import protected
from core.text import parse_date
from exchange.imports.errors import BadCell
from exchange.imports.fields import Target
from exchange.imports.recognition import normal
from exchange.imports.tables import Cell, Fault, as_text, clean, shown
from register.rules import records

# Written where nothing is known; the field stays empty, which means "not said yet".
_NOTHING = {
    "k a",
    "ka",
    "keine angabe",
    "keine angaben",
    "n a",
    "na",
    "n b",
    "nb",
    "tbd",
    "wird ergänzt",
    "wird nachgereicht",
    "folgt",
    "noch offen",
    "siehe oben",
    "s o",
}
_DASHES = re.compile(r"^[\s\-–—./?*]+$")
_MONTHS = (
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
_SHORT = {3: "mrz", 9: "sept"}
_MONTH_FORMS = (
    re.compile(r"^(?P<year>\d{4})[-/.](?P<month>\d{1,2})$"),
    re.compile(r"^(?P<month>\d{1,2})\s*[-/.]\s*(?P<year>\d{4})$"),
)
_WRITTEN_MONTH = re.compile(r"^(?P<word>[a-zä]+)\.?\s+(?P<year>\d{4})$")
_BRACKETS = re.compile(r"\(.*?\)")
_SYNONYMS = Path(__file__).parent / "synonyms.yaml"
# Serial numbers of Excel days from 1954 to 2064.
_SERIALS = range(20_000, 60_001)
_SERIAL_START = date(1899, 12, 30)
# "Art. 6 Abs. 1 lit. e DSGVO", "Art. 6 (1) S. 1 Buchst. c, e", "6 I e"
_LETTERS = re.compile(
    r"art(?:ikel|\.)?\s*6\s*(?:abs(?:atz|\.)?\s*1|\(\s*1\s*\)|i\b)\s*(?:(?:uabs|unterabs|ua|s|satz)\.?\s*1\s*)?"
    r"(?:lit(?:era|\.)?|buchst(?:abe|\.)?)?\s*(?P<letters>[a-f]\)?(?:\s*(?:,|und|/|u\.|i\.\s?v\.\s?m\.|,?\s*lit\.|buchst\.)+\s*[a-f]\b\)?)*)(?![a-z])",
    re.IGNORECASE,
)
_PIECES = (re.compile(r"[;\n|]"), re.compile(r"[;\n|,]"), re.compile(r"[;\n|,/]| und "))


def is_nothing(cell: Cell) -> bool:
    if cell is None or cell == []:
        return True
    if not isinstance(cell, str) or len(cell) > 40:
        return False
    return normal(cell) in _NOTHING or bool(_DASHES.match(cell))


def convert(target: Target, cell: Cell) -> Any:
    """The value for a field that a list can fill by itself; BadCell if the cell cannot be read so."""
    if isinstance(cell, Fault):
        raise BadCell(cell.message)
    return _READERS[target.kind](target, cell)


def text(target: Target, cell: Cell) -> str:
    value = as_text(cell)
    if target.max_length is not None and len(value) > target.max_length:
        raise BadCell(f"Der Text hat {len(value)} Zeichen, möglich sind {target.max_length}. Kürzen Sie ihn.")
    if "\n" in value and target.max_length is not None and target.max_length <= 200:
        value = " ".join(value.split())
    return value


def email(target: Target, cell: Cell) -> str:
    value = text(target, cell).removeprefix("mailto:")
    try:
        validate_email(value)
    except ValidationError as error:
        raise BadCell(f"„{shown(value)}“ ist keine E-Mail-Adresse. Schreiben Sie sie so: amt@stadt.de.") from error
    return value


def url(target: Target, cell: Cell) -> str:
    value = text(target, cell)
    try:
        URLValidator(schemes=["http", "https"])(value)
    except ValidationError as error:
        raise BadCell(f"„{shown(value)}“ ist keine Internetadresse. Sie beginnt mit https://.") from error
    return value


def day(target: Target, cell: Cell) -> date:
    if isinstance(cell, datetime):
        return _plausible(cell.date())
    if isinstance(cell, date):
        return _plausible(cell)
    serial = _serial(cell)
    if serial is not None:
        return serial
    try:
        return _plausible(parse_date(_without_lead(as_text(cell))))
    except ValueError as error:
        raise BadCell(
            f"„{shown(cell)}“ ist kein Datum. Schreiben Sie Tag, Monat und Jahr, zum Beispiel 23.11.2026."
        ) from error


def month(target: Target, cell: Cell) -> str:
    if isinstance(cell, date) or _serial(cell) is not None:
        found = day(target, cell)
        return f"{found.year:04d}-{found.month:02d}"
    value = _without_lead(as_text(cell))
    parts = _month_parts(value)
    if parts is None:
        try:
            found = parse_date(value)
        except ValueError as error:
            raise BadCell(
                f"„{shown(cell)}“ nennt keinen Monat oder keinen Tag, den es gibt. Schreiben Sie Monat und Jahr, zum Beispiel 03/2026."
            ) from error
        parts = (found.year, found.month)
    if not (1 <= parts[1] <= 12 and 1950 <= parts[0] <= 2100):
        raise BadCell(f"„{shown(cell)}“ ist kein Monat. Schreiben Sie Monat und Jahr, zum Beispiel 03/2026.")
    return f"{parts[0]:04d}-{parts[1]:02d}"


def _without_lead(value: str) -> str:
    return re.sub(r"^(?:seit|ab|ca\.?|vom|am|zum)\s+", "", " ".join(value.split()), flags=re.IGNORECASE)


def _month_parts(value: str) -> tuple[int, int] | None:
    for form in _MONTH_FORMS:
        if found := form.match(value):
            return int(found["year"]), int(found["month"])
    if found := _WRITTEN_MONTH.match(value.casefold()):
        word = found["word"]
        number = next((i for i, name in enumerate(_MONTHS, start=1) if word in (name, name[:3], _SHORT.get(i))), None)
        return (int(found["year"]), number) if number else None
    return None


def _serial(cell: Cell) -> date | None:
    if isinstance(cell, bool) or not isinstance(cell, int | float) or int(cell) not in _SERIALS:
        return None
    return _SERIAL_START + timedelta(days=int(cell))


def _plausible(found: date) -> date:
    if not 1900 <= found.year <= 2100:
        raise BadCell(f"Das Jahr {found.year} ist unwahrscheinlich. Prüfen Sie das Datum.")
    return found


def choice(target: Target, cell: Cell) -> str:
    key = find_choice(target, as_text(cell))
    if key is None:
        raise BadCell(_not_a_choice(target, as_text(cell)))
    return key


def choices(target: Target, cell: Cell) -> list[str]:
    whole = "; ".join(cell) if isinstance(cell, list) else as_text(cell)
    if target.key == "gdpr_basis" and (letters := legal_bases(whole)):
        return letters
    if normal(whole) in ("nein", "keine", "kein", "entfällt") and not find_choice(target, whole):
        return []
    pieces = list(cell) if isinstance(cell, list) else _split(target, whole)
    found = [find_choice(target, piece) for piece in pieces]
    if None in found:
        raise BadCell(_not_a_choice(target, pieces[found.index(None)]))
    return list(dict.fromkeys(key for key in found if key))


def _split(target: Target, whole: str) -> list[str]:
    """By the coarsest separators whose pieces can all be read: labels have commas of their own."""
    if find_choice(target, whole):
        return [whole]
    for separators in _PIECES:
        pieces = [piece.strip() for piece in separators.split(whole) if piece.strip()]
        if pieces and all(find_choice(target, piece) for piece in pieces):
            return pieces
    return [piece.strip() for piece in _PIECES[1].split(whole) if piece.strip()] or [whole]


def legal_bases(value: str) -> list[str]:
    """The letters of Art. 6 (1) DSGVO that a text names expressly."""
    found = [letter for hit in _LETTERS.finditer(value) for letter in re.findall(r"\b[a-f]\b", hit["letters"].lower())]
    return [f"6-1-{letter}" for letter in dict.fromkeys(found)]


def find_choice(target: Target, value: str) -> str | None:
    return _words(target).get(_word(value))


def _word(value: str) -> str:
    """Pilotbetrieb, Pilot-Betrieb and PILOT BETRIEB are one word."""
    return normal(value).replace(" ", "") or value.strip()


@cache
def _synonyms() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = yaml.safe_load(_SYNONYMS.read_text(encoding="utf-8"))
    return found


_phrase_tables: dict[tuple[str, ...], dict[str, str]] = {}
_word_tables: dict[tuple[str, ...], dict[str, str]] = {}


def phrases_of(target: Target) -> dict[str, str]:
    """What people may write -> key. A short form that two choices share names neither."""
    place = (target.key, *target.choices)
    if place not in _phrase_tables:
        table: dict[str, str] = {}
        shared: set[str] = set()
        for key, label in target.choices.items():
            for short in {_BRACKETS.sub("", label).strip(), label.split(",")[0].strip()}:
                shared |= {short} if table.get(short, key) != key else set()
                table[short] = key
        table = {short: key for short, key in table.items() if short not in shared}
        for key, words in _synonyms().get(target.key, {}).items():
            table.update(dict.fromkeys(words, key) if key in target.choices else {})
        for key, label in target.choices.items():
            table[label] = table[key] = key
        _phrase_tables[place] = table
    return _phrase_tables[place]


def _words(target: Target) -> dict[str, str]:
    place = (target.key, *target.choices)
    if place not in _word_tables:
        _word_tables[place] = {_word(phrase): key for phrase, key in phrases_of(target).items()}
    return _word_tables[place]


def _not_a_choice(target: Target, value: str) -> str:
    labels, words = list(target.choices.values()), _words(target)
    near = difflib.get_close_matches(_word(value), [word for word in words if len(word) > 2], n=1, cutoff=0.75)
    hint = f" Meinten Sie „{target.choices[words[near[0]]]}“?" if near else ""
    listed = "; ".join(labels[:12]) + ("; …" if len(labels) > 12 else "")
    return f"„{shown(value)}“ ist hier nicht vorgesehen.{hint} Möglich sind: {listed}."


def names(target: Target, cell: Cell) -> list[str]:
    pieces = list(cell) if isinstance(cell, list) else re.split(r"[;\n|]", as_text(cell))
    found = [" ".join(piece.split()).lstrip("•*- ").strip() for piece in pieces]
    found = [
        piece for piece in found if piece and not is_nothing(piece) and normal(piece) not in ("keine", "keiner", "nein")
    ]
    for piece in found:
        if target.max_length is not None and len(piece) > target.max_length:
            raise BadCell(
                f"Der Name „{shown(piece, 40)}“ hat {len(piece)} Zeichen, möglich sind {target.max_length}. Trennen Sie "
                "mehrere Namen mit einem Semikolon."
            )
    return list(dict.fromkeys(found))


def ars(target: Target, cell: Cell) -> str:
    """The 12 or 8 digits of an official key, its structure checked."""
    digits = "".join(as_text(cell).split())
    if digits.isascii() and digits.isdigit() and len(digits) == 7:
        raise BadCell(
            "Der Gemeindeschlüssel (AGS) hat 8 Ziffern; hier sind es 7. Vermutlich ging die führende Null verloren: "
            f"0{digits}. Formatieren Sie die Spalte als Text."
        )
    if digits.isascii() and digits.isdigit() and len(digits) == 8 and digits[:2] in keys.LAENDER:
        return digits
    try:
        return keys.clean_ars(digits)
    except keys.InvalidKey as error:
        raise BadCell(str(error)) from error


def yes_no(target: Target, cell: Cell) -> bool:
    found = {
        "ja": True,
        "wahr": True,
        "true": True,
        "1": True,
        "nein": False,
        "falsch": False,
        "false": False,
        "0": False,
    }
    word = as_text(cell).casefold()
    if word not in found:
        raise BadCell(f"„{shown(cell)}“ ist hier nicht vorgesehen. Schreiben Sie ja oder nein.")
    return found[word]


def number(target: Target, cell: Cell) -> int:
    text_ = as_text(cell).replace(".", "").replace(" ", "").removesuffix(",0")
    if not (text_.isascii() and text_.isdigit() and len(text_) < 10):
        raise BadCell(f"„{shown(cell)}“ ist keine ganze Zahl. Schreiben Sie nur Ziffern, zum Beispiel 400.")
    return int(text_)


def identity(target: Target, cell: Cell) -> str:
    try:
        return str(UUID(as_text(cell)))
    except ValueError as error:
        raise BadCell(
            "Das ist keine Kennung aus dem Register. Stellen Sie die Zelle aus dem Export wieder her, oder leeren Sie sie, "
            "wenn ein neuer Eintrag entstehen soll."
        ) from error


def cell_of(target: Target, value: Any) -> Cell:
    """The reverse: how an export writes a value, cleaned as it would be read again."""
    if value in (None, "", []):
        return None
    if target.kind == "choice":
        value = target.choices.get(value, value)
    elif target.kind == "choices":
        value = "; ".join(target.choices.get(key, key) for key in value)
    elif target.kind == "words":
        value = ", ".join(value)
    elif target.kind == "records":
        value = records.to_lines(target.key, value)
    elif target.kind == "month":
        value = f"{value[5:7]}/{value[:4]}"
    elif target.kind == "department":
        value = value.name
    elif target.kind == "names":
        value = "; ".join(value)
    elif target.kind == "yes_no":
        value = "ja" if value else "nein"
    return clean(protected(value)) if isinstance(value, str) else value


def words(target: Target, cell: Cell) -> list[str]:
    """Free words, with comma or semicolon between them."""
    found = [word.strip() for word in re.split(r"[,;\n]", text(target, cell)) if word.strip()]
    return list(dict.fromkeys(found))


def record_lines(target: Target, cell: Cell) -> list[dict[str, str]]:
    """A line a record, columns divided by a stroke, in the order of the form."""
    found = records.from_lines(target.key, text(target, cell))
    if problems := records.problems_of(target.key, found):
        columns = " | ".join(column.label for column in records.COLUMNS[target.key])
        raise BadCell(f"{problems[0]} Schreiben Sie je Zeile: {columns}.")
    return found


_READERS: dict[str, Callable[[Target, Cell], Any]] = {
    "text": text,
    "email": email,
    "url": url,
    "date": day,
    "month": month,
    "choice": choice,
    "choices": choices,
    "department": text,
    "words": words,
    "records": record_lines,
    "names": names,
    "ars": ars,
    "yes_no": yes_no,
    "number": number,
    "version": number,
    "uuid": identity,
}
