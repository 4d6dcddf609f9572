"""What citizens ask first, from a frozen document: "In Kürze" and "Was bedeutet das für mich?"."""

from __future__ import annotations

import re
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from compliance.selectors import class_sentence
from public.fact_sheet import NO_RISK_NOTE, RISK_NOTE, Document, Fact, Line, answer, mailbox, risk_label, withheld_keys
from register import content, wording

_USE = {
    "planned": gettext_noop("{publisher} prüft die Idee, dieses System zu nutzen."),
    "design": gettext_noop("{publisher} prüft, ob dieses System genutzt werden soll."),
    "development": gettext_noop("{publisher} beschafft oder entwickelt dieses System. In Betrieb ist es noch nicht."),
    "pilot": gettext_noop("{publisher} erprobt dieses System{since}."),
    "evaluation": gettext_noop("{publisher} hat dieses System erprobt und wertet die Erfahrungen aus."),
    "operational": gettext_noop("{publisher} nutzt dieses System{since}."),
    "suspended": gettext_noop("{publisher} hat dieses System ausgesetzt und nutzt es zurzeit nicht."),
    "retired": gettext_noop("{publisher} hat dieses System genutzt. Inzwischen ist es beendet."),
    "rejected": gettext_noop("{publisher} hat sich gegen dieses System entschieden."),
}
# As many reasons stand beside the class; all of them stand below.
_REASONS = 3
_AFFECTS = {
    "yes": gettext_noop("Es wirkt auf Entscheidungen über Menschen."),
    "no": gettext_noop("Es wirkt nicht auf Entscheidungen über Menschen."),
    "unknown": gettext_noop("Ob es auf Entscheidungen über Menschen wirkt, ist noch nicht bekannt."),
}
_EFFECTS = {
    "none": gettext_noop("Auf einzelne Entscheidungen wirkt es nicht."),
    "informs": gettext_noop("Es informiert die Menschen, die entscheiden."),
    "assesses": gettext_noop("Es bewertet Angaben für die Menschen, die entscheiden."),
    "prioritises": gettext_noop("Es schätzt etwas vorher oder legt eine Reihenfolge fest."),
    "recommends": gettext_noop("Es schlägt eine Entscheidung vor."),
    "decides": gettext_noop("Es trifft eine Entscheidung."),
}
_DATA = {
    "none": gettext_noop("Es verarbeitet keine personenbezogenen Daten."),
    "pseudonymous": gettext_noop("Es verarbeitet pseudonymisierte Daten von Menschen."),
    "personal": gettext_noop("Es verarbeitet Daten von Menschen (personenbezogene Daten)."),
    "unknown": gettext_noop("Ob es Daten von Menschen verarbeitet, ist noch nicht bekannt."),
}
_DECIDES = {
    "none": gettext_noop("Es entscheidet immer ein Mensch."),
    "with_authority": gettext_noop(
        "Es entscheidet ohne einen Menschen. Die Kommune nennt dafür eine Rechtsvorschrift."
    ),
    "without_authority": gettext_noop(
        "Es entscheidet ohne einen Menschen. Eine Rechtsvorschrift, die das zulässt, ist nicht genannt."
    ),
    "unknown": gettext_noop("Ob am Ende ein Mensch entscheidet, ist noch nicht bekannt."),
}
# A full stop ends a sentence if a new one begins with a capital letter: "z. B. Anträge" and "§ 5 Abs. 2" go on.
_END = re.compile(r"(?<=\w{4}[.!?])\s+(?=[A-ZÄÖÜ])")


def sentences(document: Document) -> list[str]:
    """ "In Kürze" of a system: who uses it, what for, whether it affects people, what data, who decides.

    What the entry does not say is said to be missing; only a purpose that is missing is left to the list of gaps.
    """
    if document["kind"] != "system":
        return []
    said = [
        _use(document),
        _purpose(document),
        _of(document, "affects_people", _AFFECTS, _("Ob es auf Entscheidungen über Menschen wirkt")),
        _of(document, "personal_data_level", _DATA, _("Ob es Daten von Menschen verarbeitet")),
        _of(document, "automated_decision", _DECIDES, _("Ob am Ende ein Mensch entscheidet")),
    ]
    return [text for text in said if text]


def for_me(document: Document) -> list[Fact]:
    """ "Was bedeutet das für mich?": the questions of people whom it may concern."""
    if document["kind"] != "system":
        return [
            answer(document, _("Welche Angaben enthält der Datenbestand?"), "data_categories"),
            answer(document, _("Geht es um Menschen?"), "personal_data_level"),
            answer(document, _("Woher kommen die Daten?"), "origin"),
            answer(document, _("Wie lange werden sie aufbewahrt?"), "retention"),
            _contact(document),
        ]
    return [
        _affects(document),
        _data(document),
        _decides(document),
        answer(document, _("Wer prüft die Ergebnisse?"), "human_intervention"),
        answer(document, _("Wie kann ich mich wehren?"), "objection_procedure"),
        _contact(document),
    ]


def risk(document: Document) -> dict[str, Any]:
    """The class, what it means and what it rests on; empty where the class is not published."""
    if "ai_act_class" not in document:
        return {}
    code = document["ai_act_class"]
    # What the engine wrote ends with a sentence that stands below it here in other words.
    said = [line for line in str(document.get("ai_act_reason", "")).split("\n") if line.strip()]
    reasons = [line for line in said if not line.startswith("Selbsteinschätzung vom ")]
    return {
        "code": code or "open",
        "label": risk_label(document),
        "meaning": class_sentence(code),
        "reasons": reasons[:_REASONS] if code else [],
        "more": len(reasons) > _REASONS,
        "note": _(RISK_NOTE if code else NO_RISK_NOTE),
    }


def _use(document: Document) -> str:
    begin = document.get("begin_date", "")
    begun = begin and begin <= f"{timezone.localdate():%Y-%m}"
    since = _(" seit {day}").format(day=wording.said("system", "begin_date", begin)) if begun else ""
    # A document of another publisher may hold a status that we do not know.
    sentence = _USE.get(document.get("status", ""), "")
    return _(sentence).format(publisher=document["organization"]["name"], since=since)


def _purpose(document: Document) -> str:
    first = _END.split(document.get("goal", "").strip())[0]
    return _("Zweck: {first}").format(first=first) if first else ""


def _of(document: Document, key: str, said: dict[str, str], otherwise: str) -> str:
    if key in withheld_keys(document):
        return _("{otherwise}, ist nicht veröffentlicht.").format(otherwise=otherwise)
    sentence = said.get(document.get(key, ""))
    return _(sentence) if sentence else _("{otherwise}, ist noch nicht angegeben.").format(otherwise=otherwise)


def _affects(document: Document) -> Fact:
    label, key = _("Wirkt es auf Entscheidungen über Menschen?"), "affects_people"
    if key in withheld_keys(document):
        return Fact(label, state="withheld")
    short = {"yes": _("Ja."), "no": _("Nein."), "unknown": _("Das ist noch nicht bekannt.")}.get(document.get(key, ""))
    if short is None:
        return Fact(label, state="empty")
    lines = [short, document.get("impact", "")]
    return Fact(label, [Line(text) for text in lines if text])


def _data(document: Document) -> Fact:
    label, hidden = _("Welche Daten nutzt es?"), withheld_keys(document)
    level = content.CHOICES["personal_data_level"].get(document.get("personal_data_level", ""), "")
    texts = [
        f"{level[0].upper()}{level[1:]}." if level else "",
        document.get("data_categories", ""),
        ", ".join(dict.fromkeys(item["name"] for item in document.get("datasets", []))),
    ]
    lines = [Line(text) for text in texts if text]
    missing = "withheld" if hidden & {"personal_data_level", "data_categories"} else "empty"
    return Fact(label, lines, state="" if lines else missing)


def _decides(document: Document) -> Fact:
    label, keys = _("Wer entscheidet?"), {"automated_decision", "decision_effect"}
    # What it does in general, for instance to data traffic, is no answer where nobody is affected.
    effect = _EFFECTS.get(document.get("decision_effect", "")) if document.get("affects_people") != "no" else ""
    lines = [_DECIDES.get(document.get("automated_decision", "")), effect]
    found = [Line(_(text)) for text in lines if text]
    missing = "withheld" if withheld_keys(document) & keys else "empty"
    return Fact(label, found, state="" if found else missing)


def _contact(document: Document) -> Fact:
    who = [document.get("department", ""), document.get("competent_authority", "")]
    lines = [Line(", ".join(text for text in who if text))] if any(who) else []
    if address := mailbox(document):
        lines.append(Line(address, f"mailto:{address}"))
    return Fact(_("Wen kann ich fragen?"), lines, state="" if lines else "empty")
