from django.apps import AppConfig
from django.urls import reverse
from django.utils.http import urlencode


class ComplianceConfig(AppConfig):
    name = "compliance"

    def ready(self) -> None:
        from compliance import panels  # noqa: F401 - registers what the register's pages show of assessments
        from compliance.finding import find_activities
        from register import finding

        finding.register(
            "Verarbeitungstätigkeiten",
            find_activities,
            order=60,
            list_url=lambda text: f"{reverse('compliance:activities')}?{urlencode({'q': text})}",
        )
