"""A use case frozen as a blueprint: what stays away, what is refused, who sees it, and how others begin with it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Notification
from core.errors import Conflict, NotAllowed
from register import services as register
from tests.compliance.assessing import reviewed
from tests.usecases.cases import GOAL, again, idea
from tests.world import Town, complete_system
from usecases import services
from usecases.models import Adoption, Blueprint, UseCase
from usecases.rules import blueprints as rules
from usecases.rules.private import found_in
from usecases.selectors_blueprints import section_of

pytestmark = pytest.mark.django_db
VALUES: dict[str, Any] = {
    "title": "Anträge vorsortieren",
    "purpose": "Anträge liegen ungeordnet im Eingang.",
    "benefit": "Eilige Fälle werden früher gesehen.",
    "prerequisites": ["Digitaler Eingang"],
    "data": ["Text der Anträge"],
    "architecture": "Ein gelerntes Verfahren schlägt die Reihenfolge vor.",
    "contract_points": ["Kein Training mit Eingaben"],
    "open_questions": [],
    "result": "Mehr Anträge am selben Tag zugeordnet.",
    "lessons": "Früher schulen.",
    "cost_class": "5k_25k",
    "publiccode": "",
}


def freeze(use_case: UseCase, town: Town, **values: Any) -> Blueprint:
    return services.freeze_blueprint(again(use_case), by=town["fachamt"], values={**VALUES, **values})


def with_entry(town: Town) -> UseCase:
    use_case = idea(town)
    services.link_entry(use_case, by=town["fachamt"], entry=complete_system(town))
    return again(use_case)


def refusals(use_case: UseCase, town: Town, **values: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        freeze(use_case, town, **values)
    return refused.value.message_dict


def signed_in(town: Town, role: str) -> Client:
    client = Client()
    client.force_login(town[role])
    return client


def opened(town: Town, use_case: UseCase | None = None, **values: Any) -> Blueprint:
    return services.share_blueprint(freeze(use_case or idea(town), town, **values), by=town["leitung"], shared=True)


def adopted(source: Blueprint, town: Town) -> Adoption:
    return services.adopt_blueprint(
        source, by=town["cdo"], municipality=town.municipality, title="Bei uns", with_entry=True
    )


# --- What is in it -------------------------------------------------------------------------------------


def test_facts_come_from_the_newest_assessment_without_dates(musterstadt: Town) -> None:
    use_case = with_entry(musterstadt)
    newest = reviewed(musterstadt, use_case.links.get().entry)
    facts = freeze(use_case, musterstadt).document["facts"]
    assert facts.items() < newest.facts.items()
    assert "placed_on_market" not in facts


def test_a_goal_says_what_was_reached(musterstadt: Town) -> None:
    use_case = idea(musterstadt)
    services.set_goal(use_case, by=musterstadt["fachamt"], values=GOAL)
    goal = freeze(use_case, musterstadt).document["goals"][0]
    assert (goal["target"], goal["value"]) == ("50", "nicht erhoben")


def test_nothing_local_is_in_the_document(musterstadt: Town) -> None:
    use_case = with_entry(musterstadt)
    text = str(freeze(use_case, musterstadt).document)
    local = [musterstadt.municipality.name, "Bürgerbüro", "KANARIENVOGEL", str(use_case.uuid), "Beispielsoftware"]
    assert [word for word in local if word in text] == []


# --- What is refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Fragen beantwortet Fachamt Musterstadt.", "den Namen einer Person"),
        ("In Musterstadt läuft es gut.", "den Namen Ihrer Kommune"),
        ("Fragen an poststelle@amt.example", "eine E-Mail-Adresse"),
        ("Akte KANARIENVOGEL Az. 10-4711", "den Inhalt des Feldes „Aktenzeichen“"),
    ],
)
def test_a_text_that_says_too_much_is_refused_with_its_place(musterstadt: Town, text: str, what: str) -> None:
    found = refusals(with_entry(musterstadt), musterstadt, lessons=text)
    assert list(found) == ["lessons"]
    assert found["lessons"][0].startswith(f"„Was gelernt wurde“ enthält noch {what}")


def test_a_goal_with_a_name_is_refused(musterstadt: Town) -> None:
    use_case = idea(musterstadt)
    services.set_goal(
        use_case, by=musterstadt["fachamt"], values={**GOAL, "title": "Entlastung von Leitung Musterstadt"}
    )
    assert refusals(use_case, musterstadt)["__all__"][0].startswith("„Ziele“ enthält noch den Namen einer Person")


def test_an_internal_field_is_refused_by_its_name(musterstadt: Town) -> None:
    with pytest.raises(ValidationError, match="„internal_note“ gehört nicht in eine Blaupause"):
        freeze(idea(musterstadt), musterstadt, internal_note="nur hier")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Frau Petersen weiß es.", True),
        ("Petersens Idee", True),
        ("Die Firma Petersensoft", False),
        ("ein fuchs im Garten", False),
        ("Telefon 04321 / 98765-4", True),
        ("seit dem 01.02.2026, 0,5 Prozent, 2026 bis 2030", False),
    ],
)
def test_names_and_numbers_are_told_from_other_words(text: str, found: bool) -> None:
    words = {"Petersen": "den Namen einer Person", "Fuchs": "den Namen einer Person"}
    assert bool(found_in(text, words)) == found


def test_who_may_not_read_the_entry_does_not_freeze_it(musterstadt: Town) -> None:
    use_case = idea(musterstadt)
    entry = register.create_system(
        musterstadt.municipality, by=musterstadt["cdo"], name="Fremd", department=musterstadt.departments["tiefbau"]
    )
    services.link_entry(use_case, by=musterstadt["cdo"], entry=entry)
    with pytest.raises(NotAllowed):
        freeze(use_case, musterstadt)


# --- Versions, and who sees them -----------------------------------------------------------------------


def test_the_same_text_is_no_new_version(musterstadt: Town) -> None:
    use_case = idea(musterstadt)
    freeze(use_case, musterstadt)
    with pytest.raises(Conflict):
        freeze(use_case, musterstadt)


def test_the_database_keeps_a_version_as_it_is(musterstadt: Town) -> None:
    row = freeze(idea(musterstadt), musterstadt)
    with pytest.raises(DatabaseError), transaction.atomic():
        Blueprint.objects.filter(pk=row.pk).update(document={})
    assert Blueprint.objects.filter(pk=row.pk).update(shared=True) == 1


def test_another_municipality_sees_only_what_was_opened(musterstadt: Town, neudorf: Town) -> None:
    row = freeze(idea(musterstadt), musterstadt)
    client, address = signed_in(neudorf, "revision"), row.get_absolute_url()
    before = client.get(address).status_code
    services.share_blueprint(row, by=musterstadt["leitung"], shared=True)
    assert (before, client.get(address).status_code) == (404, 200)


def test_an_office_does_not_open_it_for_others(musterstadt: Town) -> None:
    row = freeze(idea(musterstadt), musterstadt)
    with pytest.raises(NotAllowed):
        services.share_blueprint(row, by=musterstadt["fachamt"], shared=True)


def test_the_form_shows_what_stays_away_and_freezes(musterstadt: Town) -> None:
    use_case = with_entry(musterstadt)
    client, address = signed_in(musterstadt, "fachamt"), reverse("usecases:freeze", args=[use_case.uuid])
    assert "Aktenzeichen" in dict(client.get(address).context["removed"])["Interne Felder der Einträge"]
    typed = {**VALUES, "prerequisites": "Digitaler Eingang\n\nDigitaler Eingang", "data": "", "checked": "on"}
    typed |= {"contract_points": "", "open_questions": ""}
    answer = client.post(address, typed)
    assert (answer.status_code, Blueprint.objects.get().document["prerequisites"]) == (302, ["Digitaler Eingang"])


def test_a_refused_form_keeps_what_was_typed(musterstadt: Town) -> None:
    use_case = idea(musterstadt)
    typed = {**VALUES, "prerequisites": "", "data": "", "contract_points": "", "open_questions": "", "checked": "on"}
    answer = signed_in(musterstadt, "fachamt").post(
        reverse("usecases:freeze", args=[use_case.uuid]), typed | {"lessons": "Rat von Leitung Musterstadt"}
    )
    assert answer.status_code == 422
    assert "Rat von Leitung Musterstadt" in answer.content.decode()


# --- Others begin with it ------------------------------------------------------------------------------


def test_another_municipality_begins_with_it(musterstadt: Town, neudorf: Town) -> None:
    adoption = adopted(opened(musterstadt), neudorf)
    page = signed_in(neudorf, "cdo").get(adoption.use_case.get_absolute_url()).content.decode()
    assert (adoption.use_case.problem, adoption.use_case.links.count()) == (VALUES["purpose"], 1)
    assert f">{musterstadt.municipality.name}</a>" in page


def test_what_is_closed_cannot_be_adopted(musterstadt: Town, neudorf: Town) -> None:
    row = freeze(idea(musterstadt), musterstadt)
    with pytest.raises(NotAllowed):
        adopted(row, neudorf)


def test_a_newer_version_is_taken_over_part_by_part(musterstadt: Town, neudorf: Town) -> None:
    use_case = idea(musterstadt)
    adoption = adopted(opened(musterstadt, use_case), neudorf)
    newer = opened(musterstadt, use_case, purpose="Neuer Zweck.", lessons="Neue Lehre.")
    client = signed_in(neudorf, "cdo")
    page = client.get(adoption.use_case.get_absolute_url()).content.decode()
    typed = {"sha256": newer.sha256, "parts": ["lessons"]}
    answer = client.post(reverse("usecases:blueprint-source", args=[adoption.use_case.uuid]), typed)
    after = Adoption.objects.select_related("use_case__municipality").get(pk=adoption.pk)
    state = section_of(after.use_case, edits=True, reads_all=True)
    assert ("Quelle hat sich geändert" in page, answer.status_code, state["changed"]) == (True, 302, False)
    assert (after.document["lessons"], after.use_case.problem) == ("Neue Lehre.", VALUES["purpose"])


def test_a_part_of_the_use_case_is_taken_over_into_it(musterstadt: Town, neudorf: Town) -> None:
    use_case = idea(musterstadt)
    adoption = adopted(opened(musterstadt, use_case), neudorf)
    newer = opened(musterstadt, use_case, purpose="Neuer Zweck.")
    services.take_over_source(adoption, by=neudorf["cdo"], parts=["purpose"], sha256=newer.sha256)
    assert again(adoption.use_case).problem == "Neuer Zweck."


def test_who_compared_an_older_version_compares_again(musterstadt: Town, neudorf: Town) -> None:
    use_case = idea(musterstadt)
    first = opened(musterstadt, use_case)
    adoption = adopted(first, neudorf)
    opened(musterstadt, use_case, purpose="Neuer Zweck.")
    with pytest.raises(Conflict):
        services.take_over_source(adoption, by=neudorf["cdo"], parts=[], sha256=first.sha256)


def test_who_began_with_it_is_told_of_a_newer_version(musterstadt: Town, neudorf: Town) -> None:
    use_case = idea(musterstadt)
    adopted(opened(musterstadt, use_case), neudorf)
    opened(musterstadt, use_case, purpose="Neuer Zweck.")
    told = Notification.objects.filter(user=neudorf["cdo"], text__contains="hat sich geändert")
    assert told.count() == 1


def test_of_a_whole_assessment_the_denials_are_only_counted(musterstadt: Town) -> None:
    use_case = with_entry(musterstadt)
    reviewed(musterstadt, use_case.links.get().entry)
    facts = freeze(use_case, musterstadt).document["facts"]
    lines = rules.said("facts", facts)
    assert lines[-1].startswith("Bei ")
    assert len(lines) < len(facts)


@pytest.mark.parametrize("name", ["Frau Erika Mustermann", "Herrn Klein", "Prof. Dr. Weiß"])
def test_somebody_without_an_account_is_found_by_the_form_of_address(name: str) -> None:
    assert name in found_in(f"Rat gibt {name} aus dem Amt.", {})


@pytest.mark.parametrize("text", ["Eine Frau fragt nach Hilfe.", "Frauen und Männer", "Herr der Lage bleiben"])
def test_a_word_that_addresses_nobody_is_left_alone(text: str) -> None:
    assert found_in(text, {}) == ""
