"""From the question to the answer that everybody reads: who may do what, and what the database holds."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InternalError, transaction
from django.utils import timezone

from accounts import services as accounts
from accounts.models import User
from accounts.rules import roles
from core.errors import Conflict, NotAllowed
from core.models import Job
from inquiries import selectors_public, services, tasks
from inquiries.models import Inquiry, InquiryAttempt
from inquiries.rules import clock
from inquiries.selectors import digest_of, status_token
from register import services as register
from register.models import Entry
from tests.inquiries.cases import REPLY, TEXT, answered, asked, drafted, released
from tests.world import Town

pytestmark = pytest.mark.django_db


def again(row: Inquiry) -> Inquiry:
    return Inquiry.objects.get(pk=row.pk)


def told(user: User) -> list[str]:
    return list(user.notifications.order_by("pk").values_list("text", flat=True))


# --- It comes in ---------------------------------------------------------------------------------


def test_a_double_click_asks_once(published: Entry) -> None:
    number = uuid4()
    assert asked(published, number=number) == asked(published, number=number)


def test_it_belongs_to_the_department_of_the_entry_which_is_told(published: Entry, musterstadt: Town) -> None:
    row = asked(published)
    assert (row.department, told(musterstadt["fachamt"])[-1][:6]) == (published.department, row.reference)


def test_the_secret_of_the_status_page_is_stored_as_a_hash_alone(published: Entry) -> None:
    row = asked(published)
    token = status_token(row.form_number)
    found = selectors_public.by_token(published.municipality, token)
    assert (found, row.token_digest, token in str(Inquiry.objects.values().get())) == (row, digest_of(token), False)


def test_nobody_asks_about_what_was_withdrawn(published: Entry, musterstadt: Town) -> None:
    document = published.public
    register.withdraw(published, by=musterstadt["cdo"], reason="Falsche Angabe")
    with pytest.raises(Conflict, match="nicht mehr öffentlich"):
        services.ask(document, number=uuid4(), kind="question", text="Was ist das?")


def test_a_seventh_form_of_an_hour_from_one_address_is_refused() -> None:
    for _ in range(6):
        services.count_attempt("192.0.2.7")
    services.count_attempt("192.0.2.8")
    with pytest.raises(services.TooMany):
        services.count_attempt("192.0.2.7")


def test_neighbours_in_one_network_of_ipv6_count_together() -> None:
    for n in range(6):
        services.count_attempt(f"2001:db8:1:1::{n}")
    with pytest.raises(services.TooMany):
        services.count_attempt("2001:db8:1:1:ffff::1")


def test_addresses_are_hashed_and_gone_after_a_day() -> None:
    services.count_attempt("192.0.2.7")
    assert "192" not in InquiryAttempt.objects.get().digest[:3] or len(InquiryAttempt.objects.get().digest) == 64
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        services.forget_inquiries()
    assert InquiryAttempt.objects.count() == 0


def test_a_request_about_own_data_is_due_a_month_later_and_the_datenschutz_is_told(
    published: Entry, musterstadt: Town
) -> None:
    with time_machine.travel("2026-01-31 12:00+01:00"):
        row = asked(published, request="gdpr")
    assert (row.law_due_on, row.reference in told(musterstadt["dsb"])[-1]) == (date(2026, 2, 28), True)


def test_a_month_ends_with_the_year() -> None:
    assert clock.months_later(date(2026, 12, 15), 1) == date(2027, 1, 15)


# --- Who reads it ---------------------------------------------------------------------------------


def test_another_office_and_the_revision_do_not_read_it(published: Entry, musterstadt: Town) -> None:
    row = asked(published)
    department = musterstadt.departments["tiefbau"]
    neighbour = User.objects.create_user("nachbar")
    accounts.give_role(
        neighbour, by=None, municipality=musterstadt.municipality, role=roles.FACHAMT, department=department
    )
    seen = {
        name: row in Inquiry.objects.visible_to(user)
        for name, user in {**musterstadt.people, "neighbour": neighbour}.items()
    }
    assert {name for name, sees in seen.items() if sees} == {"fachamt", "cdo", "dsb", "leitung"}


def test_what_is_routed_belongs_to_the_other_office(published: Entry, musterstadt: Town) -> None:
    row = drafted(published, musterstadt)
    services.route_inquiry(row, by=musterstadt["fachamt"], department=musterstadt.departments["tiefbau"], reason="Dort")
    row = again(row)
    assert (row.state, row in Inquiry.objects.visible_to(musterstadt["fachamt"])) == ("open", False)


def test_an_office_of_another_town_gets_nothing(published: Entry, musterstadt: Town, neudorf: Town) -> None:
    with pytest.raises(ValidationError, match="kennen wir hier nicht"):
        services.route_inquiry(
            asked(published), by=musterstadt["cdo"], department=neudorf.departments["tiefbau"], reason=""
        )


def test_staff_can_say_that_it_is_a_request_by_law(published: Entry, musterstadt: Town) -> None:
    with time_machine.travel("2026-03-02 12:00+01:00"):
        row = asked(published)
        services.label_inquiry(row, by=musterstadt["dsb"], kind="question", request="gdpr")
    assert again(row).law_due_on == date(2026, 4, 2)


def test_a_deadline_without_a_rule_of_ours_is_typed(published: Entry, musterstadt: Town) -> None:
    row, day = asked(published), timezone.localdate() + timedelta(days=5)
    services.label_inquiry(row, by=musterstadt["cdo"], kind="question", request="information", law_due_on=day)
    assert (again(row).law_due_on, again(row).due_on) == (day, day)


# --- Four eyes ------------------------------------------------------------------------------------


def test_nobody_checks_their_own_answer(published: Entry, musterstadt: Town) -> None:
    with pytest.raises(Conflict, match="andere Person"):
        services.send_answer(drafted(published, musterstadt), by=musterstadt["fachamt"])


def test_the_datenschutz_does_not_answer(published: Entry, musterstadt: Town) -> None:
    with pytest.raises(NotAllowed):
        services.draft_answer(asked(published), by=musterstadt["dsb"], answer=REPLY)


def test_what_came_back_has_to_be_written_again(published: Entry, musterstadt: Town) -> None:
    row = services.return_answer(drafted(published, musterstadt), by=musterstadt["cdo"], note="Bitte kürzer.")
    with pytest.raises(Conflict):
        services.send_answer(row, by=musterstadt["cdo"])


def test_a_draft_that_changed_meanwhile_is_not_sent(published: Entry, musterstadt: Town) -> None:
    row = drafted(published, musterstadt)
    services.draft_answer(row, by=musterstadt["fachamt"], answer="Ganz anders")
    with pytest.raises(Conflict, match="inzwischen geändert"):
        services.send_answer(row, by=musterstadt["cdo"], version=row.version)


def past_the_services(row: Inquiry, **values: Any) -> None:
    with transaction.atomic():
        Inquiry.objects.filter(pk=row.pk).update(**values)


def test_the_database_sends_no_answer_that_was_not_drafted(published: Entry, musterstadt: Town) -> None:
    sent = {"state": "answered", "answered_at": timezone.now(), "answer": "Anders", "checked_by": musterstadt["cdo"]}
    with pytest.raises((IntegrityError, InternalError), match="geprüft"):
        past_the_services(drafted(published, musterstadt), **sent)


def test_the_database_lets_nobody_check_their_own_answer(published: Entry, musterstadt: Town) -> None:
    own = {"state": "answered", "answered_at": timezone.now(), "checked_by": musterstadt["fachamt"]}
    with pytest.raises(IntegrityError, match="inquiry_answer_checked_by_another"):
        past_the_services(drafted(published, musterstadt), **own)


def test_the_database_keeps_a_sent_answer(published: Entry, musterstadt: Town) -> None:
    with pytest.raises((IntegrityError, InternalError), match="bleibt stehen"):
        past_the_services(answered(published, musterstadt), answer="Anders")


def test_the_database_publishes_nothing_without_consent(published: Entry, musterstadt: Town) -> None:
    shown = {"released_at": timezone.now(), "released_by": musterstadt["leitung"], "public_text": "x"}
    with pytest.raises(IntegrityError, match="inquiry_released_with_consent"):
        past_the_services(answered(published, musterstadt, may_publish=False), **shown, public_answer="y")


def test_the_database_invents_no_consent(published: Entry) -> None:
    with pytest.raises((IntegrityError, InternalError), match="Zustimmung"):
        past_the_services(asked(published, may_publish=False), may_publish=True)


# --- It goes out ----------------------------------------------------------------------------------


def run_mail() -> None:
    tasks.mail_answer(Job.objects.get(kind="inquiry-mail"))


def test_the_answer_goes_by_mail_without_what_was_asked(published: Entry, musterstadt: Town) -> None:
    answered(published, musterstadt, email="erika@example.org")
    run_mail()
    (sent,) = mail.outbox
    assert (sent.to, REPLY in sent.body, TEXT in sent.body) == (["erika@example.org"], True, False)


def test_nothing_is_public_before_the_release(published: Entry, musterstadt: Town) -> None:
    answered(published, musterstadt)
    assert list(selectors_public.released(musterstadt.municipality)) == []


def test_what_is_released_is_public_as_it_was_shortened(published: Entry, musterstadt: Town) -> None:
    released(published, musterstadt)
    (row,) = selectors_public.released(musterstadt.municipality)
    assert row.public_text == TEXT.replace("Erika Muster", "[…]")


def test_a_changed_wording_is_not_released(published: Entry, musterstadt: Town) -> None:
    row = answered(published, musterstadt)
    with pytest.raises(ValidationError) as refused:
        services.release_inquiry(row, by=musterstadt["leitung"], public_text="Wie schön!", public_answer=REPLY)
    assert list(refused.value.message_dict) == ["public_text"]


def test_without_consent_nothing_is_released(published: Entry, musterstadt: Town) -> None:
    row = answered(published, musterstadt, may_publish=False)
    with pytest.raises(Conflict, match="nicht zugestimmt"):
        services.release_inquiry(row, by=musterstadt["leitung"], public_text=TEXT, public_answer=REPLY)


def test_a_release_can_be_taken_back(published: Entry, musterstadt: Town) -> None:
    services.withdraw_release(released(published, musterstadt), by=musterstadt["cdo"], reason="Name übersehen")
    assert list(selectors_public.released(musterstadt.municipality)) == []


def test_questions_go_with_an_entry_that_is_withdrawn(published: Entry, musterstadt: Town) -> None:
    released(published, musterstadt)
    register.withdraw(published, by=musterstadt["cdo"], reason="Falsche Angabe")
    assert list(selectors_public.released(musterstadt.municipality)) == []


def test_the_figures_count_open_and_answered_and_take_the_median(published: Entry, musterstadt: Town) -> None:
    asked(published)
    for days in (2, 4, 12):
        with time_machine.travel(timezone.now() - timedelta(days=days)):
            row = drafted(published, musterstadt)
        services.send_answer(row, by=musterstadt["cdo"])
    found = selectors_public.figures(musterstadt.municipality)
    assert (found.open, found.answered, found.median_days) == (1, 3, 4)


# --- The clock ------------------------------------------------------------------------------------


def test_the_office_is_reminded_once_before_the_day(published: Entry, musterstadt: Town) -> None:
    asked(published)
    with time_machine.travel(timezone.now() + timedelta(days=12)):
        told_first, told_again = services.remind_of_inquiries(), services.remind_of_inquiries()
    assert (told_first, told_again, "noch 2 Tage" in told(musterstadt["fachamt"])[-1]) == (1, 0, True)


def test_after_the_day_leitung_and_cdo_hear_of_it_once(published: Entry, musterstadt: Town) -> None:
    asked(published)
    with time_machine.travel(timezone.now() + timedelta(days=12)):
        services.remind_of_inquiries()
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        late, again = services.remind_of_inquiries(), services.remind_of_inquiries()
    assert (late, again, "überfällig" in told(musterstadt["leitung"])[-1]) == (1, 0, True)


def test_what_people_wrote_is_deleted_and_what_is_public_stays(published: Entry, musterstadt: Town) -> None:
    row = released(published, musterstadt, email="erika@example.org")
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        services.forget_inquiries()
    row = again(row)
    assert (row.text, row.email, row.answer, "[…]" in row.public_text) == ("", "", "", True)


def test_the_promise_of_a_municipality_is_its_own(published: Entry, musterstadt: Town) -> None:
    services.set_inquiry_rules(musterstadt.municipality, by=musterstadt["cdo"], answer_days=5, keep_days=30)
    assert asked(published).promised_on == timezone.localdate() + timedelta(days=5)
