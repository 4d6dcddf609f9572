"""A stored result as a page shows it. Everything comes from the record, nothing is worked out anew."""

from __future__ import annotations

from typing import Any

from compliance.models import Assessment
from compliance.rules import questionnaire, reason_groups
from compliance.rules.assessment_text import (
    BEGINS,
    FLAGS,
    NOTHING_ELSE,
    OTHER_BEGINS,
    SENTENCES,
    SHORT,
    STATUS,
    change_in_words,
    disclaimer,
    german,
)

# From the mildest to the strictest, as people ask "how do we get out of this".
_ORDER = ("NA", "MIN", "TRANS", "A63", "HR_I", "HR_III", "VERBOTEN")


def result_page(assessment: Assessment) -> dict[str, Any]:
    result = assessment.result
    return {
        "class_label": SHORT[assessment.risk_class],
        "sentence": SENTENCES[assessment.risk_class],
        "disclaimer": disclaimer(assessment.day),
        "begins": BEGINS.get(assessment.risk_class, OTHER_BEGINS),
        "applies_from": german(result["applies_from"]),
        "reasons": [
            {"key": key, "title": reason_groups.TITLES[key], "rows": [_reason(reason) for reason in rows]}
            for key, rows in reason_groups.grouped(result).items()
            if rows
        ],
        "duties": [_duty(duty) for duty in result["obligations"]],
        "changes": _changes(result["would_change"]),
        "nothing_else": NOTHING_ELSE,
        "points": [FLAGS[flag] for flag in result["flags"] if flag in FLAGS],
        "unsure": [
            questionnaire.question(key).question for key, value in assessment.facts.items() if _unsure(key, value)
        ],
        "sections": _answers(assessment),
        "rulesets": assessment.rulesets,
    }


def _unsure(key: str, value: Any) -> bool:
    return value in ("unclear", ["unclear"]) or (isinstance(value, list) and "unclear" in value)


def _reason(reason: dict[str, Any]) -> dict[str, Any]:
    named = [f"{questionnaire.question(key).label}: {_said(key, value)}" for key, value in reason["facts"].items()]
    return {
        "text": reason["text"],
        "article": reason["article"],
        "rule": reason["rule"],
        "stand": german(reason.get("stand")),
        "status": STATUS[reason["status"]] if reason["status"] != "in_force" else "",
        "facts": named,
    }


def _said(key: str, value: Any) -> str:
    return ", ".join(questionnaire.question(key).said(value))


def _duty(duty: dict[str, Any]) -> dict[str, Any]:
    return {
        "text": duty["text"],
        "id": duty["id"],
        "article": duty["article"],
        "due": german(duty["due"]),
        "timing": duty["timing"],
        "evidence": duty["evidence"],
        "status": STATUS[duty["status"]] if duty["status"] != "in_force" else "",
    }


def _changes(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Grouped by the class that would follow."""
    return [
        {"label": SHORT[name], "rows": lines}
        for name in _ORDER
        if (lines := [change_in_words(row) for row in rows if row["class"] == name])
    ]


def _answers(assessment: Assessment) -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for key, value in assessment.facts.items():
        one = questionnaire.question(key)
        hint = "Aus dem Register" if key in assessment.from_register else ""
        found.setdefault(one.section, []).append({"label": one.question, "list": one.said(value), "hint": hint})
    titles = questionnaire.sections()
    return [{"title": titles[name], "rows": found[name]} for name in titles if name in found]


def difference_of(old: Assessment, new: Assessment) -> list[dict[str, Any]]:
    """Class, answers, duties and rule sets: what is different, ready for components/diff_list.html."""
    found = [("Ergebnis", SHORT[old.risk_class], SHORT[new.risk_class])]
    found.append(("Gilt ab", *(german(one.result["applies_from"]) for one in (old, new))))
    for key in {**old.facts, **new.facts}:
        said = [_said(key, one.facts[key]) if key in one.facts else "nicht gefragt" for one in (old, new)]
        found.append((questionnaire.question(key).question, *said))
    duties = [{duty["id"]: duty for duty in one.result["obligations"]} for one in (old, new)]
    for name in sorted({*duties[0], *duties[1]}):
        duty = duties[1].get(name) or duties[0][name]
        found.append((f"Pflicht {name}: {duty['text']}", *(_when(one.get(name)) for one in duties)))
    found.append(("Regelwerke", *(_rulesets(one) for one in (old, new))))
    return [{"label": label, "old": before, "new": after} for label, before, after in found if before != after]


def _when(duty: dict[str, Any] | None) -> str:
    if duty is None:
        return "keine Pflicht"
    return f"ab {german(duty['due'])}" if duty["due"] else duty["timing"]


def _rulesets(assessment: Assessment) -> str:
    return ", ".join(f"{one['id']} Version {one['version']}" for one in assessment.rulesets)
