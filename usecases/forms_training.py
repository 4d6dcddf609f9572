"""Forms of the courses, the tools and the contacts. The version is what the person saw."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Department, Municipality, User
from core.kern import GermanDateField
from register.forms.widgets import TextArea
from register.models import Entry
from register.selectors import people_of
from usecases.models import AiContact, ApprovedTool, Course, CourseSession
from usecases.models.training import MOST_PEOPLE
from usecases.rules.training import KINDS

SHORT = {"class": "ol-input--short", "inputmode": "numeric"}


def _day(model: Any, name: str, **options: Any) -> GermanDateField:
    return GermanDateField(label=str(model._meta.get_field(name).verbose_name), **options)


class KeptForm(forms.ModelForm):
    """A new row, or one that is there; only the shape, the services decide."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)

    def __init__(self, data: Any = None, *, municipality: Municipality, user: User, instance: Any = None) -> None:
        super().__init__(data, instance=instance)
        self.initial["version"] = self.instance.version
        self.choose(municipality, user)

    def choose(self, municipality: Municipality, user: User) -> None:
        """What may be chosen here."""

    def _post_clean(self) -> None:
        # The service validates the row with its constraints; doing it twice would say everything twice.
        pass

    @property
    def values(self) -> dict[str, Any]:
        if self.instance.pk:
            return self.cleaned_data
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class CourseForm(KeptForm):
    since = _day(Course, "since")
    minutes = forms.IntegerField(
        label="Dauer in Minuten", min_value=1, max_value=31 * 24 * 60, widget=forms.TextInput(attrs=SHORT)
    )
    refresh_months = forms.IntegerField(
        label="Auffrischen nach Monaten",
        help_text="Ihre eigene Vorgabe. Leer heißt: keine.",
        required=False,
        min_value=1,
        max_value=120,
        widget=forms.TextInput(attrs=SHORT),
    )

    class Meta:
        model = Course
        fields = ("title", "kind", "contents", "minutes", "given_by", "since", "refresh_months")
        widgets = {"kind": forms.RadioSelect, "contents": TextArea(attrs={"rows": 4})}

    def choose(self, municipality: Municipality, user: User) -> None:
        self.fields["kind"].choices = list(KINDS.items())


class SessionForm(forms.Form):
    """A date, and one number for every office."""

    hide_optional = True
    held_on = _day(CourseSession, "held_on")
    place = forms.CharField(
        label="Ort oder Weg", max_length=150, required=False, help_text="Zum Beispiel: Rathaus, online."
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)

    def __init__(
        self, data: Any = None, *, departments: list[Department], session: CourseSession | None = None
    ) -> None:
        super().__init__(data)
        self.departments = {f"office_{row.pk}": row for row in departments}
        for name, row in self.departments.items():
            self.fields[name] = forms.IntegerField(
                label=row.name,
                required=False,
                min_value=0,
                max_value=MOST_PEOPLE,
                widget=forms.TextInput(attrs=SHORT),
                error_messages={"min_value": "Teilnahmen können nicht negativ sein. Tragen Sie 0 oder mehr ein."},
            )
        if session is not None:
            numbers = {row.department_id: row.number for row in session.participants.all()}
            self.initial |= {name: numbers.get(row.pk) for name, row in self.departments.items()}
            self.initial |= {"held_on": session.held_on, "place": session.place, "version": session.version}

    @property
    def office_fields(self) -> list[Any]:
        return [self[name] for name in self.departments]

    @property
    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        numbers = {row: given[name] for name, row in self.departments.items() if given.get(name)}
        seen = {"version": given["version"]} if self.initial else {}
        return {"held_on": given["held_on"], "place": given["place"], "numbers": numbers, **seen}


class ContactForm(KeptForm):
    class Meta:
        model = AiContact
        fields = ("role", "department", "person", "function", "email", "phone")
        widgets = {"role": forms.RadioSelect}

    def choose(self, municipality: Municipality, user: User) -> None:
        self.fields["role"].choices = AiContact.Role.choices
        self.fields["department"].queryset = municipality.departments.active()
        self.fields["department"].empty_label = "Für alle Ämter"
        self.fields["person"].queryset = people_of(municipality)
        self.fields["person"].to_field_name = "uuid"
        self.fields["person"].empty_label = "Keine Person eingetragen"
        if self.instance.person is not None:
            self.initial["person"] = self.instance.person.uuid


class ToolForm(KeptForm):
    approved_on = _day(ApprovedTool, "approved_on")

    class Meta:
        model = ApprovedTool
        fields = (
            "name", "entry", "purpose", "forbidden_data", "departments", "courses", "contact", "approved_on",
        )  # fmt: skip
        widgets = {
            "purpose": TextArea(attrs={"rows": 3}),
            "forbidden_data": TextArea(attrs={"rows": 3}),
            "departments": forms.CheckboxSelectMultiple,
            "courses": forms.CheckboxSelectMultiple,
        }

    def choose(self, municipality: Municipality, user: User) -> None:
        systems = Entry.objects.visible_to(user).of(municipality).systems().order_by("sort_key", "pk")
        self.fields["entry"].queryset = systems
        self.fields["entry"].to_field_name = "uuid"
        self.fields["entry"].empty_label = "Keines oder noch nicht erfasst"
        self.fields["departments"].queryset = municipality.departments.active()
        self.fields["courses"].queryset = Course.objects.visible_to(user).filter(municipality=municipality)
        contacts = AiContact.objects.visible_to(user).filter(municipality=municipality)
        self.fields["contact"].queryset = contacts.select_related("person")
        self.fields["contact"].empty_label = "Keine eingetragen"
        if self.instance.entry is not None:
            self.initial["entry"] = self.instance.entry.uuid
