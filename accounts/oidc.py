"""OpenID Connect, stricter than the library asks for.

allauth keeps the state and talks to the service; here the rest is demanded: signature, issuer, audience,
nonce and PKCE, the issuer that was configured and no other, and nothing taken over from the query string.
"""

from __future__ import annotations

import hmac
import json
import secrets
from hashlib import sha256
from typing import Any

import jwt
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import outbound, vault
from accounts.models import SignInService

# Never "none", and never a shared secret: both let somebody else than the issuer make a token.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_LEEWAY_SECONDS = 60
_INSTANCE = "instanz"
_REQUIRED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")


def provider_id(municipality_id: int | None, issuer: str) -> str:
    """First half of an identity (the second is the subject): a changed issuer inherits nobody."""
    owner = _INSTANCE if municipality_id is None else f"m{municipality_id}"
    return f"{owner}-{sha256(issuer.encode()).hexdigest()[:32]}"


def municipality_of(provider: str) -> int | None:
    """The municipality that a provider belongs to; None for the instance's default."""
    owner = provider.partition("-")[0]
    return int(owner[1:]) if owner.startswith("m") and owner[1:].isdigit() else None


def apps() -> list[SocialApp]:
    """Every sign-in service in use, in the form in which allauth wants them."""
    found = [_instance_app()] if settings.OIDC_ISSUER and settings.OIDC_CLIENT_ID else []
    rows = SignInService.objects.filter(is_active=True, municipality__is_active=True).select_related("municipality")
    for row in rows.order_by("municipality__sort_key", "municipality_id"):
        label = row.label or str(row.municipality)
        found.append(_app(row.municipality_id, row.issuer, row.client_id, vault.unseal(row.client_secret), label))
    return found


def _instance_app() -> SocialApp:
    return _app(None, settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET, settings.OIDC_LABEL)


def _app(municipality_id: int | None, issuer: str, client_id: str, secret: str, label: str) -> SocialApp:
    return SocialApp(
        provider="openid_connect",
        provider_id=provider_id(municipality_id, issuer),
        name=label,
        client_id=client_id,
        secret=secret,
        settings={"server_url": issuer},
    )


def discover(issuer: str) -> dict[str, Any]:
    """The service's own description; raises outbound.Unreachable with a sentence for the person who set it up."""
    with outbound.session() as session:
        try:
            response = session.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            response.raise_for_status()
            found = response.json()
        except outbound.Unreachable:
            raise
        except Exception as error:
            raise outbound.Unreachable(_("Der Anmeldedienst antwortet nicht wie erwartet.")) from error
    if not isinstance(found, dict) or not all(isinstance(found.get(key), str) for key in _REQUIRED):
        raise outbound.Unreachable(_("Die Selbstauskunft des Anmeldedienstes ist unvollständig."))
    if found["issuer"] != issuer:
        raise outbound.Unreachable(
            _("Der Anmeldedienst nennt einen anderen Aussteller: %(issuer)s.") % {"issuer": found["issuer"][:200]}
        )
    for key in (*_REQUIRED[1:], "userinfo_endpoint"):
        if key in found:
            outbound.check_address(found[key])
    return found


def read_id_token(token: str, *, keys: Any, issuer: str, audience: str, nonce: str) -> dict[str, Any]:
    """The claims of a token that is signed, meant for us, fresh and the answer to this very sign-in."""
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise OAuth2Error("algorithm refused")
        claims: dict[str, Any] = jwt.decode(
            token,
            key=_key(keys, header),
            algorithms=[header["alg"]],
            issuer=issuer,
            audience=audience,
            leeway=_LEEWAY_SECONDS,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except (jwt.PyJWTError, ValueError, TypeError, KeyError) as error:
        raise OAuth2Error("invalid id_token") from error
    if not nonce or not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise OAuth2Error("nonce does not match")
    if claims.get("azp", audience) != audience or (
        isinstance(claims["aud"], list) and set(claims["aud"]) != {audience}
    ):
        raise OAuth2Error("token meant for somebody else")
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 191:
        raise OAuth2Error("unusable subject")
    return claims


def _key(keys: Any, header: dict[str, Any]) -> Any:
    """The key the token names; a service with one key need not name it."""
    candidates = [jwk for jwk in keys["keys"] if jwk.get("use", "sig") == "sig" and jwk.get("kty") != "oct"]
    if "kid" in header:
        candidates = [jwk for jwk in candidates if jwk.get("kid") == header["kid"]]
    if len(candidates) != 1:
        raise OAuth2Error("no such key")
    if candidates[0].get("alg", header["alg"]) != header["alg"]:
        raise OAuth2Error("key is for another algorithm")
    return jwt.PyJWK.from_json(json.dumps(candidates[0]), algorithm=header["alg"]).key


class Adapter(OpenIDConnectOAuth2Adapter):
    nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        if not hasattr(self, "_openid_config"):
            self._openid_config = discover(self.get_provider().app.settings["server_url"])
        return self._openid_config

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        # Never from the Host header: the service would send the code wherever that leads.
        path = reverse("openid_connect_callback", kwargs={"provider_id": self.provider_id})
        return f"{settings.BASE_URL}{path}"

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> Any:
        raw = kwargs["response"].get("id_token")
        if not isinstance(raw, str):
            raise OAuth2Error("no id_token")
        with outbound.session() as session:
            keys = _json(session.get(self.openid_config["jwks_uri"]))
            claims = read_id_token(
                raw, keys=keys, issuer=app.settings["server_url"], audience=app.client_id, nonce=self.nonce
            )
            if "email" not in claims and "userinfo_endpoint" in self.openid_config:
                claims = {**self._userinfo(session, token.token, claims["sub"]), **claims}
        return self.get_provider().sociallogin_from_response(request, {"id_token": claims})

    def _userinfo(self, session: Any, access_token: str, subject: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {access_token}"}
        found = _json(session.get(self.openid_config["userinfo_endpoint"], headers=headers))
        if found.get("sub") != subject:
            raise OAuth2Error("userinfo of another person")
        return {
            key: found[key] for key in ("email", "email_verified", "given_name", "family_name", "name") if key in found
        }


def _json(response: Any) -> dict[str, Any]:
    response.raise_for_status()
    try:
        found = response.json()
    except ValueError as error:
        raise OAuth2Error("answer is not JSON") from error
    if not isinstance(found, dict):
        raise OAuth2Error("answer is not an object")
    return found


class Provider(OpenIDConnectProvider):
    oauth2_adapter_class = Adapter
    pkce_enabled_default = True

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """Only where to go afterwards comes from the request: no other scope, no connecting of accounts."""
        nonce = secrets.token_urlsafe(32)
        kwargs = {"process": "login", "auth_params": {"nonce": nonce}, "nonce": nonce}
        following = super().get_redirect_from_request_kwargs(request).get("next_url")
        return {**kwargs, "next_url": following} if following else kwargs

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        # Nothing of the token is kept: the identity is enough.
        return {}


class Callback(OAuth2CallbackView):
    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[Any, HttpResponse | None]:
        state, response = super()._get_state(request, provider)
        if state is not None:
            self.adapter.nonce = str(state.get("nonce") or "")
        return state, response


def base_url() -> str:
    return str(settings.BASE_URL)
