"""Forms of the assessment: the same fields for one question a page and for the compact form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import User
from compliance.rules import questionnaire
from compliance.rules.law.facts import UNKNOWN
from compliance.rules.questionnaire import NOTHING_LABEL, UNSURE_LABEL, Question
from compliance.suggested import Suggested
from core.kern import GermanDateField, HintedRadioSelect, More

UNSURE, NOTHING, DAY = "unsure", "nothing", "day"
UNSURE_HINT = "Dann nennen Sie eine Person, die es klärt."
CHOOSE = "Bitte wählen Sie eine Antwort."
# Nobody placed an AI system on the market before; nobody plans further ahead.
EARLIEST, YEARS_AHEAD = date(1970, 1, 1), 10
FROM_REGISTER = "Aus dem Register übernommen, bitte prüfen."


def implausible(day: date | None) -> str:
    """The sentence about a day that can only be a slip; the engine takes any day."""
    if day is None:
        return ""
    latest = timezone.localdate().year + YEARS_AHEAD
    if day < EARLIEST:
        return f"Bitte prüfen Sie das Jahr: Vor {EARLIEST.year} gab es kein solches System auf dem Markt."
    if day.year > latest:
        return f"Bitte prüfen Sie das Jahr: Der Tag darf nicht nach {latest} liegen."
    return ""


class FactsForm(forms.Form):
    """Answers to some questions. `required` = every question needs one. `lone` = the question stands in the heading."""

    hide_optional = True
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        questions: Iterable[Question],
        facts: Mapping[str, Any],
        version: int = 1,
        from_register: Iterable[str] = (),
        suggested: Suggested | None = None,
        required: bool = True,
        lone: bool = False,
        unsure: bool = True,
    ) -> None:
        super().__init__(data)
        self.questions = list(questions)
        self.more: dict[str, More] = {}
        self.initial["version"] = version
        self._required, self._unsure = required, unsure
        proposed = suggested.without(facts) if suggested else Suggested()
        self.proposed = proposed.facts.keys()
        facts = {**proposed.facts, **facts}
        for one in self.questions:
            hint = f"{one.hint} {FROM_REGISTER}" if one.key in from_register else one.hint
            if one.key in self.proposed:
                hint = f"{hint} Vorschlag aus {proposed.source}, bitte prüfen."
            self._add(one, "Ihre Antwort" if lone else one.question, hint)
            self._fill(one, facts.get(one.key), one.key in facts)
            norm = f"{one.article}; vor der Verwendung prüfen" if one.verify else one.article
            self.more[one.key] = More(one.text, norm=norm, stand=questionnaire.stand(), example=one.example)

    def _add(self, one: Question, label: str, hint: str) -> None:
        common: dict[str, Any] = {"label": label, "help_text": hint, "required": self._required}
        unsure = [(UNSURE, UNSURE_LABEL)] if self._unsure else []
        answers = [(value, said) for value, (said, _) in one.values.items()]
        if one.kind == "set":
            nothing = [(NOTHING, NOTHING_LABEL)] if one.may_be_nothing else []
            choices = [*answers, *nothing, *unsure]
            self.fields[one.key] = forms.MultipleChoiceField(
                choices=choices, widget=forms.CheckboxSelectMultiple, **common
            )
        else:
            if one.kind == "date":
                answers = [(DAY, "An diesem Tag (unten eintragen)"), (UNKNOWN, "nicht bekannt")]
            hints = {value: text for value, (_, text) in one.values.items()} | {UNSURE: UNSURE_HINT}
            widget = HintedRadioSelect(hints=hints)
            self.fields[one.key] = forms.ChoiceField(choices=[*answers, *unsure], widget=widget, **common)
        self.fields[one.key].error_messages["required"] = CHOOSE
        if one.kind == "date":
            self.fields[f"{one.key}-day"] = GermanDateField(label=f"Tag: {one.label}", required=False)

    def _fill(self, one: Question, value: Any, given: bool) -> None:
        if not given:
            return
        if one.kind == "date" and value != UNKNOWN:
            self.initial[f"{one.key}-day"], value = date.fromisoformat(value), DAY
        elif one.kind == "set":
            value = [UNSURE] if value == one.unsure else value or [NOTHING]
        elif one.unsure is not None and value == one.unsure and one.kind != "date":
            value = UNSURE
        self.initial[one.key] = value

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for one in self.questions:
            answer = cleaned.get(one.key)
            alone = {NOTHING, UNSURE} & set(answer) if one.kind == "set" and answer else set()
            if alone and len(answer) > 1:
                said = NOTHING_LABEL if NOTHING in alone else UNSURE_LABEL
                self.add_error(one.key, f"„{said}“ passt nicht zu den anderen Antworten.")
            day = f"{one.key}-day"
            if one.kind == "date" and answer == DAY and not cleaned.get(day) and day not in self.errors:
                self.add_error(day, "Bitte geben Sie den Tag ein oder wählen Sie „nicht bekannt“.")
            if one.kind == "date" and answer == DAY and (problem := implausible(cleaned.get(day))):
                self.add_error(day, problem)
        return cleaned

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, as facts; without "Weiß ich nicht" and without questions that were left out."""
        return {
            one.key: self._value(one)
            for one in self.questions
            if self.cleaned_data.get(one.key) and not self._is_unsure(one)
        }

    @property
    def unsure(self) -> list[str]:
        return [one.key for one in self.questions if self._is_unsure(one)]

    def _is_unsure(self, one: Question) -> bool:
        answer = self.cleaned_data.get(one.key)
        return UNSURE in answer if isinstance(answer, list) else answer == UNSURE

    def _value(self, one: Question) -> Any:
        answer = self.cleaned_data[one.key]
        if one.kind == "set":
            return [value for value in answer if value != NOTHING]
        if one.kind == "date" and answer == DAY:
            return self.cleaned_data[f"{one.key}-day"].isoformat()
        return answer


def _person_field(*, required: bool) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        None,
        label="Wer kann das klären?",
        to_field_name="uuid",
        required=required,
        empty_label="Bitte wählen",
        help_text="Die Person wird benachrichtigt. Sie können sich auch selbst eintragen.",
    )


def _note_field() -> forms.CharField:
    return forms.CharField(
        label="Hinweis für die Person",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Was haben Sie schon versucht, was fehlt noch?",
    )


class AskForm(forms.Form):
    """ "Weiß ich nicht" on a page of its own question: who will find out?"""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, people: list[User], version: int, initial: Any = None) -> None:
        super().__init__(data, initial={"version": version, **(initial or {})})
        self.fields["person"] = _person_field(required=True)
        self.fields["note"] = _note_field()
        self.fields["person"].queryset = User.objects.filter(pk__in=[one.pk for one in people])
        self.fields["person"].error_messages["required"] = "Bitte nennen Sie eine Person."


class CompactForm(FactsForm):
    """All questions of the branch at once, and one person for everything that is left to clarify."""

    def __init__(self, data: Any = None, *, people: list[User], waiting: Iterable[str] = (), **about: Any) -> None:
        super().__init__(data, required=False, **about)
        self._waiting = set(waiting)
        for one in self.questions:
            if one.key in self._waiting and one.key not in self.initial:
                self.initial[one.key] = [UNSURE] if one.kind == "set" else UNSURE
        self.fields["person"] = _person_field(required=False)
        self.fields["note"] = _note_field()
        self.fields["person"].queryset = User.objects.filter(pk__in=[one.pk for one in people])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.to_ask and not cleaned.get("person") and "person" not in self.errors:
            self.add_error("person", "Bitte nennen Sie, wer klärt, was Sie mit „Weiß ich nicht“ beantworten.")
        return cleaned

    @property
    def to_ask(self) -> list[str]:
        """What nobody has been asked to clarify yet."""
        return [key for key in self.unsure if key not in self._waiting]

    @property
    def sections(self) -> list[dict[str, Any]]:
        """Folded: only the first with a question left stands open, and each with something to correct."""
        titles = questionnaire.sections()
        found: dict[str, list[Question]] = {}
        for one in self.questions:
            found.setdefault(titles[one.section], []).append(one)
        rows = [self._section(title, questions) for title, questions in found.items()]
        first = next((row for row in rows if row["left"]), None)
        return [{**row, "is_open": row is first or row["is_wrong"] or row["is_proposed"]} for row in rows]

    def _section(self, title: str, questions: list[Question]) -> dict[str, Any]:
        days = {one.key: f"{one.key}-day" for one in questions if one.kind == "date"}
        names = [name for one in questions for name in (one.key, days.get(one.key)) if name]
        return {
            "title": title,
            "fields": [self[name] for name in names],
            "count": len(questions),
            "left": sum(not self[one.key].value() or one.key in self.proposed for one in questions),
            # Nobody confirms what stands in a fold.
            "is_proposed": any(one.key in self.proposed for one in questions),
            "is_wrong": any(name in self.errors for name in names),
        }


class ReviewForm(forms.Form):
    agrees = forms.ChoiceField(
        label="Ihr Ergebnis",
        choices=[("yes", "Die Bewertung ist richtig und vollständig"), ("no", "Es stimmt etwas nicht")],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label="Begründung",
        required=False,
        max_length=2500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Nötig, wenn etwas nicht stimmt.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("agrees") == "no" and not cleaned.get("note", "").strip():
            self.add_error("note", "Bitte begründen Sie, was nicht stimmt.")
        return cleaned


class StateForm(forms.Form):
    """What the list of assessments is narrowed down by."""

    hide_optional = True
    q = forms.CharField(label="Suche", required=False, max_length=200)
    state = forms.ChoiceField(label="Stand", required=False)

    def __init__(self, data: Any = None, *, states: Mapping[str, str]) -> None:
        super().__init__(data)
        self.fields["state"].choices = [("", "Alle"), *states.items()]
