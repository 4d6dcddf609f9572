"""The forms of a page as a browser would send them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

TEXT_TYPES = {"text", "search", "email", "url", "tel", "password", ""}


@dataclass
class Form:
    """One form: where it goes, what it would send untouched, and which fields take what."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    choices: dict[str, set[str]] = field(default_factory=dict)

    def sent_with(self, **changes: str) -> dict[str, list[str]]:
        return {**self.values, **{name: [value] for name, value in changes.items()}}


def forms_of(html: str, address: str) -> list[Form]:
    """The forms that change something. Buttons are not pressed, files are not chosen."""
    return [form for form in _Reader(html, address).forms if form.method == "post"]


class _Reader(HTMLParser):
    def __init__(self, html: str, address: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._address, self._form, self._select, self._area = address, None, "", ""
        self._form: Form | None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(about.get("action") or self._address, about.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None and tag == "input" and about.get("name"):
            self._input(self._form, about)
        elif self._form is not None and tag == "textarea":
            self._area = about.get("name", "")
            self._form.texts.append(self._area)
            self._form.values[self._area] = [""]
        elif self._form is not None and tag == "select":
            self._select = about.get("name", "")
            self._form.choices[self._select] = set()
        elif self._form is not None and tag == "option" and self._select:
            self._form.choices[self._select].add(about.get("value", ""))
            if "selected" in about:
                self._form.values.setdefault(self._select, []).append(about.get("value", ""))

    def _input(self, form: Form, about: dict[str, str]) -> None:
        name, kind, value = about["name"], about.get("type", "text"), about.get("value", "")
        if kind in ("checkbox", "radio"):
            form.choices.setdefault(name, set()).add(value)
            if "checked" in about:
                form.values.setdefault(name, []).append(value)
        elif kind == "hidden":
            form.values.setdefault(name, []).append(value)
        elif kind not in ("submit", "file", "button"):
            form.values[name] = [value]
            if kind in TEXT_TYPES:
                form.texts.append(name)

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._area:
            self._form.values[self._area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""
