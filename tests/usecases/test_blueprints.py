"""The catalogue of blueprints, and a use case that begins with one."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from compliance import services as assessments
from compliance.models import AssessmentDraft
from compliance.rules.law.shelf import program_for, vocabulary
from register.content import content_of
from register.models import Entry
from tests.world import Town
from usecases import services
from usecases.models import Adoption, UseCase
from usecases.rules import blueprints as rules

DAY = "2026-11-27"
CHATBOT = "chatbot-buergerservice"


def harmless() -> dict[str, Any]:
    """The answers of a system that none of the special rules asks for more."""
    answers = {"date": "unknown", "set": []}
    facts: dict[str, Any] = {
        key: answers.get(fact.kind, "none" if "none" in fact.values else "no")
        for key, fact in vocabulary().facts.items()
    }
    return facts | {
        "infers_output": "yes", "use_context": "municipal", "operator": "authority", "roles": ["deployer"],
    }  # fmt: skip


def test_the_catalogue_has_templates_for_many_fields() -> None:
    fields = {row["field"] for row in rules.catalogue().values()}
    assert (len(rules.catalogue()) >= 25, len(fields) >= 10) == (True, True)


def test_typical_facts_lead_to_a_class_that_fits_the_risk() -> None:
    program = program_for(DAY)
    classes = {key: program.assess(harmless() | row["facts"], on=DAY).class_ for key, row in rules.catalogue().items()}
    wrong = {
        key: found
        for key, found in classes.items()
        if (found == "HR_III") != (rules.catalogue()[key]["risk"] == "high") or found not in ("MIN", "TRANS", "HR_III")
    }
    assert wrong == {}


def test_the_start_set_has_little_risk_and_much_benefit() -> None:
    chosen = rules.start_set().values()
    assert {(row["risk"], row["gain"]) for row in chosen} == {("low", "high")}


def test_the_start_set_begins_with_the_least_effort() -> None:
    efforts = [row["effort"] for row in rules.start_set().values()]
    assert efforts == sorted(efforts, key=("low", "medium").index)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"internal_note": "nur hier"}, "internal_note"),
        ({"facts": {"infers_output": "vielleicht"}}, "facts: infers_output"),
        ({"entry": {"file_reference": "10-4"}}, "file_reference"),
        ({"field": "weltraum"}, "field"),
    ],
)
def test_a_part_that_does_not_belong_there_is_refused_with_its_place(change: dict[str, Any], place: str) -> None:
    with pytest.raises(rules.BadBlueprint, match=place):
        rules.check(rules.catalogue()[CHATBOT] | change)


# --- Adopting a template -----------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


def adopt(town: Town, template: str = CHATBOT, role: str = "fachamt", **values: Any) -> Adoption:
    given = {"title": "Chatbot", "department": town.departments["buergerbuero"], **values}
    return services.adopt_template(town.municipality, by=town[role], template=template, **given)


def signed_in(town: Town, role: str) -> Client:
    client = Client()
    client.force_login(town[role])
    return client


def test_every_template_becomes_a_draft_of_the_register(musterstadt: Town) -> None:
    lost = {}
    for key, document in rules.catalogue().items():
        use_case = adopt(musterstadt, key, title=document["title"], with_entry=True).use_case
        said = content_of(Entry.objects.get(use_case_links__use_case=use_case))
        wanted = {**rules.entry_values(document), "goal": document["purpose"], "category": [document["field"]]}
        lost[key] = [name for name, value in wanted.items() if said[name] != value]
    assert {key: names for key, names in lost.items() if names} == {}


def test_a_use_case_keeps_where_it_comes_from(musterstadt: Town) -> None:
    adoption = adopt(musterstadt)
    page = signed_in(musterstadt, "revision").get(adoption.use_case.get_absolute_url()).content.decode()
    assert "Begonnen mit" in page
    assert reverse("usecases:blueprint-template", args=[CHATBOT]) in page


def test_a_template_is_adopted_with_a_form(musterstadt: Town) -> None:
    office = musterstadt.departments["buergerbuero"].pk
    typed = {"title": "Unser Chatbot", "department": str(office), "with_entry": "on"}
    answer = signed_in(musterstadt, "fachamt").post(reverse("usecases:blueprint-template-adopt", args=[CHATBOT]), typed)
    use_case = UseCase.objects.get(title="Unser Chatbot")
    assert (answer.status_code, use_case.links.count()) == (302, 1)


def test_an_office_has_to_say_which_it_is(musterstadt: Town) -> None:
    address = reverse("usecases:blueprint-template-adopt", args=[CHATBOT])
    answer = signed_in(musterstadt, "fachamt").post(address, {"title": "Ohne Amt"})
    assert (answer.status_code, "department" in answer.context["form"].errors) == (422, True)


def test_a_template_that_is_not_there_is_not_found(musterstadt: Town) -> None:
    address = reverse("usecases:blueprint-template", args=["gibt-es-nicht"])
    assert signed_in(musterstadt, "cdo").get(address).status_code == 404


def test_the_catalogue_can_be_narrowed_to_a_field(musterstadt: Town) -> None:
    page = signed_in(musterstadt, "cdo").get(reverse("usecases:blueprints") + "?field=mobility&q=ampel")
    assert [card["title"] for card in page.context["templates"]] == ["Ampeln an den Verkehr anpassen"]


@pytest.mark.parametrize("name", ["usecases:use-cases", "usecases:board"])
def test_where_nothing_has_begun_the_start_set_is_offered(musterstadt: Town, name: str) -> None:
    page = signed_in(musterstadt, "cdo").get(reverse(name))
    assert len(page.context["start_set"]) == rules.SHOWN_AT_START


def assessed(town: Town) -> AssessmentDraft:
    """The assessment of a system that came with a blueprint, as far as the branch has opened."""
    entry = Entry.objects.get(use_case_links__use_case=adopt(town, with_entry=True).use_case)
    draft = assessments.start_assessment(entry, by=town["fachamt"])
    return assessments.answer(draft, by=town["fachamt"], answers={"use_context": "municipal", "testing": "none"})


def test_the_assessment_chooses_what_the_blueprint_says_and_names_it(musterstadt: Town) -> None:
    draft = assessed(musterstadt)
    address = reverse("compliance:assessment-question", args=[draft.entry.uuid, "interacts_with_people"])
    page = signed_in(musterstadt, "fachamt").get(address)
    said = (page.context["form"].initial["interacts_with_people"], page.context["suggested_by"])
    assert said == ("not_obvious", "der Blaupause „Chatbot für Fragen an die Verwaltung“")


def test_what_a_blueprint_says_is_no_answer_before_somebody_saves_it(musterstadt: Town) -> None:
    assert "interacts_with_people" not in assessed(musterstadt).facts


def test_no_fold_hides_what_a_blueprint_proposes(musterstadt: Town) -> None:
    draft = assessed(musterstadt)
    address = reverse("compliance:assessment-compact", args=[draft.entry.uuid])
    sections = signed_in(musterstadt, "fachamt").get(address).context["sections"]
    proposed = [row for row in sections if row["is_proposed"]]
    assert (len(proposed) > 1, [row["is_open"] for row in proposed]) == (True, [True] * len(proposed))


def hits(town: Town, role: str, text: str) -> dict[str, list[str]]:
    page = signed_in(town, role).get(reverse("register:search"), {"q": text})
    return {group["title"]: [hit.title for hit in group["hits"]] for group in page.context["groups"]}


def test_the_search_over_everything_finds_use_cases_and_blueprints(musterstadt: Town) -> None:
    adopt(musterstadt, title="Fragen rund um die Uhr")
    found = hits(musterstadt, "revision", "Fragen")
    assert (found["Vorhaben"], found["Blaupausen"][:1]) == (
        ["Fragen rund um die Uhr"],
        ["Chatbot für Fragen an die Verwaltung"],
    )


def test_who_has_nothing_to_do_with_use_cases_finds_none(musterstadt: Town) -> None:
    adopt(musterstadt, title="Fragen rund um die Uhr")
    assert hits(musterstadt, "verwaltung", "Fragen Uhr") == {}
