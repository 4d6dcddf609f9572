"""Canonical JSON: one text for one value."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from django.utils.translation import gettext_lazy

from core import canonical


def test_keys_are_sorted_and_umlauts_stay():
    assert canonical.dumps({"ü": 1, "b": [True, None], "a": "Straße"}) == '{"a":"Straße","b":[true,null],"ü":1}'


def test_the_example_of_rfc_8785_comes_out_as_printed_there():
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": '\u20ac$\u000f\nA\'B"\\\\"/',
        "literals": [None, True, False],
    }
    assert canonical.dumps(value) == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2026, 11, 23), '"2026-11-23"'),
        (datetime(2026, 11, 23, 10, 0, tzinfo=UTC), '"2026-11-23T10:00:00.000000Z"'),
        (UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
        (Decimal("12.30"), '"12.30"'),
        (Decimal("1E+2"), '"100"'),
        ((1, 2), "[1,2]"),
        (gettext_lazy("Ja"), '"Ja"'),
    ],
)
def test_conversions_are_the_documented_ones(value, text):
    assert canonical.dumps(value) == text


def test_one_moment_has_one_text_in_every_zone():
    winter = datetime(2026, 11, 23, 11, 0, tzinfo=timezone(timedelta(hours=1)))
    assert canonical.sha256(winter) == canonical.sha256(winter.astimezone(UTC))


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        datetime(2026, 11, 23, 10, 0),
        {1, 2},
        {1: "a"},
        2**53 + 1,
        b"bytes",
        ...,
        "\ud800",
    ],
    ids=repr,
)
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(ValueError):  # noqa: PT011 - the library's own subclasses differ per case
        canonical.dumps({"value": value})
