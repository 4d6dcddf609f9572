"""Getting in with name and password: same answers, a lock, a new session."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.sso import LocalBackend
from tests.accounts.conftest import PASSWORD

SIGN_IN = "/anmelden/"


def attempt(client: Client, login: str, password: str, **extra: Any) -> Any:
    return client.post(SIGN_IN, {"login": login, "password": password}, **extra)


def test_the_user_name_and_the_password_let_a_person_in(client: Client, with_password: User) -> None:
    assert attempt(client, with_password.username, PASSWORD).headers["Location"] == "/verwaltung/"


def test_the_mail_address_works_in_place_of_the_user_name(client: Client, with_password: User) -> None:
    assert attempt(client, with_password.email.upper(), PASSWORD).status_code == 302


def test_an_unknown_person_and_a_wrong_password_get_the_same_answer(client: Client, with_password: User) -> None:
    wrong = attempt(client, with_password.username, "falsch").content.decode()
    unknown = attempt(client, "niemand", "falsch").content.decode()
    assert _without(wrong, with_password.username) == _without(unknown, "niemand")


def _without(page: str, name: str) -> list[str]:
    return [line for line in page.replace(name, "NAME").splitlines() if "csrfmiddlewaretoken" not in line]


def test_a_switched_off_person_gets_the_same_answer_as_a_stranger(client: Client, with_password: User) -> None:
    User.objects.filter(pk=with_password.pk).update(is_active=False)
    off = attempt(client, with_password.username, PASSWORD)
    unknown = attempt(client, "niemand", PASSWORD)
    assert _without(off.content.decode(), with_password.username) == _without(unknown.content.decode(), "niemand")


def test_a_refused_sign_in_answers_422(client: Client, with_password: User) -> None:
    assert attempt(client, with_password.username, "falsch").status_code == 422


class CountingHasher(PBKDF2PasswordHasher):
    """The hasher of the program, which also counts how often it works."""

    worked = 0

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        type(self).worked += 1
        return super().encode(password, salt, iterations)


def test_an_unknown_name_costs_as_much_work_as_a_known_one(with_password: User, settings: Any) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.{CountingHasher.__name__}"]
    with_password.set_password(PASSWORD)
    with_password.save()

    def work(name: str) -> int:
        before = CountingHasher.worked
        LocalBackend().authenticate(None, username=name, password="falsch")
        return CountingHasher.worked - before

    assert (work(with_password.email), work("niemand")) == (1, 1)


def test_five_failures_lock_the_account_for_this_address(client: Client, with_password: User) -> None:
    for _ in range(5):
        answer = attempt(client, with_password.username, "falsch")
    assert answer.status_code == 429


def test_a_locked_account_refuses_the_right_password(client: Client, with_password: User) -> None:
    for _ in range(5):
        attempt(client, with_password.username, "falsch")
    assert attempt(client, with_password.username, PASSWORD).status_code == 429


def test_name_and_mail_address_count_as_one_account(client: Client, with_password: User) -> None:
    for login in (with_password.username, with_password.email, with_password.username.upper()):
        attempt(client, login, "falsch")
        attempt(client, login, "falsch")
    assert attempt(client, with_password.username, PASSWORD).status_code == 429


def test_the_lock_holds_for_one_address_only(client: Client, with_password: User) -> None:
    for _ in range(5):
        attempt(client, with_password.username, "falsch", REMOTE_ADDR="192.0.2.1")
    assert attempt(client, with_password.username, PASSWORD, REMOTE_ADDR="192.0.2.2").status_code == 302


def test_the_lock_page_is_german(client: Client, with_password: User) -> None:
    for _ in range(5):
        answer = attempt(client, with_password.username, "falsch")
    assert "Die Anmeldung ist für kurze Zeit gesperrt." in answer.content.decode()


def test_four_failures_and_a_success_start_the_count_again(client: Client, with_password: User) -> None:
    for _ in range(4):
        attempt(client, with_password.username, "falsch")
    attempt(client, with_password.username, PASSWORD)
    client.post("/abmelden/")
    assert attempt(client, with_password.username, "falsch").status_code == 422


def test_the_session_gets_a_new_key_at_sign_in(client: Client, with_password: User) -> None:
    client.get("/einladung/gibt-es-nicht/")
    session = client.session
    session["x"] = 1
    session.save()
    client.cookies["sitzung"] = session.session_key
    before = session.session_key
    attempt(client, with_password.username, PASSWORD)
    assert client.session.session_key != before


def test_signing_out_is_a_post(client: Client, with_password: User) -> None:
    client.force_login(with_password)
    assert client.get("/abmelden/").status_code == 405


def test_signing_out_ends_the_session(client: Client, with_password: User) -> None:
    client.force_login(with_password)
    client.post("/abmelden/")
    assert client.get("/konto/").status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "https:evil.example",
        "\t//evil.example",
        "javascript:alert(1)",
    ],
)
def test_sign_in_never_leads_to_a_foreign_site(client: Client, with_password: User, target: str) -> None:
    answer = client.post(SIGN_IN, {"login": with_password.username, "password": PASSWORD, "next": target})
    assert answer.headers["Location"] == "/verwaltung/"


def test_sign_in_leads_back_to_the_page_that_asked(client: Client, with_password: User) -> None:
    answer = client.post(SIGN_IN, {"login": with_password.username, "password": PASSWORD, "next": "/konto/"})
    assert answer.headers["Location"] == "/konto/"


@pytest.mark.parametrize(
    "path", ["/accounts/signup/", "/anmelden/registrieren/", "/accounts/login/", "/accounts/email/"]
)
def test_there_is_no_address_to_sign_up(client: Client, db: None, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_person_without_a_role_is_told_so(client: Client, db: None) -> None:
    person = User.objects.create_user("ohne-rolle", password=PASSWORD)
    answer = client.post(SIGN_IN, {"login": person.username, "password": PASSWORD}, follow=True)
    assert (answer.status_code, "noch keine Rolle" in answer.content.decode()) == (403, True)


def test_the_own_account_can_be_changed(client: Client, with_password: User) -> None:
    client.force_login(with_password)
    client.post("/konto/", {"first_name": "Änne", "last_name": "Öhl", "position": "Leitung IT"})
    with_password.refresh_from_db()
    assert (with_password.first_name, with_password.position, with_password.mail_notifications) == (
        "Änne",
        "Leitung IT",
        False,
    )


def test_a_new_password_ends_the_other_sessions(client: Client, with_password: User) -> None:
    other = Client()
    other.force_login(with_password)
    client.force_login(with_password)
    new = "ein-anderes-kennwort-8"
    client.post(reverse("accounts:change-password"), {"current": PASSWORD, "password1": new, "password2": new})
    assert (client.get("/konto/").status_code, other.get("/konto/").status_code) == (200, 302)


@pytest.mark.parametrize("new", ["kurz", "passwortpasswort" + "x" * 300])
def test_a_weak_password_is_refused(client: Client, with_password: User, new: str) -> None:
    client.force_login(with_password)
    answer = client.post(reverse("accounts:change-password"), {"current": PASSWORD, "password1": new, "password2": new})
    assert answer.status_code == 422
