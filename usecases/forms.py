"""What people say about a use case. The version is what the person saw."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Municipality, User
from core.kern import GermanDateField
from register.forms.choices import departments
from register.forms.widgets import TextArea
from register.models import Entry
from register.selectors import people_of
from usecases.models import MissingEvidence, UseCase
from usecases.rules.gates import Point
from usecases.rules.vocabulary import FIELD_GROUPS
from usecases.services.use_cases import EDITABLE


def _text(label: str, *, rows: int = 4, required: bool = True, hint: str = "") -> forms.CharField:
    widget = TextArea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=2500, required=required, help_text=hint, widget=widget)


class UseCaseForm(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = UseCase
        fields = EDITABLE
        field_classes = {"pilot_start": GermanDateField, "pilot_end": GermanDateField}
        widgets = {name: TextArea(attrs={"rows": 4}) for name in ("problem", "benefit", "pilot_people")}

    def __init__(self, data: Any = None, *, municipality: Municipality, user: User, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["department"].queryset = departments(user, municipality, keep=self.instance.department)
        field: Any = self.fields["field"]
        field.choices = [("", "Bitte wählen"), *FIELD_GROUPS]
        self.fields["responsible"].queryset = people_of(municipality)
        if self.instance.pk:
            self.initial["version"] = self.instance.version

    def _post_clean(self) -> None:
        """The service checks and saves; the row that the page shows stays as it is."""

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in EDITABLE}


class StatementForm(forms.Form):
    day = GermanDateField(label="Wann?", help_text="TT.MM.JJJJ")
    text = _text("Was?")

    def __init__(self, data: Any = None, *, point: Point) -> None:
        super().__init__(data)
        self.fields["text"].help_text = point.hint


class LinkForm(forms.Form):
    entry = forms.ModelChoiceField(None, label="Eintrag", to_field_name="uuid", empty_label="Bitte wählen")
    leads = forms.BooleanField(
        label="Dieses Vorhaben ist führend",
        required=False,
        initial=True,
        help_text="Dann folgt der Status des Eintrags der Stufe des Vorhabens.",
    )

    def __init__(self, data: Any = None, *, use_case: UseCase, user: User) -> None:
        super().__init__(data)
        rows = Entry.objects.visible_to(user).of(use_case.municipality)
        self.fields["entry"].queryset = rows.exclude(use_case_links__use_case=use_case).order_by("sort_key", "pk")


class StepForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = _text("Anmerkung", rows=3, required=False)

    def __init__(self, data: Any = None, *, use_case: UseCase, asks_reason: bool = False) -> None:
        super().__init__(data, initial={"version": use_case.version})
        if asks_reason:
            self.fields["reason"].required = True
            self.fields["reason"].label = "Begründung"


class ProposalForm(StepForm):
    exception_reason = _text(
        "Grund der Ausnahme",
        rows=3,
        required=False,
        hint="Nur wenn ein Punkt fehlt, den kein Gesetz verlangt. Die Ausnahme steht im Bericht an den Rat.",
    )

    def __init__(self, data: Any = None, *, use_case: UseCase, may_waive: bool) -> None:
        super().__init__(data, use_case=use_case, asks_reason=True)
        if not may_waive:
            del self.fields["exception_reason"]


class DecideForm(forms.Form):
    agrees = forms.TypedChoiceField(
        label="Ihre Entscheidung",
        choices=[("yes", "Ich stimme zu"), ("no", "Ich gebe es zurück")],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
    )
    note = _text("Anmerkung", rows=3, required=False, hint="Wenn Sie zurückgeben: Was fehlt noch?")

    def __init__(self, data: Any = None, *, own: bool = False) -> None:
        super().__init__(data)
        if own:
            # Whoever laid it before the others can only take it back.
            self.fields["agrees"].choices = [("no", "Ich nehme es zurück")]
            self.fields["note"].help_text = "Was fehlt noch?"


class PlanEvidenceForm(forms.Form):
    due = GermanDateField(label="Bis wann?", help_text="TT.MM.JJJJ")

    def __init__(self, data: Any = None, *, row: MissingEvidence) -> None:
        super().__init__(data, initial={"due": row.due})
