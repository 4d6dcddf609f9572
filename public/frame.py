"""What the layout of the citizens' pages needs: whose register, where one is, links at the foot."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from public import links
from public.kinds import KINDS
from register.selectors_public import Municipality


def frame(found: Municipality, *, current: str = "", breadcrumb: list[tuple[str, str]] | None = None) -> dict[str, Any]:
    home = links.municipality_url(found.slug)
    everybody = reverse("public:start")
    crumbs = [(found.name, home), *(breadcrumb or [])]
    return {
        "municipality": found,
        "public_name": found.name,
        "public_home": home,
        "theme_stylesheet": found.stylesheet_url,
        "coat_url": found.coat_url,
        "search_url": home,
        "public_navigation": [
            {"label": KINDS["system"].many, "url": home, "current": current == "system"},
            {"label": KINDS["dataset"].many, "url": f"{home}?kind=dataset", "current": current == "dataset"},
            {
                "label": _("Fragen"),
                "url": reverse("public:questions", args=[found.slug]),
                "current": current == "questions",
            },
            # At a host name of its own "/" is the municipality's page.
            {
                "label": _("Alle Kommunen"),
                "url": links.absolute(everybody) if found.own_host else everybody,
                "current": False,
            },
        ],
        "feed_url": reverse("public:feed", args=[found.slug]),
        "breadcrumb": [{"label": label, "url": url} for label, url in crumbs] if breadcrumb else [],
        "contact": {"label": found.mailbox, "url": f"mailto:{found.mailbox}"} if found.mailbox else None,
        "footer_links": [
            {"label": _("Offene Daten"), "url": reverse("public:data", args=[found.slug])},
            *(
                {"label": label, "url": reverse(f"public:{name}", args=[found.slug])}
                for name, label in (
                    ("imprint", _("Impressum")),
                    ("privacy", _("Datenschutz")),
                    ("accessibility", _("Barrierefreiheit")),
                    ("barrier", _("Barriere melden")),
                )
            ),
            _sign_in(),
        ],
    }


def _sign_in() -> dict[str, str]:
    return {"label": _("Anmelden (für Beschäftigte)"), "url": reverse("account_login")}


def instance_frame() -> dict[str, Any]:
    return {
        "public_home": reverse("public:start"),
        "footer_links": [{"label": _("Offene Daten"), "url": reverse("public:open-data")}, _sign_in()],
    }
