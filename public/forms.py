"""Search and filter of a register, as an ordinary GET form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from public.kinds import KINDS
from register import content

ALL = ("", _("alle"))
SORTS = {"relevance": _("beste Treffer"), "name": _("Name"), "-changed": _("zuletzt geändert")}
ORDERS = {"relevance": ("rank", "sort_key", "pk"), "name": ("sort_key", "pk"), "-changed": ("-published_at", "-pk")}


class RegisterFilter(forms.Form):
    """Choices are those that occur in the register (`facets`), so that no filter leads nowhere."""

    hide_optional = True
    use_required_attribute = False

    q = forms.CharField(label=_("Suche"), required=False, max_length=200)
    affects_people = forms.ChoiceField(label=_("Wirkt auf Entscheidungen über Menschen"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False)
    field = forms.ChoiceField(label=_("Handlungsfeld"), required=False)
    risk_class = forms.ChoiceField(label=_("Risikoklasse (Selbsteinschätzung)"), required=False)
    department = forms.ChoiceField(label=_("Amt"), required=False)
    sort = forms.ChoiceField(label=_("Reihenfolge"), required=False, choices=list(SORTS.items()))
    kind = forms.ChoiceField(
        required=False, widget=forms.HiddenInput, choices=[(key, kind.many) for key, kind in KINDS.items()]
    )

    def __init__(self, data: Mapping[str, Any], facets: Mapping[str, set[str]]) -> None:
        super().__init__(data, auto_id="filter_%s")
        risks = {"none": _("noch nicht bewertet"), **content.CHOICES["ai_act_class"]}
        tables: dict[str, tuple[Mapping[str, Any], set[str]]] = {
            "affects_people": (content.CHOICES["affects_people"], facets["affects_people"]),
            "status": (content.CHOICES["status"], facets["status"]),
            "field": (content.CHOICES["category"], facets["field"]),
            "risk_class": (risks, {risk or "none" for risk in facets["risk_class"]}),
        }
        for name, (table, found) in tables.items():
            self._offer(name, [(key, label) for key, label in table.items() if key in found])
        self._offer("department", [(name, name) for name in sorted(facets["department"], key=str.casefold) if name])
        if not self.data.get("q", "").strip():
            self.fields["sort"].choices = [item for item in SORTS.items() if item[0] != "relevance"]  # type: ignore[attr-defined]

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        """One choice is none: then the question does not appear at all."""
        if len(choices) < 2 and not self.data.get(name):
            del self.fields[name]
            return
        self.fields[name].choices = [ALL, *choices]  # type: ignore[attr-defined]

    @property
    def criteria(self) -> dict[str, Any]:
        """What was asked for and is valid; anything else is shown at its field and not applied."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value and name not in ("sort", "kind")}

    @property
    def order(self) -> tuple[str, ...]:
        """Columns to sort by; only a search has a rank."""
        default = "relevance" if self.criteria.get("q") else "name"
        return ORDERS[self.cleaned_data.get("sort") or default]

    @property
    def chips(self) -> list[tuple[str, str, str]]:
        """(name, label of the field, label of the value) of every filter that is on."""
        found = []
        for name, value in self.criteria.items():
            choices = dict(getattr(self.fields[name], "choices", ()))
            found.append((name, str(self.fields[name].label), str(choices.get(value, value))))
        return found
