from collections.abc import Callable

from django.apps import AppConfig
from django.urls import reverse
from django.utils.http import urlencode


class UsecasesConfig(AppConfig):
    name = "usecases"

    def ready(self) -> None:
        # They register what the register's pages show.
        from compliance import suggested
        from register import finding, holding, status_guard
        from usecases import panels  # noqa: F401
        from usecases.finding import find_blueprints, find_use_cases
        from usecases.holding import decided_elsewhere, holds
        from usecases.selectors_blueprints import facts_of_blueprint

        holding.register(holds)
        suggested.register(facts_of_blueprint)
        status_guard.register(decided_elsewhere)
        finding.register("Vorhaben", find_use_cases, order=15, list_url=_list("usecases:use-cases"))
        finding.register("Blaupausen", find_blueprints, order=90, list_url=_list("usecases:blueprints"))


def _list(name: str) -> Callable[[str], str]:
    return lambda text: f"{reverse(name)}?{urlencode({'q': text})}"
