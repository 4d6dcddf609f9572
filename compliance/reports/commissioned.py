"""One sheet of a processor (Art. 30 Abs. 2 DSGVO): for whom, what, where to, how protected."""

from __future__ import annotations

from compliance.reports.shape import NONE_GIVEN, Block, Content, Row, row
from compliance.rules.vocabulary import THIRD_COUNTRY


def commissioned_blocks(content: Content) -> tuple[Block, ...]:
    return (
        *(
            Block(f"Verantwortlicher: {line['name']}", _commissioner_rows(line), kind="controller")
            for line in content["commissioners"]
        ),
        Block("Angaben nach Art. 30 Abs. 2 DSGVO", _required(content)),
    )


def _commissioner_rows(line: Content) -> tuple[Row, ...]:
    return (
        row("Name", line["name"], norm="Buchst. a"),
        row("Kontakt", line.get("contact", ""), norm="Buchst. a"),
        row("Vertreter", line.get("representative", ""), norm="Buchst. a", empty=NONE_GIVEN),
        row("Datenschutzbeauftragte", line.get("dpo", ""), norm="Buchst. a"),
        row("Kategorien von Verarbeitungen", line["categories"], norm="Buchst. b"),
    )


def _required(content: Content) -> tuple[Row, ...]:
    names = [line["name"] for line in content["commissioners"]]
    rows = [
        row("Verantwortliche, für die verarbeitet wird", names, norm="Buchst. a"),
        row("Übermittlung in ein Drittland", THIRD_COUNTRY.get(content["third_country"], ""), norm="Buchst. c"),
    ]
    if content["third_country"] == "takes_place" or content["third_country_details"]:
        rows.append(row("Empfänger, Land und Garantie", content["third_country_details"], norm="Buchst. c"))
    if documentation := content["third_country_documentation"]:
        rows.append(row("Dokumentation der Garantien", documentation, norm="Buchst. c, Art. 49 Abs. 1 Unterabs. 2"))
    measures = content["security_measures"]
    rows += [
        row("Technische und organisatorische Maßnahmen", measures, norm="Buchst. d, Art. 32 Abs. 1"),
        row("Weitere Auftragsverarbeiter", content["recipients_external"], norm="Art. 28 Abs. 2, 4", empty=NONE_GIVEN),
    ]
    return tuple(rows)
