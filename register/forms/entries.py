"""New entries, what is withheld, and sharing."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts import permissions
from accounts.models import Municipality, User
from register import publication
from register.forms import choices
from register.forms.widgets import TextArea
from register.models import Entry
from register.selectors import label_of, people_of


class NewEntryForm(forms.Form):
    """A name and an office are enough to begin."""

    name = Entry._meta.get_field("name").formfield()
    department = forms.ModelChoiceField(
        None, label="Amt", help_text="Welches Amt ist fachlich zuständig?", empty_label="Bitte wählen"
    )

    def __init__(self, data: Any = None, *, user: User, municipality: Municipality, kind: str = "") -> None:
        super().__init__(data)
        self.fields["name"].help_text = choices.NAME_HINTS.get(kind, self.fields["name"].help_text)
        field = self.fields["department"]
        field.queryset = choices.departments(user, municipality)
        field.required = not permissions.has_all(user, "entry.edit", municipality.pk)
        own = list(field.queryset[:2])
        if len(own) == 1:
            self.initial["department"] = own[0].pk


class WithheldForm(forms.Form):
    """One field that stays unpublished."""

    field = forms.ChoiceField(label="Angabe", help_text="Welche Angabe veröffentlichen Sie nicht?")
    reason = forms.CharField(
        label="Grund", max_length=500, help_text="Erscheint öffentlich an der Stelle der Angabe.",
        widget=TextArea(attrs={"rows": 2}),
    )  # fmt: skip
    norm = forms.CharField(
        label="Norm", max_length=200, required=False, help_text="Zum Beispiel: § 6 Informationsfreiheitsgesetz."
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [
            row.key
            for row in publication.rows_of(kind)
            if row.level != publication.INTERNAL and row.key not in publication.NEVER_WITHHELD
        ]
        self.fields["field"].choices = [("", "Bitte wählen"), *((key, label_of(kind, key)) for key in keys)]


WithheldFormSet = forms.formset_factory(WithheldForm, extra=1, can_delete=True, max_num=40)


class ShareForm(forms.Form):
    """One colleague, one entry."""

    person = forms.ModelChoiceField(
        None, label="Person", help_text="Wer soll diesen einen Eintrag sehen?", to_field_name="uuid",
        empty_label="Bitte wählen",
    )  # fmt: skip
    edit = forms.BooleanField(
        label="Darf den Eintrag auch bearbeiten", required=False, help_text="Sonst darf die Person nur lesen."
    )

    def __init__(self, data: Any = None, *, entry: Entry, user: User) -> None:
        super().__init__(data)
        self.fields["person"].queryset = people_of(entry.municipality).exclude(pk=user.pk)
