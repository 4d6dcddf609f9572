"""German dates, read tolerantly."""

from datetime import date

import pytest

from core import text


@pytest.mark.parametrize(
    "written",
    [
        "1.2.26",
        "01.02.2026",
        " 1. 2. 2026 ",
        "1/2/2026",
        "1-2-26",
        "2026-02-01",
        "1. Februar 2026",
        "1 Feb. 26",
        "1. feb 2026",
    ],
)
def test_the_first_of_february_is_understood(written):
    assert text.parse_date(written) == date(2026, 2, 1)


@pytest.mark.parametrize("written", ["", "gestern", "31.02.2026", "1.13.2026", "1.2", "1. Foo 2026", "²³.1.2026"])
def test_what_is_no_date_is_refused_in_german(written):
    with pytest.raises(ValueError, match="ist kein Datum"):
        text.parse_date(written)


def test_march_is_known_with_and_without_umlaut():
    assert text.parse_date("3. Maerz 2026") == text.parse_date("3. März 2026") == date(2026, 3, 3)


def test_a_year_of_two_digits_before_seventy_is_in_this_century():
    assert (text.parse_date("1.1.69").year, text.parse_date("1.1.70").year) == (2069, 1970)


def test_dates_are_written_with_leading_zeros():
    assert text.format_date(date(2026, 2, 1)) == "01.02.2026"
