"""What every page of the working area shows besides its own content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from accounts import permissions, selectors_setup
from accounts.models import Municipality, Notification
from accounts.rules import roles

# Citizens' pages never show any of this.
WITHOUT = ("public",)


@dataclass(frozen=True)
class Item:
    """One line of the side navigation, shown to whoever holds one of the permissions."""

    label: str
    url_name: str
    permissions: tuple[str, ...] = ()
    group: str = ""


NAVIGATION = (
    Item("Übersicht", "register:start"),
    Item("Posteingang", "register:inbox", ("entry.opine",)),
    Item("Übersicht der Leitung", "usecases:dashboard", ("council_report.make",)),
    Item("Bericht an den Rat", "usecases:council", ("council_report.make",)),
    Item("KI-Systeme", "register:systems", ("entry.view",), "Register"),
    Item("Vorhaben", "usecases:use-cases", ("usecase.view",), "Register"),
    Item("Blaupausen", "usecases:blueprints", ("usecase.view",), "Register"),
    Item("Kooperation", "usecases:wishes", ("usecase.view",), "Register"),
    Item("Anfragen", "inquiries:desk", ("inquiry.view",), "Register"),
    Item("Produktblätter", "register:product-list", ("entry.view",), "Register"),
    Item("Datenbestände", "register:datasets", ("entry.view",), "Register"),
    Item("Speicherorte", "register:storage-list", ("entry.view",), "Register"),
    Item("Empfänger", "register:recipient-list", ("entry.view",), "Register"),
    Item("Datenkarte", "compliance:datamap", ("entry.view",), "Register"),
    Item("Meldestand der Ämter", "register:coverage", ("entry.view",), "Register"),
    Item("Prüftermine", "register:due", ("entry.view",), "Register"),
    Item("Listen importieren", "imports:start", ("import.run",), "Register"),
    Item("KI-VO-Bewertungen", "compliance:assessment-list", ("entry.view",), "Datenschutz"),
    Item("Pflichten", "compliance:duties", ("entry.view",), "Datenschutz"),
    Item("Mängel", "register:deficiencies", ("entry.view",), "Datenschutz"),
    Item("Nachweise", "register:evidence-list", ("entry.view",), "Datenschutz"),
    Item("Vorfälle", "compliance:incident-list", ("incident.report",), "Datenschutz"),
    Item("Verarbeitungsverzeichnis", "compliance:activities", ("vvt.view",), "Datenschutz"),
    Item("Jahresbericht", "register:dpo-reports", ("dpo_report.view",), "Datenschutz"),
    Item("KI-Kompetenz", "usecases:training", ("training.view",), "Menschen und Regeln"),
    Item("Zugelassene Werkzeuge", "usecases:tools", ("training.view",), "Menschen und Regeln"),
    Item("Förderprogramme", "usecases:funding", ("training.view",), "Menschen und Regeln"),
    Item("KI-Richtlinie", "usecases:guideline", ("training.view",), "Menschen und Regeln"),
    Item("Protokoll", "register:log", ("history.view",), "Verwaltung"),
    Item("Personen und Rollen", "accounts:people", ("people.manage",), "Verwaltung"),
    Item("Freigabe übertragen", "accounts:delegations", ("release.delegate",), "Verwaltung"),
    Item("Öffentliche Seite", "accounts:public-page", ("public_page.manage",), "Verwaltung"),
    Item("Einrichtung", "accounts:setup", ("settings.manage",), "Verwaltung"),
    Item("Einstellungen", "accounts:settings", ("settings.manage",), "Verwaltung"),
    Item("Kommunen", "accounts:municipalities", ("platform.manage",), "Plattform"),
    Item("Marktüberwachung", "compliance:market-authorities", ("platform.manage",), "Plattform"),
    Item("Regelwerke", "compliance:rulesets", ("platform.manage",), "Plattform"),
)
ACCOUNT_LINKS = (("Mein Konto", "accounts:profile"), ("Anmeldung in zwei Schritten", "mfa_index"))


def working_area(request: HttpRequest) -> dict[str, Any]:
    """Everything is lazy: a page that shows none of it asks the database for none of it."""
    match = request.resolver_match
    user = getattr(request, "user", None)
    if user is None or (match and match.namespace.split(":")[0] in WITHOUT):
        return {}
    return {
        "navigation": _lazily(lambda: _navigation(request), []),
        "municipality_name": _lazily(lambda: _municipality_name(request), ""),
        "municipality_choices": _lazily(lambda: _choices(request), []),
        "municipality_switch_url": _address("accounts:switch"),
        "setup_open": _lazily(lambda: _setup_open(request), 0),
        "search_url": _lazily(lambda: _address("register:search") if user.is_authenticated else "", ""),
        "notifications_url": _lazily(lambda: _address("register:notifications") if user.is_authenticated else "", ""),
        "notifications_unread": _lazily(lambda: Notification.objects.visible_to(user).unread().count(), 0),
        "account_name": _lazily(lambda: str(user) if user.is_authenticated else "", ""),
        "account_role": _lazily(lambda: _roles(request), ""),
        "account_links": [{"label": label, "url": url} for label, name in ACCOUNT_LINKS if (url := _address(name))],
        "sign_out_url": _lazily(lambda: _address("account_logout") if user.is_authenticated else "", ""),
    }


def _lazily(read: Callable[[], Any], empty: Any) -> Any:
    """Read on first use. An empty answer must be false in a template, so it is not wrapped as None."""
    return SimpleLazyObject(lambda: read() or empty)


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _here(request: HttpRequest) -> Municipality | None:
    municipality: Municipality | None = getattr(request, "municipality", None)
    return municipality or None


def _municipality_name(request: HttpRequest) -> str:
    municipality = _here(request)
    return municipality.name if municipality else ""


def _navigation(request: HttpRequest) -> list[dict[str, Any]]:
    if not request.user.is_authenticated:
        return []
    here = _here(request)
    found = []
    for item in NAVIGATION:
        url = _address(item.url_name)
        if url and _may_see(request, item, here):
            found.append(
                {"label": item.label, "url": url, "group": item.group, "current": _is_current(request.path, url)}
            )
    return found


def _may_see(request: HttpRequest, item: Item, here: Municipality | None) -> bool:
    if not item.permissions:
        return True
    # The platform operator's rights belong to no municipality.
    places = [None, here] if here else [None]
    return any(permissions.has(request.user, name, municipality=place) for name in item.permissions for place in places)


def _is_current(path: str, url: str) -> bool:
    start = _address("register:start")
    return path == url if url == start else path.startswith(url)


def _setup_open(request: HttpRequest) -> int:
    """Open steps of the set-up, for those who can take them."""
    here = _here(request)
    if here is None or not permissions.has(request.user, "settings.manage", municipality=here):
        return 0
    return selectors_setup.open_steps(selectors_setup.progress(here))


def _choices(request: HttpRequest) -> list[dict[str, Any]]:
    here, own = _here(request), getattr(request, "own_municipalities", ())
    return [{"value": m.pk, "label": m.name, "current": here is not None and m.pk == here.pk} for m in own]


def _roles(request: HttpRequest) -> str:
    here = _here(request)
    wanted = {None, here.pk if here else None}
    names = [right.role for right in permissions.rights(request.user) if right.municipality_id in wanted]
    return ", ".join(roles.LABELS[name] for name in dict.fromkeys(names))
