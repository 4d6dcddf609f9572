"""An entry of the register: what every kind (system, dataset, use case) has in common."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import MaxLengthValidator, RegexValidator
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import permissions
from accounts.models import Department, Municipality, ObjectGrantBase
from core.searching import german_vector
from core.sorting import german_sort_key
from register.rules import vocabulary

if TYPE_CHECKING:
    from accounts.models import User


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user: User) -> EntryQuerySet:
        """Entries the person may read: by role and department, or by a grant on the single entry."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        granted = valid_grants(user).values("content_object_id")
        return self.filter(permissions.scope(user, "entry.view") | Q(pk__in=granted), municipality__is_active=True)

    def of(self, municipality: Municipality | None) -> EntryQuerySet:
        return self.filter(municipality=municipality)

    def systems(self) -> EntryQuerySet:
        return self.filter(kind=Entry.Kind.SYSTEM)

    def datasets(self) -> EntryQuerySet:
        return self.filter(kind=Entry.Kind.DATASET)


class EntryManager(models.Manager.from_queryset(EntryQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> EntryQuerySet:
        """Nobody reads the words of the search index; they would triple what a list fetches."""
        return super().get_queryset().defer("search")  # type: ignore[no-any-return]


class Entry(models.Model):
    """One thing the municipality tells about. `review_state` and `status` (operation) are two fields."""

    class Kind(models.TextChoices):
        SYSTEM = "system", _("KI-System")
        DATASET = "dataset", _("Datenbestand")
        USE_CASE = "use_case", _("Anwendungsfall")

    class ReviewState(models.TextChoices):
        DRAFT = "draft", _("Entwurf")
        IN_REVIEW = "in_review", _("In Prüfung")
        RETURNED = "returned", _("zurückgegeben")
        RELEASED = "released", _("freigegeben")
        PUBLISHED = "published", _("veröffentlicht")
        WITHDRAWN = "withdrawn", _("zurückgezogen")

    uuid = models.UUIDField(_("Kennung"), default=uuid.uuid4, unique=True, editable=False)
    municipality = models.ForeignKey(
        Municipality, verbose_name=_("Kommune"), on_delete=models.PROTECT, related_name="entries"
    )
    kind = models.CharField(_("Art des Eintrags"), max_length=10, choices=Kind, editable=False)
    slug = models.SlugField(max_length=80, editable=False)
    name = models.CharField(
        _("Name"), max_length=100, help_text=_("Wie nennen Sie das System im Alltag? Höchstens 100 Zeichen.")
    )
    description_short = models.TextField(
        _("Kurzbeschreibung"),
        blank=True,
        max_length=350,
        validators=[MaxLengthValidator(350)],
        help_text=_("Zwei, drei einfache Sätze für alle. Höchstens 350 Zeichen."),
    )
    department = models.ForeignKey(
        Department,
        verbose_name=_("Amt"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
        help_text=_("Welches Amt ist fachlich zuständig?"),
    )
    competent_authority = models.CharField(
        _("Verantwortliche Stelle oder Funktion"),
        max_length=150,
        blank=True,
        help_text=_("Eine Funktion, keine Person, zum Beispiel: Leitung Bürgerbüro."),
    )
    owner_person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Verantwortliche Person"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Bleibt intern."),
    )
    contact_email = models.EmailField(
        _("Kontakt (Funktionspostfach)"),
        blank=True,
        help_text=_("Keine persönliche Adresse; sie erscheint öffentlich."),
    )
    website = models.URLField(_("Infoseite"), blank=True, max_length=500, help_text=_("Beginnt mit https://."))
    status = models.CharField(
        _("Status"),
        max_length=12,
        choices=list(vocabulary.STATUS.items()),
        blank=True,
        help_text=_("Wo steht das System heute?"),
    )
    revision_date = models.DateField(
        _("Nächste Prüfung"), null=True, blank=True, help_text=_("Wann sehen Sie sich den Eintrag wieder an?")
    )
    revision_note = models.CharField(
        _("Anlass der nächsten Prüfung"),
        max_length=300,
        blank=True,
        help_text=_("Zum Beispiel: Ende des Piloten, neue Fassung des Gesetzes."),
    )
    teaser = models.CharField(
        _("Ein Satz"),
        max_length=150,
        blank=True,
        help_text=_("Für Listen und andere Register. Höchstens 150 Zeichen."),
    )
    easy_language = models.TextField(
        _("Text in Leichter Sprache"),
        max_length=3000,
        blank=True,
        help_text=_("Kurze Sätze, ein Gedanke je Satz. Bitte von Menschen der Zielgruppe prüfen lassen."),
    )
    tags = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("Schlagwörter"),
        default=list,
        blank=True,
        size=20,
        help_text=_("Mit Komma getrennt, höchstens 20."),
    )
    lang = models.CharField(
        _("Sprache des Eintrags"),
        max_length=2,
        choices=list(vocabulary.LANGUAGES.items()),
        default="de",
        blank=True,
        help_text=_("In welcher Sprache ist der Eintrag geschrieben?"),
    )
    origin_url = models.URLField(
        _("Ursprungsregister"),
        blank=True,
        max_length=500,
        help_text=_("Nur wenn Sie den Eintrag aus einem anderen Register übernommen haben: seine Adresse."),
    )
    origin_hash = models.CharField(
        _("Prüfsumme der Quelle"),
        max_length=64,
        blank=True,
        validators=[RegexValidator(r"^[0-9a-f]{64}$", _("Eine Prüfsumme hat 64 Zeichen aus 0 bis 9 und a bis f."))],
        help_text=_("SHA-256 des übernommenen Dokuments, falls bekannt."),
    )
    deputy_person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Vertretung"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Wer vertritt die verantwortliche Person? Bleibt intern."),
    )
    file_reference = models.CharField(
        _("Aktenzeichen"), max_length=200, blank=True, help_text=_("Oder Verweis in die E-Akte. Bleibt intern.")
    )
    internal_note = models.TextField(
        _("Interne Notiz"), max_length=5000, blank=True, help_text=_("Erscheint nie öffentlich.")
    )
    withheld = models.JSONField(_("Nicht veröffentlichte Angaben"), default=list, blank=True)
    change_note = models.CharField(
        _("Grund der Änderung"),
        max_length=300,
        blank=True,
        help_text=_("Erscheint in der öffentlichen Versionsliste, zum Beispiel: Anbieter gewechselt."),
    )

    review_state = models.CharField(
        _("Prüfstand"), max_length=10, choices=ReviewState, default=ReviewState.DRAFT, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    import_reference = models.CharField(max_length=100, blank=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    last_edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    last_edited_at = models.DateTimeField(editable=False)
    sort_key = models.GeneratedField(
        expression=german_sort_key("name"), output_field=models.CharField(max_length=200), db_persist=True
    )
    search = models.GeneratedField(
        expression=german_vector("name", "description_short"), output_field=SearchVectorField(), db_persist=True
    )

    objects = EntryManager()

    class Meta:
        verbose_name = _("Eintrag")
        verbose_name_plural = _("Einträge")
        ordering = ["sort_key", "pk"]
        constraints = [
            UniqueConstraint(fields=["municipality", "kind", "slug"], name="entry_slug_unique"),
            CheckConstraint(
                condition=Q(kind="dataset", status="") | (~Q(kind="dataset") & ~Q(status="")),
                name="entry_status_fits_kind",
                violation_error_message=_("Bitte wählen Sie den Status des Systems."),
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "kind", "sort_key", "id"], name="entry_list"),
            models.Index(fields=["municipality", "review_state"], name="entry_by_state"),
            GinIndex(fields=["name"], name="entry_name_trgm", opclasses=["gin_trgm_ops"]),
            GinIndex(fields=["search"], name="entry_search"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page in the working area."""
        return reverse("register:entry", args=[self.uuid])

    @property
    def audit_stream(self) -> str:
        return f"municipality:{self.municipality_id}"


class EntryBlock(models.Model):
    """What an upper room adds to the public document (`services.set_block`)."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="blocks")
    name = models.SlugField(max_length=40)
    data = models.JSONField()
    # How the upper room puts the data into words, for the people who review: German label -> lines.
    title = models.CharField(max_length=80, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [UniqueConstraint(fields=["entry", "name"], name="entry_block_once")]


class EntryUserPermission(ObjectGrantBase):
    """One colleague, one entry: the exception beside the roles. Vanishes with the entry."""

    content_object = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="grants")

    class Meta(ObjectGrantBase.Meta):
        pass


def valid_grants(user: User) -> models.QuerySet[EntryUserPermission]:
    """A grant rests while somebody who had a role in the municipality has none any more."""
    gone = permissions.left(user)
    return EntryUserPermission.objects.filter(user_id=user.pk).exclude(content_object__municipality_id__in=gone)
