"""Forms of the Verarbeitungsverzeichnis. They carry labels and shapes; the rules stand in models and services."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils import timezone

from accounts import permissions
from accounts.models import Municipality, User
from compliance import selectors
from compliance.datamap.parties import Party
from compliance.datamap.web import datasets_to_choose
from compliance.models import ProcessingActivity
from compliance.offers import TITLES
from compliance.rules import places, vocabulary
from compliance.services.fields import SECTIONS, FieldInfo, fields_of
from core.kern import GermanDateField
from register.forms.widgets import TextArea

EMPTY_CHOICE = "Bitte wählen"


class ActivityFilterForm(forms.Form):
    """What the list can be narrowed down by; all of it stands in the address."""

    hide_optional = True

    q = forms.CharField(label="Suche", required=False, max_length=200)
    department = forms.ModelChoiceField(None, label="Amt", required=False, empty_label="Alle")
    state = forms.ChoiceField(label="Stand", required=False, choices=[("", "Alle"), *vocabulary.STATES.items()])
    with_system = forms.ChoiceField(
        label="KI-Systeme", required=False, choices=[("", "Alle"), ("ja", "mit KI-System"), ("nein", "ohne KI-System")]
    )

    def __init__(self, data: Any = None, *, user: User, municipality: Municipality) -> None:
        super().__init__(data)
        self.fields["department"].queryset = selectors.departments_for(user, municipality, "vvt.view")


class NewActivityForm(forms.Form):
    """A title and an office are enough to begin."""

    title = forms.CharField(
        label="Bezeichnung",
        max_length=200,
        help_text=ProcessingActivity._meta.get_field("title").help_text,
    )
    department = forms.ModelChoiceField(
        None, label="Verantwortliches Amt", help_text="Welches Amt ist fachlich zuständig?", empty_label=EMPTY_CHOICE
    )

    def __init__(self, data: Any = None, *, user: User, municipality: Municipality) -> None:
        super().__init__(data)
        field = self.fields["department"]
        field.queryset = selectors.departments_for(user, municipality, "vvt.edit")
        field.required = not permissions.has_all(user, "vvt.edit", municipality.pk)
        own = list(field.queryset[:2])
        if len(own) == 1:
            self.initial["department"] = own[0].pk


class ActivityForm(forms.Form):
    """Every field of a sheet, made from the table of fields. `version` is what the person saw."""

    # Only the title is needed; the page says so once instead of 25 times.
    hide_optional = True
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, activity: ProcessingActivity, user: User) -> None:
        super().__init__(data)
        departments = selectors.departments_for(user, activity.municipality, "vvt.edit", keep=activity.department)
        self.initial["version"] = activity.version
        self.table = fields_of(activity)
        for info in self.table:
            self.fields[info.key] = _field(info, departments)
            self.initial[info.key] = getattr(activity, f"{info.key}_id" if info.kind == "department" else info.key)

    @property
    def sections(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        for section, title in SECTIONS.items():
            if fields := [self[info.key] for info in self.table if info.section == section]:
                yield title, fields

    @property
    def changes(self) -> dict[str, Any]:
        """Only what was touched, so that a text nobody looked at is not written again."""
        return {
            key: self.cleaned_data[key] for key in self.changed_data if key != "version" and key in self.cleaned_data
        }


def _field(info: FieldInfo, departments: Any) -> forms.Field:
    common: dict[str, Any] = {"label": info.label, "help_text": info.hint, "required": info.required}
    if info.kind == "department":
        return forms.ModelChoiceField(departments, empty_label="Kein Amt", **common)
    if info.kind == "date":
        return GermanDateField(**common)
    if info.kind == "choices":
        return forms.MultipleChoiceField(
            choices=list(info.choices.items()), widget=forms.CheckboxSelectMultiple, **common
        )
    if info.kind == "choice":
        choices = [("", vocabulary.NOT_GIVEN), *info.choices.items()]
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
    if info.kind == "email":
        return forms.EmailField(**common)
    if info.kind == "url":
        return forms.URLField(max_length=info.max_length, assume_scheme="https", **common)
    widget = TextArea(attrs={"rows": 4}) if info.multiline else forms.TextInput
    return forms.CharField(max_length=info.max_length, widget=widget, strip=True, **common)


class SystemForm(forms.Form):
    """Choose one AI system."""

    system = forms.ModelChoiceField(
        None, label="KI-System", to_field_name="uuid", empty_label=EMPTY_CHOICE, help_text="Aus Ihrem Register."
    )

    def __init__(self, data: Any = None, *, systems: Any) -> None:
        super().__init__(data)
        self.fields["system"].queryset = systems


class EndForm(forms.Form):
    ended_on = GermanDateField(label="Beendet am", help_text="Der letzte Tag. TT.MM.JJJJ, zum Beispiel 01.02.2026")
    version = forms.IntegerField(widget=forms.HiddenInput)


class VersionForm(forms.Form):
    """A question with a yes: only the version that the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class TakeOverForm(VersionForm):
    """What the systems of a sheet say, as it was shown."""

    topic = forms.ChoiceField(choices=list(TITLES.items()), widget=forms.HiddenInput)
    digest = forms.CharField(max_length=16, widget=forms.HiddenInput)


class DeclarationForm(forms.Form):
    is_complete = forms.ChoiceField(
        label="Stehen hier alle Verarbeitungstätigkeiten Ihrer Kommune?",
        choices=[
            ("ja", "Ja, dieses Verzeichnis ist vollständig"),
            ("nein", "Nein, das vollständige Verzeichnis führen wir an anderer Stelle"),
        ],
        widget=forms.RadioSelect,
        help_text="Art. 30 Abs. 1 DSGVO verlangt ein Verzeichnis aller Verarbeitungstätigkeiten.",
    )


class VvtRequestForm(forms.Form):
    """Day and scope of the document."""

    as_of = GermanDateField(label="Stichtag", help_text="Heute oder ein früherer Tag, TT.MM.JJJJ.")
    department = forms.ModelChoiceField(
        None,
        label="Umfang",
        required=False,
        empty_label="Alle Ämter",
        help_text="Ein Amt zählt mit seinen Stellen darunter.",
    )
    activity = forms.ModelChoiceField(
        None,
        label="Nur eine Tätigkeit",
        required=False,
        to_field_name="uuid",
        empty_label="Alle Tätigkeiten",
        help_text="Geht dem Umfang vor.",
    )
    role = forms.ChoiceField(label="Verzeichnis", choices=list(vocabulary.REGISTERS.items()), widget=forms.RadioSelect)
    hide_optional = True

    def __init__(self, data: Any = None, *, initial: Any = None, user: User, municipality: Municipality) -> None:
        known = {"as_of": timezone.localdate(), "role": vocabulary.CONTROLLER}
        super().__init__(data, initial={**known, **(initial or {})})
        self.fields["department"].queryset = selectors.departments_for(user, municipality, "vvt.report")
        rows = ProcessingActivity.objects.visible_to(user).of(municipality).order_by("role", "number")
        self.fields["activity"].queryset = rows
        if not rows.commissioned().exists():
            self.fields["role"].widget, self.fields["role"].required = forms.HiddenInput(), False

    def clean_role(self) -> str:
        return self.cleaned_data["role"] or vocabulary.CONTROLLER


class RetentionRuleForm(forms.Form):
    """One line of the Löschkonzept."""

    categories = forms.CharField(label="Datenkategorie", max_length=300)
    period = forms.CharField(label="Frist", max_length=200, help_text="Zum Beispiel: 10 Jahre.")
    start = forms.CharField(
        label="Beginn der Frist", max_length=200, required=False, help_text="Zum Beispiel: Ende des Kalenderjahres."
    )
    basis = forms.CharField(label="Grundlage", max_length=300, required=False, help_text="Gesetz, Satzung oder Grund.")


class CommissionerForm(forms.Form):
    """A controller for whom the municipality processes."""

    name = forms.CharField(label="Name", max_length=200)
    contact = forms.CharField(label="Kontakt", max_length=1000, required=False, widget=TextArea(attrs={"rows": 3}))
    representative = forms.CharField(
        label="Vertreter", max_length=500, required=False, help_text="Nur, wenn es ihn gibt (Art. 27 DSGVO)."
    )
    dpo = forms.CharField(label="Datenschutzbeauftragte", max_length=500, required=False)
    categories = forms.CharField(
        label="Kategorien von Verarbeitungen",
        max_length=2000,
        widget=TextArea(attrs={"rows": 3}),
        help_text="Was verarbeiten Sie für diese Stelle? Art. 30 Abs. 2 Buchst. b DSGVO.",
    )


RetentionFormSet = forms.formset_factory(RetentionRuleForm, extra=2, can_delete=True, max_num=60, absolute_max=60)
CommissionerFormSet = forms.formset_factory(CommissionerForm, extra=1, can_delete=True, max_num=200, absolute_max=200)


def filtered_activities(rows: Any, form: ActivityFilterForm) -> Any:
    """The rows that the list shows, and that an export of the list holds."""
    if not form.is_valid():
        return rows
    wanted = form.cleaned_data
    rows = selectors.search_activities(rows, wanted["q"])
    if wanted["department"]:
        rows = rows.filter(department__path__startswith=wanted["department"].path)
    if wanted["state"]:
        rows = rows.filter(state=wanted["state"])
    if wanted["with_system"]:
        rows = rows.filter(system_links__isnull=wanted["with_system"] == "nein").distinct()
    return rows


class DatasetFilterForm(forms.Form):
    """Of which dataset the map asks which AI uses it."""

    hide_optional = True

    datenbestand = forms.ModelChoiceField(
        None, label="Datenbestand", to_field_name="uuid", empty_label=EMPTY_CHOICE, blank=False
    )

    def __init__(self, data: Any = None, *, user: User, municipality: Municipality) -> None:
        super().__init__(data)
        self.fields["datenbestand"].queryset = datasets_to_choose(user, municipality)


class PartyForm(forms.Form):
    """Whose outage the map asks about."""

    hide_optional = True

    name = forms.ChoiceField(label="Anbieter, Auftragsverarbeiter oder Betreiber")

    def __init__(self, data: Any = None, *, known: dict[str, Party]) -> None:
        # A name may be asked for in any spelling.
        same = known.get(places.key(data.get("name", ""))) if data is not None else None
        super().__init__({"name": same.name} if same else data)
        self.known = known
        self.fields["name"].choices = [("", EMPTY_CHOICE), *((party.name, party.name) for party in known.values())]

    def clean_name(self) -> Party:
        return self.known[places.key(self.cleaned_data["name"])]
