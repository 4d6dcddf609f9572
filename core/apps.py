from django.apps import AppConfig
from django.core import validators
from django.forms import URLField
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Grundlagen"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # The catalogue of the REST framework says "du" here and wins over Django's own.
        validators.EmailValidator.message = _("Geben Sie eine gültige E-Mail-Adresse ein, zum Beispiel amt@stadt.de.")
        validators.URLValidator.message = _("Geben Sie eine gültige Adresse ein, zum Beispiel https://www.stadt.de.")
        validators.MaxLengthValidator.message = _("Höchstens %(limit_value)d Zeichen, es sind %(show_value)d.")
        URLField.default_error_messages["invalid"] = validators.URLValidator.message
