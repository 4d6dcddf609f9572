"""A system beside its product sheet, and what is to be checked after an essential change."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts import permissions
from core.errors import Conflict, NotAllowed
from register import inheritance, services, workflow
from register.forms import CheckForm, add_service_errors
from register.inheritance import FieldState
from register.models import Entry, ProductCheck
from register.selectors import label_of, with_details
from register.selectors_products import deployments_in, difference, differences, product_check_of
from register.services import access
from register.views.products import SHOWN
from register.views.products import trail_to as trail_to_product
from register.views.reach import entry_or_404, require_edit, trail_to
from register.wording import in_one_text

WORDS = {
    inheritance.INHERITED: ("aus dem Produktblatt", "success"),
    inheritance.LOCAL: ("abweichend vom Produktblatt", "info"),
    inheritance.CHANGED: ("noch nicht übernommen", "warning"),
    inheritance.OWN: ("nicht im Produktblatt", "neutral"),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def deployment(request: HttpRequest, uuid: UUID) -> HttpResponse:
    entry = entry_or_404(request, uuid)
    if entry.kind != Entry.Kind.SYSTEM or entry.system.product_id is None:
        raise Http404
    problems: list[dict[str, str]] = []
    if request.method == "POST":
        require_edit(request, entry)
        try:
            return _decide(request, entry)
        except ValidationError as error:
            problems = [{"text": text} for text in error.messages]
    states = inheritance.states_of(entry)
    waiting = [field for field in states if field.state == inheritance.CHANGED]
    may_edit = access.allowed(request.user, "entry.edit", entry) and entry.review_state in workflow.EDITABLE
    check = product_check_of(entry, request.user)
    context = {
        "entry": entry,
        "product": entry.system.product,
        "rows": [_row(field) for field in states],
        "waiting": len(waiting),
        "check": check,
        "check_text": f"Die Prüfung zeigt, was sich {check.span} geändert hat." if check else "",
        "may_edit": may_edit,
        "locked": entry.review_state not in workflow.EDITABLE,
        "problems": problems,
        "breadcrumb": trail_to(entry, "Produktblatt"),
    }
    return render(request, "register/deployment.html", context, status=422 if problems else 200)


def _decide(request: HttpRequest, entry: Entry) -> HttpResponse:
    key, action = request.POST.get("key", ""), request.POST.get("action", "")
    states = {field.key: field for field in inheritance.states_of(entry)}
    keys = [key] if key in states else [k for k, f in states.items() if f.state == inheritance.CHANGED]
    if action not in ("take", "keep") or (key and key not in states):
        raise ValidationError("Bitte wählen Sie, was übernommen werden soll.")
    decide = services.take_over if action == "take" else services.keep_local
    decide(entry, by=request.user, keys=keys, version=_version(request))
    text = "übernommen. Die Änderung wird geprüft wie jede andere." if action == "take" else "als Abweichung vermerkt."
    messages.success(request, f"{_named(keys)}: {text}")
    return redirect("register:deployment", entry.uuid)


def _named(keys: list[str]) -> str:
    return ", ".join(label_of(Entry.Kind.SYSTEM, key) for key in keys) or "Nichts"


def _version(request: HttpRequest) -> int:
    try:
        return int(request.POST.get("version", ""))
    except ValueError:
        return -1


def _row(field: FieldState) -> dict[str, Any]:
    own, sheet = (in_one_text(Entry.Kind.SYSTEM, field.key, value) for value in (field.value, field.offered))
    label, tone = WORDS[field.state]
    differs = field.state in (inheritance.LOCAL, inheritance.CHANGED)
    return {
        "key": field.key,
        "label": label_of(Entry.Kind.SYSTEM, field.key),
        "own": own,
        "sheet": sheet,
        "parts": difference("", own, sheet)["parts"] if differs else [],
        "state": label,
        "tone": tone,
        "take": differs,
        "keep": field.state == inheritance.CHANGED,
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, uuid: UUID) -> HttpResponse:
    rows = ProductCheck.objects.visible_to(request.user).select_related("product__municipality", "done_by")
    row = get_object_or_404(rows, uuid=uuid)
    may_close = permissions.has_all(request.user, "master_data.edit", row.municipality_id)
    status = 200
    form = CheckForm(request.POST or None, initial={"number": row.to_number})
    if request.method == "POST":
        if not may_close:
            raise NotAllowed()
        if form.is_valid():
            try:
                services.close_check(row, by=request.user, **form.cleaned_data)
            except ValidationError as error:
                add_service_errors(form, error)
            except Conflict as conflict:
                row = get_object_or_404(rows, uuid=uuid)
                if row.done_at is not None:
                    raise
                _look_again(form, row, conflict)
                status = conflict.status
            else:
                messages.success(request, "Die Prüfung ist abgeschlossen.")
                return redirect(row.product)
    return _check_page(request, row, form if may_close and row.done_at is None else None, status=status)


def _look_again(form: CheckForm, row: ProductCheck, conflict: Conflict) -> None:
    """Keep the note; closing once more then speaks of the version that the page shows now."""
    form.add_error(None, conflict.message)
    form.data = form.data.copy()
    form.data["number"] = str(row.to_number)


def _check_page(request: HttpRequest, row: ProductCheck, form: CheckForm | None, *, status: int = 200) -> HttpResponse:
    numbers = [row.from_number, row.to_number]
    kept = {v.number: v for v in row.product.versions.filter(number__range=numbers).select_related("by")}
    before, after = (kept.get(number) for number in numbers)
    systems = with_details(deployments_in(row.product, row.municipality).visible_to(request.user))
    tasks = [_system(row, entry) for entry in systems.order_by("sort_key", "pk")[:SHOWN]]
    context = {
        "check": row,
        "product": row.product,
        "changes": differences(before.content, after.content) if before and after else [],
        "reasons": [version for number, version in sorted(kept.items()) if number > row.from_number],
        "groups": [{"title": "Ihre Systeme mit diesem Produkt", "tasks": tasks}] if tasks else [],
        "more": systems.count() - len(tasks),
        "old_label": f"Fassung {row.from_number}",
        "new_label": f"Fassung {row.to_number}",
        "form": form,
        "breadcrumb": trail_to_product(row.product, ("Prüfung nötig", "")),
    }
    invalid = form is not None and bool(form.errors) and status == 200
    return render(request, "register/product_check.html", context, status=422 if invalid else status)


def _standing_on(entry: Entry) -> str:
    return f"beruht auf Fassung {entry.system.product_number}"


def _system(row: ProductCheck, entry: Entry) -> dict[str, Any]:
    entry.system.product = row.product
    waiting = sum(1 for field in inheritance.states_of(entry) if field.state == inheritance.CHANGED)
    status = "1 Angabe noch nicht übernommen" if waiting == 1 else f"{waiting} Angaben noch nicht übernommen"
    return {
        "label": entry.name,
        "url": reverse("register:deployment", args=[entry.uuid]),
        "hint": " · ".join(filter(None, [entry.department and entry.department.name, _standing_on(entry)])),
        "done": waiting == 0,
        "status": "Nichts zu übernehmen" if waiting == 0 else status,
        "tone": "warning",
    }
