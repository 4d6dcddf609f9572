"""What reviewers say. Which of it is needed when, the services know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from register.forms.widgets import TextArea
from register.models import FieldComment, Opinion
from register.rules import checklist as rules


def _text(label: str, *, rows: int = 4, longest: int = 1000, required: bool = True, hint: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=longest,
        required=required,
        help_text=hint,
        widget=TextArea(attrs={"rows": rows}),
    )


class PlainForm(forms.Form):
    """Nothing but the button."""


class NoteForm(forms.Form):
    note = _text("Hinweis für die Prüfung", rows=3, required=False, hint="Zum Beispiel: Was hat sich geändert?")


class CommentForm(forms.Form):
    field = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    verdict = forms.ChoiceField(label="Urteil", choices=FieldComment.Verdict.choices, widget=forms.RadioSelect)
    text = _text("Kommentar", rows=3, longest=2500, required=False, hint="Bei „akzeptabel“ kann er leer bleiben.")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        verdict = given.get("verdict")
        if verdict and verdict != FieldComment.Verdict.ACCEPTABLE and not given.get("text") and not self.errors:
            self.add_error("text", "Schreiben Sie, was zu ändern ist.")
        return given


class AnswerForm(forms.Form):
    """What the editors say to one point; the button that was pressed tells whether it is done."""

    answer = _text("Antwort", rows=2, longest=2500, required=False)


class ChecklistForm(forms.Form):
    """Two fields for each point of the checklist: the answer and where it is proved."""

    hide_optional = True

    def __init__(self, *args: Any, answers: Mapping[str, Mapping[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item in rules.current().items:
            given = (answers or {}).get(item.id, {})
            self.fields[f"answer-{item.key}"] = forms.ChoiceField(
                label=item.question,
                choices=list(rules.ANSWERS.items()),
                required=False,
                initial=given.get("answer", ""),
                widget=forms.RadioSelect,
            )
            self.fields[f"evidence-{item.key}"] = forms.CharField(
                label="Nachweis", max_length=500, required=False, initial=given.get("evidence", "")
            )

    def groups(self) -> list[tuple[str, list[tuple[rules.Item, Any, Any]]]]:
        return [
            (title, [(item, self[f"answer-{item.key}"], self[f"evidence-{item.key}"]) for item in items])
            for title, items in rules.current().parts
        ]

    def answers(self) -> dict[str, dict[str, str]]:
        found = {}
        for item in rules.current().items:
            answer, evidence = (self.cleaned_data[f"{name}-{item.key}"] for name in ("answer", "evidence"))
            if answer or evidence:
                found[item.id] = {"answer": answer, "evidence": evidence}
        return found


class ReturnForm(forms.Form):
    reason = _text(
        "Was ist zu tun?",
        longest=2500,
        required=False,
        hint="Kann leer bleiben, wenn Ihre Kommentare an den Angaben alles sagen.",
    )


class OpinionForm(forms.Form):
    result = forms.ChoiceField(
        label="Ergebnis", choices=Opinion.Result.choices, widget=forms.RadioSelect, help_text="Art. 39 Abs. 1 DSGVO."
    )
    text = _text(
        "Stellungnahme",
        rows=8,
        longest=10000,
        required=False,
        hint="Bei Hinweisen und Ablehnung nötig. Bleibt intern; öffentlich ist nur, dass Sie beteiligt waren.",
    )


class ReleaseForm(forms.Form):
    deviation_reason = _text(
        "Grund der Abweichung", longest=2500, hint="Warum geben Sie trotzdem frei? Der Grund bleibt im Verlauf stehen."
    )

    def __init__(self, *args: Any, deviates: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not deviates:
            del self.fields["deviation_reason"]


class ReasonForm(forms.Form):
    reason = _text("Grund", hint="Erscheint im Verlauf und in der Liste der Fassungen.")


class RedactForm(forms.Form):
    reason = _text("Grund der Schwärzung", longest=500, hint="Erscheint an der Stelle der Fassung, mit dem Datum.")
    sure = forms.BooleanField(label="Ich habe verstanden, dass sich das nicht zurücknehmen lässt.")


class MeasureForm(forms.Form):
    note = _text("Ergebnis der Prüfung", required=False, hint="Zum Beispiel: Zurückziehen war richtig.")
