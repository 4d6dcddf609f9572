"""Setting a municipality up: steps ticked off or put aside, departments from a list, the test mail."""

from __future__ import annotations

import smtplib
import socket
import ssl

from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Department, Municipality, SetupStep, User
from accounts.rules import setup
from accounts.rules.department_list import Line
from accounts.selectors_setup import mail_leaves_the_machine
from accounts.services.checks import locked, require
from accounts.services.municipalities import create_department
from core import audit
from core.errors import Conflict

MAIL_SECONDS = 10


@transaction.atomic
def mark_setup_step(municipality: Municipality, *, by: User, key: str, state: str) -> None:
    """Tick a step off, put it aside, or (empty state) take it up again."""
    require(by, "settings.manage", municipality)
    if key not in setup.KEYS or state not in ("", *SetupStep.State.values):
        raise Conflict(_("Diesen Schritt gibt es nicht."))
    if state:
        SetupStep.objects.update_or_create(municipality=municipality, key=key, defaults={"state": state, "by": by})
    else:
        SetupStep.objects.filter(municipality=municipality, key=key).delete()
    audit.record("accounts.setup.marked", municipality, by=by, data={"step": key, "state": state or "open"})


@transaction.atomic
def create_departments(municipality: Municipality, *, by: User, lines: list[Line]) -> int:
    """The departments of a list that do not exist yet, all or none; returns how many."""
    require(by, "settings.manage", municipality)
    if fault := next((line.fault for line in lines if line.fault), ""):
        raise Conflict(fault)
    locked(municipality)
    known = department_paths(municipality)
    number = 0
    for line in lines:
        if line.path not in known:
            parent = known.get(line.path[:-1])
            known[line.path] = create_department(municipality, by=by, name=line.name, parent=parent)
            number += 1
    return number


def department_paths(municipality: Municipality) -> dict[tuple[str, ...], Department]:
    """Every department by the names that lead to it."""
    rows = {row.pk: row for row in Department.objects.filter(municipality=municipality)}
    found = {}
    for row in rows.values():
        above = [int(part) for part in row.path.split("/") if part]
        found[tuple(rows[pk].name for pk in above if pk in rows)] = row
    return found


def send_test_mail(municipality: Municipality, *, by: User) -> str:
    """One message to the person who asks; returns "" or a German sentence saying why it failed."""
    require(by, "settings.manage", municipality)
    failure = _try_mail(by)
    with transaction.atomic():
        audit.record("accounts.mail.tested", municipality, by=by, data={"sent": not failure})
        if not failure and mail_leaves_the_machine():
            done = {"state": SetupStep.State.DONE, "by": by}
            SetupStep.objects.update_or_create(municipality=municipality, key="mail", defaults=done)
    return failure


def _try_mail(by: User) -> str:
    if not by.email:
        return _("Ihr Konto hat keine E-Mail-Adresse.")
    text = _("Der Versand von E-Mails aus dem KI-Register klappt. Sie müssen nichts weiter tun.")
    message = EmailMessage(_("Probemail aus dem KI-Register"), text, None, [by.email])
    message.connection = get_connection(timeout=MAIL_SECONDS) if mail_leaves_the_machine() else get_connection()
    try:
        message.send()
    except (OSError, smtplib.SMTPException) as error:
        return next(sentence for kinds, sentence in _failures() if isinstance(error, kinds))
    return ""


def _failures() -> tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...]:
    """What went wrong, the most exact first. Nothing of the server's own words: they may hold secrets."""
    return (
        (smtplib.SMTPAuthenticationError, _("Der Mailserver lehnt Benutzername oder Kennwort ab. Der Betrieb muss EMAIL_URL berichtigen.")),
        (smtplib.SMTPRecipientsRefused, _("Der Mailserver nimmt Ihre Adresse nicht an. Prüfen Sie die Adresse in Ihrem Konto.")),
        (smtplib.SMTPSenderRefused, _("Der Mailserver nimmt die Absenderadresse nicht an. Der Betrieb muss MAIL_FROM berichtigen.")),
        (smtplib.SMTPNotSupportedError, _("Der Mailserver kann die eingestellte Verschlüsselung oder Anmeldung nicht. Der Betrieb muss EMAIL_URL berichtigen.")),
        (ssl.SSLError, _("Die verschlüsselte Verbindung zum Mailserver klappt nicht. Der Betrieb muss Port und Zertifikat prüfen.")),
        (socket.gaierror, _("Den Namen des Mailservers gibt es nicht. Der Betrieb muss EMAIL_URL berichtigen.")),
        (ConnectionRefusedError, _("Der Mailserver nimmt keine Verbindung an. Der Betrieb muss Adresse und Port prüfen.")),
        (TimeoutError, _("Der Mailserver antwortet nicht. Der Betrieb muss Adresse, Port und Firewall prüfen.")),
        (Exception, _("Der Versand ist gescheitert. Der Betrieb findet den Grund beim Mailserver.")),
    )  # fmt: skip
