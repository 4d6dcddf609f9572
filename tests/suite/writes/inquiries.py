"""Every write about what people ask."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from inquiries import services as inquiries
from inquiries.models import Inquiry
from inquiries.rules import clock
from tests.inquiries.cases import ASKED, REPLY, TEXT, asked, contributed
from tests.suite.scene import Scene
from tests.suite.writes.common import TODAY, Prepare, in_town, on


def overdue(s: Scene) -> Callable[[], Any]:
    Inquiry.objects.filter(pk=s.things["inquiry"].pk).update(promised_on=TODAY() - timedelta(days=1))
    return inquiries.remind_of_inquiries


def past_its_day(s: Scene) -> Callable[[], Any]:
    Inquiry.objects.filter(pk=s.things["inquiry answered"].pk).update(erase_on=TODAY())
    return inquiries.forget_inquiries


def routed(s: Scene) -> Callable[[], Any]:
    office = s.town.departments["tiefbau"]
    return partial(inquiries.route_inquiry, s.things["inquiry"], by=s.town["cdo"], department=office, reason="Dort")


def extended(s: Scene) -> Callable[[], Any]:
    row = inquiries.label_inquiry(s.things["inquiry"], by=s.town["cdo"], kind="question", request="gdpr")
    until = clock.months_later(TODAY(), 3)
    return partial(inquiries.extend_deadline, row, by=s.town["cdo"], law_due_on=until, reason="Sehr viele Akten")


TODAY_ONLY = {**ASKED, "opens_on": TODAY(), "closes_on": TODAY()}


INQUIRIES: dict[str, Prepare] = {
    "ask": lambda s: partial(asked, s.things["published"]),
    "draft_answer": on(inquiries.draft_answer, "inquiry", answer=REPLY),
    "return_answer": on(inquiries.return_answer, "inquiry drafted", note="Bitte kürzer."),
    "send_answer": on(inquiries.send_answer, "inquiry drafted"),
    "route_inquiry": routed,
    "label_inquiry": on(inquiries.label_inquiry, "inquiry", kind="complaint", request="gdpr"),
    "release_inquiry": on(inquiries.release_inquiry, "inquiry answered", public_text=TEXT, public_answer=REPLY),
    "withdraw_release": on(inquiries.withdraw_release, "inquiry released", reason="Name übersehen"),
    "write_consultation": on(inquiries.write_consultation, "use case", values=TODAY_ONLY),
    "change_consultation": on(inquiries.change_consultation, "consultation", values={"closes_on": TODAY()}),
    "release_consultation": lambda s: partial(
        inquiries.release_consultation,
        inquiries.change_consultation(s.things["consultation"], by=s.town["cdo"], values={"closes_on": TODAY()}),
        by=s.town["leitung"],
    ),
    "contribute": lambda s: partial(contributed, s.things["consultation"]),
    "report_barrier": lambda s: partial(
        inquiries.report_barrier, s.town.municipality, number=uuid4(), text="Der Kontrast ist zu schwach."
    ),
    "close_inquiry": on(inquiries.close_inquiry, "inquiry", closing="spam"),
    "extend_deadline": extended,
    "withdraw_consent": lambda s: partial(inquiries.withdraw_consent, s.things["inquiry released"]),
    "set_inquiry_rules": in_town(inquiries.set_inquiry_rules, answer_days=7, keep_days=30),
    "remind_of_inquiries": overdue,
    "forget_inquiries": past_its_day,
}
