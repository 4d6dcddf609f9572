from django.apps import AppConfig


class UsecasesConfig(AppConfig):
    name = "usecases"

    def ready(self) -> None:
        # They register what the register's pages show.
        from compliance import suggested
        from register import holding, status_guard
        from usecases import panels  # noqa: F401
        from usecases.holding import decided_elsewhere, holds
        from usecases.selectors_blueprints import facts_of_blueprint

        holding.register(holds)
        suggested.register(facts_of_blueprint)
        status_guard.register(decided_elsewhere)
