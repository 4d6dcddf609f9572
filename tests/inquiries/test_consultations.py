"""Residents are asked for their view, and hear what became of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from core.errors import Conflict, NotAllowed
from inquiries import services
from inquiries.models import Consultation, Contribution
from public import guard
from tests.inquiries.cases import ASKED, consulted, contributed
from tests.usecases.cases import idea
from tests.world import Town
from usecases import services as usecases
from usecases.models import UseCase

pytestmark = pytest.mark.django_db
RESULT = {"summary": "Viele wollen, dass ein Mensch entscheidet.", "outcome": "Das Programm sortiert nur."}


@pytest.fixture
def use_case(musterstadt: Town) -> UseCase:
    return idea(musterstadt)


@pytest.fixture
def row(use_case: UseCase, musterstadt: Town) -> Consultation:
    return consulted(use_case, musterstadt)


def page(client: Client, row: Consultation) -> str:
    return client.get(f"/k/musterstadt/beteiligung/{row.uuid}/").content.decode()


def send(client: Client, row: Consultation, **changes: Any) -> Any:
    with time_machine.travel(timezone.now() - timedelta(seconds=30)):
        token = guard.new_token(row.uuid)
    return client.post(f"/k/musterstadt/beteiligung/{row.uuid}/", {"text": "Gute Idee.", "token": token, **changes})


def after_the_end() -> Any:
    return time_machine.travel(timezone.now() + timedelta(days=15))


def test_what_nobody_has_released_is_not_there(use_case: UseCase, musterstadt: Town, client: Client) -> None:
    today = timezone.localdate()
    draft = services.write_consultation(
        use_case, by=musterstadt["fachamt"], values={**ASKED, "opens_on": today, "closes_on": today}
    )
    assert client.get(f"/k/musterstadt/beteiligung/{draft.uuid}/").status_code == 404


def test_nobody_releases_what_they_wrote(use_case: UseCase, musterstadt: Town) -> None:
    today = timezone.localdate()
    draft = services.write_consultation(
        use_case, by=musterstadt["cdo"], values={**ASKED, "opens_on": today, "closes_on": today}
    )
    with pytest.raises(Conflict, match="andere Person"):
        services.release_consultation(draft, by=musterstadt["cdo"])


def test_the_database_holds_it_too(row: Consultation) -> None:
    with pytest.raises(IntegrityError, match="consultation_released_by_another"), transaction.atomic():
        Consultation.objects.filter(pk=row.pk).update(released_by=row.released_text_by)


def test_the_office_releases_nothing(row: Consultation, musterstadt: Town) -> None:
    with pytest.raises(NotAllowed):
        services.release_consultation(row, by=musterstadt["fachamt"])


def test_a_use_case_that_is_rejected_asks_nobody(use_case: UseCase, musterstadt: Town) -> None:
    usecases.take_step(use_case, by=musterstadt["cdo"], step="reject", reason="Zu teuer")
    use_case.refresh_from_db()
    with pytest.raises(Conflict, match="geplant"):
        consulted(use_case, musterstadt)


def test_a_view_comes_in_without_a_cookie(client: Client, row: Consultation) -> None:
    response = send(client, row)
    thanks = client.get(response.headers["Location"]).content.decode()
    assert (Contribution.objects.get().text, "angekommen" in thanks, dict(client.cookies)) == ("Gute Idee.", True, {})


def test_an_empty_view_is_refused_with_a_sentence(client: Client, row: Consultation) -> None:
    response = send(client, row, text=" ")
    assert (response.status_code, 'id="fehler"' in response.content.decode()) == (422, True)


def test_after_the_last_day_nothing_comes_in(client: Client, row: Consultation) -> None:
    with after_the_end():
        assert (send(client, row).status_code, "Ihre Meinung</h2>" in page(client, row)) == (409, False)


def test_no_view_is_shown_in_public(client: Client, row: Consultation) -> None:
    contributed(row, "Ein einzelner Beitrag")
    assert "Ein einzelner Beitrag" not in page(client, row) + client.get("/k/musterstadt/beteiligung/").content.decode()


def test_what_was_asked_stays_once_somebody_has_answered(row: Consultation, musterstadt: Town) -> None:
    contributed(row)
    with pytest.raises(ValidationError, match="schon Beiträge"):
        services.change_consultation(row, by=musterstadt["fachamt"], values={"question": "Etwas anderes?"})


def test_nothing_is_summed_up_before_the_end(row: Consultation, musterstadt: Town) -> None:
    with pytest.raises(ValidationError, match="zu Ende"):
        services.change_consultation(row, by=musterstadt["fachamt"], values=RESULT)


def test_the_result_is_public_once_a_second_person_has_released_it(
    client: Client, row: Consultation, musterstadt: Town
) -> None:
    with after_the_end():
        written = services.change_consultation(row, by=musterstadt["fachamt"], values=RESULT)
        before = page(client, row)
        services.release_consultation(written, by=musterstadt["leitung"])
        after = page(client, row)
    assert (RESULT["outcome"] in before, RESULT["outcome"] in after) == (False, True)


def test_views_are_deleted_after_the_summary(row: Consultation, musterstadt: Town) -> None:
    contributed(row)
    with after_the_end():
        written = services.change_consultation(row, by=musterstadt["fachamt"], values=RESULT)
        services.release_consultation(written, by=musterstadt["leitung"])
    with time_machine.travel(timezone.now() + timedelta(days=120)):
        services.forget_inquiries()
    row.refresh_from_db()
    assert (Contribution.objects.count(), row.received) == (0, 1)


def test_the_desk_shows_what_came_in(client: Client, row: Consultation, musterstadt: Town) -> None:
    contributed(row, "Ein einzelner Beitrag")
    client.force_login(musterstadt["fachamt"])
    assert "Ein einzelner Beitrag" in client.get(row.get_absolute_url()).content.decode()


def test_a_release_of_what_was_not_seen_is_refused(client: Client, row: Consultation, musterstadt: Town) -> None:
    services.change_consultation(row, by=musterstadt["fachamt"], values={"title": "Anders"})
    client.force_login(musterstadt["leitung"])
    response = client.post(f"{row.get_absolute_url()}freigeben/", {"version": "9" * 5000})
    assert response.status_code == 409
