"""Inquiries for tests, in each state."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from inquiries import services
from inquiries.models import Inquiry
from register.models import Entry
from tests.world import Town

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
