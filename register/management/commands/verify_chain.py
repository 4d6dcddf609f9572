"""Check the publication log and the audit chain: exit 0 sound, 1 broken with the first bad place."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Municipality
from core import audit
from register.verification import verify_publications


class Command(BaseCommand):
    help = "Prüft Veröffentlichungen und Protokoll auf Unversehrtheit."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--municipality", metavar="ARS", help="nur diese Kommune (12 Ziffern)")

    def handle(self, *args: Any, **options: Any) -> None:
        municipalities = Municipality.objects.order_by("ars")
        if ars := options["municipality"]:
            municipalities = municipalities.filter(ars=ars)
            if not municipalities:
                raise CommandError(f"Zum Regionalschlüssel {ars} gibt es keine Kommune.", returncode=2)
        faults = [str(fault) for municipality in municipalities for fault in verify_publications(municipality)]
        streams = [municipality.audit_stream for municipality in municipalities] if ars else [None]
        faults += [str(finding) for stream in streams for finding in audit.verify(stream)]
        if faults:
            raise CommandError("\n".join(faults), returncode=1)
        self.stdout.write("Veröffentlichungen und Protokoll sind unversehrt.")
