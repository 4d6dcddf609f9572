"""Addresses that somebody typed in lead neither into the house nor anywhere else unasked."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import oidc, outbound
from accounts.models import SignInService
from tests.accounts.idp import Service
from tests.world import Town


@pytest.fixture
def idp(settings: Any) -> Iterator[Service]:
    service = Service()
    settings.OIDC_ALLOW = [service.host]
    yield service
    service.stop()


@pytest.mark.parametrize(
    "url",
    [
        "http://anmeldung.example/",
        "ftp://anmeldung.example/",
        "file:///etc/passwd",
        "https://",
        "https://user:pass@anmeldung.example/",
        "https://anmeldung.example\\@intern/",
        "https://anmel dung.example/",
        "https://[::1",
        "//anmeldung.example/",
        "anmeldung.example",
    ],
)
def test_an_address_of_the_wrong_form_is_refused(url: str) -> None:
    with pytest.raises(outbound.Unreachable):
        outbound.check_address(url)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "0x7f000001",
        "2130706433",
        "0177.0.0.1",
        "localhost",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.8",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fc00::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:10.0.0.1]",
        "[2002:7f00:1::]",
        "[64:ff9b::7f00:1]",
        "[2001:0:7f00:1::]",
        "[ff02::1]",
    ],
)
def test_an_address_inside_is_refused(host: str) -> None:
    with pytest.raises(outbound.Unreachable), outbound.session() as session:
        session.get(f"https://{host}/")


@pytest.mark.parametrize("address", ["9.9.9.9", "2620:fe::fe"])
def test_a_public_address_is_public(address: str) -> None:
    assert outbound._is_public(address)


def test_one_inner_address_among_several_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [(0, 0, 0, "", (text, 443)) for text in ("9.9.9.9", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: answers)
    with pytest.raises(outbound.Unreachable):
        outbound._public_address("zweideutig.example", 443)


def test_a_test_service_is_refused_where_a_real_database_is_in_use(idp: Service, settings: Any) -> None:
    settings.EMBEDDED = False
    with pytest.raises(outbound.Unreachable):
        oidc.discover(idp.issuer)


def test_a_named_test_service_is_reached(idp: Service) -> None:
    assert oidc.discover(idp.issuer)["issuer"] == idp.issuer


def test_a_redirect_is_not_followed(idp: Service) -> None:
    idp.redirect_to = "/keys"
    with pytest.raises(outbound.Unreachable):
        oidc.discover(idp.issuer)
    assert idp.requests == ["/.well-known/openid-configuration"]


def test_a_huge_answer_is_cut_off(idp: Service) -> None:
    idp.padding = 2 * 1024 * 1024
    with pytest.raises(outbound.Unreachable, match="zu groß"):
        oidc.discover(idp.issuer)


def test_an_incomplete_description_is_refused(idp: Service) -> None:
    idp.config["jwks_uri"] = None
    with pytest.raises(outbound.Unreachable, match="unvollständig"):
        oidc.discover(idp.issuer)


# -- the page


def save(client: Client, issuer: str) -> Any:
    data = {"issuer": issuer, "client_id": "x", "client_secret": "y", "is_active": "on"}
    return client.post(reverse("accounts:sign-in-service"), data)


@pytest.mark.parametrize("issuer", ["http://anmeldung.example", "javascript:alert(1)", "x"])
def test_the_page_takes_https_only(client: Client, musterstadt: Town, issuer: str) -> None:
    client.force_login(musterstadt["verwaltung"])
    assert save(client, issuer).status_code == 422


def test_the_connection_is_tested_on_the_page(client: Client, musterstadt: Town, idp: Service) -> None:
    client.force_login(musterstadt["verwaltung"])
    save(client, idp.issuer)
    page = client.post(reverse("accounts:test-sign-in-service")).content.decode()
    assert "Die Verbindung klappt." in page


def test_a_failed_connection_says_why(client: Client, musterstadt: Town, idp: Service) -> None:
    client.force_login(musterstadt["verwaltung"])
    save(client, idp.issuer)
    idp.config["issuer"] = "https://anderer.example"
    page = client.post(reverse("accounts:test-sign-in-service")).content.decode()
    assert "nennt einen anderen Aussteller" in page


def test_an_inner_address_is_saved_but_never_called(client: Client, musterstadt: Town) -> None:
    client.force_login(musterstadt["verwaltung"])
    save(client, "https://10.0.0.1")
    page = client.post(reverse("accounts:test-sign-in-service")).content.decode()
    assert "internes Netz" in page


def test_the_settings_of_another_town_are_out_of_reach(client: Client, musterstadt: Town, neudorf: Town) -> None:
    client.force_login(musterstadt["verwaltung"])
    save(client, "https://anmeldung.example")
    assert SignInService.objects.get().municipality == musterstadt.municipality
