"""A month as people write it."""

import pytest

from core.kern import MonthField


@pytest.mark.parametrize("text", ["2026-03", "03.2026", "3.2026", "3/2026", " 03 . 2026 "])
def test_every_usual_way_of_writing_is_one_month(text: str) -> None:
    assert MonthField().clean(text) == "2026-03"
