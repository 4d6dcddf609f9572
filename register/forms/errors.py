"""What a service refuses, shown where it belongs."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.errors import Conflict, Unmet


def add_service_errors(form: forms.Form, error: ValidationError) -> None:
    """Put the messages at their fields; what belongs to no field of this form stands above it."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def save(form: Any, run: Callable[[dict[str, Any]], Any]) -> int:
    """Run the service with what the form says; 0 when it is saved, else the status of the page that says why not."""
    if not form.is_valid():
        return 422
    try:
        run(form.cleaned_data)
    except ValidationError as error:
        add_service_errors(form, error)
        return 422
    except Unmet as unmet:
        for reason in unmet.reasons:
            form.add_error(None, reason)
        return unmet.status
    except Conflict as conflict:
        form.add_error(None, conflict.message)
        return conflict.status
    return 0
