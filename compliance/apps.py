from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    name = "compliance"

    def ready(self) -> None:
        from compliance import panels  # noqa: F401 - registers what the register's pages show of assessments
