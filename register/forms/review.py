"""What reviewers say. Which of it is needed when, the services know."""

from __future__ import annotations

from typing import Any

from django import forms

from register.forms.widgets import TextArea
from register.models import Opinion


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
    text = _text("Kommentar", rows=3, longest=2500)


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
        "Grund der Abweichung", longest=2500, hint="Warum geben Sie trotz der ablehnenden Stellungnahme frei?"
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
