"""A broken rule file is refused, and the message names the file and the place."""

import pytest

from compliance.rules.law import facts, rulesets
from compliance.rules.law.program import Program

LAW = rulesets.FOLDER / "ai-act" / "classification.v2.yaml"


@pytest.fixture
def broken(tmp_path):
    """Load the rule set in force with one piece of text replaced."""

    def load(old: str, new: str) -> rulesets.Ruleset:
        text = LAW.read_text(encoding="utf-8")
        assert old in text
        folder = tmp_path / "ai-act"
        folder.mkdir()
        path = folder / LAW.name
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return rulesets.load(path)

    return load


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("codes: [Art5.1.a]", "codes: [Artikel 5]", "rules > art5-a"),
        ("article: Art. 5 Abs. 1 Buchst. a\n", "article: irgendwo\n", "rules > art5-a"),
        ("    article: Art. 5 Abs. 1 Buchst. a\n", "", "rules > art5-a"),
        ("  - id: art5-b\n", "  - id: art5-a\n", "art5-a"),
        ('valid_from: "2026-07-27"', 'valid_from: "2026-02-30"', "valid_from"),
        ('cutoff: "2027-12-02"', 'cutoff: "2031-12-02"', "F_HR3"),
        ("due: F_HR\n", "due: F_NIE\n", "O-10"),
        ("names: [scope]", "names: [scpoe]", "scope-military"),
        ('version: "2"', 'version: "3"', "Dateinamen"),
        ("rules:\n", "rules:\n  - [", "Zeile"),
        ('version: "2"\n', 'version: "2"\nversion: "2"\n', "zweimal"),
    ],
)
def test_a_broken_file_is_refused_with_its_place(broken, old: str, new: str, place: str) -> None:
    with pytest.raises(rulesets.BadRuleset, match=place):
        broken(old, new)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('when: {manipulates_behaviour: "yes"}', 'when: {manipulates: "yes"}', "art5-a: Den Schlüssel „manipulates“"),
        ('when: {manipulates_behaviour: "yes"}', "when: {manipulates_behaviour: ja}", "art5-a: .* Wert „ja“"),
        ("when: {conclusion: prohibited}", "when: {conclusion: verboten}", "Folgerung „verboten“"),
    ],
)
def test_a_condition_on_nothing_is_refused_with_its_place(broken, old: str, new: str, said: str) -> None:
    with pytest.raises(rulesets.BadRuleset, match=said):
        Program(facts.load(), [broken(old, new)])
