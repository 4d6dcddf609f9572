"""What somebody types is kept beside the entry, for this person alone, until it is saved or too old."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from register import services
from register.models import Entry, UnsavedInput
from register.services.unsaved import KEPT_FOR
from tests.suite.forms import forms_of
from tests.world import published_system

pytestmark = pytest.mark.django_db
SECTION = "zweck-und-wirkung"


class Typing:
    """A public entry whose purpose somebody is typing anew."""

    def __init__(self, client, town):
        self.client, self.town, self.entry = client, town, published_system(town)
        self.address = reverse("register:section", args=[self.entry.uuid, SECTION])
        self.keep = reverse("register:input-keep", args=[self.entry.uuid, SECTION])
        client.force_login(town["fachamt"])
        html = client.get(self.address).content.decode()
        self.form = next(f for f in forms_of(html, self.address) if "goal" in f.values)

    def type(self, **changes):
        return self.client.post(self.keep, self.form.sent_with(**changes))

    def page(self):
        return self.client.get(self.address)


@pytest.fixture
def typing(client, musterstadt):
    return Typing(client, musterstadt)


def test_keeping_input_leaves_the_entry_as_it_is(typing):
    before = Entry.objects.filter(pk=typing.entry.pk).values().get()
    assert typing.type(goal="Halber Satz").status_code == 204
    assert Entry.objects.filter(pk=typing.entry.pk).values().get() == before


def test_kept_input_is_there_when_the_section_is_opened_again(typing):
    typing.type(goal="Halber Satz")
    page = typing.page()
    shown = (page.context["form"]["goal"].value(), "wiederhergestellt" in page.content.decode())
    assert shown == ("Halber Satz", True)


def test_input_that_says_nothing_new_is_not_announced(typing):
    typing.type()
    assert typing.page().context["kept"] is None


def test_nobody_else_sees_kept_input(typing):
    typing.type(goal="Halber Satz")
    typing.client.force_login(typing.town["cdo"])
    assert "Halber Satz" not in typing.page().content.decode()


def test_a_colleague_is_told_who_is_typing(typing):
    typing.type(goal="Halber Satz")
    typing.client.force_login(typing.town["cdo"])
    assert f"{typing.town['fachamt']} bearbeitet gerade" in typing.page().content.decode()


def test_kept_input_goes_when_the_section_is_saved(typing):
    typing.type(goal="Halber Satz")
    typing.client.post(typing.address, typing.form.sent_with(goal="Ganzer Satz."))
    assert UnsavedInput.objects.count() == 0


def test_a_straggler_after_saving_is_not_kept(typing):
    typing.client.post(typing.address, typing.form.sent_with(goal="Ganzer Satz."))
    typing.type(goal="Halber Satz")
    assert UnsavedInput.objects.count() == 0


def test_kept_input_can_be_discarded(typing):
    typing.type(goal="Halber Satz")
    typing.client.post(reverse("register:input-discard", args=[typing.entry.uuid, SECTION]))
    assert typing.page().context["form"]["goal"].value() == typing.entry.system.goal


def test_restored_input_does_not_write_over_what_others_saved_since(typing):
    typing.type(goal="Halber Satz")
    services.update(typing.entry, by=typing.town["cdo"], changes={"goal": "Zweck der Kollegin"})
    html = typing.page().content.decode()
    restored = next(f for f in forms_of(html, typing.address) if "goal" in f.values)
    assert typing.client.post(typing.address, restored.values).status_code == 409


def test_somebody_who_may_only_read_keeps_nothing(typing):
    typing.client.force_login(typing.town["revision"])
    assert (typing.type(goal="Halber Satz").status_code, UnsavedInput.objects.count()) == (403, 0)


def test_too_much_text_is_refused(typing):
    assert typing.type(goal="x" * 300_000).status_code == 400


def test_the_clock_forgets_old_input_and_keeps_the_new(typing):
    typing.type(goal="Halber Satz")
    old = UnsavedInput.objects.get()
    UnsavedInput.objects.create(
        user=typing.town["cdo"], entry=typing.entry, section="basics", data={}, saved_at=timezone.now()
    )
    UnsavedInput.objects.filter(pk=old.pk).update(saved_at=timezone.now() - KEPT_FOR - timedelta(minutes=1))
    services.forget_old_input()
    assert list(UnsavedInput.objects.values_list("section", flat=True)) == ["basics"]


def test_what_was_typed_while_the_entry_went_into_review_is_there_again_after_its_return(typing):
    services.update(typing.entry, by=typing.town["cdo"], changes={"impact": "Kürzere Wege."})
    services.submit(typing.entry, by=typing.town["cdo"])
    refused = typing.client.post(typing.address, typing.form.sent_with(goal="Lange getippt"))
    services.recall(Entry.objects.get(pk=typing.entry.pk), by=typing.town["cdo"])
    assert (refused.status_code, typing.page().context["form"]["goal"].value()) == (409, "Lange getippt")
