"""KERN UX for Django forms: the form renderer and the few fields and widgets it needs.

`{{ form }}` and `{{ form.field.as_field_group }}` give KERN markup, because FORM_RENDERER points here.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import DjangoTemplates
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.utils.translation import gettext_lazy as _

from core.text import parse_date

_BUILT_IN = "django/forms/widgets/"
_INPUTS = {"text", "email", "url", "number", "password", "date", "datetime", "time", "tel", "search"}


class KernRenderer(DjangoTemplates):
    """Looks for a widget in templates/kern/widgets first, then takes Django's own."""

    form_template_name = "kern/form.html"
    formset_template_name = "kern/formset.html"
    field_template_name = "kern/field.html"

    def get_template(self, template_name: str) -> Any:
        try:
            return get_template(_kern_name(template_name))
        except TemplateDoesNotExist:
            return super().get_template(template_name)


def _kern_name(template_name: str) -> str:
    if not template_name.startswith(_BUILT_IN):
        return template_name
    name = template_name.removeprefix(_BUILT_IN).removesuffix(".html")
    return f"kern/widgets/{'input' if name in _INPUTS else name}.html"


@dataclass(frozen=True)
class More:
    """What the disclosure "Mehr dazu" under a field says. The hint stays one short sentence without a link.

    `audience` stands beside the disclosure for everybody to see: who will read what is typed.
    """

    text: str
    norm: str = ""
    stand: date | str = ""
    example: str = ""
    audience: str = ""


class HintedRadioSelect(forms.RadioSelect):
    """Radio buttons where single answers carry an explaining sentence: `hints={value: text}`."""

    def __init__(self, *args: Any, hints: dict[Any, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hints = hints or {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["hint"] = self.hints.get(str(value), "")
        return option


class GermanDateInput(forms.DateInput):
    """A text field, because the browsers' date pickers do not let people paste or type freely."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "class": "ol-input--date", **(attrs or {})}
        super().__init__(attrs=attrs, format="%d.%m.%Y")


# 0.125 is no thousand: somebody typed a point for the comma.
THOUSANDS = re.compile(r"^-?[1-9]\d{0,2}(\.\d{3})+(,\d+)?$")


class GermanNumberField(forms.DecimalField):
    """Reads 12.000, 12.000,50 and 12000,50 €: a dot before three digits separates thousands."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = re.sub(r"\s|€|Euro$", "", value)
            value = value.replace(".", "") if THOUSANDS.match(value) else value
        return super().to_python(value)


class GermanDateField(forms.DateField):
    """A date as people write it: 1.2.26, 01.02.2026 or 2026-02-01."""

    widget = GermanDateInput
    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": _("Geben Sie ein gültiges Datum ein, zum Beispiel 01.02.2026."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs["help_text"] = kwargs.get("help_text") or _("TT.MM.JJJJ, zum Beispiel 01.02.2026")
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return super().to_python(value)
        try:
            return parse_date(str(value))
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class MonthField(forms.CharField):
    """Year and month as YYYY-MM; the German way of writing (03.2026, 3/2026) is understood too."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        german = re.fullmatch(r"(\d{1,2})\s*[./]\s*(\d{4})", text)
        return f"{german[2]}-{int(german[1]):02}" if german else text
