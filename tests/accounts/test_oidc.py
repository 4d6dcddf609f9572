"""Sign-in through a municipality's own service, tried against a real one on this machine."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives import serialization
from django.test import Client
from django.urls import reverse

from accounts import oidc, permissions, services
from accounts.models import Membership, SignInService, User
from accounts.services.invitations import token_of
from tests.accounts.idp import CLIENT_ID, CLIENT_SECRET, Service, new_key
from tests.world import Town

ANNA = {"sub": "anna-1", "email": "anna@musterstadt.example", "given_name": "Anna", "family_name": "Beispiel"}


@pytest.fixture
def idp(settings: Any) -> Iterator[Service]:
    service = Service()
    settings.OIDC_ALLOW = [service.host]
    yield service
    service.stop()


def set_up(town: Town, idp: Service, **changes: Any) -> SignInService:
    values = {"issuer": idp.issuer, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "is_active": True}
    return services.save_sign_in_service(town.municipality, by=town["verwaltung"], **{**values, **changes})


@pytest.fixture
def service(musterstadt: Town, idp: Service) -> SignInService:
    return set_up(musterstadt, idp)


def provider(service: SignInService) -> str:
    return oidc.provider_id(service.municipality_id, service.issuer)


def leave(client: Client, service: SignInService, **data: str) -> str:
    """Press the button; the address at the service to which the browser is sent."""
    return target(client.post(reverse("openid_connect_login", args=[provider(service)]), data))


def target(answer: Any) -> str:
    """Where the page moves on to: form-action forbids a redirect after a form."""
    return answer.headers["Refresh"].removeprefix("0; url=")


def come_back(client: Client, service: SignInService, sent_to: str, code: str) -> Any:
    state = parse_qs(urlsplit(sent_to).query)["state"][0]
    address = reverse("openid_connect_callback", args=[provider(service)])
    return client.get(address, {"code": code, "state": state})


def sign_in(client: Client, service: SignInService, idp: Service, claims: dict[str, Any], sign: Any = None) -> Any:
    sent_to = leave(client, service)
    return come_back(client, service, sent_to, idp.code_for(sent_to, claims, sign))


def invite(town: Town, email: str = ANNA["email"], role: str = "revision") -> str:
    return token_of(services.invite(town.municipality, by=town["verwaltung"], email=email, role=role))


def join(client: Client, town: Town, service: SignInService, idp: Service, claims: dict[str, Any] = ANNA) -> User:
    """Invited, signed in through the service, accepted."""
    token = invite(town, claims["email"])
    client.get(reverse("accounts:invitation", args=[token]))
    sign_in(client, service, idp, claims)
    client.post(reverse("accounts:invitation", args=[token]))
    return SocialAccount.objects.get(provider=provider(service), uid=claims["sub"]).user


def test_an_invited_person_confirms_and_is_in(
    client: Client, musterstadt: Town, service: SignInService, idp: Service
) -> None:
    person = join(client, musterstadt, service, idp)
    assert (client.get("/konto/").status_code, permissions.municipality_ids(person)) == (
        200,
        {musterstadt.municipality.pk},
    )


def test_without_the_confirmation_there_is_no_account(
    client: Client, musterstadt: Town, service: SignInService, idp: Service
) -> None:
    client.get(reverse("accounts:invitation", args=[invite(musterstadt)]))
    sign_in(client, service, idp, ANNA)
    assert not SocialAccount.objects.exists()


def test_a_known_identity_is_let_in_again(
    client: Client, musterstadt: Town, service: SignInService, idp: Service
) -> None:
    join(Client(), musterstadt, service, idp)
    assert sign_in(client, service, idp, ANNA).headers["Location"] == "/verwaltung/"


def test_without_an_invitation_there_is_no_role_and_no_account(
    client: Client, service: SignInService, idp: Service
) -> None:
    answer = sign_in(client, service, idp, ANNA)
    assert (answer.status_code, "noch keine Rolle" in answer.content.decode(), SocialAccount.objects.count()) == (
        403,
        True,
        0,
    )


def test_an_open_invitation_alone_is_not_enough_without_its_link(
    client: Client, musterstadt: Town, service: SignInService, idp: Service
) -> None:
    invite(musterstadt)
    assert sign_in(client, service, idp, ANNA).status_code == 403


@pytest.mark.parametrize("verified", [False, None, "true", "false", 1])
def test_an_address_that_is_not_verified_takes_no_invitation(
    client: Client, musterstadt: Town, service: SignInService, idp: Service, verified: Any
) -> None:
    client.get(reverse("accounts:invitation", args=[invite(musterstadt)]))
    assert sign_in(client, service, idp, {**ANNA, "email_verified": verified}).status_code == 403


def test_another_address_does_not_take_the_invitation(
    client: Client, musterstadt: Town, service: SignInService, idp: Service
) -> None:
    token = invite(musterstadt, "bert@musterstadt.example")
    client.get(reverse("accounts:invitation", args=[token]))
    sign_in(client, service, idp, ANNA)
    client.post(reverse("accounts:invitation", args=[token]))
    assert not SocialAccount.objects.exists()


def test_the_same_address_with_another_subject_is_another_person(
    client: Client, musterstadt: Town, service: SignInService, idp: Service
) -> None:
    join(Client(), musterstadt, service, idp)
    assert sign_in(client, service, idp, {**ANNA, "sub": "anna-2"}).status_code == 403


def test_the_address_of_a_local_account_gives_no_way_into_it(
    client: Client, musterstadt: Town, service: SignInService, idp: Service
) -> None:
    local = musterstadt["leitung"]
    assert sign_in(client, service, idp, {"sub": "x", "email": local.email}).status_code == 403


def _hostile(idp: Any) -> dict[str, tuple[dict[str, Any], Any]]:
    def unsigned(claims: dict[str, Any]) -> str:
        return jwt.encode(claims, None, algorithm="none", headers={"kid": "1"})

    def unsigned_by_hand(claims: dict[str, Any]) -> str:
        parts = [{"alg": "nOnE", "typ": "JWT", "kid": "1"}, claims]
        return ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in parts) + "."

    def with_the_public_key_as_secret(claims: dict[str, Any]) -> str:
        pem = idp.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        parts = [{"alg": "HS256", "typ": "JWT", "kid": "1"}, claims]
        head = ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in parts)
        mac = hmac.new(pem, head.encode(), "sha256").digest()
        return f"{head}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"

    def with_the_client_secret(claims: dict[str, Any]) -> str:
        return jwt.encode(claims, CLIENT_SECRET * 8, algorithm="HS256", headers={"kid": "1"})

    def by_another_key(claims: dict[str, Any]) -> str:
        return jwt.encode(claims, new_key(), algorithm="RS256", headers={"kid": "1"})

    def changed_afterwards(claims: dict[str, Any]) -> str:
        head, _, seal = idp.sign({**claims, "sub": "someone"}).split(".")
        return f"{head}.{base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b'=').decode()}.{seal}"

    def with_an_unknown_key_id(claims: dict[str, Any]) -> str:
        return jwt.encode(claims, idp.key, algorithm="RS256", headers={"kid": "2"})

    now = int(time.time())
    return {
        "audience of somebody else": ({"aud": "andere"}, None),
        "a second audience": ({"aud": [CLIENT_ID, "andere"]}, None),
        "authorized party is another": ({"azp": "andere"}, None),
        "no audience": ({"aud": None}, None),
        "issuer of somebody else": ({"iss": "https://anderer.example"}, None),
        "issuer with a slash more": ({"iss": f"{idp.issuer}/"}, None),
        "no issuer": ({"iss": None}, None),
        "nonce of another sign-in": ({"nonce": "x" * 43}, None),
        "no nonce": ({"nonce": None}, None),
        "expired": ({"exp": now - 3600, "iat": now - 7200}, None),
        "no expiry": ({"exp": None}, None),
        "not yet valid": ({"nbf": now + 3600}, None),
        "issued in the future": ({"iat": now + 3600}, None),
        "no subject": ({"sub": None}, None),
        "empty subject": ({"sub": ""}, None),
        "subject is a number": ({"sub": 7}, None),
        "unsigned": ({}, unsigned),
        "unsigned, spelled differently": ({}, unsigned_by_hand),
        "public key as shared secret": ({}, with_the_public_key_as_secret),
        "signed with the client secret": ({}, with_the_client_secret),
        "signed by another key": ({}, by_another_key),
        "changed after signing": ({}, changed_afterwards),
        "unknown key": ({}, with_an_unknown_key_id),
        "no token at all": ({}, lambda claims: None),
        "not a token": ({}, lambda claims: "a.b.c"),
        "a list": ({}, lambda claims: ["x"]),
    }


@pytest.mark.parametrize("kind", list(_hostile(SimpleNamespace(issuer=""))))
def test_a_wrong_token_lets_nobody_in(
    client: Client, musterstadt: Town, service: SignInService, idp: Service, kind: str
) -> None:
    join(Client(), musterstadt, service, idp)
    changes, sign = _hostile(idp)[kind]
    answer = sign_in(client, service, idp, {**ANNA, **changes}, sign)
    assert (answer.status_code, "_auth_user_id" in client.session) == (403, False)


def test_the_code_is_fetched_with_the_proof_of_the_browser_that_asked(
    client: Client, musterstadt: Town, service: SignInService, idp: Service
) -> None:
    join(Client(), musterstadt, service, idp)
    stolen = leave(Client(), service)
    sent_to = leave(client, service)
    assert come_back(client, service, sent_to, idp.code_for(stolen, ANNA)).status_code == 403


def test_an_answer_without_a_question_is_refused(client: Client, service: SignInService, idp: Service) -> None:
    sent_to = leave(Client(), service)
    assert come_back(client, service, sent_to, idp.code_for(sent_to, ANNA)).status_code == 403


def test_an_answer_is_taken_once(client: Client, musterstadt: Town, service: SignInService, idp: Service) -> None:
    join(Client(), musterstadt, service, idp)
    sent_to = leave(client, service)
    come_back(client, service, sent_to, idp.code_for(sent_to, ANNA))
    assert come_back(client, service, sent_to, idp.code_for(sent_to, ANNA)).status_code == 403


def test_a_cancelled_sign_in_is_said_so(client: Client, service: SignInService) -> None:
    state = parse_qs(urlsplit(leave(client, service)).query)["state"][0]
    address = reverse("openid_connect_callback", args=[provider(service)])
    answer = client.get(address, {"error": "access_denied", "state": state})
    assert "abgebrochen" in answer.content.decode()


def test_the_query_string_changes_neither_scope_nor_purpose(
    client: Client, service: SignInService, musterstadt: Town
) -> None:
    client.force_login(musterstadt["cdo"])
    query = "?process=connect&scope=admin&auth_params=nonce%3Dx%26prompt%3Dnone&action=rerequest"
    answer = client.post(reverse("openid_connect_login", args=[provider(service)]) + query)
    asked = parse_qs(urlsplit(target(answer)).query)
    assert (asked["scope"][0].split().count("admin"), asked["nonce"] == ["x"], "prompt" in asked) == (0, False, False)


def test_a_signed_in_person_cannot_connect_an_identity(
    client: Client, musterstadt: Town, service: SignInService, idp: Service
) -> None:
    client.force_login(musterstadt["cdo"])
    answer = client.post(reverse("openid_connect_login", args=[provider(service)]), {"process": "connect"})
    sent_to = target(answer)
    come_back(client, service, sent_to, idp.code_for(sent_to, ANNA))
    assert not SocialAccount.objects.exists()


def test_a_get_sends_nobody_to_the_service(client: Client, service: SignInService) -> None:
    assert client.get(reverse("openid_connect_login", args=[provider(service)])).status_code == 405


def test_a_changed_issuer_inherits_no_identity(
    client: Client, musterstadt: Town, service: SignInService, idp: Service
) -> None:
    join(Client(), musterstadt, service, idp)
    idp.prefix = "/neu"
    changed = set_up(musterstadt, idp)
    assert sign_in(client, changed, idp, ANNA).status_code == 403


def test_the_old_issuer_has_no_address_any_more(
    client: Client, musterstadt: Town, service: SignInService, idp: Service
) -> None:
    old = reverse("openid_connect_login", args=[provider(service)])
    idp.prefix = "/neu"
    set_up(musterstadt, idp)
    assert client.post(old).status_code == 404


def test_a_switched_off_service_lets_nobody_in(
    client: Client, musterstadt: Town, service: SignInService, idp: Service
) -> None:
    address = reverse("openid_connect_login", args=[provider(service)])
    set_up(musterstadt, idp, is_active=False)
    assert client.post(address).status_code == 404


def test_an_issuer_that_calls_itself_something_else_is_refused(
    client: Client, service: SignInService, idp: Service
) -> None:
    idp.config["issuer"] = "https://anderer.example"
    assert client.post(reverse("openid_connect_login", args=[provider(service)])).status_code == 503


@pytest.mark.parametrize("key", ["token_endpoint", "jwks_uri", "authorization_endpoint", "userinfo_endpoint"])
def test_a_service_cannot_send_us_into_the_house(
    client: Client, service: SignInService, idp: Service, key: str
) -> None:
    idp.config[key] = "http://127.0.0.1:1/"
    assert client.post(reverse("openid_connect_login", args=[provider(service)])).status_code == 503


def test_the_issuer_of_one_town_gives_no_right_in_another(
    client: Client, musterstadt: Town, neudorf: Town, service: SignInService, idp: Service
) -> None:
    person = join(client, musterstadt, service, idp)
    assert not permissions.has(person, "entry.view", municipality=neudorf.municipality)


def test_the_same_issuer_in_two_towns_makes_two_identities(
    client: Client, musterstadt: Town, neudorf: Town, service: SignInService, idp: Service
) -> None:
    join(Client(), musterstadt, service, idp)
    assert sign_in(client, set_up(neudorf, idp), idp, ANNA).status_code == 403


def test_the_service_of_one_town_takes_no_invitation_of_another(
    client: Client, musterstadt: Town, neudorf: Town, service: SignInService, idp: Service
) -> None:
    token = invite(neudorf)
    client.get(reverse("accounts:invitation", args=[token]))
    sign_in(client, service, idp, ANNA)
    client.post(reverse("accounts:invitation", args=[token]))
    assert not SocialAccount.objects.exists()


def test_an_invitation_leads_into_another_town(
    client: Client, musterstadt: Town, neudorf: Town, service: SignInService, idp: Service
) -> None:
    person = join(client, musterstadt, service, idp)
    client.post(reverse("accounts:invitation", args=[invite(neudorf)]))
    assert permissions.municipality_ids(User.objects.get(pk=person.pk)) == {
        musterstadt.municipality.pk,
        neudorf.municipality.pk,
    }


def test_a_switched_off_person_is_not_let_in(
    client: Client, musterstadt: Town, service: SignInService, idp: Service
) -> None:
    person = join(Client(), musterstadt, service, idp)
    services.switch_off(person, by=musterstadt["verwaltung"], municipality=musterstadt.municipality)
    answer = sign_in(client, service, idp, ANNA)
    assert (answer.status_code, "_auth_user_id" in client.session) == (403, False)


def test_a_person_whose_roles_ended_is_told_so(
    client: Client, musterstadt: Town, service: SignInService, idp: Service
) -> None:
    person = join(Client(), musterstadt, service, idp)
    services.end_role(Membership.objects.get(user=person), by=musterstadt["verwaltung"])
    assert sign_in(client, service, idp, ANNA).status_code == 403


def test_the_default_of_the_instance_works_for_every_town(
    client: Client, musterstadt: Town, idp: Service, settings: Any
) -> None:
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = idp.issuer, CLIENT_ID, CLIENT_SECRET
    default = SignInService(municipality_id=None, issuer=idp.issuer)
    assert join(client, musterstadt, default, idp).email == ANNA["email"]


def test_an_address_that_only_userinfo_knows_is_taken_from_there(
    client: Client, musterstadt: Town, service: SignInService, idp: Service
) -> None:
    idp.userinfo = {"sub": ANNA["sub"], "email": ANNA["email"], "email_verified": True}
    client.get(reverse("accounts:invitation", args=[invite(musterstadt)]))
    answer = sign_in(client, service, idp, {"sub": ANNA["sub"], "email_verified": None})
    assert "/einladung/" in answer.headers.get("Location", "")


def test_userinfo_of_another_person_is_refused(client: Client, service: SignInService, idp: Service) -> None:
    idp.userinfo = {"sub": "bert", "email": ANNA["email"], "email_verified": True}
    assert "konnten wir nicht prüfen" in sign_in(client, service, idp, {"sub": ANNA["sub"]}).content.decode()


def test_the_secret_is_sealed_in_the_database(service: SignInService) -> None:
    assert CLIENT_SECRET not in SignInService.objects.get(pk=service.pk).client_secret


def test_the_secret_is_never_shown(client: Client, musterstadt: Town, service: SignInService) -> None:
    client.force_login(musterstadt["verwaltung"])
    page = client.get(reverse("accounts:sign-in-service")).content.decode()
    assert (CLIENT_SECRET in page, service.client_secret in page) == (False, False)


def test_a_new_issuer_does_not_get_the_secret_of_the_old_one(
    musterstadt: Town, service: SignInService, idp: Service
) -> None:
    idp.prefix = "/neu"
    assert set_up(musterstadt, idp, client_secret="").client_secret == ""


def test_an_empty_secret_keeps_the_stored_one(musterstadt: Town, service: SignInService, idp: Service) -> None:
    assert set_up(musterstadt, idp, client_secret="").client_secret == service.client_secret
