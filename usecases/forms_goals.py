"""Goals, measurements, figures and the evaluation, as people type them; numbers with a comma."""

from __future__ import annotations

from typing import Any

from django import forms

from core.kern import GermanDateField, GermanNumberField
from register.forms.widgets import TextArea
from usecases.models import Evaluation, Figure, Goal, Measurement
from usecases.rules.figures import UNITS
from usecases.services.goals import GOAL


class ServiceForm(forms.ModelForm):
    """The service checks and saves."""

    def _post_clean(self) -> None:
        pass

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}


class GoalForm(ServiceForm):
    class Meta:
        model = Goal
        fields = GOAL
        field_classes = {"baseline": GermanNumberField, "target": GermanNumberField}
        localized_fields = ("baseline", "target")
        widgets = {"method": TextArea(attrs={"rows": 3})}


class MeasurementForm(ServiceForm):
    class Meta:
        model = Measurement
        fields = ("day", "value", "note")
        field_classes = {"day": GermanDateField, "value": GermanNumberField}
        localized_fields = ("value",)
        help_texts = {
            "value": "Leer heißt: nicht erhoben. Dann sagen Sie in der Anmerkung, warum.",
            "day": "TT.MM.JJJJ",
        }

    def __init__(self, *args: Any, unit: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].label = f"Wert ({unit})"


class FigureForm(ServiceForm):
    class Meta:
        model = Figure
        fields = ("key", "since", "until", "value", "note")
        field_classes = {"since": GermanDateField, "until": GermanDateField, "value": GermanNumberField}
        localized_fields = ("value",)
        help_texts = {
            "since": "TT.MM.JJJJ",
            "until": "TT.MM.JJJJ",
            "value": "In der Einheit, die oben bei Ihrer Auswahl in Klammern steht. Leer heißt: nicht erhoben.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["key"]
        field.choices = [(key, f"{label} ({UNITS[key]})" if key else label) for key, label in field.choices]


def _reason() -> forms.CharField:
    return forms.CharField(
        label="Grund",
        max_length=300,
        help_text="Der alte Wert bleibt lesbar, mit Ihrem Namen, dem Tag und diesem Grund.",
        widget=TextArea(attrs={"rows": 2}),
        error_messages={"required": "Bitte nennen Sie den Grund. Er steht dann neben dem alten Wert."},
    )


class MeasurementCorrectionForm(MeasurementForm):
    reason = _reason()


class FigureCorrectionForm(FigureForm):
    reason = _reason()


class WithdrawalForm(forms.Form):
    reason = _reason()


class EvaluationForm(ServiceForm):
    class Meta:
        model = Evaluation
        fields = ("day", "result", "text", "lessons", "decision")
        field_classes = {"day": GermanDateField}
        widgets = {
            "text": TextArea(attrs={"rows": 4}),
            "lessons": TextArea(attrs={"rows": 4}),
            "result": forms.RadioSelect,
            "decision": forms.RadioSelect,
        }
        help_texts = {"day": "TT.MM.JJJJ", "decision": "Über den Regelbetrieb entscheiden danach zwei Personen."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("result", "decision"):
            # Nothing is chosen at first, and an empty line is no answer.
            field: Any = self.fields[name]
            field.choices = [choice for choice in field.choices if choice[0]]
