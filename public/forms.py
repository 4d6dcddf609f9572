"""Search and filter of a register, as an ordinary GET form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from public.kinds import KINDS
from register import content
from register.rules import life_situations
from register.rules.vocabulary import COUNTRIES

ALL = ("", _("alle"))
SORTS = {"relevance": _("beste Treffer"), "name": _("Name"), "-changed": _("zuletzt geändert")}
ORDERS = {"relevance": ("rank", "sort_key", "pk"), "name": ("sort_key", "pk"), "-changed": ("-published_at", "-pk")}
# Values and their words; the other filters take what stands in the documents.
TABLES: dict[str, Mapping[str, Any]] = {
    "affects_people": content.CHOICES["affects_people"],
    "status": content.CHOICES["status"],
    "field": content.CHOICES["category"],
    "situation": life_situations.LABELS,
    "risk_class": {"none": _("noch nicht bewertet"), **content.CHOICES["ai_act_class"]},
    "personal_data_level": content.CHOICES["personal_data_level"],
    "country": COUNTRIES,
}
# The one question that every list can be asked.
FIRST = "affects_people"


def _of(table: str, label: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[ALL, *TABLES[table].items()], **more)


def _any(label: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=200, widget=forms.Select)


class RegisterFilter(forms.Form):
    """Takes every value that there is; `offer` then shows those that lead somewhere, with their numbers."""

    hide_optional = True
    use_required_attribute = False

    q = forms.CharField(label=_("Suche"), required=False, max_length=200)
    affects_people = _of(
        FIRST, _("Wirkt auf Entscheidungen über Menschen"), help_text=_("Auch Systeme mit festen Regeln.")
    )
    situation = _of("situation", _("Lebenslage"))
    field = _of("field", _("Handlungsfeld"))
    status = _of("status", _("Status"))
    risk_class = _of("risk_class", _("Risikoklasse (Selbsteinschätzung)"))
    personal_data_level = _of("personal_data_level", _("Personenbezug"))
    department = _any(_("Amt"))
    dataset = _any(_("Datenbestand"))
    provider = _any(_("Anbieter"))
    country = _of("country", _("Daten liegen in"))
    sort = forms.ChoiceField(label=_("Reihenfolge"), required=False, choices=list(SORTS.items()))
    kind = forms.ChoiceField(
        required=False, widget=forms.HiddenInput, choices=[(key, kind.many) for key, kind in KINDS.items()]
    )

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data, auto_id="filter_%s")
        self.is_valid()
        # What was asked for and is valid; anything else is shown at its field and not applied.
        given = {name: value for name, value in self.cleaned_data.items() if value}
        self.sort_by = given.pop("sort", "")
        given.pop("kind", None)
        self.criteria: dict[str, Any] = given
        self._labels = {name: str(field.label) for name, field in self.fields.items()}

    def offer(self, counts: Mapping[str, Mapping[str, int]], *, only: Iterable[str] = ()) -> None:
        """Show the filters that have a choice, with the number of entries behind each; `only` these, if any."""
        for name in [name for name in self.fields if name not in ("q", "sort", "kind")]:
            choices = self._choices(name, counts.get(name, {}))
            asked = bool(self.data.get(name))
            few = len(choices) < (1 if name == FIRST else 2)
            if not asked and (few or (only and name not in only)):
                del self.fields[name]
            else:
                self.fields[name].widget.choices = [ALL, *choices]
        if not self.criteria.get("q"):
            self.fields["sort"].choices = [item for item in SORTS.items() if item[0] != "relevance"]  # type: ignore[attr-defined]

    def _choices(self, name: str, counts: Mapping[str, int]) -> list[tuple[str, str]]:
        chosen = self.criteria.get(name, "")
        found = {value: number for value, number in counts.items() if value} | (
            {chosen: counts.get(chosen, 0)} if chosen else {}
        )
        order = (
            [value for value in TABLES[name] if value in found] if name in TABLES else sorted(found, key=str.casefold)
        )
        return [(value, f"{self._said(name, value)} ({found[value]})") for value in order]

    def _said(self, name: str, value: str) -> str:
        return str(TABLES.get(name, {}).get(value, value))

    @property
    def order(self) -> tuple[str, ...]:
        """Columns to sort by; only a search has a rank."""
        searched = bool(self.criteria.get("q"))
        wanted = self.sort_by if searched or self.sort_by != "relevance" else ""
        return ORDERS[wanted or ("relevance" if searched else "name")]

    @property
    def chips(self) -> list[tuple[str, str, str]]:
        """(name, label of the field, label of the value) of every filter that is on."""
        return [(name, self._labels[name], self._said(name, value)) for name, value in self.criteria.items()]
