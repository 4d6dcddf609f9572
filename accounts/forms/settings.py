"""Municipality data, departments, sign-in service, platform access."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from accounts import outbound
from accounts.forms.people import _PersonField, department_field
from accounts.models import (
    AccessibilityStatement,
    Department,
    Membership,
    Municipality,
    OfficialMunicipality,
    SignInService,
    User,
)
from accounts.rules import accessibility, hosts, keys, roles
from accounts.services.municipalities import EDITABLE, PUBLIC_PAGE
from accounts.services.tenant_lists import slug_of
from core.kern import GermanDateField

# A web address without a scheme means https; ftp and the like are no addresses for readers.
_WEB_ADDRESSES = ("website", "supervisory_authority_url")
_WEB_ONLY = URLValidator(schemes=["http", "https"])


_SECTIONS = (
    (_("Kommune"), ("name", "kind", "size", "website", "mailbox", "open_data_licence")),
    (_("Verantwortlicher"), ("controller_", "joint_controller", "representative")),
    (_("Datenschutzbeauftragte oder Datenschutzbeauftragter"), ("dpo_",)),
    (_("Aufsichtsbehörde (bitte prüfen)"), ("supervisory_",)),
)


class MunicipalityForm(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Municipality
        fields = [name for name in EDITABLE if name not in (*_WEB_ADDRESSES, *PUBLIC_PAGE)]
        widgets = {
            name: forms.Textarea(attrs={"rows": 3})
            for name in (
                "controller_address",
                "joint_controller",
                "representative",
                "dpo_address",
                "supervisory_authority_address",
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        for name in _WEB_ADDRESSES:
            label = str(Municipality._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            self.fields[name] = forms.URLField(
                label=label[0].upper() + label[1:],
                max_length=200,
                required=False,
                assume_scheme="https",
                validators=[_WEB_ONLY],
                initial=getattr(self.instance, name),
            )
        self.order_fields([*EDITABLE, "version"])

    def sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields in groups, each under a heading of its own."""
        return [
            (str(title), [self[name] for name in EDITABLE if name.startswith(starts)]) for title, starts in _SECTIONS
        ]


class PublicPageForm(forms.ModelForm):
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Municipality
        fields = list(PUBLIC_PAGE)
        widgets = {"unpublished_note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version

    def clean_accent(self) -> str:
        text = str(self.cleaned_data["accent"]).strip().lower()
        return text if not text or text.startswith("#") else f"#{text}"

    def clean_own_host(self) -> str | None:
        return hosts.clean_host(self.cleaned_data["own_host"] or "") or None


class CoatForm(forms.Form):
    file = forms.FileField(
        label=_("Wappen"),
        required=False,
        help_text=_("PNG oder SVG, höchstens 300 KB. Das Bild wird verkleinert und neu geschrieben."),
    )
    remove = forms.BooleanField(label=_("Wappen entfernen"), required=False)

    def __init__(self, *args: Any, has_coat: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_coat:
            del self.fields["remove"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("file") and not cleaned.get("remove"):
            self.add_error("file", _("Wählen Sie ein Bild aus."))
        return cleaned


class AccessibilityForm(forms.ModelForm):
    made_on = GermanDateField(label=_("Erstellt am"))
    checked_on = GermanDateField(label=_("Zuletzt überprüft am"), help_text=_("Einmal im Jahr überprüfen."))

    class Meta:
        model = AccessibilityStatement
        fields = [
            field.name for field in AccessibilityStatement._meta.fields if field.name not in ("id", "municipality")
        ]
        widgets = {
            **{
                name: forms.Textarea(attrs={"rows": 3})
                for name in ("incompatible", "burden", "outside", "alternatives", "enforcement_address")
            },
            "conformity": forms.RadioSelect,
            "method": forms.RadioSelect,
        }

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("conformity", "method"):
            chosen: Any = self.fields[name]
            chosen.choices = [choice for choice in chosen.choices if choice[0]]
        if self.instance.pk is None:
            self.initial |= {"contact_name": municipality.name, "contact_email": municipality.mailbox}
            self.initial |= accessibility.for_land(municipality.land)
        self.order_fields(self._meta.fields)

    def _post_clean(self) -> None:
        """The service checks and saves."""


class DepartmentForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    mailbox = forms.EmailField(label=_("Funktionspostfach"), required=False)

    def __init__(
        self, *args: Any, municipality: Municipality, department: Department | None = None, **kwargs: Any
    ) -> None:
        if department is not None:
            kwargs["initial"] = {"name": department.name, "mailbox": department.mailbox, "parent": department.parent}
        super().__init__(*args, **kwargs)
        field = department_field(
            municipality,
            include=department.parent if department else None,
            label=_("Gehört zu"),
            help_text=_("Leer: oberste Ebene."),
        )
        if department is not None:
            below = Department.objects.filter(path__startswith=department.path).values("pk")
            field.queryset = field.queryset.exclude(pk__in=below)  # type: ignore[union-attr]
        self.fields["parent"] = field
        self.order_fields(["name", "parent", "mailbox"])


class SignInServiceForm(forms.Form):
    issuer = forms.CharField(
        label=_("Aussteller (Issuer)"),
        max_length=300,
        help_text=_("Die Adresse Ihres Anmeldedienstes, genau wie er sie selbst nennt. Sie beginnt mit https://."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
    )
    client_id = forms.CharField(
        label=_("Client-Kennung"), max_length=200, widget=forms.TextInput({"autocomplete": "off"})
    )
    client_secret = forms.CharField(
        label=_("Client-Geheimnis"),
        max_length=500,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    label = forms.CharField(
        label=_("Beschriftung der Anmeldung"),
        max_length=40,
        required=False,
        help_text=_(
            "Steht auf dem Knopf der Anmeldeseite, zum Beispiel: Dienstkonto Musterstadt. Leer: der Name der Kommune."
        ),
    )
    is_active = forms.BooleanField(label=_("Anmeldung über diesen Dienst erlauben"), required=False)

    def __init__(self, *args: Any, service: SignInService | None, **kwargs: Any) -> None:
        if service is not None:
            kwargs["initial"] = {name: getattr(service, name) for name in ("issuer", "client_id", "label", "is_active")}
        super().__init__(*args, **kwargs)
        self.fields["client_secret"].help_text = (
            _("Ein Geheimnis ist hinterlegt und wird nicht angezeigt. Leer lassen, um es zu behalten.")
            if service is not None and service.client_secret
            else _("Wird verschlüsselt gespeichert und danach nicht mehr angezeigt.")
        )

    def clean_issuer(self) -> str:
        issuer = str(self.cleaned_data["issuer"]).strip()
        try:
            outbound.check_address(issuer)
        except outbound.Unreachable as error:
            raise ValidationError(error.message) from error
        return issuer


class PlatformAccessForm(forms.Form):
    reason = forms.CharField(label=_("Anlass"), max_length=300, help_text=_("Zum Beispiel: Fehlersuche beim Import."))
    valid_until = GermanDateField(label=_("Gilt bis"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        operators = Membership.objects.active().filter(role=roles.PLATTFORM)
        people = User.objects.filter(is_active=True, memberships__in=operators).distinct()
        self.fields["operator"] = _PersonField(
            queryset=people.order_by("last_name", "username"), label=_("Person"), empty_label=_("Bitte wählen")
        )
        self.order_fields(["operator", "reason", "valid_until"])


class NewMunicipalityForm(forms.Form):
    ars = forms.CharField(
        label=_("Regionalschlüssel (ARS)"),
        max_length=20,
        help_text=_("12 Ziffern, die führende Null gehört dazu. Leerzeichen dürfen bleiben."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        required=False,
        help_text=_("So, wie er öffentlich erscheinen soll. Leer: aus dem Gemeindeverzeichnis, wenn es geladen ist."),
    )
    slug = forms.SlugField(
        label=_("Adresse im öffentlichen Register"),
        max_length=60,
        required=False,
        help_text=_("Steht nach /k/, zum Beispiel neustadt. Leer: aus dem Namen gebildet."),
    )
    kind = forms.ChoiceField(label=_("Art"), choices=Municipality.Kind.choices)
    admin = forms.EmailField(
        label=_("E-Mail-Adresse der ersten Verwaltungsperson"),
        help_text=_("Sie erhält eine Einladung und lädt alle weiteren Personen ein."),
    )

    def clean_ars(self) -> str:
        try:
            ars = keys.clean_ars(str(self.cleaned_data["ars"]))
        except keys.InvalidKey as error:
            raise ValidationError(str(error)) from error
        if Municipality.objects.filter(ars=ars).exists():
            raise ValidationError(_("Zu diesem Regionalschlüssel gibt es schon eine Kommune."))
        return ars

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        official = OfficialMunicipality.objects.filter(ars=cleaned.get("ars", "")).first()
        cleaned["name"] = cleaned.get("name") or (official.name if official else "")
        if not cleaned["name"] and "name" not in self.errors:
            self.add_error("name", _("Füllen Sie „Name“ aus."))
        if "slug" in cleaned:
            cleaned["slug"] = cleaned["slug"] or slug_of(cleaned.get("name", ""))
            if not cleaned["slug"] or Municipality.objects.filter(slug=cleaned["slug"]).exists():
                self.add_error("slug", _("Diese Adresse ist schon vergeben. Wählen Sie eine andere."))
        return cleaned
