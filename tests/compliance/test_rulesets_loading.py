"""The operator loads a rule set: a good one is tried out and taken into use, a bad one changes nothing."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from compliance import services
from compliance.models import LoadedRuleset, RulesetUse
from compliance.rules.law import shelf
from compliance.rules.law.rulesets import FOLDER
from compliance.selectors_rulesets import catch_up, in_force_today
from compliance.services.rulesets import LARGEST, trial_job, trial_result
from core import jobs
from core.errors import Conflict, NotAllowed
from tests.compliance.assessing import finished
from tests.compliance.law_files import NAME, in_use, next_version, operator
from tests.world import Town, complete_system

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform() -> User:
    return operator()


def loaded(by: User, *changes: tuple[str, str]) -> LoadedRuleset:
    row = services.load_ruleset(next_version(*changes), by=by, filename=NAME)
    jobs.run(trial_job(row).pk)
    return row


# --- Bad files ------------------------------------------------------------------------------------

BAD = [
    (next_version(("article: Art. 5 Abs. 1 Buchst. a\n", "article: irgendwo\n")), "rules > art5-a > article"),
    (next_version(("    article: Art. 5 Abs. 1 Buchst. a\n", "")), "rules > art5-a: Es fehlt: article"),
    (next_version(('when: {manipulates_behaviour: "yes"}', 'when: {manipulates: "yes"}')), "art5-a: Den Schlüssel"),
    (next_version(("applies_from: F_HR\n", "applies_from: F_NIE\n")), "HR_III: Die Frist F_NIE gibt es nicht"),
    (next_version(('version: "3"', 'version: "2"')), "muss Version 3 sein"),
    (next_version(('version: "3"', 'version: "5"')), "muss Version 3 sein"),
    (next_version(('valid_from: "2026-11-01"', 'valid_from: "2026-01-01"')), "valid_from"),
    (next_version(("id: ai-act/classification", "id: ai-act/anderes")), "kennt das Programm nicht"),
    (next_version(("section: scope,", "section: neu,")), "Den Abschnitt neu"),
    (next_version(("facts: [use_context]", "facts: [wetter]")), "Die Angabe wetter"),
    (b"rules: [", "Zeile 1"),
    (b"a: &x [1]\nb: *x\n", "Zeile 2"),
    (b"\xff\xfe", "UTF-8"),
    (b"[" * 3000, "tief"),
    (b"a" * (LARGEST + 1), "größer als 512 KB"),
]


@pytest.mark.parametrize(("content", "place"), BAD, ids=[place for _, place in BAD])
def test_a_bad_file_is_refused_with_file_and_place(platform: User, content: bytes, place: str) -> None:
    with pytest.raises(ValidationError) as refused:
        services.load_ruleset(content, by=platform, filename=NAME)
    said = " ".join(refused.value.messages)
    assert (NAME in said, place in said) == (True, True), said


def test_a_bad_file_leaves_everything_as_it_was(client: Client, platform: User) -> None:
    client.force_login(platform)
    before = [one.sha256 for one in in_force_today()]
    file = SimpleUploadedFile(NAME, b"rules: [")
    response = client.post(reverse("compliance:rulesets"), {"file": file})
    after = [one.sha256 for one in in_force_today()]
    assert (response.status_code, LoadedRuleset.objects.count(), after == before) == (422, 0, True)


def test_the_page_says_the_place_at_the_field(client: Client, platform: User) -> None:
    client.force_login(platform)
    response = client.post(reverse("compliance:rulesets"), {"file": SimpleUploadedFile(NAME, b"rules: [")})
    assert f"{NAME}: Zeile 1" in response.content.decode()


def test_a_file_that_leaves_a_system_without_a_class_never_comes_into_use(musterstadt: Town, platform: User) -> None:
    finished(musterstadt, complete_system(musterstadt))
    row = loaded(
        platform,
        ("when: {conclusion: transparency}", "when: {conclusion: a63}"),
        (
            "when: {conclusion: in_scope}\n    article: Art. 4\n    text: Keine",
            "when: {conclusion: a63}\n    article: Art. 4\n    text: Keine",
        ),
    )
    with pytest.raises(Conflict, match="keine Klasse"):
        services.take_into_use(row, by=platform)


def test_a_loaded_file_that_cannot_be_read_any_more_leaves_the_others_in_use(platform: User) -> None:
    row = LoadedRuleset.objects.create(
        law="ai-act/classification", version=3, title="x", legal_state="x", checked_on="2026-11-01",
        valid_from="2026-11-01", filename=NAME, content="rules: [", sha256="0" * 64, loaded_by=platform,
        loaded_at="2026-11-01T00:00Z",
    )  # fmt: skip
    RulesetUse.objects.create(ruleset=row, law=row.law, version=3, by=platform, at="2026-11-01T00:00Z")
    assert [one.version for one in in_force_today()] == ["2", "1"]


# --- Loading and using ----------------------------------------------------------------------------


def test_a_loaded_file_decides_nothing_yet(platform: User) -> None:
    loaded(platform)
    assert in_force_today()[0].version == "2"


def test_a_file_in_use_decides_from_its_day_on(platform: User) -> None:
    in_use(platform)
    assert in_force_today()[0].version == "3"


def test_another_process_sees_it_without_a_restart(platform: User) -> None:
    in_use(platform)
    # What a process knows that has not looked since.
    shelf.put([], mark=None)
    catch_up()
    assert "3" in shelf.editions()["ai-act/classification"]


def test_looking_costs_one_query(platform: User, django_assert_num_queries) -> None:
    in_use(platform)
    catch_up()
    with django_assert_num_queries(1):
        catch_up()


def test_the_trial_counts_what_changes_in_each_town(musterstadt: Town, platform: User) -> None:
    finished(
        musterstadt, complete_system(musterstadt), public_benefits="yes", profiling="yes", placed_on_market="unknown"
    )
    towns = trial_result(loaded(platform))["towns"]
    assert towns == {"Musterstadt": {"all": 1, "duties": 1, "dates": 1}}


def test_nobody_takes_a_file_into_use_before_its_trial(platform: User) -> None:
    row = services.load_ruleset(next_version(), by=platform, filename=NAME)
    with pytest.raises(Conflict, match="Probe"):
        services.take_into_use(row, by=platform)


def test_where_there_are_two_operators_it_takes_both(platform: User) -> None:
    operator("zweite")
    row = loaded(platform)
    with pytest.raises(Conflict, match="andere Person"):
        services.take_into_use(row, by=platform)


def test_a_file_that_says_nothing_new_is_not_taken_into_use(platform: User) -> None:
    same = (FOLDER / "ai-act" / "classification.v2.yaml").read_text(encoding="utf-8")
    content = same.replace('version: "2"', 'version: "3"', 1).replace("2026-07-27", "2026-11-01", 1).encode()
    row = services.load_ruleset(content, by=platform, filename=NAME)
    with pytest.raises(Conflict, match="Kein Unterschied zu Version 2"):
        services.take_into_use(row, by=platform)


def test_the_page_says_that_one_operator_is_alone_and_how_there_are_two(client: Client, platform: User) -> None:
    client.force_login(platform)
    html = client.get(reverse("compliance:rulesets")).content.decode()
    call_command("add_operator", "zweite@plattform.example", verbosity=0, stdout=StringIO())
    after = client.get(reverse("compliance:rulesets")).content.decode()
    assert ("einzige Person" in html, "einzige Person" in after) == (True, False)


def test_the_second_operator_takes_it_into_use(platform: User) -> None:
    second = operator("zweite")
    services.take_into_use(loaded(platform), by=second)
    assert in_force_today()[0].version == "3"


def test_of_two_files_with_one_number_only_one_comes_into_use(platform: User) -> None:
    first, second = loaded(platform), loaded(platform, ("title: KI-Verordnung", "title: Andere KI-Verordnung"))
    services.take_into_use(first, by=platform)
    with pytest.raises(Conflict, match="Version 4"):
        services.take_into_use(second, by=platform)


def test_nobody_else_loads_a_file(musterstadt: Town) -> None:
    with pytest.raises(NotAllowed):
        services.load_ruleset(next_version(), by=musterstadt["verwaltung"], filename=NAME)


def test_a_loaded_file_is_never_changed_or_removed(platform: User) -> None:
    row = loaded(platform)
    with pytest.raises(DatabaseError, match="nur zum Anfügen"), transaction.atomic():
        LoadedRuleset.objects.filter(pk=row.pk).delete()


def test_the_list_says_how_many_assessments_rest_on_each(client: Client, musterstadt: Town, platform: User) -> None:
    finished(musterstadt, complete_system(musterstadt))
    client.force_login(platform)
    rows = client.get(reverse("compliance:rulesets")).context["rows"]
    assert [(row["ruleset"].version, row["assessments"]) for row in rows] == [("2", 1), ("1", 0), ("1", 1)]


def test_the_page_of_a_file_says_what_differs_in_text(client: Client, platform: User) -> None:
    row = loaded(platform)
    client.force_login(platform)
    labels = [change["label"] for change in client.get(row.get_absolute_url()).context["changes"]]
    assert ("Pflicht O-91" in labels, "Termin F_HR3 (Begründung)" in labels) == (True, True)
