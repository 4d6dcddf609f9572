"""A grant on one entry rests once its holder has left the house."""

import pytest

from accounts import services as accounts
from accounts.models import Membership
from core.errors import NotAllowed
from register import services
from register.models import Entry
from tests.world import Town, make_person


def leaver(town: Town, entry: Entry) -> object:
    """Somebody whose only role has ended, with a grant that nobody took back."""
    person = make_person("ausgeschieden")
    accounts.give_role(
        person, by=None, municipality=town.municipality, role="fachamt", department=town.departments["tiefbau"]
    )
    services.share(entry, by=town["cdo"], with_user=person, edit=True)
    accounts.end_role(Membership.objects.get(user=person), by=town["verwaltung"])
    return type(person).objects.get(pk=person.pk)


def test_a_grant_shows_nothing_after_the_last_role_has_ended(musterstadt: Town, draft: Entry) -> None:
    assert not Entry.objects.visible_to(leaver(musterstadt, draft)).exists()


def test_a_grant_changes_nothing_after_the_last_role_has_ended(musterstadt: Town, draft: Entry) -> None:
    with pytest.raises(NotAllowed):
        services.update(draft, by=leaver(musterstadt, draft), changes={"goal": "Nachträglich"})
