"""Partners, the wish to work together, the call for interest and the answers, as people type them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q

from accounts.rules.sizes import SIZES
from core.kern import GermanDateField, GermanNumberField
from register.forms.widgets import TextArea
from usecases.forms_goals import ServiceForm
from usecases.forms_training import SHORT, KeptForm
from usecases.models import CooperationWish, Interest, InterestCall, Partner, UseCase, UseCasePartner
from usecases.rules.vocabulary import FIELD_GROUPS, STAGES
from usecases.services.interest import WISH
from usecases.services.partners import SHARED


class PartnerForm(KeptForm):
    class Meta:
        model = Partner
        fields = ("name", "kind", "contact", "url")


class UseCasePartnerForm(ServiceForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)

    class Meta:
        model = UseCasePartner
        fields = SHARED
        field_classes = {"asked_on": GermanDateField, "share": GermanNumberField}
        localized_fields = ("share",)
        help_texts = {"asked_on": "TT.MM.JJJJ"}

    def __init__(self, data: Any = None, *, use_case: UseCase, instance: Any = None) -> None:
        super().__init__(data, instance=instance)
        self.initial["version"] = self.instance.version
        choice: Any = self.fields["partner"]
        kept = Q(pk=self.instance.partner_id) if self.instance.pk else Q()
        rows = Partner.objects.filter(municipality=use_case.municipality_id)
        choice.queryset = rows.filter(Q(ended_on__isnull=True) | kept).order_by("name", "pk")
        choice.to_field_name, choice.empty_label = "uuid", "Bitte wählen"
        if self.instance.pk:
            self.initial["partner"] = self.instance.partner.uuid


class WishForm(ServiceForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)

    class Meta:
        model = CooperationWish
        fields = WISH
        widgets = {"summary": TextArea(attrs={"rows": 4}), "wanted": TextArea(attrs={"rows": 4})}

    def __init__(self, data: Any = None, *, instance: Any = None) -> None:
        super().__init__(data, instance=instance)
        if self.instance.pk:
            self.initial["version"] = self.instance.version


class CallForm(ServiceForm):
    places = forms.IntegerField(
        label="Plätze",
        required=False,
        min_value=1,
        max_value=999,
        widget=forms.TextInput(attrs=SHORT),
        help_text="Wie viele Kommunen können mitmachen? Leer heißt: offen.",
    )

    class Meta:
        model = InterestCall
        fields = ("text", "opens_on", "closes_on", "places")
        field_classes = {"opens_on": GermanDateField, "closes_on": GermanDateField}
        widgets = {"text": TextArea(attrs={"rows": 4})}
        help_texts = {"opens_on": "TT.MM.JJJJ", "closes_on": "Letzter Tag, TT.MM.JJJJ"}


class InterestForm(ServiceForm):
    class Meta:
        model = Interest
        fields = ("text", "contact")
        widgets = {"text": TextArea(attrs={"rows": 4})}


class ChoiceForm(forms.Form):
    """An answer and a reason for each interest that waits. Without a call some may stay open."""

    hide_optional = True

    def __init__(self, data: Any = None, *, interests: Iterable[Interest], all_at_once: bool) -> None:
        super().__init__(data)
        self.interests = list(interests)
        later = [] if all_at_once else [("", "später entscheiden")]
        for row in self.interests:
            self.fields[f"answer_{row.pk}"] = forms.ChoiceField(
                label=f"{row.municipality.name}: Ihre Entscheidung",
                choices=[*later, ("yes", "auswählen"), ("no", "nicht auswählen")],
                widget=forms.RadioSelect,
                required=all_at_once,
                initial="" if later else None,
            )
            self.fields[f"reason_{row.pk}"] = forms.CharField(
                label=f"{row.municipality.name}: Begründung",
                max_length=200,
                required=False,
                help_text="Die Kommune liest sie.",
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for row in self.interests:
            if given.get(f"answer_{row.pk}") and not given.get(f"reason_{row.pk}"):
                self.add_error(f"reason_{row.pk}", "Bitte schreiben Sie, warum.")
        return given

    @property
    def answers(self) -> dict[int, tuple[bool, str]]:
        given = self.cleaned_data
        return {
            row.pk: (given[f"answer_{row.pk}"] == "yes", given[f"reason_{row.pk}"])
            for row in self.interests
            if given.get(f"answer_{row.pk}")
        }


class WishFilterForm(forms.Form):
    hide_optional = True
    q = forms.CharField(label="Suche", required=False, max_length=200, help_text="Titel, Inhalt oder Kommune")
    field = forms.ChoiceField(label="Handlungsfeld", required=False, choices=[("", "alle"), *FIELD_GROUPS])
    stage = forms.ChoiceField(label="Stufe", required=False, choices=[("", "alle"), *STAGES.items()])
    size = forms.ChoiceField(label="Größe der Kommune", required=False, choices=[("", "alle"), *SIZES.items()])
    call = forms.BooleanField(label="Nur mit laufendem Aufruf", required=False)
