"""The only way into a municipality: once, in time, for the invited person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import permissions, services
from accounts.models import Invitation, Membership, User
from accounts.rules import roles
from accounts.services.invitations import token_of
from accounts.tasks import mail_invitation
from core.errors import Conflict, NotAllowed
from core.models import Job
from tests.world import Town

EMAIL = "neu@musterstadt.example"
FORM = {
    "first_name": "Nele",
    "last_name": "Neu",
    "password1": "ein-langes-kennwort-9",
    "password2": "ein-langes-kennwort-9",
}


@pytest.fixture
def invitation(musterstadt: Town) -> Invitation:
    return services.invite(musterstadt.municipality, by=musterstadt["verwaltung"], email=EMAIL, role=roles.REVISION)


def page(invitation: Invitation) -> str:
    return reverse("accounts:invitation", args=[token_of(invitation)])


def test_a_new_person_sets_a_password_and_is_in(client: Client, invitation: Invitation) -> None:
    client.post(page(invitation), FORM)
    assert permissions.has(User.objects.get(username=EMAIL), "entry.view", municipality=invitation.municipality)


def test_the_new_person_is_signed_in(client: Client, invitation: Invitation) -> None:
    client.post(page(invitation), FORM)
    assert client.get("/konto/").status_code == 200


def test_an_invitation_is_taken_once(client: Client, invitation: Invitation) -> None:
    client.post(page(invitation), FORM)
    assert Client().get(page(invitation)).status_code == 410


def test_an_old_invitation_is_closed(client: Client, invitation: Invitation) -> None:
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.post(page(invitation), FORM).status_code == 410


def test_a_withdrawn_invitation_is_closed(client: Client, invitation: Invitation, musterstadt: Town) -> None:
    services.withdraw_invitation(invitation, by=musterstadt["verwaltung"])
    assert client.post(page(invitation), FORM).status_code == 410


def test_an_invitation_of_a_switched_off_town_is_closed(client: Client, invitation: Invitation) -> None:
    services.set_municipality_active(invitation.municipality, by=None, active=False)
    assert client.get(page(invitation)).status_code == 410


@pytest.mark.parametrize("token", ["x", "0" * 64, "%27%20or%201=1", "ä" * 20])
def test_a_guessed_link_is_closed(client: Client, invitation: Invitation, token: str) -> None:
    assert client.get(f"/einladung/{token}/").status_code == 410


def test_the_link_is_not_in_the_database(invitation: Invitation) -> None:
    assert token_of(invitation) not in str(list(Invitation.objects.values()) + list(Job.objects.values()))


def test_opening_the_link_takes_nothing(client: Client, invitation: Invitation) -> None:
    client.get(page(invitation))
    assert not Membership.objects.filter(user__email=EMAIL).exists()


def test_another_signed_in_person_cannot_take_it(client: Client, invitation: Invitation, neudorf: Town) -> None:
    client.force_login(neudorf["cdo"])
    assert client.post(page(invitation)).status_code == 403


def test_a_signed_in_person_takes_it_with_one_click(client: Client, musterstadt: Town, neudorf: Town) -> None:
    person = neudorf["cdo"]
    found = services.invite(
        musterstadt.municipality, by=musterstadt["verwaltung"], email=person.email.upper(), role=roles.REVISION
    )
    client.force_login(person)
    client.post(page(found))
    assert permissions.municipality_ids(User.objects.get(pk=person.pk)) == {
        musterstadt.municipality.pk,
        neudorf.municipality.pk,
    }


def test_a_known_address_has_to_sign_in_first(client: Client, musterstadt: Town, neudorf: Town) -> None:
    person = neudorf["cdo"]
    person.set_password("ein-langes-kennwort-9")
    person.save()
    found = services.invite(
        musterstadt.municipality, by=musterstadt["verwaltung"], email=person.email, role=roles.REVISION
    )
    client.post(page(found), FORM)
    assert not Membership.objects.filter(municipality=musterstadt.municipality, user__email=person.email).exists()


def test_a_weak_password_makes_no_account(client: Client, invitation: Invitation) -> None:
    answer = client.post(page(invitation), {**FORM, "password1": "kurz", "password2": "kurz"})
    assert (answer.status_code, User.objects.filter(username=EMAIL).exists()) == (422, False)


def test_the_same_invitation_is_sent_once(musterstadt: Town, invitation: Invitation) -> None:
    with pytest.raises(Conflict):
        services.invite(musterstadt.municipality, by=musterstadt["verwaltung"], email=EMAIL, role=roles.REVISION)


def test_nobody_is_invited_as_operator(musterstadt: Town) -> None:
    with pytest.raises(NotAllowed):
        services.invite(musterstadt.municipality, by=musterstadt["verwaltung"], email=EMAIL, role=roles.PLATTFORM)


def test_an_administrator_invites_into_the_own_town_only(musterstadt: Town, neudorf: Town) -> None:
    with pytest.raises(NotAllowed):
        services.invite(neudorf.municipality, by=musterstadt["verwaltung"], email=EMAIL, role=roles.REVISION)


def test_an_invitation_of_another_town_cannot_be_withdrawn(
    client: Client, invitation: Invitation, neudorf: Town
) -> None:
    client.force_login(neudorf["verwaltung"])
    assert client.post(reverse("accounts:withdraw-invitation", args=[invitation.pk])).status_code == 404


def test_a_department_of_another_town_is_no_choice(client: Client, musterstadt: Town, neudorf: Town) -> None:
    client.force_login(musterstadt["verwaltung"])
    data = {"email": EMAIL, "role": roles.FACHAMT, "department": neudorf.departments["tiefbau"].pk}
    assert client.post(reverse("accounts:invite"), data).status_code == 422


def test_an_invitation_is_sent_from_the_page(client: Client, musterstadt: Town) -> None:
    client.force_login(musterstadt["verwaltung"])
    data = {"email": EMAIL, "role": roles.FACHAMT, "department": musterstadt.departments["tiefbau"].pk}
    client.post(reverse("accounts:invite"), data)
    assert Invitation.objects.get().department == musterstadt.departments["tiefbau"]


def test_the_mail_carries_the_link_of_the_configured_address(invitation: Invitation, settings: Any) -> None:
    settings.BASE_URL = "https://register.example"
    mail_invitation(Job.objects.get(kind="invitation-mail"))
    assert f"https://register.example{page(invitation)}" in mail.outbox[0].body


def test_the_invitation_is_mailed_once(invitation: Invitation) -> None:
    job = Job.objects.get(kind="invitation-mail")
    mail_invitation(job)
    mail_invitation(job)
    assert len(mail.outbox) == 1


def test_a_withdrawn_invitation_is_not_mailed(invitation: Invitation, musterstadt: Town) -> None:
    services.withdraw_invitation(invitation, by=musterstadt["verwaltung"])
    mail_invitation(Job.objects.get(kind="invitation-mail"))
    assert not mail.outbox
