from django.apps import AppConfig


class InquiriesConfig(AppConfig):
    name = "inquiries"
    verbose_name = "Anfragen"

    def ready(self) -> None:
        # It registers what the register's pages show.
        from inquiries import panels  # noqa: F401
