"""Cover and Vorblatt: who is responsible, what the document covers, and where the chains stood."""

from __future__ import annotations

from collections.abc import Sequence

from compliance.reports.shape import NONE_GIVEN, Block, Content, Front, Row, day, row
from compliance.rules.vocabulary import PROCESSOR


def footer_text(front: Content, heads: Content, number: int) -> str:
    """Which edition this page belongs to, and where both hash chains stood."""
    (audit_seq, audit_head), (log_seq, log_head) = heads["audit"], heads["publication"]
    chains = f"Protokollkette Nr. {audit_seq}: {audit_head[:16]}"
    if log_seq:
        chains += f" · Veröffentlichungen Nr. {log_seq}: {log_head[:16]}"
    return f"{front['name']} · {short_title(front)} · Stichtag {day(front['as_of'])} · Fassung {number}\n{chains}"


def short_title(front: Content) -> str:
    if front["role"] == PROCESSOR:
        return "Verzeichnis der Verarbeitungen im Auftrag"
    return "Verarbeitungsverzeichnis" if front["is_complete"] else "Verarbeitungsverzeichnis (Auszug KI)"


def document_title(front: Content) -> str:
    scope = f", {front['scope']}" if front["scope"] else ""
    return f"{front['title']}, {front['name']}{scope}, Stichtag {day(front['as_of'])}"


def front_of(front: Content, heads: Content, contents: Sequence[Content], *, number: int, made_on: str) -> Front:
    is_processor = front["role"] == PROCESSOR
    paragraph = "Art. 30 Abs. 2" if is_processor else "Art. 30 Abs. 1"
    whose = "Verzeichnis des Auftragsverarbeiters" if is_processor else "Verzeichnis des Verantwortlichen"
    return Front(
        title=front["title"],
        subtitle=f"nach {paragraph} der Datenschutz-Grundverordnung (DSGVO)",
        municipality=front["name"],
        scope=front["scope"],
        statement=_statement(front),
        is_complete=front["is_complete"],
        note=_note(front, made_on),
        facts=(
            row("Stichtag", day(front["as_of"])),
            row("Fassung", f"{number}, erstellt am {day(made_on)}"),
            row("Umfang", f"{_count(len(contents))}, {front['scope'] or 'alle Ämter'}"),
            row("Rechtsgrundlage", f"{paragraph} DSGVO ({whose})"),
        ),
        parties=tuple(Block(title, rows) for title, rows in _parties(front, contents)),
        proof=_proof(heads),
        list_heading="Verarbeitung im Auftrag" if is_processor else "Verarbeitungstätigkeit",
    )


def _statement(front: Content) -> tuple[str, str]:
    if front["role"] == PROCESSOR:
        return (
            "Verarbeitungen im Auftrag.",
            "Dieses Dokument nennt, was die Stelle für andere Verantwortliche verarbeitet. Ihre eigenen "
            "Verarbeitungstätigkeiten stehen im Verzeichnis nach Art. 30 Abs. 1 DSGVO.",
        )
    if not front["is_complete"]:
        return (
            "Auszug.",
            "Dieses Dokument enthält die Verarbeitungstätigkeiten aus dem KI-Register. Der Verantwortliche hat nicht "
            "erklärt, dass es alle seine Verarbeitungstätigkeiten sind (Art. 30 Abs. 1 DSGVO).",
        )
    part = " Diese Fassung zeigt daraus nur den genannten Bereich." if front["scope"] else ""
    return (
        "Vollständiges Verzeichnis.",
        f"Der Verantwortliche hat am {day(front['declared_on'])} erklärt, dass alle seine Verarbeitungstätigkeiten in "
        f"diesem Register stehen.{part}",
    )


def _note(front: Content, made_on: str) -> str:
    """What a reader of an earlier day has to know."""
    if front["as_of"] >= made_on:
        return ""
    if since := front["known_since"]:
        return (
            "Die Blätter zeigen den Stand am Ende des Stichtags. Wie das Vorblatt an diesem Tag lautete, ist nicht "
            f"festgehalten: Es zeigt den ältesten bekannten Stand, den vom {day(since)}."
        )
    return "Vorblatt und Blätter zeigen den Stand am Ende des Stichtags."


def _count(count: int) -> str:
    return "1 Verarbeitungstätigkeit" if count == 1 else f"{count} Verarbeitungstätigkeiten"


def _others(front: Content, contents: Sequence[Content]) -> tuple[Row, ...]:
    """Who is responsible beside the controller. A sheet may name somebody for its own activity alone."""
    agent = row("Vertreter", front["representative"], norm="Art. 4 Nr. 17 DSGVO", empty=NONE_GIVEN)
    if front["role"] == PROCESSOR:
        return (agent,)
    sheets = ", ".join(content["reference"] for content in contents if content["joint_controller"])
    joint = [front["joint_controller"], f"für einzelne Tätigkeiten: {sheets}" if sheets else ""]
    return row("Gemeinsam Verantwortliche", joint, norm="Art. 26 DSGVO", empty=NONE_GIVEN), agent


def _parties(front: Content, contents: Sequence[Content]) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    dpo_kind = "extern bestellt" if front["dpo_external"] else "intern bestellt"
    return (
        (
            "Auftragsverarbeiter" if front["role"] == PROCESSOR else "Verantwortlicher",
            (
                row(
                    "Name",
                    front["controller_name"] or front["name"],
                    norm="Art. 4 Nr. 8 DSGVO" if front["role"] == PROCESSOR else "Art. 4 Nr. 7 DSGVO",
                ),
                row("Anschrift", front["controller_address"]),
                row("Telefon", front["controller_phone"]),
                row("E-Mail", front["controller_email"]),
                row("Internet", front["website"]),
                row("Amtlicher Regionalschlüssel", front["ars"]),
            ),
        ),
        ("Weitere Beteiligte", _others(front, contents)),
        (
            "Datenschutzbeauftragte oder Datenschutzbeauftragter",
            (
                row("Name oder Stelle", front["dpo_name"], norm="Art. 37 DSGVO"),
                row("Bestellung", dpo_kind if front["dpo_name"] else ""),
                row("Anschrift", front["dpo_address"]),
                row("Telefon", front["dpo_phone"]),
                row("E-Mail", front["dpo_email"]),
            ),
        ),
        (
            "Aufsichtsbehörde für den Datenschutz",
            (
                row("Name", front["supervisory_authority"], norm="Art. 51, 55 DSGVO"),
                row("Anschrift", front["supervisory_authority_address"]),
                row("Internet", front["supervisory_authority_url"]),
            ),
        ),
    )


def _proof(heads: Content) -> tuple[Row, ...]:
    (audit_seq, audit_head), (log_seq, log_head) = heads["audit"], heads["publication"]
    return (
        row("Protokollkette", [f"Nr. {audit_seq}", audit_head]),
        row("Veröffentlichungen", [f"Nr. {log_seq}", log_head] if log_seq else [], empty="noch keine"),
    )
