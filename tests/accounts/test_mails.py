"""Mails: asked again at the time of sending, absolute links of ours alone, safe to run twice."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.models import Membership, Notification, User
from accounts.tasks import mail_notification, mail_password_reset
from core.models import Job
from tests.accounts.conftest import PASSWORD
from tests.world import Town


@pytest.fixture
def job(musterstadt: Town) -> Job:
    services.notify(
        [musterstadt["cdo"]], "Ein Eintrag wartet.", url="/verwaltung/", municipality=musterstadt.municipality
    )
    return Job.objects.get(kind="notification-mail")


def test_a_notification_is_not_shown_to_somebody_whose_role_has_ended(musterstadt: Town, job: Job) -> None:
    services.end_role(Membership.objects.get(user=musterstadt["cdo"]), by=musterstadt["verwaltung"])
    assert not Notification.objects.visible_to(User.objects.get(pk=musterstadt["cdo"].pk)).exists()


def test_a_notification_is_mailed(job: Job) -> None:
    mail_notification(job)
    assert mail.outbox[0].subject == "Ein Eintrag wartet."


def test_a_notification_is_mailed_once(job: Job) -> None:
    mail_notification(job)
    mail_notification(job)
    assert len(mail.outbox) == 1


def test_a_mailed_notification_has_its_time(job: Job) -> None:
    mail_notification(job)
    assert Notification.objects.get().mailed_at is not None


def test_a_switched_off_person_gets_no_mail(job: Job, musterstadt: Town) -> None:
    services.switch_off(musterstadt["cdo"], by=musterstadt["verwaltung"], municipality=musterstadt.municipality)
    mail_notification(job)
    assert not mail.outbox


def test_somebody_who_left_gets_no_mail(job: Job, musterstadt: Town, neudorf: Town) -> None:
    services.give_role(musterstadt["cdo"], by=None, municipality=neudorf.municipality, role="revision")
    services.end_role(
        Membership.objects.get(user=musterstadt["cdo"], municipality=musterstadt.municipality),
        by=musterstadt["verwaltung"],
    )
    mail_notification(job)
    assert not mail.outbox


def test_somebody_who_turned_mails_off_gets_none(job: Job, musterstadt: Town) -> None:
    User.objects.filter(pk=musterstadt["cdo"].pk).update(mail_notifications=False)
    mail_notification(job)
    assert not mail.outbox


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"])
def test_a_mail_links_to_nobody_else(musterstadt: Town, url: str) -> None:
    services.notify([musterstadt["cdo"]], "Text", url=url, municipality=musterstadt.municipality)
    mail_notification(Job.objects.get(kind="notification-mail"))
    assert "evil" not in mail.outbox[0].body


def test_a_line_break_in_the_text_makes_no_header(musterstadt: Town) -> None:
    services.notify([musterstadt["cdo"]], "Text\nBcc: x@evil.example", municipality=musterstadt.municipality)
    mail_notification(Job.objects.get(kind="notification-mail"))
    assert mail.outbox[0].subject == "Text Bcc: x@evil.example"


def test_angle_brackets_stay_as_they_are(musterstadt: Town) -> None:
    services.notify([musterstadt["cdo"]], "Amt „A & B“", municipality=musterstadt.municipality)
    mail_notification(Job.objects.get(kind="notification-mail"))
    assert "Amt „A & B“" in mail.outbox[0].body


# -- a forgotten password


def ask(client: Client, login: str) -> Any:
    return client.post(reverse("accounts:forgotten-password"), {"login": login})


def link(client: Client, person: User) -> str:
    ask(client, person.email)
    mail_password_reset(Job.objects.get(kind="password-reset-mail"))
    found = re.search(r"https?://[^/]+(/\S+)", mail.outbox[-1].body)
    assert found
    return found[1]


def test_known_and_unknown_get_the_same_answer(client: Client, with_password: User) -> None:
    known, unknown = ask(client, with_password.email), ask(client, "niemand@example.org")
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])


def test_an_unknown_address_is_work_as_well(client: Client, db: None) -> None:
    ask(client, "niemand@example.org")
    assert Job.objects.get(kind="password-reset-mail").data == {"user": None}


def test_an_unknown_address_gets_no_mail(client: Client, db: None) -> None:
    ask(client, "niemand@example.org")
    mail_password_reset(Job.objects.get(kind="password-reset-mail"))
    assert not mail.outbox


def test_asking_often_sends_one_mail(client: Client, with_password: User) -> None:
    for _ in range(4):
        ask(client, with_password.email)
    assert Job.objects.filter(kind="password-reset-mail").count() <= 2


def test_the_link_sets_a_new_password(client: Client, with_password: User) -> None:
    address = client.get(link(client, with_password)).headers["Location"]
    client.post(address, {"password1": "ein-neues-kennwort-5", "password2": "ein-neues-kennwort-5"})
    with_password.refresh_from_db()
    assert with_password.check_password("ein-neues-kennwort-5")


def test_the_link_works_once(client: Client, with_password: User) -> None:
    address = link(client, with_password)
    here = client.get(address).headers["Location"]
    client.post(here, {"password1": "ein-neues-kennwort-5", "password2": "ein-neues-kennwort-5"})
    other = Client()
    assert other.get(other.get(address).headers["Location"]).status_code == 410


def test_the_token_leaves_the_address_before_the_page_is_shown(client: Client, with_password: User) -> None:
    assert client.get(link(client, with_password)).headers["Location"].endswith("/setzen/")


def test_a_new_password_from_a_link_ends_every_session(client: Client, with_password: User) -> None:
    other = Client()
    other.force_login(with_password)
    address = client.get(link(client, with_password)).headers["Location"]
    client.post(address, {"password1": "ein-neues-kennwort-5", "password2": "ein-neues-kennwort-5"})
    assert other.get("/konto/").status_code == 302


@pytest.mark.parametrize("uid", ["", "MQ", "!!!", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"])
def test_a_made_up_link_leads_nowhere(client: Client, with_password: User, uid: str) -> None:
    assert client.get(f"/anmelden/kennwort/{uid or 'x'}/setzen/").status_code == 410


def test_a_person_of_a_sign_in_service_gets_no_local_password(client: Client, with_password: User) -> None:
    with_password.set_unusable_password()
    with_password.save()
    ask(client, with_password.email)
    mail_password_reset(Job.objects.get(kind="password-reset-mail"))
    assert not mail.outbox


def test_the_old_password_still_works_until_then(client: Client, with_password: User) -> None:
    link(client, with_password)
    with_password.refresh_from_db()
    assert with_password.check_password(PASSWORD)
