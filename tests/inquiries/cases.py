"""Inquiries for tests, in each state."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from inquiries import services
from inquiries.models import Consultation, Contribution, Inquiry
from register.models import Entry
from tests.world import Town
from usecases.models import UseCase

TEXT = "Liest das Programm auch meinen Namen, Erika Muster?"
REPLY = "Nein. Ihr Name, Erika Muster, kommt nicht vor."


def asked(entry: Entry, **values: Any) -> Inquiry:
    """A question about a published entry, which may be published."""
    given: dict[str, Any] = {"kind": "question", "text": TEXT, "may_publish": True, **values}
    return services.ask(entry.public, number=given.pop("number", None) or uuid4(), **given)


def drafted(entry: Entry, town: Town, **values: Any) -> Inquiry:
    return services.draft_answer(asked(entry, **values), by=town["fachamt"], answer=REPLY)


def answered(entry: Entry, town: Town, **values: Any) -> Inquiry:
    return services.send_answer(drafted(entry, town, **values), by=town["cdo"])


def released(entry: Entry, town: Town, **values: Any) -> Inquiry:
    row = answered(entry, town, **values)
    shown = {"public_text": TEXT.replace("Erika Muster", "[…]"), "public_answer": REPLY.replace("Erika Muster", "[…]")}
    return services.release_inquiry(row, by=town["leitung"], **shown)


ASKED = {
    "title": "Anträge früher sehen",
    "about": "Ein Programm soll eilige Anträge nach vorn sortieren.",
    "question": "Was müsste dafür gelten, damit Sie es gut finden?",
}


def consulted(use_case: UseCase, town: Town, *, days: int = 14) -> Consultation:
    """Residents are asked from today on; two people have released it."""
    today = timezone.localdate()
    values = {**ASKED, "opens_on": today, "closes_on": today + timedelta(days=days)}
    row = services.write_consultation(use_case, by=town["fachamt"], values=values)
    return services.release_consultation(row, by=town["leitung"])


def contributed(row: Consultation, text: str = "Bitte prüft jeden Antrag selbst.") -> Contribution:
    return services.contribute(row, number=uuid4(), text=text)
