"""A text may be shortened for the public and nothing else."""

import pytest

from inquiries.rules.redaction import is_redaction

ORIGINAL = "Liest das Programm\nmeinen Namen, Erika Muster?\nUnd wann?"
ALLOWED = {
    "as it is": ORIGINAL,
    "with other line ends": ORIGINAL.replace("\n", "\r\n"),
    "without a name": ORIGINAL.replace("Erika Muster", "[…]"),
    "without its beginning": "[…]meinen Namen, Erika Muster?\nUnd wann?",
    "without its end": "Liest das Programm […]",
    "with several gaps": "Liest […] Namen, […]?\n[…]",
    "with two gaps beside each other": "Liest […] […]\nUnd wann?",
    "hidden altogether": "[…]",
}
REFUSED = {
    "another word": ORIGINAL.replace("Programm", "System"),
    "a further word": ORIGINAL + " Bitte!",
    "a word left out without a mark": ORIGINAL.replace("Erika Muster", ""),
    "turned round": "Und wann? […] Liest das Programm",
    "a further word beside a gap": "Liest das tolle Programm […]",
    "nothing at all": "",
}


@pytest.mark.parametrize("case", ALLOWED)
def test_a_shortened_text_is_allowed(case: str) -> None:
    assert is_redaction(ORIGINAL, ALLOWED[case])


@pytest.mark.parametrize("case", REFUSED)
def test_a_changed_text_is_refused(case: str) -> None:
    assert not is_redaction(ORIGINAL, REFUSED[case])
