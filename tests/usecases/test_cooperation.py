"""Working together: partners at a use case, what strangers see of a wish, the call for interest, and the selection."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Municipality, Notification
from core.errors import Conflict, NotAllowed
from tests.usecases.cases import ANSWER, WISH, again, idea
from tests.world import Town
from usecases import services
from usecases.models import CooperationWish, Interest, Partner, UseCase, UseCasePartner
from usecases.panels import use_cases_waiting
from usecases.selectors_gates import checklist, facts_of

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def partner(town: Town, name: str = "Beispielkreis") -> Partner:
    return services.create_partner(town.municipality, by=town["cdo"], name=name, kind="municipality")


def named(town: Town, use_case: UseCase | None = None, **values: Any) -> UseCasePartner:
    given = {"state": "asked", "asked_on": TODAY(), "role": "member", **values}
    if "partner" not in given:
        given["partner"] = partner(town)
    return services.name_partner(use_case or idea(town), by=town["fachamt"], values=given)


def wish(town: Town, **values: Any) -> CooperationWish:
    return services.set_wish(idea(town), by=town["cdo"], values={**WISH, **values})


def called(row: CooperationWish, town: Town, *, places: int | None = 1) -> None:
    days = {"opens_on": TODAY(), "closes_on": TODAY() + timedelta(days=10)}
    services.open_call(row, by=town["cdo"], text="Wir suchen Partner.", places=places, **days)


def interested(row: CooperationWish, town: Town) -> Interest:
    return services.express_interest(row, by=town["cdo"], municipality=town.municipality, **ANSWER)


def partners_row(use_case: UseCase) -> Any:
    return next(row for row in checklist(facts_of(use_case), "procure") if row.key == "partners")


def told(town: Town) -> list[str]:
    return list(Notification.objects.filter(user=town["leitung"]).values_list("text", flat=True))


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("form", {"state": "agreed"}),
        ("share", {"share": Decimal(-1)}),
        ("share", {"share": Decimal(101), "share_unit": "percent"}),
        ("asked_on", {"asked_on": date(2090, 1, 1)}),
    ],
)
def test_a_partner_that_does_not_fit_is_refused_at_its_field(
    musterstadt: Town, field: str, values: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError) as refused:
        named(musterstadt, **values)
    assert list(refused.value.message_dict) == [field]


def test_the_shares_of_all_are_at_most_the_whole(musterstadt: Town) -> None:
    use_case = idea(musterstadt)
    agreed = {"state": "agreed", "form": "aeg", "share": Decimal(60)}
    named(musterstadt, use_case, **agreed)
    with pytest.raises(ValidationError, match="höchstens 100 Prozent"):
        named(musterstadt, use_case, partner=partner(musterstadt, "Zweiter"), **agreed)


def test_a_partner_of_another_municipality_is_refused(musterstadt: Town, neudorf: Town) -> None:
    with pytest.raises(ValidationError, match="kennen wir hier nicht"):
        named(musterstadt, partner=partner(neudorf))


def test_a_share_that_nobody_took_is_said_so(musterstadt: Town) -> None:
    use_case = named(musterstadt).use_case
    client = Client()
    client.force_login(musterstadt["fachamt"])
    assert "Anteil an den Kosten: nicht erhoben" in client.get(use_case.get_absolute_url()).content.decode()


def test_a_named_partner_settles_the_point_of_the_gate(musterstadt: Town) -> None:
    row = partners_row(named(musterstadt, state="declined").use_case)
    assert (row.met, row.text) == (True, "Gefragt: Beispielkreis (abgesagt).")


def test_a_call_for_interest_settles_the_point_of_the_gate(musterstadt: Town) -> None:
    row = wish(musterstadt)
    called(row, musterstadt)
    assert partners_row(row.use_case).met


def test_without_a_partner_or_a_call_the_point_is_open(musterstadt: Town) -> None:
    assert not partners_row(wish(musterstadt).use_case).met


def test_a_hidden_wish_is_nothing_to_others(musterstadt: Town, neudorf: Town) -> None:
    wish(musterstadt, is_shown=False)
    assert list(CooperationWish.objects.visible_to(neudorf["cdo"])) == []


def test_a_stranger_reads_the_wish_and_not_the_use_case(musterstadt: Town, neudorf: Town) -> None:
    row = wish(musterstadt)
    client = Client()
    client.force_login(neudorf["cdo"])
    page = client.get(row.get_absolute_url()).content.decode()
    assert (WISH["wanted"] in page, row.use_case.title in page, row.use_case.problem in page) == (True, False, False)
    assert client.get(row.use_case.get_absolute_url()).status_code == 404


def test_the_wish_of_what_was_given_up_is_seen_no_more(musterstadt: Town, neudorf: Town) -> None:
    row = wish(musterstadt)
    services.take_step(again(row.use_case), by=musterstadt["fachamt"], step="reject", reason="Zu teuer")
    assert not CooperationWish.objects.visible_to(neudorf["cdo"]).exists()


def test_an_office_does_not_speak_for_the_municipality(musterstadt: Town) -> None:
    with pytest.raises(NotAllowed):
        services.set_wish(idea(musterstadt), by=musterstadt["fachamt"], values=WISH)


def test_interest_is_told_to_the_municipality_that_looks(musterstadt: Town, neudorf: Town) -> None:
    interested(wish(musterstadt), neudorf)
    assert told(musterstadt) == ["Neudorf an der Au hat Interesse: „Post gemeinsam sortieren“."]


def test_nobody_is_interested_in_their_own_wish(musterstadt: Town) -> None:
    with pytest.raises(NotAllowed, match="eigenen Kommune"):
        interested(wish(musterstadt), musterstadt)


def test_a_call_is_heard_only_while_it_runs(musterstadt: Town, neudorf: Town) -> None:
    row = wish(musterstadt)
    called(row, musterstadt)
    with time_machine.travel(timezone.now() + timedelta(days=11)), pytest.raises(Conflict, match="endete am"):
        interested(row, neudorf)


def test_a_call_is_not_decided_while_it_runs(musterstadt: Town, neudorf: Town) -> None:
    row = wish(musterstadt)
    called(row, musterstadt)
    one = interested(row, neudorf)
    with pytest.raises(Conflict, match="Der Aufruf läuft bis"):
        services.decide_interests(row, by=musterstadt["cdo"], answers={one.pk: (True, "Passt.")})


def test_the_selection_is_told_with_its_reason(musterstadt: Town, neudorf: Town) -> None:
    row = wish(musterstadt)
    called(row, musterstadt)
    one = interested(row, neudorf)
    with time_machine.travel(timezone.now() + timedelta(days=11)):
        services.decide_interests(row, by=musterstadt["cdo"], answers={one.pk: (False, "Andere Fachverfahren.")})
    one.refresh_from_db()
    said = "„Post gemeinsam sortieren“: Ihre Kommune ist nicht ausgewählt. Begründung: Andere Fachverfahren."
    assert (one.state, told(neudorf)) == ("declined", [said])


def test_whoever_is_selected_becomes_a_partner_that_was_asked(musterstadt: Town, neudorf: Town) -> None:
    row = wish(musterstadt)
    one = interested(row, neudorf)
    services.decide_interests(row, by=musterstadt["cdo"], answers={one.pk: (True, "Passt.")})
    said = UseCasePartner.objects.filter(use_case=row.use_case).values_list(
        "partner__name", "partner__contact", "state"
    )
    assert list(said) == [(neudorf.municipality.name, ANSWER["contact"], "asked")]


def test_a_partner_that_was_named_before_is_not_named_twice(musterstadt: Town, neudorf: Town) -> None:
    row = wish(musterstadt)
    named(musterstadt, row.use_case, partner=partner(musterstadt, neudorf.municipality.name), state="declined")
    one = interested(row, neudorf)
    services.decide_interests(row, by=musterstadt["cdo"], answers={one.pk: (True, "Passt.")})
    assert list(row.use_case.partners.values_list("state", flat=True)) == ["declined"]


def calls_on_start(town: Town) -> list[str]:
    groups = use_cases_waiting(town["cdo"], town.municipality)
    return [item["label"] for one in groups if one["title"] == "Aufrufe anderer Kommunen" for item in one["tasks"]]


def test_a_running_call_stands_on_the_start_page_of_other_municipalities(musterstadt: Town, neudorf: Town) -> None:
    row = wish(musterstadt)
    called(row, musterstadt)
    assert (calls_on_start(neudorf), calls_on_start(musterstadt)) == ([row.title], [])


def test_a_call_that_was_answered_is_no_longer_on_the_start_page(musterstadt: Town, neudorf: Town) -> None:
    row = wish(musterstadt)
    called(row, musterstadt)
    interested(row, neudorf)
    assert calls_on_start(neudorf) == []


def test_more_than_the_places_are_not_selected(musterstadt: Town, neudorf: Town) -> None:
    row = wish(musterstadt)
    called(row, musterstadt, places=1)
    first = interested(row, neudorf)
    other = Municipality.objects.create(
        ars="057110000000", name="Drittstadt", slug="drittstadt", kind="town", land="05"
    )
    second = Interest.objects.create(
        wish=row, call=first.call, municipality=other, by=neudorf["cdo"], at=timezone.now(), **ANSWER
    )
    answers = {one.pk: (True, "Passt.") for one in (first, second)}
    with (
        time_machine.travel(timezone.now() + timedelta(days=11)),
        pytest.raises(ValidationError, match="Plätze nennt: 1"),
    ):
        services.decide_interests(row, by=musterstadt["cdo"], answers=answers)


def test_an_answer_without_a_reason_is_refused_on_the_page(musterstadt: Town, neudorf: Town) -> None:
    row = wish(musterstadt)
    one = interested(row, neudorf)
    client = Client()
    client.force_login(musterstadt["cdo"])
    page = client.post(reverse("usecases:interest-choose", args=[row.uuid]), {f"answer_{one.pk}": "yes"})
    assert (page.status_code, f"reason_{one.pk}" in page.context["form"].errors) == (422, True)


def test_the_list_is_narrowed_down_by_the_size_of_the_municipality(musterstadt: Town, neudorf: Town) -> None:
    wish(musterstadt)
    wish(neudorf, title="Anderes")
    Municipality.objects.filter(pk=neudorf.municipality.pk).update(size="to_5k")
    client = Client()
    client.force_login(musterstadt["fachamt"])
    page = client.get(reverse("usecases:wishes") + "?size=to_5k")
    assert [row.title for row, _ in page.context["wishes"]] == ["Anderes"]


def test_a_use_case_names_a_partner_on_its_page(musterstadt: Town, client: Client) -> None:
    use_case = idea(musterstadt)
    client.force_login(musterstadt["fachamt"])
    page = client.get(reverse("usecases:use-case-partner-new", args=[use_case.uuid])).text
    assert "Fehlt ein Partner in der Auswahl" in page
