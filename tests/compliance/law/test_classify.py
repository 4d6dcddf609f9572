"""`manage.py classify` as its users call it."""

import io
import json
import os
import subprocess
import sys

import pytest
from django.core.management import call_command

from tests.compliance.law.golden import BASE
from tests.project.files import ROOT


@pytest.fixture
def classify(tmp_path):
    """Run the command on a text; give back exit code, output and errors."""

    def run(text: str, *options: str, name: str = "facts.json"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        output, errors = io.StringIO(), io.StringIO()
        try:
            call_command("classify", str(path), *options, stdout=output, stderr=errors)
        except SystemExit as left:
            return left.code, output.getvalue(), errors.getvalue()
        return 0, output.getvalue(), errors.getvalue()

    return run


SCHOOL = {**BASE, "education": ["access"], "profiling": "yes"}


def test_facts_are_decided_as_json(classify) -> None:
    code, output, _ = classify(json.dumps(SCHOOL), "--on", "2026-11-27")
    assert (code, json.loads(output)["class"]) == (0, "HR_III")


def test_the_result_has_the_keys_of_the_contract(classify) -> None:
    keys = ["class", "decided", "open", "articles", "flags", "applies_from", "obligations", "reasons", "would_change"]
    assert list(json.loads(classify(json.dumps(SCHOOL))[1])) == [*keys, "rulesets"]


def test_a_list_of_facts_gives_a_list(classify) -> None:
    code, output, _ = classify(json.dumps([BASE, SCHOOL]))
    assert (code, [result["class"] for result in json.loads(output)]) == (0, ["MIN", "HR_III"])


def test_yaml_is_read_too(classify) -> None:
    code, output, _ = classify("infers_output: no\npersonal_data: no\ncan_monitor_staff: no\n", name="facts.yaml")
    assert (code, json.loads(output)["class"]) == (0, "NA")


def test_open_questions_exit_with_three_and_are_named(classify) -> None:
    code, output, _ = classify(json.dumps({key: BASE[key] for key in BASE if key != "justice"}))
    result = json.loads(output)
    assert (code, result["class"], result["decided"], result["open"]) == (3, None, False, ["justice"])


def test_one_undecided_of_a_list_exits_with_three(classify) -> None:
    assert classify(json.dumps([BASE, {}]))[0] == 3


def test_bad_input_exits_with_two_and_prints_only_the_errors(classify) -> None:
    code, output, errors = classify(json.dumps([BASE, {**BASE, "operator": "authoritee"}]))
    assert (code, output, "Nr. 2: operator" in errors, "authority" in errors) == (2, "", True, True)


@pytest.mark.parametrize(
    "options", [["--on", "2026-13-01"], ["--ruleset", "ai-act/classification@9"], ["--on", "2020-01-01"]]
)
def test_a_bad_option_exits_with_two(classify, options) -> None:
    code, output, errors = classify(json.dumps(BASE), *options)
    assert (code, output, bool(errors)) == (2, "", True)


def test_a_version_can_be_picked(classify) -> None:
    _, output, _ = classify(json.dumps(BASE), "--ruleset", "ai-act/classification@1")
    assert json.loads(output)["rulesets"][0]["version"] == "1"


def test_the_day_picks_the_version_in_force(classify) -> None:
    _, output, _ = classify(json.dumps(BASE), "--on", "2026-07-26")
    assert json.loads(output)["rulesets"][0]["version"] == "1"


def test_draft_guidelines_can_be_switched_off(classify) -> None:
    facts = {**BASE, "critical_infrastructure": "wastewater", "safety_role": "safety_function"}
    _, output, _ = classify(json.dumps(facts), "--without-drafts")
    assert json.loads(output)["class"] == "MIN"


def test_the_command_needs_no_database_and_names_a_file_that_does_not_exist() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "classify", "no-such-file.json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={
            "PATH": os.environ["PATH"],
            "DATABASE_URL": "postgres://nobody@127.0.0.1:9/none",
            "REDIS_URL": "redis://127.0.0.1:9/0",
            "SECRET_KEY": "only-for-this-test",
        },
        check=False,
    )
    assert (done.returncode, done.stdout, "no-such-file.json" in done.stderr) == (2, "", True)


def test_what_would_change_the_class_is_said(classify) -> None:
    result = json.loads(classify(json.dumps(SCHOOL))[1])
    assert {"fact": "infers_output", "to": "no", "class": "NA"} in result["would_change"]
