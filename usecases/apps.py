from django.apps import AppConfig


class UsecasesConfig(AppConfig):
    name = "usecases"

    def ready(self) -> None:
        from register import holding
        from usecases.holding import holds

        holding.register(holds)
