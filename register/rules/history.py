"""What the audit trail's actions are called in German. An action without a row is shown by its name."""

ACTIONS = {
    "register.entry.created": "Eintrag angelegt",
    "register.entry.changed": "Angaben geändert",
    "register.entry.submitted": "Zur Prüfung gegeben",
    "register.entry.recalled": "Aus der Prüfung zurückgeholt",
    "register.entry.returned": "Zurückgegeben",
    "register.entry.returned_by_change": "Zurückgegeben, weil sich verknüpfte Angaben geändert haben",
    "register.entry.opinion": "Stellungnahme des Datenschutzes abgegeben",
    "register.entry.released": "Freigegeben",
    "register.entry.published": "Veröffentlicht",
    "register.entry.withdrawn": "Sofort zurückgezogen",
    "register.entry.suspended": "Sofort ausgesetzt",
    "register.entry.shared": "Für eine Person freigeschaltet",
    "register.entry.unshared": "Freischaltung beendet",
    "register.entry.deleted": "Entwurf gelöscht",
    "register.block.set": "Ergänzung aus einem anderen Bereich geändert",
    "register.comment.made": "Kommentiert",
    "register.comment.resolved": "Kommentar erledigt",
    "register.measure.reviewed": "Sofortmaßnahme nachträglich geprüft",
    "register.publication.redacted": "Fassung geschwärzt",
    "register.storagelocation.created": "Speicherort angelegt",
    "register.storagelocation.changed": "Speicherort geändert",
    "register.recipient.created": "Empfänger angelegt",
    "register.recipient.changed": "Empfänger geändert",
    "accounts.municipality.created": "Kommune angelegt",
    "accounts.municipality.changed": "Einstellungen der Kommune geändert",
    "accounts.department.created": "Amt angelegt",
    "accounts.department.changed": "Amt geändert",
    "accounts.role.given": "Rolle vergeben",
    "accounts.role.ended": "Rolle beendet",
    "accounts.invitation.created": "Einladung verschickt",
    "accounts.invitation.accepted": "Einladung angenommen",
    "accounts.invitation.withdrawn": "Einladung zurückgezogen",
    "accounts.person.switched_off": "Konto abgeschaltet",
    "accounts.person.switched_on": "Konto wieder eingeschaltet",
    "accounts.delegation.given": "Freigabe übertragen",
    "accounts.delegation.ended": "Übertragung beendet",
    "accounts.grant.given": "Einblick für den Plattformbetrieb gewährt",
    "accounts.grant.ended": "Einblick für den Plattformbetrieb beendet",
}

OBJECT_TYPES = {
    "register.entry": "Eintrag",
    "register.storagelocation": "Speicherort",
    "register.recipient": "Empfänger",
    "accounts.municipality": "Kommune",
    "accounts.department": "Amt",
    "accounts.membership": "Rolle einer Person",
    "accounts.invitation": "Einladung",
    "accounts.user": "Person",
    "accounts.platformgrant": "Einblick für den Plattformbetrieb",
    "accounts.signinservice": "Anmeldedienst",
}


def label_of_action(action: str) -> str:
    return ACTIONS.get(action, action)
