"""Where a thing of the data map has its page, and where the map that begins with it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from compliance.datamap import web
from compliance.datamap.web import Thing

_PAGES = {
    web.SYSTEM: "register:entry",
    web.DATASET: "register:entry",
    web.STORAGE: "register:storage",
    web.RECIPIENT: "register:recipient",
    web.PRODUCT: "register:product",
    web.ACTIVITY: "compliance:activity",
}
_MAPS = {
    web.SYSTEM: "eintrag",
    web.DATASET: "eintrag",
    web.STORAGE: "speicherort",
    web.PRODUCT: "produktblatt",
    web.ACTIVITY: "taetigkeit",
}


def page_of(thing: Thing) -> str:
    """Who is known by name alone has the page that says what hangs on the name."""
    return reverse(_PAGES[thing.kind], args=[thing.uuid]) if thing.uuid else map_of(thing)


def map_of(thing: Thing) -> str:
    if thing.kind in _MAPS:
        return reverse("compliance:datamap-from", kwargs={"kind": _MAPS[thing.kind], "uuid": thing.uuid})
    return f"{reverse('compliance:datamap-party')}?{urlencode({'name': thing.name})}"
