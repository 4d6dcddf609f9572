"""Forms around the lists: a filter to keep, a change of many entries."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Municipality, User
from core.kern import GermanDateField
from register.forms import choices
from register.models import SavedFilter
from register.selectors import people_of


class SavedFilterForm(forms.ModelForm):
    class Meta:
        model = SavedFilter
        fields = ("name", "shared")

    def __init__(self, *args: Any, may_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_share:
            del self.fields["shared"]


class BulkForm(forms.Form):
    """What shall happen with the chosen entries. Only the field of the chosen action counts."""

    action = forms.ChoiceField(label="Was möchten Sie tun?", widget=forms.RadioSelect)
    department = forms.ModelChoiceField(
        None, label="Amt", required=False, empty_label="Bitte wählen", help_text="Nur für „Amt zuordnen“."
    )
    revision_date = GermanDateField(
        label="Nächste Prüfung", required=False, help_text="Nur für den Termin der nächsten Prüfung. TT.MM.JJJJ"
    )
    owner_person = forms.ModelChoiceField(
        None,
        label="Verantwortliche Person",
        required=False,
        to_field_name="uuid",
        empty_label="Bitte wählen",
        help_text="Nur für „Verantwortliche Person setzen“.",
    )

    hide_optional = True

    def __init__(self, data: Any = None, *, user: User, municipality: Municipality, actions: dict[str, str]) -> None:
        super().__init__(data)
        self.fields["action"].choices = list(actions.items())
        self.fields["department"].queryset = choices.departments(user, municipality)
        self.fields["owner_person"].queryset = people_of(municipality)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        action = found.get("action", "")
        if action in self.fields and action != "action" and not found.get(action) and action not in self.errors:
            self.add_error(action, f"Füllen Sie „{self.fields[action].label}“ aus.")
        return found

    @property
    def value(self) -> str:
        """The chosen value as it is kept with the run."""
        value = self.cleaned_data.get(self.cleaned_data["action"])
        return str(getattr(value, "pk", value) or "") if value is not None else ""
