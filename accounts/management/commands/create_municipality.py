"""The first municipality and its administrator on a server, without demo data."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import permissions, services
from accounts.models import Municipality, User
from accounts.rules import keys, roles
from accounts.services.tenant_lists import slug_of
from accounts.tasks import password_link

BAD_INPUT = 2


class Command(BaseCommand):
    help = "Legt eine Kommune und ihre erste Verwaltungsperson an und nennt den Link, mit dem sie ihr Kennwort setzt."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--ars", required=True, help="Regionalschlüssel, 12 Ziffern mit führender Null")
        parser.add_argument("--name", required=True, help="Name, wie er öffentlich erscheinen soll")
        parser.add_argument(
            "--admin", required=True, metavar="E-MAIL", help="E-Mail-Adresse der ersten Verwaltungsperson"
        )
        parser.add_argument("--slug", default="", help="Adresse nach /k/ (ohne Angabe: aus dem Namen gebildet)")
        parser.add_argument("--kind", default=Municipality.Kind.MUNICIPALITY, choices=Municipality.Kind.values)
        parser.add_argument(
            "--operator", action="store_true", help="gibt dieser Person auch die Rolle Plattformbetrieb"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                self._create(**options)
        except keys.InvalidKey as error:
            raise CommandError(str(error), returncode=BAD_INPUT) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=BAD_INPUT) from error

    def _create(self, *, ars: str, name: str, admin: str, slug: str, kind: str, operator: bool, **_: Any) -> None:
        person, is_new = services.create_person(admin, by=None)
        municipality = services.create_municipality(
            by=None, ars=ars, name=name.strip(), slug=slug or slug_of(name), kind=kind
        )
        services.give_role(person, by=None, municipality=municipality, role=roles.VERWALTUNG)
        if operator and not permissions.has(person, "platform.manage"):
            services.give_role(person, by=None, municipality=None, role=roles.PLATTFORM)
        self._tell(municipality, person, is_new)

    def _tell(self, municipality: Municipality, person: User, is_new: bool) -> None:
        self.stdout.write(f"Angelegt: {municipality.name}, ARS {municipality.ars}, Adresse /k/{municipality.slug}/")
        self.stdout.write(f"Verwaltung: {person.username}")
        if is_new:
            self.stdout.write("Kennwort setzen (Link gilt 24 Stunden und nur einmal):")
            self.stdout.write(password_link(person))
        else:
            self.stdout.write("Das Konto gab es schon; es gilt das bisherige Kennwort.")
        self.stdout.write(
            "Nach der Anmeldung führt /verwaltung/einrichtung/ durch Ämter, Personen, Anmeldedienst, E-Mail und die erste Liste."
        )
