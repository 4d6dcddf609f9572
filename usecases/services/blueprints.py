"""Blueprints: a template becomes a use case of the municipality."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.models import Department, Municipality, User
from core import audit, canonical
from usecases.models import Adoption
from usecases.rules import blueprints as rules
from usecases.services.links import create_entry
from usecases.services.use_cases import create_use_case


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
    document = rules.catalogue()[template]
    values = {
        "title": title,
        "problem": document["purpose"],
        "benefit": document["benefit"],
        "field": document["field"],
        "department": department,
    }
    use_case = create_use_case(municipality, by=by, values=values)
    adoption = Adoption.objects.create(
        use_case=use_case,
        template=template,
        document=document,
        source_sha256=canonical.sha256(document),
        by=by,
        at=timezone.now(),
    )
    audit.record("usecases.blueprint.adopted", use_case, by=by, data={"template": template})
    if with_entry:
        create_entry(use_case, by=by)
    return adoption
