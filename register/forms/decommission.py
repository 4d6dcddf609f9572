"""Every point that has to be settled when a system goes out of operation, and what the second person says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import Municipality, User
from core.kern import GermanDateField
from register.forms.widgets import TextArea
from register.models import Decommission
from register.rules.decommission import ANSWERS, POINTS, lacking
from register.selectors import people_of


def _text(name: str, rows: int) -> forms.CharField:
    field: Any = Decommission._meta.get_field(name)
    return forms.CharField(
        label=field.verbose_name,
        max_length=field.max_length,
        required=False,
        help_text=field.help_text,
        widget=TextArea(attrs={"rows": rows}),
    )


class DecommissionForm(forms.Form):
    """Four fields a point: the answer, and what an answer needs beside it."""

    hide_optional = True
    ended_on = GermanDateField(label="Letzter Tag im Betrieb", help_text="TT.MM.JJJJ")
    reason = _text("reason", rows=3)

    def __init__(
        self, data: Any = None, *, municipality: Municipality, user: User, before: Decommission | None = None
    ) -> None:
        super().__init__(data)
        self.initial |= {"ended_on": before.ended_on if before else timezone.localdate()}
        self.initial |= {"reason": before.reason if before else ""}
        given = {row.key: row for row in before.points.select_related("responsible")} if before else {}
        for key, point in POINTS.items():
            self._add(key, point.label, municipality)
            row = given.get(key)
            person = row.responsible if row and row.responsible else user
            self.initial |= {f"{key}_responsible": person.uuid}
            if row:
                self.initial |= {f"{key}_answer": row.answer, f"{key}_reason": row.reason, f"{key}_due": row.due}

    def _add(self, key: str, label: str, municipality: Municipality) -> None:
        point = POINTS[key]
        self.fields[f"{key}_answer"] = forms.ChoiceField(
            label=label,
            choices=list(ANSWERS.items()),
            widget=forms.RadioSelect,
            help_text=f"{point.question} {point.article}".strip(),
            error_messages={"required": f"Bitte wählen Sie eine Antwort zu „{label}“."},
        )
        self.fields[f"{key}_reason"] = forms.CharField(
            label=f"Warum trifft „{label}“ nicht zu?", max_length=500, required=False
        )
        self.fields[f"{key}_responsible"] = forms.ModelChoiceField(
            people_of(municipality),
            label=f"Wer erledigt „{label}“?",
            required=False,
            to_field_name="uuid",
            empty_label="Bitte wählen",
        )
        self.fields[f"{key}_due"] = GermanDateField(
            label=f"Bis wann ist „{label}“ erledigt?", required=False, help_text="TT.MM.JJJJ. Am Tag wird erinnert."
        )

    def clean(self) -> dict[str, Any]:
        """All that is missing at once; what the service would say, at its field."""
        given = super().clean() or self.cleaned_data
        for key in POINTS:
            for name, text in lacking(key, self._point(key)).items():
                if name not in self.errors:
                    self.add_error(name, text)
        return given

    def _point(self, key: str) -> dict[str, Any]:
        return {name: self.cleaned_data.get(f"{key}_{name}") for name in ("answer", "reason", "responsible", "due")}

    def points(self) -> Iterator[dict[str, Any]]:
        """The fields as the page groups them."""
        for key in POINTS:
            names = ("answer", "reason", "responsible", "due")
            yield {"key": key, **{name: self[f"{key}_{name}"] for name in names}}

    @property
    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        points = {key: self._point(key) for key in POINTS}
        return {"ended_on": given["ended_on"], "reason": given["reason"], "points": points}


class DecommissionDecisionForm(forms.Form):
    """Which of the two buttons was pressed, and a word about it."""

    hide_optional = True
    note = _text("note", rows=3)
    decision = forms.ChoiceField(
        choices=[("confirm", "bestätigen"), ("return", "zurückgeben")],
        widget=forms.HiddenInput,
        error_messages={"required": "Bitte bestätigen Sie oder geben Sie zurück."},
    )
