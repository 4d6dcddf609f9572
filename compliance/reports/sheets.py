"""One sheet of a controller (Art. 30 Abs. 1 DSGVO): stored content in, labelled German text out."""

from __future__ import annotations

from compliance.offers import origin
from compliance.reports.commissioned import commissioned_blocks
from compliance.reports.shape import NONE_GIVEN, Block, Content, Row, Sheet, day, joined, labels, row
from compliance.rules.vocabulary import ESSENCE, NOT_ASSESSED, PROCESSOR, STATES, THIRD_COUNTRY
from register.rules import vocabulary as register

_EXTRA = "Art. 30 DSGVO verlangt diese Angaben nicht. Sie helfen beim Nachweis nach Art. 5 Abs. 2 DSGVO."
_AI = "Zusatz zum Einsatz von KI, kein Inhalt nach Art. 30 DSGVO. Die Angaben stammen aus dem KI-Register."


def sheet_of(content: Content) -> Sheet:
    """Labelled text of one stored activity (compliance.content.read)."""
    special = commissioned_blocks if content["role"] == PROCESSOR else _own_blocks
    return Sheet(
        reference=content["reference"],
        title=content["title"],
        is_ended=content["state"] == "ended",
        blocks=(Block("", _basics(content)), *special(content)),
    )


def _own_blocks(content: Content) -> tuple[Block, ...]:
    return (
        Block("Angaben nach Art. 30 Abs. 1 DSGVO", _required(content)),
        Block("Zusätzliche Angaben zur Rechenschaft", _accountability(content), note=_EXTRA, together=True),
        *(
            Block(f"KI-System: {system['name']}", _system_rows(system, content), note=_AI, kind="system")
            for system in content["systems"]
        ),
    )


def _basics(content: Content) -> tuple[Row, ...]:
    state = STATES[content["state"]] + (f" seit {day(content['ended_on'])}" if content["ended_on"] else "")
    rows = [
        row("Laufende Nummer, Stand", f"{content['reference']}, {state}"),
        row("Eingeführt am", day(content["introduced_on"])),
        row("Zuletzt geändert am", day(content["last_changed_on"])),
        row("Verantwortliches Amt", content["department"]),
        row("Ansprechstelle", joined(content, "contact_person", "contact_phone", "contact_email")),
        row("Eingesetztes Verfahren", content["procedure_name"]),
    ]
    if content["external_reference"] or content["external_url"]:
        rows.append(row("Ausführlich im Verzeichnis", joined(content, "external_reference", "external_url")))
    return tuple(rows)


def _required(content: Content) -> tuple[Row, ...]:
    """Buchst. a to g in the order of the law; a row that exists only in some cases says so when it is empty."""
    special = labels(content["special_categories"], register.SPECIAL_CATEGORIES)
    # Buchst. a is answered by the Vorblatt; here only those who share this one activity.
    rows = [row("Gemeinsam Verantwortliche", content["joint_controller"], norm="Buchst. a")]
    essence = [ESSENCE.get(content["joint_essence"], ""), content["joint_essence_place"]]
    rows += [
        row("Vereinbarung", content["joint_agreement"], norm="Art. 26 Abs. 1"),
        row("Das Wesentliche ist zugänglich", essence, norm="Art. 26 Abs. 2"),
    ]
    rows = rows if content["joint_controller"] else []
    rows += [
        row("Zwecke der Verarbeitung", content["purposes"], norm="Buchst. b"),
        row("Kategorien betroffener Personen", content["data_subjects"], norm="Buchst. c"),
        row("Kategorien personenbezogener Daten", content["data_categories"], norm="Buchst. c"),
        row("Davon besondere Kategorien", special, norm="Buchst. c, Art. 9 Abs. 1", empty=NONE_GIVEN),
        row("Empfänger innerhalb der Verwaltung", content["recipients_internal"], norm="Buchst. d"),
        row("Empfänger außerhalb der Verwaltung", content["recipients_external"], norm="Buchst. d"),
        row("Übermittlung in ein Drittland", THIRD_COUNTRY.get(content["third_country"], ""), norm="Buchst. e"),
    ]
    if content["third_country"] == "takes_place" or content["third_country_details"]:
        details = [content["third_country_details"], _origin(content, "third_country_details", "third_country")]
        rows.append(row("Empfänger, Land und Garantie", details, norm="Buchst. e"))
    if content["third_country_documentation"]:
        documentation = content["third_country_documentation"]
        rows.append(row("Dokumentation der Garantien", documentation, norm="Buchst. e, Art. 49 Abs. 1 Unterabs. 2"))
    rows.append(
        row("Löschfristen", [*map(retention_line, content["retention_rules"]), content["retention"]], norm="Buchst. f")
    )
    rows.append(
        row("Technische und organisatorische Maßnahmen", content["security_measures"], norm="Buchst. g, Art. 32 Abs. 1")
    )
    return tuple(rows)


def _accountability(content: Content) -> tuple[Row, ...]:
    rows = [
        row("Rechtsgrundlage", labels(content["gdpr_basis"], register.LEGAL_BASES), norm="Art. 6 Abs. 1 DSGVO"),
        row("Gesetz oder Satzung", content["legal_basis"], norm="Art. 6 Abs. 3 DSGVO"),
    ]
    if content["special_categories"]:
        reason = content["special_categories_reason"]
        rows.append(row("Ausnahme für besondere Kategorien", reason, norm="Art. 9 Abs. 2 DSGVO"))
    dpia = [register.DPIA_STATES.get(content["dpia_state"], ""), content["dpia_reason"], content["dpia_reference"]]
    dpia.append(_origin(content, "dpia_state", "dpia_reference"))
    rows.append(row("Datenschutz-Folgenabschätzung", dpia, norm="Art. 35 DSGVO"))
    if content["bias_data_reason"] and not content["systems"]:
        reason = content["bias_data_reason"]
        rows.append(row("Daten gegen Verzerrungen", reason, norm="Art. 4a Abs. 1 Buchst. f KI-VO"))
    return tuple(rows)


def _origin(content: Content, *fields: str) -> str:
    taken = content.get("taken_from", {})
    return next((origin(taken[field]) for field in fields if field in taken), "")


def _status(system: Content) -> str:
    ended = system.get("end_date")
    label = register.STATUS.get(system["status"], "")
    return f"{label}, letzter Monat im Betrieb {ended[5:]}.{ended[:4]}" if ended else label


def _system_rows(system: Content, activity: Content) -> tuple[Row, ...]:
    privacy_basis = labels(system["gdpr_basis"], register.LEGAL_BASES)
    special = labels(system["special_categories"], register.SPECIAL_CATEGORIES)
    dpia = [register.DPIA_STATES.get(system["dpia_state"], ""), system["dpia_reason"]]
    rows = [
        row("Kennung im Register", system["uuid"]),
        row("Status", _status(system)),
        row("Einstufung", register.RISK_CLASSES.get(system["ai_act_class"], ""), norm="KI-VO", empty=NOT_ASSESSED),
        # The register does not ask for the role yet; it must not be guessed from the provider.
        row("Rolle der Kommune", "", norm="Art. 3 Nr. 3, 4 KI-VO"),
        row("Anbieter", system["provider"]),
        row("Modelle und Verfahren", system["methods_and_models"]),
        row("Speicherorte", [_place(at) for at in system["storage"]]),
        row("Personenbezug", register.PERSONAL_DATA_LEVELS.get(system["personal_data_level"], "")),
        row("Rechtsgrundlage", privacy_basis, norm="Art. 6 Abs. 1 DSGVO"),
        row("Norm des Bundes- oder Landesrechts", [system["national_norm"], system["lawful_basis"]]),
        row(
            "Besondere Kategorien",
            [*special, system["special_categories_reason"]] if special else [],
            norm="Art. 9 DSGVO",
            empty=NONE_GIVEN,
        ),
        row(
            "Entscheidung ohne Menschen",
            register.AUTOMATED_DECISIONS.get(system["automated_decision"], ""),
            norm="Art. 22 DSGVO",
        ),
        row("Datenschutz-Folgenabschätzung", dpia, norm="Art. 35 DSGVO"),
        row("Auftragsverarbeitung", [_processor(to) for to in system["processors"]], norm="Art. 28 DSGVO"),
        row("Eingaben dienen dem Training", register.YES_NO_UNKNOWN.get(system["training_on_inputs"], "")),
    ]
    if activity["bias_data_reason"]:
        reason = activity["bias_data_reason"]
        rows.append(row("Daten gegen Verzerrungen", reason, norm="Art. 4a Abs. 1 Buchst. f KI-VO"))
    return tuple(rows)


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
        f"Vertrag vom {day(processor['contract_date'])}"
        if processor["contract_date"]
        else "Vertrag noch nicht angegeben"
    )
    return f"{processor['name']}, {register.COUNTRIES.get(processor['country'], processor['country'])}: {signed}"


def retention_line(rule: Content) -> str:
    """One Löschregel in a line."""
    start = f" ab {rule['start']}" if rule.get("start") else ""
    basis = f" ({rule['basis']})" if rule.get("basis") else ""
    return f"{rule['categories']}: {rule['period']}{start}{basis}"
