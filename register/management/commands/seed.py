"""A synthetic register for load and measurements."""

from __future__ import annotations

from argparse import ArgumentParser
from random import Random
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from register.services import seeding

MOST = 999


class Command(BaseCommand):
    help = "Legt erfundene Kommunen mit erfundenen KI-Systemen an; dieselbe Zahl ergibt dieselben Zeilen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--municipalities", type=int, required=True, metavar="N", help="so viele Kommunen")
        parser.add_argument("--systems", type=int, required=True, metavar="M", help="so viele KI-Systeme zusammen")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="Startzahl (ohne Angabe: 1)")

    def handle(self, *args: Any, **options: Any) -> None:
        towns, systems = options["municipalities"], options["systems"]
        if not 1 <= towns <= MOST or systems < 0:
            raise CommandError(f"Bitte 1 bis {MOST} Kommunen und mindestens 0 Systeme angeben.")
        numbers = range(1, towns + 1)
        if there := seeding.taken(numbers):
            raise CommandError(f"Es gibt schon: {', '.join(there[:5])}. Der Befehl füllt nur eine Instanz ohne sie.")
        random = Random(options["seed"])  # noqa: S311 - invented rows, nothing secret
        for number in numbers:
            share = systems // towns + (number <= systems % towns)
            town = seeding.seed_municipality(number, systems=share, random=random)
            self.stdout.write(f"{town.name}: {share} KI-Systeme")
