"""One more person for the platform: from the second on, rule sets are loaded by one and taken into use by another."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts import permissions, services
from accounts.rules import roles
from accounts.tasks import password_link

BAD_INPUT = 2


class Command(BaseCommand):
    help = "Gibt einer Person die Rolle Plattformbetrieb und nennt, wenn das Konto neu ist, den Link für ihr Kennwort."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="E-MAIL", help="E-Mail-Adresse der Person")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        try:
            with transaction.atomic():
                person, is_new = services.create_person(email, by=None)
                if permissions.has(person, "platform.manage"):
                    raise CommandError(f"{person.username} hat die Rolle Plattformbetrieb schon.", returncode=BAD_INPUT)
                services.give_role(person, by=None, municipality=None, role=roles.PLATTFORM)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=BAD_INPUT) from error
        self.stdout.write(f"Plattformbetrieb: {person.username}")
        if is_new:
            self.stdout.write("Kennwort setzen (Link gilt 24 Stunden und nur einmal):")
            self.stdout.write(password_link(person))
