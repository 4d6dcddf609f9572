"""The Verarbeitungsverzeichnis as a document: stored content in, labelled German text out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import get_template

from compliance.rules.vocabulary import NOT_ASSESSED, NOT_GIVEN, STATES, THIRD_COUNTRY
from core import canonical, pdf
from core.text import format_date
from register.rules import vocabulary as register

Content = Mapping[str, Any]

NONE_GIVEN = "keine angegeben"

# Only a line that is nothing but an address becomes a link.
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_WEB = re.compile(r"https?://[^\s<>\"]+")
_TEMPLATES = ("pdf/vvt_front.html", "pdf/vvt_activity.html", "pdf/vvt_row.html", "pdf/contents.html")


@dataclass(frozen=True)
class Line:
    """One line of a value; an address can be followed."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class Row:
    """One name and what stands beside it; without lines the reader sees `empty`."""

    label: str
    lines: tuple[Line, ...]
    norm: str = ""
    empty: str = NOT_GIVEN


@dataclass(frozen=True)
class SystemBlock:
    """What belongs to an AI system: no content that Art. 30 DSGVO asks for, and marked so."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Sheet:
    """The Hauptblatt of one activity."""

    reference: str
    title: str
    is_ended: bool
    basics: tuple[Row, ...]
    required: tuple[Row, ...]
    accountability: tuple[Row, ...]
    systems: tuple[SystemBlock, ...]

    @property
    def heading(self) -> str:
        return f"{self.reference} {self.title}"


@dataclass(frozen=True)
class Front:
    """Cover and Vorblatt."""

    title: str
    municipality: str
    scope: str
    is_complete: bool
    declared_on: str
    facts: tuple[Row, ...]
    parties: tuple[tuple[str, tuple[Row, ...]], ...]
    proof: tuple[Row, ...]
    is_past: bool


@cache
def look() -> str:
    """Changes whenever the same content would be printed differently; part of every key."""
    digest = hashlib.sha256(pdf.fingerprint().encode())
    for name in _TEMPLATES:
        digest.update((settings.BASE_DIR / "templates" / name).read_bytes())
    digest.update(Path(__file__).read_bytes())
    return digest.hexdigest()


def section_key(sheet: Sheet, municipality: int) -> str:
    """Under which a rendered sheet is kept. Neither its place in the document nor a date is part of it."""
    return f"vvt-blatt:{municipality}:{canonical.sha256({'sheet': asdict(sheet), 'look': look()})}"


def sheet_html(sheet: Sheet) -> str:
    return get_template("pdf/vvt_activity.html").render({"sheet": sheet})


def front_html(front: Front, lines: Sequence[pdf.ContentsLine]) -> str:
    return get_template("pdf/vvt_front.html").render({"front": front, "lines": lines})


def footer_text(front: Content, heads: Content, number: int) -> str:
    """Which edition this page belongs to, and where both hash chains stood."""
    (audit_seq, audit_head), (log_seq, log_head) = heads["audit"], heads["publication"]
    chains = f"Protokollkette Nr. {audit_seq}: {audit_head[:16]}"
    if log_seq:
        chains += f" · Veröffentlichungen Nr. {log_seq}: {log_head[:16]}"
    return f"{front['name']} · {short_title(front)} · Stichtag {_day(front['as_of'])} · Fassung {number}\n{chains}"


def short_title(front: Content) -> str:
    return "Verarbeitungsverzeichnis" if front["is_complete"] else "Verarbeitungsverzeichnis (Auszug KI)"


def document_title(front: Content) -> str:
    scope = f", {front['department']}" if front["department"] else ""
    return f"{front['title']}, {front['name']}{scope}, Stichtag {_day(front['as_of'])}"


def front_of(front: Content, heads: Content, *, number: int, made_on: str, count: int) -> Front:
    scope = f"{front['department']} mit nachgeordneten Stellen" if front["department"] else "alle Ämter"
    return Front(
        title=front["title"],
        municipality=front["name"],
        scope=scope if front["department"] else "",
        is_complete=front["is_complete"],
        declared_on=_day(front["declared_on"]),
        facts=(
            _row("Stichtag", _day(front["as_of"])),
            _row("Fassung", f"{number}, erstellt am {_day(made_on)}"),
            _row("Umfang", f"{_count(count)}, {scope}"),
            _row("Rechtsgrundlage", "Art. 30 Abs. 1 DSGVO (Verzeichnis des Verantwortlichen)"),
        ),
        parties=_parties(front),
        proof=_proof(heads),
        is_past=front["as_of"] < made_on,
    )


def _count(count: int) -> str:
    return "1 Verarbeitungstätigkeit" if count == 1 else f"{count} Verarbeitungstätigkeiten"


def _parties(front: Content) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    dpo_kind = "extern bestellt" if front["dpo_external"] else "intern bestellt"
    return (
        (
            "Verantwortlicher",
            (
                _row("Name", front["controller_name"] or front["name"], norm="Art. 4 Nr. 7 DSGVO"),
                _row("Anschrift", front["controller_address"]),
                _row("Telefon", front["controller_phone"]),
                _row("E-Mail", front["controller_email"]),
                _row("Internet", front["website"]),
                _row("Amtlicher Regionalschlüssel", front["ars"]),
            ),
        ),
        (
            "Weitere Beteiligte",
            (
                _row("Gemeinsam Verantwortliche", front["joint_controller"], norm="Art. 26 DSGVO", empty=NONE_GIVEN),
                _row("Vertreter", front["representative"], norm="Art. 4 Nr. 17 DSGVO", empty=NONE_GIVEN),
            ),
        ),
        (
            "Datenschutzbeauftragte oder Datenschutzbeauftragter",
            (
                _row("Name oder Stelle", front["dpo_name"], norm="Art. 37 DSGVO"),
                _row("Bestellung", dpo_kind if front["dpo_name"] else ""),
                _row("Anschrift", front["dpo_address"]),
                _row("Telefon", front["dpo_phone"]),
                _row("E-Mail", front["dpo_email"]),
            ),
        ),
        (
            "Aufsichtsbehörde für den Datenschutz",
            (
                _row("Name", front["supervisory_authority"], norm="Art. 51, 55 DSGVO"),
                _row("Anschrift", front["supervisory_authority_address"]),
                _row("Internet", front["supervisory_authority_url"]),
            ),
        ),
    )


def _proof(heads: Content) -> tuple[Row, ...]:
    (audit_seq, audit_head), (log_seq, log_head) = heads["audit"], heads["publication"]
    return (
        _row("Protokollkette", [f"Nr. {audit_seq}", audit_head]),
        _row("Veröffentlichungen", [f"Nr. {log_seq}", log_head] if log_seq else [], empty="noch keine"),
    )


def sheet_of(content: Content) -> Sheet:
    """Labelled text of one stored activity."""
    return Sheet(
        reference=content["reference"],
        title=content["title"],
        is_ended=content["state"] == "ended",
        basics=_basics(content),
        required=_required(content),
        accountability=_accountability(content),
        systems=tuple(_system_block(system, content) for system in content["systems"]),
    )


def _basics(content: Content) -> tuple[Row, ...]:
    state = STATES[content["state"]] + (f" seit {_day(content['ended_on'])}" if content["ended_on"] else "")
    rows = [
        _row("Laufende Nummer, Stand", f"{content['reference']}, {state}"),
        _row("Eingeführt am", _day(content["introduced_on"])),
        _row("Zuletzt geändert am", _day(content["last_changed_on"])),
        _row("Verantwortliches Amt", content["department"]),
        _row("Ansprechstelle", _joined(content, "contact_person", "contact_phone", "contact_email")),
        _row("Eingesetztes Verfahren", content["procedure_name"]),
    ]
    if content["external_reference"] or content["external_url"]:
        rows.append(_row("Ausführlich im Verzeichnis", _joined(content, "external_reference", "external_url")))
    return tuple(rows)


def _required(content: Content) -> tuple[Row, ...]:
    """Buchst. a to g in the order of the law; a row that exists only in some cases says so when it is empty."""
    special = _labels(content["special_categories"], register.SPECIAL_CATEGORIES)
    # Buchst. a is answered by the Vorblatt; here only those who share this one activity.
    rows = [_row("Gemeinsam Verantwortliche", content["joint_controller"], norm="Buchst. a")]
    rows = rows if content["joint_controller"] else []
    rows += [
        _row("Zwecke der Verarbeitung", content["purposes"], norm="Buchst. b"),
        _row("Kategorien betroffener Personen", content["data_subjects"], norm="Buchst. c"),
        _row("Kategorien personenbezogener Daten", content["data_categories"], norm="Buchst. c"),
        _row("Davon besondere Kategorien", special, norm="Buchst. c, Art. 9 Abs. 1", empty=NONE_GIVEN),
        _row("Empfänger innerhalb der Verwaltung", content["recipients_internal"], norm="Buchst. d"),
        _row("Empfänger außerhalb der Verwaltung", content["recipients_external"], norm="Buchst. d"),
        _row("Übermittlung in ein Drittland", THIRD_COUNTRY.get(content["third_country"], ""), norm="Buchst. e"),
    ]
    if content["third_country"] == "takes_place" or content["third_country_details"]:
        rows.append(_row("Empfänger, Land und Garantie", content["third_country_details"], norm="Buchst. e"))
    if content["third_country_documentation"]:
        documentation = content["third_country_documentation"]
        rows.append(_row("Dokumentation der Garantien", documentation, norm="Buchst. e, Art. 49 Abs. 1 Unterabs. 2"))
    rows.append(_row("Löschfristen", content["retention"], norm="Buchst. f"))
    rows.append(
        _row(
            "Technische und organisatorische Maßnahmen", content["security_measures"], norm="Buchst. g, Art. 32 Abs. 1"
        )
    )
    return tuple(rows)


def _accountability(content: Content) -> tuple[Row, ...]:
    rows = [
        _row("Rechtsgrundlage", _labels(content["gdpr_basis"], register.LEGAL_BASES), norm="Art. 6 Abs. 1 DSGVO"),
        _row("Gesetz oder Satzung", content["legal_basis"], norm="Art. 6 Abs. 3 DSGVO"),
    ]
    if content["special_categories"]:
        reason = content["special_categories_reason"]
        rows.append(_row("Ausnahme für besondere Kategorien", reason, norm="Art. 9 Abs. 2 DSGVO"))
    if content["bias_data_reason"] and not content["systems"]:
        reason = content["bias_data_reason"]
        rows.append(_row("Daten gegen Verzerrungen", reason, norm="Art. 4a Abs. 1 Buchst. f KI-VO"))
    return tuple(rows)


def _system_block(system: Content, activity: Content) -> SystemBlock:
    privacy_basis = _labels(system["gdpr_basis"], register.LEGAL_BASES)
    special = _labels(system["special_categories"], register.SPECIAL_CATEGORIES)
    dpia = [register.DPIA_STATES.get(system["dpia_state"], ""), system["dpia_reason"]]
    rows = [
        _row("Kennung im Register", system["uuid"]),
        _row("Status", register.STATUS.get(system["status"], "")),
        _row("Einstufung", register.RISK_CLASSES.get(system["ai_act_class"], ""), norm="KI-VO", empty=NOT_ASSESSED),
        # The register does not ask for the role yet; it must not be guessed from the provider.
        _row("Rolle der Kommune", "", norm="Art. 3 Nr. 3, 4 KI-VO"),
        _row("Anbieter", system["provider"]),
        _row("Modelle und Verfahren", system["methods_and_models"]),
        _row("Speicherorte", [_place(at) for at in system["storage"]]),
        _row("Personenbezug", register.PERSONAL_DATA_LEVELS.get(system["personal_data_level"], "")),
        _row("Rechtsgrundlage", privacy_basis, norm="Art. 6 Abs. 1 DSGVO"),
        _row("Norm des Bundes- oder Landesrechts", [system["national_norm"], system["lawful_basis"]]),
        _row(
            "Besondere Kategorien",
            [*special, system["special_categories_reason"]] if special else [],
            norm="Art. 9 DSGVO",
            empty=NONE_GIVEN,
        ),
        _row(
            "Entscheidung ohne Menschen",
            register.AUTOMATED_DECISIONS.get(system["automated_decision"], ""),
            norm="Art. 22 DSGVO",
        ),
        _row("Datenschutz-Folgenabschätzung", dpia, norm="Art. 35 DSGVO"),
        _row("Auftragsverarbeitung", [_processor(to) for to in system["processors"]], norm="Art. 28 DSGVO"),
        _row("Eingaben dienen dem Training", register.YES_NO_UNKNOWN.get(system["training_on_inputs"], "")),
    ]
    if activity["bias_data_reason"]:
        reason = activity["bias_data_reason"]
        rows.append(_row("Daten gegen Verzerrungen", reason, norm="Art. 4a Abs. 1 Buchst. f KI-VO"))
    return SystemBlock(name=system["name"], rows=tuple(rows))


def _place(place: Content) -> str:
    parts = [
        place["name"],
        register.STORAGE_KINDS.get(place["kind"], ""),
        register.COUNTRIES.get(place["country"], place["country"]),
    ]
    if place["third_country_basis"]:
        parts.append(register.THIRD_COUNTRY_BASES[place["third_country_basis"]])
    return ", ".join(filter(None, parts))


def _processor(processor: Content) -> str:
    signed = (
        f"Vertrag vom {_day(processor['contract_date'])}"
        if processor["contract_date"]
        else "Vertrag noch nicht angegeben"
    )
    return f"{processor['name']}, {register.COUNTRIES.get(processor['country'], processor['country'])}: {signed}"


def _row(label: str, value: str | Sequence[str], *, norm: str = "", empty: str = NOT_GIVEN) -> Row:
    parts = [value] if isinstance(value, str) else value
    lines = tuple(_line(text.strip()) for part in parts for text in part.splitlines() if text.strip())
    # An article is read in one piece: neither its blanks nor the hyphen of "KI-VO" may end a line.
    return Row(label, lines, norm.replace(" ", "\u00a0").replace("-", "\u2011"), empty)


def _line(text: str) -> Line:
    if _EMAIL.fullmatch(text):
        return Line(text, f"mailto:{text}")
    return Line(text, text if _WEB.fullmatch(text) else "")


def _joined(content: Content, *keys: str) -> list[str]:
    return [content[key] for key in keys if content[key]]


def _labels(keys: Sequence[str], table: Mapping[str, str]) -> list[str]:
    return [table.get(key, key) for key in keys]


def _day(iso: str | None) -> str:
    return format_date(date.fromisoformat(iso)) if iso else ""
