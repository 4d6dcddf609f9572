"""Sign-in in two steps: set up, used, locked, and what the database keeps of it."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.conftest import PASSWORD

SECRET = generate_totp_secret()


def code(secret: str = SECRET) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture
def protected(with_password: User) -> User:
    TOTP.activate(with_password, SECRET)
    return with_password


def password_step(client: Client, person: User) -> str:
    answer = client.post("/anmelden/", {"login": person.username, "password": PASSWORD})
    return answer.headers["Location"]


def test_the_password_alone_is_not_enough(client: Client, protected: User) -> None:
    password_step(client, protected)
    assert client.get("/konto/").status_code == 302


def test_after_the_password_comes_the_code(client: Client, protected: User) -> None:
    assert password_step(client, protected) == "/anmelden/code/"


def test_the_right_code_lets_in(client: Client, protected: User) -> None:
    password_step(client, protected)
    assert client.post("/anmelden/code/", {"code": code()}).headers["Location"] == "/verwaltung/"


def test_a_wrong_code_does_not(client: Client, protected: User) -> None:
    password_step(client, protected)
    assert client.post("/anmelden/code/", {"code": "000000"}).status_code == 422


def test_five_wrong_codes_lock_the_account(client: Client, protected: User) -> None:
    password_step(client, protected)
    for _ in range(5):
        client.post("/anmelden/code/", {"code": "000000"})
    assert client.post("/anmelden/code/", {"code": code()}).status_code == 429


def test_starting_over_does_not_start_the_count_again(client: Client, protected: User) -> None:
    for _ in range(5):
        other = Client()
        password_step(other, protected)
        other.post("/anmelden/code/", {"code": "000000"})
    answer = client.post("/anmelden/", {"login": protected.username, "password": PASSWORD})
    assert answer.status_code == 429


def test_a_post_without_a_code_shows_the_page_again(client: Client, protected: User) -> None:
    password_step(client, protected)
    assert client.post("/anmelden/code/", {}).status_code == 302


def test_the_code_page_needs_the_password_first(client: Client, protected: User) -> None:
    assert client.get("/anmelden/code/").headers["Location"] == "/anmelden/"


def test_a_recovery_code_lets_in_once(client: Client, protected: User) -> None:
    spare = RecoveryCodes.activate(protected).get_unused_codes()[0]
    password_step(client, protected)
    client.post("/anmelden/code/", {"code": spare})
    other = Client()
    password_step(other, protected)
    assert other.post("/anmelden/code/", {"code": spare}).status_code == 422


def test_the_key_is_sealed_in_the_database(protected: User) -> None:
    assert SECRET not in str(Authenticator.objects.get().data)


def test_setting_up_asks_for_the_password_again(client: Client, with_password: User) -> None:
    client.force_login(with_password)
    assert client.get(reverse("mfa_activate_totp")).headers["Location"].startswith("/konto/bestaetigen/")


def confirmed(client: Client, person: User) -> None:
    client.force_login(person)
    client.post("/konto/bestaetigen/", {"password": PASSWORD})


def test_a_person_sets_it_up_on_the_page(client: Client, with_password: User) -> None:
    confirmed(client, with_password)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    assert Authenticator.objects.filter(user=with_password, type="totp").exists()


def test_a_person_switches_it_off_on_the_page(client: Client, protected: User) -> None:
    confirmed(client, protected)
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()


def test_a_wrong_password_confirms_nothing(client: Client, with_password: User) -> None:
    client.force_login(with_password)
    assert client.post("/konto/bestaetigen/", {"password": "falsch"}).status_code == 422


@pytest.mark.parametrize(
    "name", ["mfa_index", "mfa_activate_totp", "mfa_generate_recovery_codes", "account_reauthenticate"]
)
def test_a_page_about_the_second_factor_opens(client: Client, with_password: User, name: str) -> None:
    confirmed(client, with_password)
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", ["mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_reauthenticate"])
def test_a_page_about_an_active_second_factor_opens(client: Client, protected: User, name: str) -> None:
    RecoveryCodes.activate(protected)
    confirmed(client, protected)
    assert client.get(reverse(name)).status_code == 200


def test_the_recovery_codes_come_as_a_file(client: Client, protected: User) -> None:
    RecoveryCodes.activate(protected)
    confirmed(client, protected)
    assert client.get(reverse("mfa_download_recovery_codes")).headers["Content-Type"].startswith("text/plain")
