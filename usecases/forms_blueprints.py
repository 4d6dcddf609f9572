"""Forms of the blueprints."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts import permissions
from accounts.models import Municipality, User
from register.forms.choices import departments
from usecases.models import UseCase
from usecases.rules.vocabulary import FIELDS


class BlueprintFilterForm(forms.Form):
    hide_optional = True
    q = forms.CharField(label="Suche", required=False, max_length=200, help_text="Titel, Zweck oder Aufbau")
    field = forms.ChoiceField(label="Handlungsfeld", required=False, choices=[("", "Alle"), *FIELDS.items()])


class AdoptForm(forms.Form):
    title = forms.CharField(label="Titel", max_length=UseCase._meta.get_field("title").max_length)
    department = forms.ModelChoiceField(
        None, label="Amt", required=False, help_text="Welches Amt ist fachlich zuständig?", empty_label="noch offen"
    )
    with_entry = forms.BooleanField(
        label="Auch einen Entwurf im Register anlegen",
        required=False,
        initial=True,
        help_text="Er enthält, was die Blaupause schon sagt. Veröffentlicht wird nichts.",
    )

    def __init__(self, data: Any = None, *, title: str, municipality: Municipality, user: User) -> None:
        super().__init__(data, initial={"title": title})
        field = self.fields["department"]
        field.queryset = departments(user, municipality)
        # Who works for single offices names one of them.
        field.required = not permissions.has_all(user, "usecase.edit", municipality.pk)
        if field.required:
            field.empty_label = "Bitte wählen"
            self.initial["department"] = field.queryset.first()
