"""Five questions about an idea. The answers stand in the address, nothing is stored."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from compliance.rules import precheck as rules
from compliance.rules.assessment_text import (
    FLAGS,
    NOTHING_FOUND,
    NOTHING_SHORT,
    PERHAPS_PROHIBITED,
    PERHAPS_SENTENCE,
    POSSIBLE,
    SENTENCES,
    SHORT,
    disclaimer,
    reasons_in_words,
)
from compliance.rules.law import dpia_lists, program_for
from compliance.selectors_rulesets import catch_up
from compliance.views.assessment_reach import trail
from compliance.views.reach import require_here

_NOTHING = "nichts"


class PrecheckForm(forms.Form):
    hide_optional = True

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for row in rules.questions():
            choices = [(option["key"], option["label"]) for option in row["options"]]
            kind, widget = (
                (forms.MultipleChoiceField, forms.CheckboxSelectMultiple)
                if row["several"]
                else (forms.ChoiceField, forms.RadioSelect)
            )
            field = kind(label=row["label"], help_text=row["hint"], choices=choices, widget=widget)
            field.error_messages["required"] = "Bitte wählen Sie eine Antwort."
            self.fields[row["key"]] = field

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for key, value in list(cleaned.items()):
            if isinstance(value, list) and _NOTHING in value and len(value) > 1:
                self.add_error(key, "„nichts davon“ passt nicht zu den anderen Antworten.")
        return cleaned

    @property
    def answers(self) -> dict[str, list[str]]:
        return {key: value if isinstance(value, list) else [value] for key, value in self.cleaned_data.items()}


@login_required
@require_safe
def precheck(request: HttpRequest) -> HttpResponse:
    municipality = require_here(request, "entry.view")
    asked = any(row["key"] in request.GET for row in rules.questions()) or "pruefen" in request.GET
    form = PrecheckForm(request.GET if asked else None)
    context: dict[str, Any] = {"form": form, "breadcrumb": trail(("Vorabprüfung einer Idee", ""))}
    if asked and form.is_valid():
        today = timezone.localdate()
        catch_up()
        program = program_for(today.isoformat(), list_checked=dpia_lists.is_checked(municipality.ars[:2]))
        first = rules.check(program, form.answers, on=today.isoformat())
        context["first"] = {**_heading(first), "disclaimer": disclaimer(today), **_found(first)}
    return render(request, "compliance/precheck.html", context, status=422 if form.errors else 200)


def _heading(first: rules.FirstResult) -> dict[str, str]:
    nothing = first.risk_class == "MIN"
    label = NOTHING_SHORT if nothing else SHORT[first.risk_class]
    if first.perhaps_prohibited:
        return {"label": PERHAPS_PROHIBITED, "sentence": PERHAPS_SENTENCE, "otherwise": label}
    return {"label": label, "sentence": NOTHING_FOUND if nothing else SENTENCES[first.risk_class]}


def _found(first: rules.FirstResult) -> dict[str, Any]:
    return {
        "reasons": reasons_in_words({"reasons": first.reasons, "class": first.risk_class}),
        "points": [FLAGS[flag] for flag in first.flags if flag in FLAGS],
        "possible": [POSSIBLE[flag] for flag in first.possible if flag in POSSIBLE],
        "open": first.open,
    }
