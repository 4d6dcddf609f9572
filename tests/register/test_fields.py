"""Hints, explanations, required sets and lists of records: what the 64 fields promise to people."""

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from register import content, publication
from register.forms.field_help import MORE
from register.forms.records import RecordsField
from register.rules import records, required
from register.selectors import completeness_of, gaps_of, with_completeness

ROWS = [row for row in publication.ROWS if row.model != publication.LINK and row.key != "withheld"]
SYSTEM_KEYS = {row.key for row in publication.rows_of("system")}
A_RISK = {"name": "Falsche Auskunft", "text": "", "measure": "Quelle nennen", "state": "done"}


def field_of(row: publication.Row):
    from tests.register.test_publication_table import MODELS

    return MODELS[row.model]._meta.get_field(row.key)


@pytest.mark.parametrize("key", sorted({row.key for row in publication.ROWS}))
def test_every_field_is_explained(key: str) -> None:
    assert MORE[key].text


@pytest.mark.parametrize("key", sorted({row.key for row in publication.ROWS}))
def test_every_field_has_an_example(key: str) -> None:
    assert MORE[key].example


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("goal", "Wird veröffentlicht"),
        ("proportionality_suitability", "Öffentlich erst nach der Stellungnahme"),
        ("internal_note", "Bleibt intern"),
    ],
)
def test_the_form_says_who_will_read_a_field(key: str, said: str) -> None:
    assert MORE[key].audience == said


@pytest.mark.parametrize("key", sorted(MORE))
def test_every_explanation_belongs_to_a_field_or_waits_for_the_product_sheet(key: str) -> None:
    assert key in {row.key for row in publication.ROWS}


@pytest.mark.parametrize("key", sorted(key for key, more in MORE.items() if more.norm))
def test_every_norm_has_its_day(key: str) -> None:
    assert MORE[key].stand


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.model}-{row.key}")
def test_every_field_has_a_label(row: publication.Row) -> None:
    assert str(field_of(row).verbose_name)[0].isupper()


@pytest.mark.parametrize("name", required.SETS["system"])
def test_required_sets_name_fields_of_the_release_table(name: str) -> None:
    assert required.SETS["system"][name] <= SYSTEM_KEYS


@pytest.mark.parametrize("name", required.SETS["dataset"])
def test_required_sets_of_datasets_name_their_fields(name: str) -> None:
    assert required.SETS["dataset"][name] <= {row.key for row in publication.rows_of("dataset")}


@pytest.mark.parametrize(
    ("facts", "sets"),
    [
        ({}, ["all"]),
        ({"personal_data_level": "personal"}, ["all", "personal"]),
        ({"personal_data_level": "pseudonymous"}, ["all", "personal"]),
        ({"personal_data_level": "none"}, ["all"]),
        ({"ai_act_class": "HR_III"}, ["all", "high_risk"]),
        ({"ai_act_class": "HR_I"}, ["all", "high_risk"]),
        ({"ai_act_class": "MIN"}, ["all"]),
        ({"status": "pilot"}, ["all", "pilot"]),
        ({"status": "evaluation"}, ["all", "pilot"]),
    ],
)
def test_the_facts_decide_which_sets_apply(facts: dict, sets: list[str]) -> None:
    assert required.sets_of("system", facts) == sets


def test_a_field_of_a_set_weighs_four_times_another_public_field() -> None:
    assert required.percent("use_case", {"name": "x", "extra": ""}, ["name", "extra"]) == round(100 * 8 / 26)


def test_a_withheld_field_counts_as_answered() -> None:
    bare = required.percent("use_case", {}, ["name"])
    assert required.percent("use_case", {}, ["name"], withheld=["name"]) > bare


def test_zero_is_an_answer() -> None:
    assert required.percent("use_case", {"incidents": 0}, ["incidents"]) > required.percent(
        "use_case", {}, ["incidents"]
    )


def test_handing_in_personal_data_needs_legal_basis_and_retention(complete) -> None:
    privacy = complete.system.privacy
    privacy.personal_data_level, privacy.gdpr_basis, privacy.retention = "personal", [], ""
    privacy.save()
    assert {"gdpr_basis", "retention"} <= set(content.missing(complete))


def test_the_list_counts_completeness_as_the_entry_itself_does(complete) -> None:
    from register.models import Entry

    listed = with_completeness(Entry.objects.filter(pk=complete.pk)).get()
    assert completeness_of(listed) == content.completeness("system", content.content_of(complete))


def test_the_list_names_gaps_as_the_entry_itself_does(complete) -> None:
    from register.models import Entry

    complete.system.privacy.personal_data_level = "personal"
    complete.system.privacy.save()
    listed = with_completeness(Entry.objects.filter(pk=complete.pk)).get()
    assert gaps_of(listed) == content.missing(complete)


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        ({}, "Zeile 1: Füllen Sie „Risiko“ aus."),
        ({"name": "x", "state": "vielleicht"}, "Zeile 1: „vielleicht“ steht bei „Stand“ nicht zur Wahl."),
        ({"name": "x" * 201}, "Zeile 1: „Risiko“ hat 201 Zeichen, möglich sind 200."),
        ({"name": "x", "farbe": "rot"}, "Zeile 1: Die Spalte „farbe“ gibt es nicht."),
        ({"name": 7}, "Zeile 1: „Risiko“ muss Text sein."),
    ],
)
def test_a_faulty_record_is_named_with_its_line(record: dict, problem: str) -> None:
    assert records.problems_of("risks", [record]) == [problem]


def test_an_address_of_a_norm_is_a_web_address() -> None:
    problems = records.problems_of("lawful_basis_grouping", [{"title": "x", "link": "javascript:alert(1)"}])
    assert problems == ["Zeile 1: „Adresse des Textes“ beginnt mit https://."]


def test_the_model_refuses_what_the_table_refuses(draft) -> None:
    draft.system.risks = [{"state": "open"}]
    with pytest.raises(ValidationError):
        draft.system.full_clean()


@pytest.mark.parametrize("key", records.COLUMNS)
def test_records_survive_a_cell_of_a_list(key: str) -> None:
    sample = {"choice": None, "day": "2026-03-01", "url": "https://a.example/", "text": "Wort"}
    record = {c.key: sample[c.kind] or next(iter(c.choices)) for c in records.COLUMNS[key]}
    assert records.from_lines(key, records.to_lines(key, [record, record])) == [record, record]


def typed(**values: str) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update({name.replace("__", "-"): value for name, value in values.items()})
    return data


def read(key: str, data: QueryDict) -> list[dict[str, str]]:
    field = RecordsField(records.COLUMNS[key], required=False)
    return field.clean(field.widget.value_from_datadict(data, {}, key))


def test_an_empty_line_of_the_form_goes_away() -> None:
    data = typed(risks__0__name="", risks__1__name="Ausfall")
    assert [record["name"] for record in read("risks", data)] == ["Ausfall"]


def test_a_german_day_is_kept_as_iso_date() -> None:
    data = typed(lawful_basis_grouping__0__title="§ 1", lawful_basis_grouping__0__as_of="1.2.26")
    assert read("lawful_basis_grouping", data)[0]["as_of"] == "2026-02-01"


def test_a_wrong_day_is_refused_with_its_line() -> None:
    data = typed(lawful_basis_grouping__0__title="§ 1", lawful_basis_grouping__0__as_of="gestern")
    with pytest.raises(ValidationError, match="Zeile 1: „Fassung vom“ ist kein gültiges Datum"):
        read("lawful_basis_grouping", data)


def test_a_risk_is_shown_in_words() -> None:
    assert records.words_of("risks", [A_RISK]) == [
        "Falsche Auskunft; Maßnahme: Quelle nennen; Stand: Maßnahme umgesetzt"
    ]
