"""Template tags behind templates/kern and templates/components."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from django import forms, template
from django.forms.utils import flatatt
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.kern import More

register = template.Library()

_GROUPS = (forms.RadioSelect, forms.MultiWidget, forms.SelectDateWidget)


class Problem(NamedTuple):
    """One line of the error summary; without an anchor it is text only."""

    text: str
    anchor: str = ""


@register.simple_tag
def kern_kind(field: forms.BoundField) -> str:
    """How a field is laid out: hidden, check (one checkbox), group (fieldset), file or input."""
    widget = field.field.widget
    if field.is_hidden:
        return "hidden"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.FileInput):
        return "file"
    return "group" if isinstance(widget, _GROUPS) or widget.use_fieldset else "input"


@register.simple_tag
def kern_control(field: forms.BoundField, kind: str) -> SafeString:
    """The widget itself. Django leaves out aria-describedby where it expects a fieldset around a file field."""
    if kind == "file" and field.aria_describedby:
        return field.as_widget(attrs={"aria-describedby": field.aria_describedby})
    return field.as_widget()


@register.simple_tag
def kern_attrs(widget: Mapping[str, Any], css: str) -> str:
    """A widget's attributes with the KERN class in front and its error variant where the value is wrong.

    Without `maxlength`: a browser cuts a pasted text there without a word. The form refuses it, and the text stays.
    """
    attrs = {name: value for name, value in widget["attrs"].items() if name != "maxlength"}
    classes = [css, attrs.pop("class", "")]
    if attrs.get("aria-invalid") == "true":
        classes.insert(1, f"{css}--error")
    if widget.get("type") == "radio":
        # ARIA knows no invalid radio button: the message belongs to the group.
        attrs.pop("aria-invalid", None)
    return flatatt({"class": " ".join(filter(None, classes)), **attrs})


@register.simple_tag
def kern_mark(field: forms.BoundField) -> str:
    """What stands behind the label: "optional", "later" (needed on submission only) or nothing."""
    if field.name in getattr(field.form, "needed_on_submit", ()):
        return "later"
    if field.field.required or getattr(field.form, "hide_optional", False):
        return ""
    return "optional"


@register.simple_tag
def kern_more(field: forms.BoundField) -> More | None:
    """The text of "Mehr dazu": from the field, its widget, or the form's table `more`."""
    more = (
        getattr(field.field, "more", None)
        or getattr(field.field.widget, "more", None)
        or getattr(field.form, "more", {}).get(field.name)
    )
    return More(more) if isinstance(more, str) else more


@register.simple_tag
def field_errors(field: forms.BoundField) -> list[str]:
    """A field's errors in the words of both the field and the summary: "Dieses Feld" says nothing up there."""
    said_by_default = str(forms.Field.default_error_messages["required"])
    return [_fill_in(field) if text == said_by_default else str(text) for text in field.errors]


def _fill_in(field: forms.BoundField) -> str:
    kind = kern_kind(field)
    if kind == "check":
        return _("Bestätigen Sie: „%(label)s“.") % {"label": field.label}
    if kind == "file":
        return _("Wählen Sie bei „%(label)s“ eine Datei aus.") % {"label": field.label}
    if kind == "group" or isinstance(field.field, (forms.ChoiceField, forms.ModelChoiceField)):
        return _("Wählen Sie bei „%(label)s“ eine Antwort aus.") % {"label": field.label}
    return _("Füllen Sie „%(label)s“ aus.") % {"label": field.label}


@register.simple_tag
def form_problems(*sources: Any) -> list[Problem]:
    """All errors of forms, formsets or lists of them, in the order of the page."""
    return [problem for source in sources for problem in _problems(source)]


def _problems(source: Any) -> Iterator[Problem]:
    if isinstance(source, forms.BaseForm):
        yield from _form_problems(source)
    elif isinstance(source, forms.BaseFormSet):
        if source.is_bound:
            yield from (Problem(str(text)) for text in source.non_form_errors())
        for form in source.forms:
            yield from _form_problems(form)
    elif isinstance(source, Iterable) and not isinstance(source, (str, Mapping)):
        for item in source:
            yield from _problems(item)


def _form_problems(form: forms.BaseForm) -> Iterator[Problem]:
    if not form.is_bound:
        return
    yield from (Problem(str(text)) for text in form.non_field_errors())
    for field in form:
        anchor = _anchor(field)
        yield from (Problem(_named(field, text), anchor) for text in field_errors(field))


def _named(field: forms.BoundField, text: str) -> str:
    """Far from its field an error says which one it means."""
    label = str(field.label or "")
    if field.is_hidden or not label or label in text:
        return text
    return f"{label} {text}" if label[-1] in "?!.:" else f"{label}: {text}"


def _anchor(field: forms.BoundField) -> str:
    if field.is_hidden:
        return ""
    if isinstance(field.field.widget, _GROUPS):
        return f"{field.auto_id}_0"
    return field.id_for_label or field.auto_id


@register.simple_tag(takes_context=True)
def error_prefix(context: template.Context) -> str:
    """The page title begins with "Fehler: " when a form on the page was refused."""
    sources = [context.get(name) for name in ("form", "forms", "formset", "problems")]
    return "Fehler: " if form_problems(*sources) or context.get("problems") else ""


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """The page's query string with some parameters changed; None takes one out. Paging starts again."""
    request = context.get("request") or getattr(context, "request", None)  # the latter inside include ... only
    params = request.GET.copy() if request else QueryDict(mutable=True)
    for name in ("after", "before", *changes):
        params.pop(name, None)
    for name, value in changes.items():
        if value is not None:
            params[name] = str(value)
    return f"?{params.urlencode()}"


class Order(NamedTuple):
    """How a column stands in the current order and what a click on it asks for."""

    next: str
    aria: str = ""
    arrow: str = "↕"


@register.simple_tag
def sort_state(current: str | None, key: str) -> Order:
    if current == key:
        return Order(f"-{key}", "ascending", "↑")
    if current == f"-{key}":
        return Order(key, "descending", "↓")
    return Order(key)


@register.simple_tag
def last_success(messages: Iterable[Any] | None) -> list[Any]:
    """The messages to show: of several successes only the last, so that a page never cheers twice."""
    shown = list(messages or ())
    successes = [message for message in shown if message.level_tag == "success"]
    return [message for message in shown if message not in successes[:-1]]
