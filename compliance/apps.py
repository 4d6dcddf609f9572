from django.apps import AppConfig
from django.urls import reverse
from django.utils.http import urlencode


class ComplianceConfig(AppConfig):
    name = "compliance"

    def ready(self) -> None:
        # They register what the register's pages show.
        from compliance import panels, panels_duties, panels_incidents, panels_legal  # noqa: F401
        from compliance.finding import find_activities
        from compliance.holding import holds
        from register import finding, holding

        holding.register(holds)
        finding.register(
            "Verarbeitungstätigkeiten",
            find_activities,
            order=60,
            list_url=lambda text: f"{reverse('compliance:activities')}?{urlencode({'q': text})}",
        )
