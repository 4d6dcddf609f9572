"""Municipality master data from the official list."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import services
from accounts.rules.directory import NoDirectory

BAD_INPUT = 2


class Command(BaseCommand):
    help = "Lädt das amtliche Gemeindeverzeichnis (Destatis, GV100AD) und ersetzt das bisher geladene."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="DATEI", help="Textdatei GV100AD von Destatis")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            day, number = services.load_directory(Path(options["file"]).read_bytes(), by=None)
        except OSError as error:
            raise CommandError(f"Die Datei ist nicht lesbar: {options['file']}", returncode=BAD_INPUT) from error
        except NoDirectory as error:
            raise CommandError(str(error), returncode=BAD_INPUT) from error
        self.stdout.write(f"Geladen: {number} Einträge, Stand {day:%d.%m.%Y}. Quelle: Statistisches Bundesamt.")
