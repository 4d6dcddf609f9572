"""Forms of the blueprints."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts import permissions
from accounts.models import Municipality, User
from register.forms.choices import departments
from register.forms.widgets import TextArea
from register.rules.vocabulary import COST_CLASSES
from usecases.models import UseCase
from usecases.rules.blueprints import LABELS
from usecases.rules.vocabulary import FIELD_GROUPS


class BlueprintFilterForm(forms.Form):
    hide_optional = True
    q = forms.CharField(label="Suche", required=False, max_length=200, help_text="Titel, Zweck oder Aufbau")
    field = forms.ChoiceField(label="Handlungsfeld", required=False, choices=[("", "Alle"), *FIELD_GROUPS])


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


class LinesField(forms.CharField):
    """One thing a line; becomes a list without empty lines and without doubles."""

    MOST, LONGEST = 20, 300

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=TextArea(attrs={"rows": 4}), **options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        lines = list(
            dict.fromkeys(" ".join(line.split()) for line in super().clean(value).splitlines() if line.strip())
        )
        if len(lines) > self.MOST:
            raise forms.ValidationError(f"Höchstens {self.MOST} Zeilen.")
        if any(len(line) > self.LONGEST for line in lines):
            raise forms.ValidationError(f"Eine Zeile hat höchstens {self.LONGEST} Zeichen.")
        return lines


def _text(label: str, *, required: bool = False, hint: str = "") -> forms.CharField:
    widget = TextArea(attrs={"rows": 4})
    return forms.CharField(label=label, max_length=2500, required=required, help_text=hint, widget=widget)


def _lines(label: str) -> LinesField:
    return LinesField(label=label, required=False, help_text="Eine Angabe je Zeile.")


class FreezeForm(forms.Form):
    title = forms.CharField(label=LABELS["title"], max_length=120)
    purpose = _text(LABELS["purpose"], required=True, hint="Ohne Namen Ihrer Kommune, ohne Personen.")
    benefit = _text(LABELS["benefit"])
    prerequisites = _lines(LABELS["prerequisites"])
    data = _lines(LABELS["data"])
    architecture = _text(LABELS["architecture"], required=True, hint="Was geschieht der Reihe nach? Ohne Produktnamen.")
    contract_points = _lines(LABELS["contract_points"])
    open_questions = _lines(LABELS["open_questions"])
    result = _text(LABELS["result"], hint="Aus der neuesten Auswertung.")
    lessons = _text(LABELS["lessons"], hint="Was sollten andere wissen, bevor sie beginnen?")
    cost_class = forms.ChoiceField(label=LABELS["cost_class"], choices=list(COST_CLASSES.items()))
    publiccode = forms.URLField(
        label=LABELS["publiccode"],
        required=False,
        assume_scheme="https",
        help_text="Link zu publiccode.yml oder zum Projekt auf openCode, wenn es eins gibt.",
    )
    checked = forms.BooleanField(label="Ich habe die Liste geprüft: Keine Namen, nichts Internes steht in den Texten.")

    def clean_publiccode(self) -> str:
        url: str = self.cleaned_data["publiccode"]
        if url and not url.startswith(("https://", "http://")):
            raise forms.ValidationError("Der Link beginnt mit https://.")
        return url

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "checked"}


class SourceForm(forms.Form):
    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    parts = forms.MultipleChoiceField(
        label="Was übernehmen Sie?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Ohne Auswahl bleibt alles, wie es ist, und der Hinweis verschwindet.",
    )

    def __init__(self, data: Any = None, *, sha256: str, parts: list[str]) -> None:
        super().__init__(data, initial={"sha256": sha256})
        self.fields["parts"].choices = [(part, LABELS[part]) for part in parts]
