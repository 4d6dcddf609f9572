from django.apps import AppConfig


class UsecasesConfig(AppConfig):
    name = "usecases"

    def ready(self) -> None:
        # They register what the register's pages show.
        from register import holding, status_guard
        from usecases import panels  # noqa: F401
        from usecases.holding import decided_elsewhere, holds

        holding.register(holds)
        status_guard.register(decided_elsewhere)
