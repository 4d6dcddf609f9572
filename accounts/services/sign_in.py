"""The sign-in service (OpenID Connect) of a municipality."""

from __future__ import annotations

from django.db import transaction

from accounts import outbound, vault
from accounts.models import Municipality, SignInService, User
from accounts.services.checks import require, validated
from core import audit


@transaction.atomic
def save_sign_in_service(
    municipality: Municipality,
    *,
    by: User,
    issuer: str,
    client_id: str,
    client_secret: str = "",
    label: str = "",
    is_active: bool = False,
) -> SignInService:
    """Set the service up or change it. An empty secret keeps the stored one, but never for another issuer."""
    require(by, "settings.manage", municipality)
    # Kept to the letter: an issuer with and one without a final slash are two issuers.
    issuer = issuer.strip()
    outbound.check_address(issuer)
    service = SignInService.objects.select_for_update().filter(municipality=municipality).first()
    if service is None:
        service = SignInService(municipality=municipality)
    before = {"issuer": service.issuer, "client_id": service.client_id, "active": service.is_active}
    if client_secret:
        service.client_secret = vault.seal(client_secret)
    elif service.issuer != issuer:
        # The secret was given to the old issuer; sending it to a new one would hand it over.
        service.client_secret = ""
    service.issuer, service.client_id, service.label, service.is_active = issuer, client_id, label, is_active
    validated(service, without=("issuer",))
    service.save()
    after = {"issuer": issuer, "client_id": client_id, "active": is_active}
    data = {"before": before, "after": after, "secret_changed": bool(client_secret)}
    audit.record("accounts.sign_in_service.changed", service, by=by, data=data)
    return service
