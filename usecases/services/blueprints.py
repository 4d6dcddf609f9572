"""Blueprints: a use case is frozen as one, opened for others, and a use case begins with one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import permissions
from accounts.models import Department, Municipality, User
from accounts.services import notify
from core import audit, canonical
from core.errors import Conflict, NotAllowed
from register.services.access import validated
from usecases.models import Adoption, Blueprint, UseCase
from usecases.rules import blueprints as rules
from usecases.rules.private import found_in
from usecases.selectors_blueprints import computed, ground_of, own_parts, private_words, source_of
from usecases.services import access
from usecases.services.links import create_entry
from usecases.services.use_cases import create_use_case, touch
from usecases.workflow import DECIDE

# Of an adopted blueprint, what is a field of the use case.
FIELDS = {"title": "title", "purpose": "problem", "benefit": "benefit", "field": "field"}


@transaction.atomic
def freeze_blueprint(use_case: UseCase, *, by: User, values: Mapping[str, Any]) -> Blueprint:
    """The next version. Whatever names a person, the municipality or an internal field is refused with its place."""
    use_case = access.locked_for_edit(use_case, by=by)
    if not access.reads_every_entry(by, use_case):
        raise NotAllowed("Zu diesem Vorhaben gehören Einträge, die Sie nicht lesen dürfen.")
    ground = ground_of(use_case)
    document = {key: value for key, value in values.items() if value or key in rules.required()} | computed(ground)
    try:
        rules.check(document)
    except rules.BadBlueprint as error:
        raise ValidationError(str(error)) from error
    _refuse_private(document, private_words(ground), typed=set(values))
    last = use_case.blueprints.order_by("-number").first()
    sha256 = canonical.sha256(document)
    if last is not None and last.sha256 == sha256:
        raise Conflict(f"Seit der Fassung {last.number} hat sich nichts geändert.")
    row = Blueprint.objects.create(
        municipality=use_case.municipality,
        use_case=use_case,
        number=last.number + 1 if last else 1,
        document=document,
        sha256=sha256,
        by=by,
        at=timezone.now(),
    )
    data = {"use_case": str(use_case.uuid), "number": row.number, "sha256": sha256}
    audit.record("usecases.blueprint.frozen", row, by=by, data=data)
    return row


def _refuse_private(document: rules.Document, words: Mapping[str, str], *, typed: set[str]) -> None:
    errors: dict[str, list[str]] = {}
    for part, value in document.items():
        if part not in rules.CODED and (found := found_in(value, words)):
            sentence = f"„{rules.LABELS[part]}“ enthält noch {found}. Bitte schreiben Sie es ohne."
            errors.setdefault(part if part in typed else "__all__", []).append(sentence)
    if errors:
        raise ValidationError(errors)


@transaction.atomic
def share_blueprint(blueprint: Blueprint, *, by: User, shared: bool) -> Blueprint:
    """Open a version for the other municipalities of the instance, or close it again. Copies stay where they are."""
    if not permissions.on(by, DECIDE, blueprint.use_case):
        raise NotAllowed()
    row = Blueprint.objects.select_for_update(of=("self",)).select_related("use_case").get(pk=blueprint.pk)
    row.shared = shared
    row.save(update_fields=["shared"])
    action = "usecases.blueprint.shared" if shared else "usecases.blueprint.closed"
    audit.record(action, row, by=by, data={"number": row.number})
    if shared:
        _tell_adopters(row)
    return row


def _tell_adopters(row: Blueprint) -> None:
    """Who began with an earlier version learns that there is a newer one."""
    adopted = Adoption.objects.filter(source__use_case=row.use_case, source__number__lt=row.number)
    for adoption in adopted.select_related("by", "use_case__municipality"):
        if permissions.on(adoption.by, "usecase.edit", adoption.use_case):
            text = f"Die Quelle von „{adoption.use_case.title}“ hat sich geändert."
            url = adoption.use_case.get_absolute_url()
            notify([adoption.by], text, url=url, municipality=adoption.use_case.municipality)


@transaction.atomic
def adopt_template(
    municipality: Municipality,
    *,
    by: User,
    template: str,
    title: str,
    department: Department | None = None,
    with_entry: bool = False,
) -> Adoption:
    """A use case that begins with a template of the catalogue, and on request a draft of the register with it."""
    adoption = Adoption(template=template, document=rules.catalogue()[template])
    return _begin(adoption, municipality, by=by, title=title, department=department, with_entry=with_entry)


@transaction.atomic
def adopt_blueprint(
    blueprint: Blueprint,
    *,
    by: User,
    municipality: Municipality,
    title: str,
    department: Department | None = None,
    with_entry: bool = False,
) -> Adoption:
    """The same with what a municipality has frozen: the own one, or another one that has opened it."""
    if not Blueprint.objects.visible_to(by).filter(pk=blueprint.pk).exists():
        raise NotAllowed()
    adoption = Adoption(source=blueprint, document=blueprint.document)
    return _begin(adoption, municipality, by=by, title=title, department=department, with_entry=with_entry)


def _begin(
    adoption: Adoption,
    municipality: Municipality,
    *,
    by: User,
    title: str,
    department: Department | None,
    with_entry: bool,
) -> Adoption:
    document = adoption.document
    values = {own: document.get(part, "") for part, own in FIELDS.items()}
    use_case = create_use_case(municipality, by=by, values={**values, "title": title, "department": department})
    adoption.use_case, adoption.source_sha256 = use_case, canonical.sha256(document)
    adoption.by, adoption.at = by, timezone.now()
    adoption.save()
    source = {"blueprint": str(adoption.source.uuid)} if adoption.source else {"template": adoption.template}
    audit.record("usecases.blueprint.adopted", use_case, by=by, data=source)
    if with_entry:
        create_entry(use_case, by=by)
    return adoption


@transaction.atomic
def take_over_source(adoption: Adoption, *, by: User, parts: Sequence[str], sha256: str) -> Adoption:
    """Copy the chosen parts of the source as it is now; the others stay as they are, and the matter is settled."""
    use_case = access.locked_for_edit(adoption.use_case, by=by)
    adoption = Adoption.objects.select_for_update(of=("self",)).select_related("source").get(pk=adoption.pk)
    adoption.use_case = use_case
    source = source_of(adoption, use_case.municipality)
    if source is None:
        raise Conflict("Die Quelle ist nicht mehr sichtbar. Ihr Vorhaben bleibt, wie es ist.")
    if source.sha256 != sha256:
        raise Conflict("Die Quelle hat sich noch einmal geändert. Bitte vergleichen Sie erneut.")
    document = own_parts(adoption)
    for part in parts:
        document[part] = source.document.get(part)
        if part in FIELDS:
            setattr(use_case, FIELDS[part], source.document.get(part, ""))
    if not set(FIELDS).isdisjoint(parts):
        touch(use_case, by=by)
        validated(use_case).save()
    adoption.document = {part: value for part, value in document.items() if value is not None}
    adoption.source_sha256 = source.sha256
    adoption.source = source.row
    adoption.save()
    audit.record("usecases.blueprint.taken_over", use_case, by=by, data={"parts": sorted(parts), "sha256": sha256})
    return adoption
