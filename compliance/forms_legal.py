"""Forms of the legal documents: one section made from its table of fields, advice, decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from compliance.legal.known import ORIGINS, OWN
from compliance.models import LegalAdvice
from compliance.rules.legal_kinds import CHOICE, CHOICES, DAY, LONGEST, RECORDS, TEXT, URL, Field, Kind, Section
from core.kern import GermanDateField, More
from register.forms import merging
from register.forms.records import RecordsField
from register.forms.widgets import TextArea

NO_ANSWER = "noch keine Angabe"
CHANGEABLE = "Sie können den Text ändern; dann gilt Ihrer."


class LegalSectionForm(forms.Form):
    """Saves with anything missing; what the document needs in the end is only marked."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        kind: Kind,
        section: Section,
        values: Mapping[str, tuple[Any, str]],
        version: int,
        kept: dict[str, list[str]] | None = None,
    ) -> None:
        super().__init__(data, initial={"version": version})
        self._about = {"kind": kind, "section": section, "values": values, "version": version}
        self.keys = [one.key for one in section.typed]
        plain = {key: value for key, (value, _) in values.items()}
        self.needed_on_submit = {one.key for one in section.typed if one.is_needed(plain)}
        self.more = {one.key: _more(kind, section, one) for one in section.typed}
        for one in section.typed:
            value, origin = values[one.key]
            self.fields[one.key] = _form_field(one, origin)
            self.initial[one.key] = date.fromisoformat(value) if one.kind == DAY and value else value
        self._kept_seen, self.restored = "", False
        if kept:
            seen = merging.restore(self, kept, again=lambda typed: LegalSectionForm(typed, **self._about))
            self._kept_seen, self.restored = seen or "", seen is not None

    @property
    def seen(self) -> str:
        return self._kept_seen or merging.digests(self, self.keys)

    @property
    def changes(self) -> dict[str, Any]:
        """What differs from what is stored, as it is stored: days as ISO dates."""
        found = {key: self.cleaned_data[key] for key in self.keys if key in self.changed_data}
        plain = {key: "" if value is None else value for key, value in found.items()}
        return {key: value.isoformat() if isinstance(value, date) else value for key, value in plain.items()}


def _more(kind: Kind, section: Section, one: Field) -> More:
    return More(
        f"Die Angabe gehört zum Abschnitt „{section.title}“.",
        norm=one.article or section.article,
        stand=date.fromisoformat(kind.stand),
        example=one.example,
    )


def _form_field(one: Field, origin: str) -> forms.Field:
    mark = "" if origin in ("", OWN) else f"{ORIGINS[origin]}. {CHANGEABLE}"
    help_text = " ".join(part for part in (one.help, mark) if part)
    common: dict[str, Any] = {"label": one.label, "help_text": help_text, "required": False}
    if one.kind == RECORDS:
        return RecordsField(one.columns, **common)
    if one.kind == CHOICES:
        return forms.MultipleChoiceField(
            choices=list(one.choices.items()), widget=forms.CheckboxSelectMultiple, **common
        )
    if one.kind == CHOICE:
        choices = [("", NO_ANSWER), *one.choices.items()]
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
    if one.kind == DAY:
        return GermanDateField(**common)
    if one.kind == URL:
        return forms.URLField(max_length=LONGEST[URL], assume_scheme="https", **common)
    widget = TextArea(attrs={"rows": 5}) if one.kind == TEXT else forms.TextInput
    return forms.CharField(max_length=LONGEST[one.kind], widget=widget, **common)


class ConfirmationForm(forms.Form):
    reason = forms.CharField(
        label="Warum bleibt das Dokument, wie es ist?",
        max_length=1000,
        widget=TextArea(attrs={"rows": 4}),
        help_text="Wer berät und wer entscheidet, liest diese Begründung. Sie bleibt an der Fassung stehen.",
        error_messages={"required": "Bitte schreiben Sie, warum das Dokument unverändert bleiben kann."},
    )


class AdviceForm(forms.Form):
    result = forms.ChoiceField(label="Ihr Rat", choices=LegalAdvice.Result.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label="Begründung und Hinweise",
        required=False,
        max_length=5000,
        widget=TextArea(attrs={"rows": 6}),
        help_text="Nötig bei Hinweisen und bei Ablehnung.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("result", "agrees") != "agrees" and not cleaned.get("text", "").strip():
            self.add_error("text", "Hinweise und Ablehnung brauchen eine Begründung.")
        return cleaned


class DecisionForm(forms.Form):
    approves = forms.ChoiceField(
        label="Ihre Entscheidung",
        choices=[("yes", "Genehmigen"), ("no", "Zurückgeben")],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label="Begründung",
        required=False,
        max_length=2500,
        widget=TextArea(attrs={"rows": 4}),
        help_text="Nötig, wenn Sie zurückgeben oder von einem ablehnenden Rat abweichen.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("approves") == "no" and not cleaned.get("note", "").strip():
            self.add_error("note", "Bitte begründen Sie, was noch fehlt.")
        return cleaned
