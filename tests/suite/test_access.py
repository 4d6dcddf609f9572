"""Every address x every role x every method, against the table; an address without a row fails the build."""

from __future__ import annotations

import pytest

from tests.suite.access_table import TABLE, Row
from tests.suite.scene import ANONYMOUS, EVERYBODY, STRANGERS, addresses
from tests.suite.survey import METHODS, Survey
from tests.world import CANARY

pytestmark = pytest.mark.django_db
EVERY_ROW = pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
# The neighbouring office belongs to the town and may know that an entry exists where its pages say so.
OUTSIDERS = tuple(role for role in STRANGERS if role != "nachbaramt")


def heard(survey: Survey, row: Row, method: str) -> set[str]:
    """The roles whose request is not refused."""
    answers = {role: survey[row][role, method] for role in EVERYBODY}
    return {role for role, answer in answers.items() if not answer.is_refusal and answer.status != 405}


def test_every_address_has_a_row() -> None:
    assert sorted(addresses().keys() - {row.name for row in TABLE}) == []


def test_every_row_has_an_address() -> None:
    assert sorted({row.name for row in TABLE} - addresses().keys()) == []


@EVERY_ROW
def test_the_page_opens_for_the_roles_of_the_table_alone(survey: Survey, row: Row) -> None:
    assert sorted(heard(survey, row, "get")) == sorted(row.opens or ())


@EVERY_ROW
def test_only_the_roles_of_the_table_are_heard_when_they_post(survey: Survey, row: Row) -> None:
    assert sorted(heard(survey, row, "post")) == sorted(row.acts or ())


@EVERY_ROW
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_no_other_method_is_heard(survey: Survey, row: Row, method: str) -> None:
    assert heard(survey, row, method) == set()


@EVERY_ROW
def test_nobody_meets_an_error_of_the_program(survey: Survey, row: Row) -> None:
    assert {cell: answer.status for cell, answer in survey[row].items() if answer.status >= 500} == {}


@pytest.mark.parametrize("row", [row for row in TABLE if row.hidden], ids=lambda row: row.name)
def test_strangers_cannot_tell_a_hidden_thing_from_nothing(survey: Survey, row: Row) -> None:
    statuses = {(role, method): survey[row][role, method].status for role in OUTSIDERS for method in METHODS}
    assert {cell: status for cell, status in statuses.items() if status not in (404, 405)} == {}


@EVERY_ROW
def test_no_internal_text_reaches_a_stranger(survey: Survey, row: Row) -> None:
    # The other town has a storage location of its own with the same canary in its name.
    asked = [role for role in (ANONYMOUS, *OUTSIDERS) if not role.startswith("fremd")]
    assert [role for role in asked if CANARY.encode() in survey[row][role, "get"].body] == []
