"""Where the form of a section is, and the field in it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.text import slugify

from register import publication
from register.models import Entry

SECTION_SLUGS = {slugify(title): name for name, title in publication.SECTIONS.items()}
_SLUG_OF = {name: slug for slug, name in SECTION_SLUGS.items()}


def slug_of(section: str) -> str:
    return _SLUG_OF[section]


def url_of(entry: Entry, key: str) -> str:
    """The address of a field's form, at the field."""
    if key == "withheld":
        return reverse("register:withheld", args=[entry.uuid])
    section = publication.row(entry.kind, key).section
    anchor = "storage" if key == "storage_details" else key
    return f"{reverse('register:section', args=[entry.uuid, slug_of(section)])}#id_{anchor}"
