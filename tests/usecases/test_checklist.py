"""What the checklist says: nothing sounds done, nothing is promised that the step does not allow."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.compliance.assessing import finished, reviewed
from tests.usecases.cases import at_development, idea, in_pilot, planned, stated
from tests.world import Town, complete_system
from usecases import dashboard, services
from usecases.models import UseCase
from usecases.rules.gates import POINTS
from usecases.selectors_gates import Row, checklist, facts_of

pytestmark = pytest.mark.django_db


def _row(use_case: UseCase, key: str, step: str = "pilot") -> Row:
    return next(row for row in checklist(facts_of(use_case), step) if row.key == key)


def _page(town: Town, address: str, role: str = "fachamt", **data: Any) -> Any:
    client = Client()
    client.force_login(town[role])
    return client.post(address, data) if data else client.get(address)


def test_no_point_sounds_as_if_it_were_done() -> None:
    done = (" ist ", " sind ", " liegen ", " hat ", " gibt ", "geprüft", "ausgewertet")
    said = {key: point.label.split(",")[0] for key, point in POINTS.items()}
    assert [text for text in said.values() if any(word in f" {text} " for word in done)] == []


def test_a_step_that_one_person_takes_offers_no_exception(musterstadt: Town) -> None:
    use_case = idea(musterstadt)
    services.take_step(use_case, by=musterstadt["fachamt"], step="examine")
    text = _page(musterstadt, use_case.get_absolute_url()).text
    assert ("Anfrage bei Partnern" in text, "Ausnahme möglich" in text) == (True, False)


def test_a_gate_of_two_people_offers_the_exception(musterstadt: Town) -> None:
    use_case = at_development(musterstadt)
    assert _row(use_case, "partners").point.may_waive is _row(use_case, "partners").may_waive is True


def test_an_unreviewed_assessment_does_not_settle_the_works_council(musterstadt: Town) -> None:
    entry = complete_system(musterstadt, status="development", begin_date="")
    finished(musterstadt, entry)
    row = _row(at_development(musterstadt, entry), "works_council")
    assert (row.met, row.text.partition(":")[0]) == (False, "Wartet auf die Bewertung")


def test_a_reviewed_assessment_settles_the_works_council(musterstadt: Town) -> None:
    entry = complete_system(musterstadt, status="development", begin_date="")
    reviewed(musterstadt, entry)
    row = _row(at_development(musterstadt, entry), "works_council")
    assert (row.met, row.text) == (True, "Die geprüfte Bewertung verlangt es hier nicht.")


def test_what_somebody_stated_about_the_works_council_counts_before_the_assessment(musterstadt: Town) -> None:
    use_case = at_development(musterstadt)
    stated(use_case, musterstadt, "works_council")
    assert _row(use_case, "works_council").met


def test_an_end_before_the_beginning_is_said_at_the_end(musterstadt: Town) -> None:
    with pytest.raises(ValidationError) as raised:
        idea(musterstadt, pilot_start=timezone.localdate(), pilot_end=timezone.localdate().replace(year=2020))
    assert list(raised.value.message_dict) == ["pilot_end"]


def test_a_refused_step_leads_back_to_the_use_case(musterstadt: Town) -> None:
    use_case = idea(musterstadt)
    sent = {"version": "1", "reason": "Eilig"}
    response = _page(musterstadt, reverse("usecases:step", args=[use_case.uuid, "operate"]), **sent)
    assert (response.status_code, f'href="{use_case.get_absolute_url()}"' in response.text) == (409, True)


def test_the_main_fields_stand_together_where_people_choose(musterstadt: Town) -> None:
    text = _page(musterstadt, reverse("usecases:new")).text
    assert '<optgroup label="Schwerpunkte kommunaler KI (WIK-Studie)">' in text


def test_a_field_is_named_without_its_group(musterstadt: Town) -> None:
    assert idea(musterstadt).get_field_display() == "Bürgerservice"


def test_a_chosen_field_is_named_in_the_filter(musterstadt: Town) -> None:
    response = _page(musterstadt, reverse("usecases:use-cases") + "?field=mobility")
    assert "Handlungsfeld: Mobilität und Verkehr" in response.text


def test_a_plan_that_is_complete_is_met(musterstadt: Town) -> None:
    assert _row(planned(at_development(musterstadt), musterstadt), "plan").met


def test_an_unmeasured_pilot_has_its_own_sentence(musterstadt: Town) -> None:
    assert _row(in_pilot(musterstadt), "goals", "evaluate").text == "Noch kein Ziel benannt."


def test_a_rejected_use_case_says_why_before_everything_else(musterstadt: Town) -> None:
    text = _page(musterstadt, _rejected(musterstadt).get_absolute_url()).text
    assert 0 < text.index("Kein Bedarf mehr.") < text.index("Einträge im Register")


@pytest.mark.parametrize("words", ["Ziel anlegen", "Auswerten", "Partner eintragen", "Förderantrag eintragen"])
def test_a_rejected_use_case_offers_nothing_that_comes_after(musterstadt: Town, words: str) -> None:
    assert words not in _page(musterstadt, _rejected(musterstadt).get_absolute_url()).text


def _rejected(town: Town) -> UseCase:
    return services.take_step(idea(town), by=town["fachamt"], step="reject", reason="Kein Bedarf mehr.")


def test_a_bestand_says_since_when_it_is_in_use(musterstadt: Town) -> None:
    entry = complete_system(musterstadt, status="operational", begin_date="2024-03")
    use_case = services.take_over(entry, by=musterstadt["cdo"])
    assert "im Einsatz seit März 2024" in _page(musterstadt, use_case.get_absolute_url()).text


def test_what_is_in_use_without_a_use_case_can_be_taken_over_from_the_list(musterstadt: Town) -> None:
    entry = complete_system(musterstadt, status="operational", begin_date="2024-03")
    address = reverse("usecases:take-over", args=[entry.uuid])
    before = _page(musterstadt, reverse("usecases:stock"), "cdo").text
    services.take_over(entry, by=musterstadt["cdo"])
    assert (address in before, address in _page(musterstadt, reverse("usecases:stock"), "cdo").text) == (True, False)


def test_one_use_case_is_counted_by_its_name(musterstadt: Town) -> None:
    idea(musterstadt)
    assert "1 Vorhaben" in _page(musterstadt, reverse("usecases:use-cases")).text


def test_both_pages_count_the_same_offices(musterstadt: Town) -> None:
    numbers = _page(musterstadt, reverse("usecases:training"), "cdo").context["numbers"]
    assert numbers[0]["value"] == len(dashboard.training(musterstadt.municipality, timezone.localdate()).bars)
