"""Fill an empty embedded database with the two demo municipalities and print nothing secret but the accounts file."""

from __future__ import annotations

import json
import secrets
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import services as accounts
from accounts.models import Municipality, User
from accounts.rules import roles
from config.demo import story, together


class Command(BaseCommand):
    help = "Legt die Demo-Kommunen Musterstadt und Neudorf an der Au an (nur in der eingebetteten Datenbank)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError(
                "Die Demo gibt es nur in der eingebetteten Datenbank. Legen Sie Ihre Kommune mit create_municipality an.",
                returncode=2,
            )
        if Municipality.objects.exists():
            self.stdout.write("Die Demo ist schon geladen.")
            return
        password = secrets.token_urlsafe(9)
        found: list[dict[str, str]] = []
        with transaction.atomic():
            stories = [story.read(name) for name in ("musterstadt", "neudorf")]
            towns = [self._tell(data, password, found) for data in stories]
            for town, data in zip(towns, stories, strict=True):
                story.change_products(town, data)
            for town, data in zip(towns, stories, strict=True):
                story.tell_later(town, data)
            together.work_together(towns, stories)
            _one_dsb_for_both(*(town.municipality for town in towns))
            self._operator(password, found)
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        path = settings.VAR_DIR / "demo-accounts.json"
        path.touch(mode=0o600)
        path.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        self.stdout.write("Demo geladen: Musterstadt und Neudorf an der Au.")

    def _tell(self, data: dict[str, Any], password: str, found: list[dict[str, str]]) -> story.Town:
        def make_person(username: str, about: dict[str, Any]) -> User:
            person = _person(username, about, password)
            if about.get("login", True):
                role = roles.LABELS[about.get("role", username)]
                town = data["municipality"]["name"]
                found.append({"username": username, "password": password, "role": role, "municipality": town})
            return person

        return story.tell(data, make_person=make_person)

    def _operator(self, password: str, found: list[dict[str, str]]) -> None:
        person = _person(
            "plattform", {"first_name": "Robin", "last_name": "Keller", "position": "Betrieb der Instanz"}, password
        )
        accounts.give_role(person, by=None, municipality=None, role=roles.PLATTFORM)
        found.append(
            {"username": "plattform", "password": password, "role": roles.LABELS[roles.PLATTFORM], "municipality": ""}
        )


def _one_dsb_for_both(musterstadt: Municipality, neudorf: Municipality) -> None:
    """The DSB of Musterstadt stands in at Neudorf too, as in many small municipalities."""
    person = User.objects.get(username="dsb", memberships__municipality=musterstadt)
    accounts.give_role(person, by=None, municipality=neudorf, role=roles.DSB)


def _person(username: str, about: dict[str, Any], password: str) -> User:
    login = about.get("login", True)
    return User.objects.create_user(
        username,
        email=f"{username}@demo.example",
        password=password if login else None,
        first_name=about["first_name"],
        last_name=about["last_name"],
        position=about["position"],
        mail_notifications=False,
    )
