"""No answer, more time, no consent any more."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.errors import Conflict
from inquiries import selectors_public, services
from inquiries.models import Inquiry
from inquiries.rules import clock
from inquiries.selectors import status_token
from public import guard
from register.models import Entry
from tests.inquiries.cases import answered, asked, drafted, released
from tests.world import Town


def page_of(row: Inquiry, name: str = "inquiry") -> str:
    return reverse(f"public:{name}", args=[row.municipality.slug, status_token(row.form_number)])


def test_what_is_closed_is_off_the_desk_and_not_counted_as_answered(musterstadt: Town, published: Entry) -> None:
    services.close_inquiry(asked(published), by=musterstadt["cdo"], closing="spam")
    figures = selectors_public.figures(musterstadt.municipality)
    assert (figures.open, figures.answered) == (0, 0)


def test_what_is_closed_keeps_its_row_and_says_so_on_its_page(
    client: Client, musterstadt: Town, published: Entry
) -> None:
    row = services.close_inquiry(asked(published), by=musterstadt["cdo"], closing="spam")
    assert "ohne Antwort geschlossen" in client.get(page_of(row)).content.decode()


def test_what_is_closed_is_forgotten_in_time(musterstadt: Town, published: Entry) -> None:
    row = services.close_inquiry(asked(published), by=musterstadt["cdo"], closing="spam")
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        services.forget_inquiries()
    assert Inquiry.objects.get(pk=row.pk).text == ""


def test_what_is_closed_cannot_be_released(musterstadt: Town, published: Entry) -> None:
    row = services.close_inquiry(drafted(published, musterstadt), by=musterstadt["cdo"], closing="spam")
    with pytest.raises(Conflict):
        services.release_inquiry(row, by=musterstadt["leitung"], public_text="a", public_answer="b")


def test_a_request_with_a_statutory_deadline_is_not_closed_without_an_answer(
    musterstadt: Town, published: Entry
) -> None:
    with pytest.raises(Conflict, match="gesetzlicher Frist"):
        services.close_inquiry(asked(published, request="gdpr"), by=musterstadt["cdo"], closing="spam")


def test_the_database_closes_nothing_without_a_reason(published: Entry) -> None:
    row = asked(published)
    with pytest.raises(IntegrityError), transaction.atomic():
        Inquiry.objects.filter(pk=row.pk).update(state="closed")


def test_a_deadline_is_extended_by_two_months_with_reasons(client: Client, musterstadt: Town, published: Entry) -> None:
    until = clock.months_later(timezone.localdate(), 3)
    row = services.extend_deadline(
        asked(published, request="gdpr"), by=musterstadt["cdo"], law_due_on=until, reason="Sehr viele Akten"
    )
    page = client.get(page_of(row)).content.decode()
    assert (Inquiry.objects.get(pk=row.pk).due_on, "Sehr viele Akten" in page) == (until, True)


@pytest.mark.parametrize(("days", "reason"), [(200, "Viele Akten"), (0, "Viele Akten"), (60, " ")])
def test_an_extension_too_long_too_short_or_without_reasons_is_refused(
    musterstadt: Town, published: Entry, days: int, reason: str
) -> None:
    until = timezone.localdate() + timedelta(days=days)
    with pytest.raises(ValidationError):
        services.extend_deadline(
            asked(published, request="gdpr"), by=musterstadt["cdo"], law_due_on=until, reason=reason
        )


def test_after_the_first_month_nothing_is_extended(musterstadt: Town, published: Entry) -> None:
    row = asked(published, request="gdpr")
    with time_machine.travel(timezone.now() + timedelta(days=35)), pytest.raises(Conflict, match="vorbei"):
        services.extend_deadline(
            row, by=musterstadt["cdo"], law_due_on=timezone.localdate() + timedelta(days=20), reason="Viele Akten"
        )


def test_a_question_has_no_deadline_to_extend(musterstadt: Town, published: Entry) -> None:
    with pytest.raises(Conflict, match="Antrags nach Art"):
        services.extend_deadline(
            asked(published), by=musterstadt["cdo"], law_due_on=timezone.localdate(), reason="Viele Akten"
        )


def test_consent_that_is_taken_back_takes_the_question_off_the_pages(musterstadt: Town, published: Entry) -> None:
    services.withdraw_consent(released(published, musterstadt))
    assert not selectors_public.released(musterstadt.municipality).exists()


def test_without_consent_nothing_can_be_released_again(musterstadt: Town, published: Entry) -> None:
    row = services.withdraw_consent(answered(published, musterstadt))
    with pytest.raises(Conflict, match="nicht zugestimmt"):
        services.release_inquiry(row, by=musterstadt["leitung"], public_text=row.text, public_answer=row.answer)


def test_the_person_takes_the_consent_back_on_the_status_page(
    client: Client, musterstadt: Town, published: Entry
) -> None:
    row = released(published, musterstadt)
    with time_machine.travel(timezone.now() - timedelta(seconds=30)):
        token = guard.new_token(f"consent-{row.uuid}")
    answer = client.post(page_of(row, "consent"), {"token": token})
    assert (answer.status_code, Inquiry.objects.get(pk=row.pk).may_publish, dict(answer.cookies)) == (302, False, {})


def test_nobody_takes_back_the_consent_of_somebody_else(client: Client, musterstadt: Town, published: Entry) -> None:
    released(published, musterstadt)
    assert client.get(reverse("public:consent", args=["musterstadt", "0" * 32])).status_code == 404


def test_a_barrier_stays_a_barrier(musterstadt: Town, published: Entry) -> None:
    with pytest.raises(ValidationError):
        services.label_inquiry(asked(published), by=musterstadt["cdo"], kind="barrier", request="")


def test_answers_have_a_feed(client: Client, musterstadt: Town, published: Entry) -> None:
    released(published, musterstadt)
    feed = client.get(reverse("public:answers-feed", args=["musterstadt"])).content.decode()
    assert (feed.count("<entry>"), "Erika Muster" in feed) == (1, False)
