"""What the pages of this room begin with."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest

from accounts import permissions
from accounts.models import Municipality, User
from core.errors import Conflict, NotAllowed


def person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def worked_in(request: HttpRequest, permission: str) -> Municipality:
    """The municipality the person is working in, if the person holds the permission there."""
    municipality: Municipality | None = request.municipality or None  # type: ignore[attr-defined]
    if municipality is None or not permissions.has(request.user, permission, municipality=municipality):
        raise NotAllowed()
    return municipality


class at_the_form:  # noqa: N801 - reads like a word: with at_the_form(form): services...
    """A refusal of the service is shown in the form that asked for it; `refused` says so."""

    def __init__(self, form: BaseForm) -> None:
        self.form, self.refused = form, False

    def __enter__(self) -> at_the_form:
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        if isinstance(error, Conflict):
            self.form.add_error(None, error.message)
        elif isinstance(error, ValidationError):
            _add(self.form, error)
        else:
            return False
        self.refused = True
        return True


def _add(form: BaseForm, error: ValidationError) -> None:
    by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for name, texts in by_field.items():
        for text in texts:
            form.add_error(name if name in form.fields else None, text)
