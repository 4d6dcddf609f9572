"""Forms of the incidents. Labels come from the models; what is needed when is decided in rules and services."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import Municipality, User
from compliance.forms import EMPTY_CHOICE
from compliance.models import Incident, IncidentMeasure, IncidentNotice, IncidentStep, Lesson
from compliance.models.incident import LONG
from compliance.rules import incidents as rules
from core.kern import GermanDateField, HintedRadioSelect
from register.forms.widgets import TextArea
from register.models import Entry
from register.selectors import people_of

CHOOSE = "Bitte wählen Sie eine Antwort."
KIND_HINTS = {
    rules.BREACH: "Personenbezogene Daten sind verloren, verändert, offengelegt oder unbefugt gelesen worden.",
    rules.AI: "Schwerer Schaden an Gesundheit, Eigentum oder Grundrechten durch ein KI-System.",
    rules.ERROR: "Etwas ging schief oder fast schief. Wir wollen daraus lernen.",
    rules.UNSURE: "Die oder der Datenschutzbeauftragte entscheidet.",
}
NO_NAMES = "Ohne Namen und ohne Schuld: Es geht um den Ablauf, nicht um Personen."


def _label(model: Any, name: str) -> str:
    return str(model._meta.get_field(name).verbose_name)


def _text(label: str, *, rows: int = 4, required: bool = False, most: int = LONG, hint: str = "") -> forms.CharField:
    widget = TextArea(attrs={"rows": rows}) if rows > 1 else forms.TextInput()
    return forms.CharField(label=label, required=required, max_length=most, help_text=hint, widget=widget)


def _radio(label: str, table: Any, *, required: bool = True, hints: Any = None, hint: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=list(table.items()),
        required=required,
        help_text=hint,
        widget=HintedRadioSelect(hints=hints or {}),
        error_messages={"required": CHOOSE},
    )


class ClockTimeField(forms.TimeField):
    """09:15, 9.15 or 9:15 Uhr."""

    widget = forms.TimeInput(format="%H:%M", attrs={"class": "ol-input--short", "inputmode": "numeric"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%H:%M", "%H.%M", "%H:%M:%S"], **kwargs)
        self.error_messages["invalid"] = "Geben Sie die Uhrzeit so ein: 09:15."

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.lower().replace("uhr", "").strip() if isinstance(value, str) else value)


class MomentForm(forms.Form):
    """Day and time where the reader is; `moment` names the value that the service takes."""

    moment = "at"

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        now = timezone.localtime()
        self.initial |= {"day": now.date(), "time": now.strftime("%H:%M")}

    @property
    def at(self) -> datetime:
        given = self.cleaned_data
        return timezone.make_aware(datetime.combine(given["day"], given["time"]))

    @property
    def values(self) -> dict[str, Any]:
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("day", "time")}
        return {**given, self.moment: self.at}


class IncidentReportForm(MomentForm):
    """Seven answers; most of them are chosen."""

    hide_optional = True
    moment = "aware_at"
    kind = _radio(
        _label(Incident, "kind"), {key: rules.capital(rules.KINDS[key]) for key in rules.REPORTED}, hints=KIND_HINTS
    )
    happened = _text(_label(Incident, "happened"), rows=5, required=True, hint="Kurz genügt. Rückfragen kommen später.")
    day = GermanDateField(label="Wann haben Sie es bemerkt?", help_text="TT.MM.JJJJ. Ab da läuft die Frist.")
    time = ClockTimeField(label="Um wie viel Uhr?")
    entry = forms.ModelChoiceField(
        None,
        label="Welches KI-System?",
        required=False,
        to_field_name="uuid",
        empty_label="Keines oder noch unklar",
    )
    ongoing = _radio(_label(Incident, "ongoing"), rules.ONGOING)
    affected = forms.ChoiceField(
        label=_label(Incident, "affected"), choices=list(rules.AFFECTED.items()), initial="unknown"
    )

    def __init__(self, data: Any = None, *, user: User, municipality: Municipality, entry: Entry | None = None) -> None:
        super().__init__(data)
        self.fields["entry"].queryset = systems_for(user, municipality)
        self.initial |= {"entry": entry.uuid if entry else None, "ongoing": "unknown"}


def systems_for(user: User, municipality: Municipality) -> Any:
    return Entry.objects.visible_to(user).of(municipality).systems().order_by("sort_key", "pk")


class IncidentFilterForm(forms.Form):
    hide_optional = True
    q = forms.CharField(label="Suche", required=False, max_length=200, help_text="Nummer, KI-System oder Text")
    state = forms.ChoiceField(
        label="Stand", required=False, choices=[("", "Alle"), ("open", "offen"), ("closed", "abgeschlossen")]
    )


class IncidentAssessForm(forms.Form):
    """Only the questions of the kind. `version` is what the person saw."""

    hide_optional = True
    version = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(choices=list(rules.KINDS.items()), widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, incident: Incident, kind: str, user: User, role: str = "") -> None:
        super().__init__(data)
        if incident.entry is None:
            self.fields["entry"] = forms.ModelChoiceField(
                systems_for(user, incident.municipality),
                label="Welches KI-System?",
                required=False,
                to_field_name="uuid",
                empty_label="Keines oder noch unklar",
            )
        if kind in (rules.BREACH, rules.BOTH):
            self._breach()
        if kind in (rules.AI, rules.BOTH):
            self._ai(from_assessment=bool(role))
        if kind == rules.ERROR:
            self.fields["cause"] = _text(_label(Incident, "cause"), hint=NO_NAMES)
            self.fields["change"] = _text(_label(Incident, "change"), hint=NO_NAMES)
        self.initial |= {name: getattr(incident, name) for name in self.fields if name != "entry"}
        self.initial["kind"] = kind
        self.initial["role"] = incident.role or role

    def _breach(self) -> None:
        self.fields["risk"] = _radio(
            _label(Incident, "risk"), rules.RISKS, required=False, hint="Art. 33 Abs. 1, Art. 34 Abs. 1 DSGVO"
        )
        self.fields["risk_reason"] = _text(
            _label(Incident, "risk_reason"), hint="Wird immer festgehalten, auch ohne Meldung (Art. 33 Abs. 5 DSGVO)."
        )
        self.fields["notify"] = _radio(
            _label(Incident, "notify"),
            rules.YES_NO,
            required=False,
            hint="Nein geht nur, wenn voraussichtlich kein Risiko besteht.",
        )
        self.fields["notify_reason"] = _text(_label(Incident, "notify_reason"), rows=3, hint="Nur bei „nein“.")
        self.fields["inform"] = _radio(
            _label(Incident, "inform"),
            rules.YES_NO,
            required=False,
            hint="Bei hohem Risiko ist es nötig (Art. 34 Abs. 1 DSGVO).",
        )
        self.fields["inform_reason"] = _text(
            _label(Incident, "inform_reason"),
            rows=3,
            hint="Nur bei hohem Risiko und „nein“: die Ausnahme nach Art. 34 Abs. 3 DSGVO.",
        )

    def _ai(self, *, from_assessment: bool) -> None:
        hint = "Aus der KI-VO-Bewertung vorgeschlagen, bitte prüfen." if from_assessment else "Art. 3 Nr. 3 und 4 KI-VO"
        self.fields["role"] = _radio(_label(Incident, "role"), rules.ROLES, required=False, hint=hint)
        self.fields["severity"] = _radio(
            _label(Incident, "severity"),
            rules.SEVERITIES,
            required=False,
            hint="Davon hängt die Frist nach Art. 73 KI-VO ab: 15, 2 oder 10 Tage.",
        )


class IncidentStepForm(MomentForm):
    hide_optional = True
    answer = _radio(_label(IncidentStep, "answer"), {})
    day = GermanDateField(label="Wann?", help_text="TT.MM.JJJJ")
    time = ClockTimeField(label="Um wie viel Uhr?")
    evidence = _text(
        _label(IncidentStep, "note"), rows=3, most=500, hint="Zum Beispiel: mit wem telefoniert, Aktenzeichen."
    )

    def __init__(self, data: Any = None, *, step: rules.Step) -> None:
        super().__init__(data)
        table = {rules.DONE: "Erledigt", rules.FAILED: step.may_fail, rules.NOT_NEEDED: "Nicht nötig (bitte begründen)"}
        self.fields["answer"].choices = [(key, label) for key, label in table.items() if label]
        self.fields["answer"].label = step.label
        if step.may_fail:
            said = "Art. 26 Abs. 5 KI-VO: Dann gilt die Frist des Art. 73 KI-VO auch für Betreiber. Schreiben Sie, wie und wann Sie es versucht haben."
            self.fields["answer"].widget.hints = {rules.FAILED: said}


class IncidentSentForm(MomentForm):
    hide_optional = True
    moment = "sent_at"
    part = _radio(_label(IncidentNotice, "part"), rules.PARTS)
    day = GermanDateField(label="Wann gesendet?", help_text="TT.MM.JJJJ")
    time = ClockTimeField(label="Um wie viel Uhr?")
    to = _text(_label(IncidentNotice, "to"), rows=1, required=True, most=200, hint="Die Behörde")
    reference = _text(
        _label(IncidentNotice, "reference"), rows=1, most=200, hint="Zum Beispiel: Online-Formular, Az. 12-345"
    )
    delay_reason = _text(
        _label(IncidentNotice, "delay_reason"),
        rows=3,
    )

    def __init__(self, data: Any = None, *, about: rules.Notice, to: str = "") -> None:
        super().__init__(data)
        self.fields["part"].help_text, self.fields["delay_reason"].help_text = about.in_parts, about.too_late
        self.initial |= {"to": to, "part": "whole"}


class IncidentNoticeForm(forms.Form):
    """One field for every fact that the law asks for."""

    hide_optional = True
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, about: rules.Notice, texts: dict[str, str], version: int) -> None:
        super().__init__(data)
        for one in about.fields:
            self.fields[one.key] = _text(one.label, rows=4, hint=f"{one.hint} ({one.article})")
        self.initial |= {**texts, "version": version}

    @property
    def texts(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class IncidentMeasureForm(forms.Form):
    hide_optional = True
    text = _text(_label(IncidentMeasure, "text"), rows=3, required=True, most=500)
    person = forms.ModelChoiceField(
        None, label=_label(IncidentMeasure, "person"), to_field_name="uuid", empty_label=EMPTY_CHOICE
    )
    due = GermanDateField(label=_label(IncidentMeasure, "due"), help_text="TT.MM.JJJJ")

    def __init__(self, data: Any = None, *, municipality: Municipality) -> None:
        super().__init__(data)
        self.fields["person"].queryset = people_of(municipality)


class IncidentAssignForm(forms.Form):
    hide_optional = True
    person = forms.ModelChoiceField(
        None,
        label=_label(Incident, "assigned"),
        to_field_name="uuid",
        empty_label=EMPTY_CHOICE,
        help_text="Die Person kann den Vorfall lesen, bewerten und abschließen.",
    )

    def __init__(self, data: Any = None, *, municipality: Municipality) -> None:
        super().__init__(data)
        self.fields["person"].queryset = people_of(municipality)


class IncidentReopenForm(forms.Form):
    hide_optional = True
    reason = _text("Warum wird der Vorfall wieder geöffnet?", rows=3, required=True, most=1000)


class LessonForm(forms.Form):
    hide_optional = True
    title = _text(_label(Lesson, "title"), rows=1, required=True, most=150)
    happened = _text(_label(Lesson, "happened"), required=True, hint=NO_NAMES)
    cause = _text(_label(Lesson, "cause"), required=True)
    change = _text(_label(Lesson, "change"), required=True)


class LessonDecisionForm(forms.Form):
    """Which of the two buttons was pressed, and a word about it."""

    hide_optional = True
    no_names = forms.BooleanField(
        label="Der Text enthält keine Namen, und niemand ist zu erkennen",
        required=False,
        help_text="Zum Freigeben nötig. Prüfen Sie alle drei Teile.",
    )
    note = _text(_label(Lesson, "note"), rows=3, most=500, hint="Zum Zurückgeben nötig: Was fehlt noch?")
    decision = forms.ChoiceField(
        choices=[("release", "freigeben"), ("return", "zurückgeben")],
        widget=forms.HiddenInput,
        error_messages={"required": "Bitte geben Sie frei oder zurück."},
    )
