"""An inquiry comes in. Nobody is signed in, and nothing about the sender is kept but what they typed."""

from __future__ import annotations

import ipaddress
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts import permissions
from accounts.models import Municipality
from accounts.services import notify
from core import audit
from core.errors import Conflict, Refusal
from core.text import format_date
from inquiries.models import Inquiry, InquiryAttempt
from inquiries.models.inquiry import ANSWER
from inquiries.rules import clock
from inquiries.rules.vocabulary import A_DAY_PER_MUNICIPALITY, AN_HOUR_PER_ADDRESS, BARRIER
from inquiries.selectors import barrier_days, digest_of, rules_of, status_token
from register.models import Entry, PublicDocument
from register.services.access import one_at_a_time, validated


class TooMany(Refusal):
    """One address writes more than a person would."""

    status = 429

    def __init__(self) -> None:
        super().__init__(
            "Von Ihrem Anschluss kamen gerade sehr viele Anfragen. Bitte versuchen Sie es in einer Stunde noch einmal."
        )


@transaction.atomic
def count_attempt(address: str) -> None:
    """Count a form that was sent from an address; raises TooMany. Two at once may both pass, which does no harm."""
    now = timezone.now()
    digest = _attempt_digest(address)
    lately = InquiryAttempt.objects.filter(digest=digest, at__gt=now - timedelta(hours=1))
    if lately.count() >= AN_HOUR_PER_ADDRESS:
        raise TooMany()
    InquiryAttempt.objects.create(digest=digest)


def _attempt_digest(address: str) -> str:
    """Another one every day, so that the rows of two days cannot be brought together."""
    try:
        network = ipaddress.ip_network(f"{address}/{64 if ':' in address else 32}", strict=False)
        place = str(network)
    except ValueError:
        place = address[:45]
    salt = f"inquiries.attempt.{timezone.localdate()}"
    return salted_hmac(salt, place, algorithm="sha256").hexdigest()


@transaction.atomic
def ask(
    document: PublicDocument,
    *,
    number: UUID,
    kind: str,
    text: str,
    email: str = "",
    may_publish: bool = False,
    request: str = "",
) -> Inquiry:
    """An inquiry about a public entry. The same `number` again gives the same inquiry."""
    one_at_a_time(document.municipality)
    if known := Inquiry.objects.filter(form_number=number).first():
        return known
    public = Entry.objects.filter(public__isnull=False, municipality__is_active=True)
    entry = public.select_related("municipality", "department").filter(pk=document.pk).first()
    if entry is None:
        raise Conflict("Dieser Eintrag ist nicht mehr öffentlich. Bitte wenden Sie sich direkt an die Kommune.")
    if not text.strip():
        raise ValidationError({"text": "Bitte schreiben Sie, worum es geht."})
    row = _received(
        entry.municipality,
        number,
        days=rules_of(entry.municipality).answer_days,
        entry=entry,
        department=entry.department,
        kind=kind,
        request=request,
        text=text.strip(),
        email=email,
        may_publish=may_publish,
        law_due_on=clock.statutory(request, timezone.localdate()),
    )
    audit.record("inquiries.inquiry.received", row, by=None, data={"entry": str(entry.uuid), "kind": kind})
    return row


@transaction.atomic
def report_barrier(municipality: Municipality, *, number: UUID, text: str, place: str = "", email: str = "") -> Inquiry:
    """A barrier on the citizens' pages. It is never public; the desk gives it to whoever can remove it."""
    one_at_a_time(municipality)
    if known := Inquiry.objects.filter(form_number=number).first():
        return known
    if not text.strip():
        raise ValidationError({"text": "Bitte schreiben Sie, was nicht geht."})
    row = _received(
        municipality,
        number,
        days=barrier_days(municipality),
        kind=BARRIER,
        text=text.strip(),
        place=place.strip(),
        email=email,
    )
    audit.record("inquiries.inquiry.received", row, by=None, data={"kind": BARRIER})
    return row


def _received(municipality: Municipality, number: UUID, *, days: int, **values: Any) -> Inquiry:
    """The next one of the municipality, with its first step; whoever answers is told."""
    today = timezone.localdate()
    here = Inquiry.objects.filter(municipality=municipality)
    if here.filter(received_at__date=today).count() >= A_DAY_PER_MUNICIPALITY:
        raise Conflict("Heute kamen schon sehr viele Anfragen. Bitte versuchen Sie es morgen noch einmal.")
    row = Inquiry(
        municipality=municipality,
        number=(here.aggregate(last=Max("number"))["last"] or 0) + 1,
        form_number=number,
        token_digest=digest_of(status_token(number)),
        received_at=timezone.now(),
        promised_on=clock.promised(today, days=days),
        **values,
    )
    validated(row).save()
    row.events.create(at=row.received_at, what="Eingegangen")
    tell_of_arrival(row)
    return row


def tell_of_arrival(row: Inquiry) -> None:
    """The department, and the Datenschutz of a request about somebody's own data. The text stays on its page."""
    people = permissions.holders(ANSWER, row.municipality, department=row.department)
    if row.request == "gdpr":
        people += permissions.holders("entry.opine", row.municipality)
    label = row.law.label if row.law else row.get_kind_display()
    text = f"{row.reference}, {label} zu „{row.subject}“. Antwort bis {format_date(row.due_on)}."
    notify(people, text, url=row.get_absolute_url(), municipality=row.municipality)
