"""What people asked in a demo municipality."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.utils import timezone

from inquiries import services
from inquiries.models import Inquiry
from usecases.models import UseCase

if TYPE_CHECKING:
    from config.demo.story import Town


def put_question(town: Town, about: dict[str, Any]) -> None:
    """Somebody asks about a public entry."""
    given = {"kind": about["kind"], "text": about["text"], "may_publish": about.get("may_publish", False)}
    row = services.ask(town.now(about["system"]).public, number=uuid4(), **given, request=about.get("request", ""))
    about["number"] = row.number


def answer_question(town: Town, about: dict[str, Any]) -> None:
    """One person writes, another one sends; what may be public is released."""
    row = Inquiry.objects.get(municipality=town.municipality, number=about["number"])
    row = services.draft_answer(row, by=town.person(about["by"]), answer=about["answer"])
    if "checked_by" not in about:
        return
    row = services.send_answer(row, by=town.person(about["checked_by"]))
    if released_by := about.get("released_by"):
        public_text = about.get("public_text", row.text)
        services.release_inquiry(row, by=town.person(released_by), public_text=public_text, public_answer=row.answer)


def consult(town: Town, about: dict[str, Any]) -> None:
    """A use case in planning asks residents; some have answered."""
    use_case = UseCase.objects.get(municipality=town.municipality, title=about["use_case"])
    opens_on = timezone.localdate()
    days = {"opens_on": opens_on, "closes_on": opens_on + timedelta(days=about["days"])}
    row = services.write_consultation(use_case, by=town.person(about["by"]), values={**about["values"], **days})
    row = services.release_consultation(row, by=town.person(about["released_by"]))
    for text in about["views"]:
        services.contribute(row, number=uuid4(), text=text)
