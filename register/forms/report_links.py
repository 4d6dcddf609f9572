"""Five questions for somebody who has never seen the register."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms

from accounts.models import Municipality, User
from register.forms import choices
from register.forms.widgets import TextArea
from register.models import Entry

# The answers in everyday words, and what they are in the register.
USE = {
    "planned": "Nein, wir überlegen noch",
    "pilot": "Wir probieren es gerade aus",
    "operational": "Ja, wir arbeiten damit",
}
PERSONAL = {"personal": "Ja", "none": "Nein", "unknown": "Das weiß ich nicht"}


class NewReportLinkForm(forms.Form):
    department = forms.ModelChoiceField(
        None, label="Amt", help_text="Aus jeder Meldung entsteht ein Entwurf dieses Amts.", empty_label="Bitte wählen"
    )

    def __init__(self, data: Any = None, *, user: User, municipality: Municipality) -> None:
        super().__init__(data)
        self.fields["department"].queryset = choices.departments(user, municipality)


class ToolReportForm(forms.Form):
    """`values()` are the answers by the register's keys."""

    number = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    name = Entry._meta.get_field("name").formfield(
        label="Wie heißt das Werkzeug?", help_text="So, wie Sie es im Alltag nennen. Höchstens 100 Zeichen."
    )
    goal = forms.CharField(
        label="Wofür nutzen Sie es?",
        help_text="Ein oder zwei Sätze genügen. Bitte nennen Sie keine Personen.",
        max_length=1000,
        widget=TextArea(attrs={"rows": 3}),
    )
    provider = forms.CharField(
        label="Von wem ist es?",
        help_text="Zum Beispiel die Firma oder der IT-Dienstleister. Wenn Sie es nicht wissen, lassen Sie es frei.",
        max_length=200,
        required=False,
    )
    status = forms.ChoiceField(label="Nutzen Sie es schon?", choices=list(USE.items()), widget=forms.RadioSelect)
    personal_data_level = forms.ChoiceField(
        label="Kommen Angaben über Menschen hinein?",
        help_text="Zum Beispiel Namen, Anschriften, Briefe, Fotos oder Aktenzeichen, die zu einer Person gehören.",
        choices=list(PERSONAL.items()),
        widget=forms.RadioSelect,
    )

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {key: given[key] for key in ("goal", "provider", "status", "personal_data_level") if given[key]}
