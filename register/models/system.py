"""AI systems and how they are classified under the DSGVO."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _

from core.searching import german_vector
from register.models.entry import Entry
from register.models.product import Product
from register.rules import records, vocabulary

MONTH = RegexValidator(r"^\d{4}-(0[1-9]|1[0-2])$", _("Bitte geben Sie Jahr und Monat an, zum Beispiel 2026-03."))


def _keys(table: dict[str, str], **options: object) -> ArrayField:
    return ArrayField(models.CharField(max_length=30, choices=list(table.items())), default=list, blank=True, **options)


@deconstructible
class RecordsValidator:
    """A list of records keeps to the columns of its field (`register/rules/records.py`)."""

    def __init__(self, key: str) -> None:
        self.key = key

    def __call__(self, value: Any) -> None:
        if problems := records.problems_of(self.key, value):
            raise ValidationError(problems)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RecordsValidator) and other.key == self.key

    def __hash__(self) -> int:
        return hash(self.key)


def _records(key: str, **options: Any) -> models.JSONField:
    return models.JSONField(default=list, blank=True, validators=[RecordsValidator(key)], **options)


class AISystem(models.Model):
    """What is special to an AI system (field keys: docs/register.md)."""

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, primary_key=True, related_name="system")
    category = _keys(
        vocabulary.FIELDS_OF_ACTION,
        verbose_name=_("Handlungsfeld"),
        help_text=_("In welchen Aufgabenbereichen wird das System genutzt?"),
    )
    algorithm_type = models.CharField(
        _("Art der Technik"),
        max_length=12,
        blank=True,
        choices=list(vocabulary.ALGORITHM_TYPES.items()),
        help_text=_("Im Zweifel hilft die Beschreibung des Anbieters."),
    )
    begin_date = models.CharField(
        _("Beginn"), max_length=7, blank=True, validators=[MONTH], help_text=_("Jahr und Monat, zum Beispiel 2026-03.")
    )
    end_date = models.CharField(
        _("Ende"), max_length=7, blank=True, validators=[MONTH], help_text=_("Nur bei beendeten Systemen.")
    )
    goal = models.TextField(_("Zweck"), max_length=2500, blank=True, help_text=_("Wofür setzen Sie das System ein?"))
    out_of_scope = models.TextField(
        _("Wofür ausdrücklich nicht"), max_length=2500, blank=True, help_text=_("Wofür darf es nicht genutzt werden?")
    )
    impact = models.TextField(
        _("Auswirkung auf Menschen"),
        max_length=2500,
        blank=True,
        help_text=_("Was ändert sich dadurch für die Menschen, die es betrifft?"),
    )
    affects_people = models.CharField(
        _("Wirkt auf Entscheidungen über Menschen"),
        max_length=8,
        blank=True,
        choices=list(vocabulary.YES_NO_UNKNOWN.items()),
        help_text=_("Auch dann ja, wenn es eine Entscheidung nur vorbereitet oder nach festen Regeln rechnet."),
    )
    affected_groups = _keys(
        vocabulary.AFFECTED_GROUPS, verbose_name=_("Betroffene Gruppen"), help_text=_("Wen betrifft das System?")
    )
    decision_effect = models.CharField(
        _("Wirkung auf Entscheidungen"),
        max_length=12,
        blank=True,
        choices=list(vocabulary.DECISION_EFFECTS.items()),
        help_text=_("Was tut das System im Verfahren höchstens?"),
    )
    decision_making_process = models.TextField(
        _("Rolle im Verfahren"), max_length=2500, blank=True, help_text=_("An welcher Stelle des Ablaufs hilft es?")
    )
    lawful_basis = models.TextField(
        _("Rechtsgrundlage"),
        max_length=2500,
        blank=True,
        help_text=_("Gesetz oder Satzung der Aufgabe, mit Paragraf."),
    )
    ai_act_class = models.CharField(
        _("Risikoklasse nach der KI-VO"),
        max_length=10,
        blank=True,
        choices=list(vocabulary.RISK_CLASSES.items()),
        help_text=_("Leer heißt: noch nicht bewertet. VO (EU) 2024/1689, Stand 27.07.2026."),
    )
    ai_act_reason = models.TextField(
        _("Begründung der Risikoklasse"),
        max_length=2500,
        blank=True,
        help_text=_("Mit Artikel oder Nummer des Anhangs."),
    )
    description = models.TextField(
        _("So funktioniert es"), max_length=10000, blank=True, help_text=_("Für interessierte Laien, ohne Werbung.")
    )
    methods_and_models = models.TextField(
        _("Methoden und Modelle"), max_length=5000, blank=True, help_text=_("Mit Version, soweit bekannt.")
    )
    provider = models.CharField(
        _("Anbieter"), max_length=200, blank=True, help_text=_("Wer hat das System entwickelt oder verkauft?")
    )
    provider_register_number = models.CharField(
        _("Registernummer des Anbieters"),
        max_length=100,
        blank=True,
        help_text=_("Zum Beispiel: HRB 12345 B, Amtsgericht Charlottenburg."),
    )
    product_version = models.CharField(
        _("Eingesetzte Version"), max_length=60, blank=True, help_text=_("Die Version, die bei Ihnen läuft.")
    )
    publiccode = models.URLField(
        _("Quellcode oder publiccode.yml"),
        max_length=500,
        blank=True,
        help_text=_("Die Adresse, unter der der Quellcode wirklich liegt, keine Produktseite."),
    )
    system_openness = models.CharField(
        _("Offenheit"),
        max_length=8,
        blank=True,
        choices=list(vocabulary.SYSTEM_OPENNESS.items()),
        help_text=_("Ist der Quellcode einsehbar und frei nutzbar?"),
    )
    product = models.ForeignKey(
        Product,
        verbose_name=_("Produktblatt"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="deployments",
        help_text=_("Das gemeinsame Blatt zum Produkt des Herstellers."),
    )
    # The version of the sheet that the values were last taken from, and what deviates from it on purpose.
    product_number = models.PositiveIntegerField(null=True, editable=False)
    local_fields = ArrayField(models.CharField(max_length=30), default=list, blank=True, editable=False)
    human_intervention = models.TextField(
        _("Menschliche Aufsicht"),
        max_length=2500,
        blank=True,
        help_text=_("Wer prüft die Ergebnisse und kann anders entscheiden?"),
    )
    objection_procedure = models.TextField(
        _("Widerspruch und Beschwerde"),
        max_length=2500,
        blank=True,
        help_text=_("Wie können sich Betroffene wehren oder beschweren?"),
    )
    area = models.CharField(
        _("Räumlicher Bereich"), max_length=200, blank=True, help_text=_("Zum Beispiel: ganzes Stadtgebiet, Altstadt.")
    )
    affected_groups_note = models.TextField(
        _("Betroffene Gruppen, genauer"), max_length=1000, blank=True, help_text=_("Nur wenn die Auswahl nicht reicht.")
    )
    usage_volume = models.PositiveIntegerField(
        _("Fälle im Monat"), null=True, blank=True, help_text=_("Ungefähr, als Zahl. Leer heißt: nicht erhoben.")
    )
    usage_volume_note = models.CharField(
        _("Nutzungsumfang, genauer"), max_length=300, blank=True, help_text=_("Zum Beispiel: nur in der Antragsphase.")
    )
    benefit = models.TextField(
        _("Nutzen und Ziele"),
        max_length=2500,
        blank=True,
        help_text=_("Was soll besser werden, und woran merken Sie es?"),
    )
    alternatives_considered = models.TextField(
        _("Geprüfte Alternativen"),
        max_length=2500,
        blank=True,
        help_text=_("Welche anderen Wege haben Sie geprüft, auch ohne KI?"),
    )
    proportionality_suitability = models.TextField(
        _("Verhältnismäßigkeit: Eignung"),
        max_length=2500,
        blank=True,
        help_text=_("Warum erreicht das System seinen Zweck?"),
    )
    proportionality_necessity = models.TextField(
        _("Verhältnismäßigkeit: Erforderlichkeit"),
        max_length=2500,
        blank=True,
        help_text=_("Warum gibt es kein milderes Mittel?"),
    )
    proportionality_balance = models.TextField(
        _("Verhältnismäßigkeit: Angemessenheit"),
        max_length=2500,
        blank=True,
        help_text=_("Warum überwiegt der Nutzen die Eingriffe?"),
    )
    evaluation_date = models.DateField(
        _("Auswertung des Piloten am"), null=True, blank=True, help_text=_("Wann entscheiden Sie über den Piloten?")
    )
    cost_class = models.CharField(
        _("Kosten im Jahr"),
        max_length=12,
        blank=True,
        choices=list(vocabulary.COST_CLASSES.items()),
        help_text=_("Lizenz, Betrieb und Pflege zusammen. „Nicht erhoben“ ist eine ehrliche Antwort."),
    )
    cost = models.TextField(
        _("Kosten, genauer"), max_length=1000, blank=True, help_text=_("Einmalig und laufend, mit Jahr.")
    )
    funding = models.CharField(_("Förderung"), max_length=500, blank=True, help_text=_("Programm, Geber und Anteil."))
    procurement_type = models.CharField(
        _("Art der Vergabe"),
        max_length=12,
        blank=True,
        choices=list(vocabulary.PROCUREMENT_TYPES.items()),
        help_text=_("Wie wurde das System beschafft?"),
    )
    lawful_basis_grouping = _records(
        "lawful_basis_grouping",
        verbose_name=_("Normen mit Fundstelle"),
        help_text=_("Jede Norm in einer Zeile, mit Adresse und Fassung."),
    )
    ai_act_role = _keys(
        vocabulary.AI_ACT_ROLES,
        verbose_name=_("Rolle nach der KI-VO"),
        help_text=_("Meist Betreiber. Mehrere sind möglich (Art. 3 Nr. 3 bis 7, Art. 25 KI-VO)."),
    )
    eu_db_url = models.URLField(
        _("Eintrag in der EU-Datenbank"),
        blank=True,
        max_length=500,
        help_text=_("Adresse, sobald es einen Eintrag gibt (Art. 49, 71 KI-VO)."),
    )
    impact_assessments = _records(
        "impact_assessments",
        verbose_name=_("Folgenabschätzungen"),
        help_text=_("Jede Prüfung in einer Zeile, auch warum keine nötig war."),
    )
    risks = _records(
        "risks",
        verbose_name=_("Risiken und Maßnahmen"),
        help_text=_("Jedes Risiko in einer Zeile, mit Maßnahme und Stand."),
    )
    discrimination_safeguards = models.TextField(
        _("Schutz vor Diskriminierung"),
        max_length=2500,
        blank=True,
        help_text=_("Wie verhindern Sie, dass Gruppen benachteiligt werden?"),
    )
    protected_attributes = _keys(
        vocabulary.PROTECTED_ATTRIBUTES,
        verbose_name=_("Geprüfte geschützte Merkmale"),
        help_text=_("Für welche Merkmale haben Sie Benachteiligung geprüft (§ 1 AGG)?"),
    )
    art50_notice = _keys(
        vocabulary.ART50_NOTICES,
        verbose_name=_("Hinweis nach Art. 50 KI-VO"),
        help_text=_("Welchen Hinweis gibt es schon?"),
    )
    art50_notice_text = models.TextField(
        _("Wortlaut des Hinweises"),
        max_length=1000,
        blank=True,
        help_text=_("So, wie die Menschen ihn lesen oder hören."),
    )
    data_bias = models.TextField(
        _("Verzerrungen in den Daten"),
        max_length=2500,
        blank=True,
        help_text=_("Welche bekannten Lücken oder Schieflagen haben die Daten?"),
    )
    performance = models.TextField(
        _("Güte und Fehlerraten"),
        max_length=2500,
        blank=True,
        help_text=_("Wie gut arbeitet das System, und wo macht es Fehler?"),
    )
    metrics = _records("metrics", verbose_name=_("Messwerte"), help_text=_("Jeder Messwert in einer Zeile."))
    required_training = models.TextField(
        _("Schulung der Nutzenden"),
        max_length=2500,
        blank=True,
        help_text=_("Was lernen die Beschäftigten, bevor sie das System nutzen (Art. 4 KI-VO)?"),
    )
    objection_url = models.URLField(
        _("Adresse für Widerspruch und Beschwerde"), blank=True, max_length=500, help_text=_("Beginnt mit https://.")
    )
    monitoring = models.TextField(
        _("Überwachung im Betrieb"), max_length=2500, blank=True, help_text=_("Wer prüft was, und wie oft?")
    )
    rollback = models.TextField(
        _("Rückfallebene und Abschaltung"),
        max_length=2500,
        blank=True,
        help_text=_("Wie geht die Arbeit ohne das System weiter?"),
    )
    incidents = models.PositiveIntegerField(
        _("Vorfälle und Rügen"), null=True, blank=True, help_text=_("Zahl seit Beginn. Leer heißt: nicht erhoben.")
    )
    incidents_note = models.TextField(
        _("Vorfälle, intern"), max_length=2500, blank=True, help_text=_("Stand der Bearbeitung. Bleibt intern.")
    )

    search = models.GeneratedField(
        expression=german_vector("goal", "provider", "description", "impact", "methods_and_models", "lawful_basis"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("KI-System")
        verbose_name_plural = _("KI-Systeme")
        indexes = [GinIndex(fields=["search"], name="system_search")]
        constraints = [
            CheckConstraint(
                condition=Q(begin_date="") | Q(end_date="") | Q(end_date__gte=F("begin_date")),
                name="system_months_in_order",
                violation_error_message=_("Das Ende liegt vor dem Beginn."),
            ),
            CheckConstraint(
                condition=Q(product__isnull=True, product_number__isnull=True)
                | Q(product__isnull=False, product_number__isnull=False),
                name="system_product_with_number",
            ),
        ]

    def __str__(self) -> str:
        return self.entry.name


class PrivacyClassification(models.Model):
    """How a system stands under the DSGVO. A change here goes back to the DSB."""

    system = models.OneToOneField(AISystem, on_delete=models.CASCADE, primary_key=True, related_name="privacy")
    personal_data_level = models.CharField(
        _("Personenbezug"),
        max_length=12,
        blank=True,
        choices=list(vocabulary.PERSONAL_DATA_LEVELS.items()),
        help_text=_("Verarbeitet das System Daten, die sich auf Menschen beziehen lassen (Art. 4 Nr. 1 DSGVO)?"),
    )
    gdpr_basis = _keys(
        vocabulary.LEGAL_BASES,
        verbose_name=_("Rechtsgrundlage nach der DSGVO"),
        help_text=_("Art. 6 Abs. 1 DSGVO. Bei öffentlichen Aufgaben meist Buchst. e."),
    )
    national_norm = models.CharField(
        _("Norm des Bundes- oder Landesrechts"),
        max_length=300,
        blank=True,
        help_text=_("Nötig bei Buchst. c und e (Art. 6 Abs. 3 DSGVO)."),
    )
    data_subjects = models.TextField(
        _("Betroffene Personen"), max_length=1000, blank=True, help_text=_("Art. 30 Abs. 1 Buchst. c DSGVO.")
    )
    data_categories = models.TextField(
        _("Datenkategorien"), max_length=2500, blank=True, help_text=_("Zum Beispiel: Name, Anschrift, Antragsdaten.")
    )
    public_task = models.CharField(
        _("Dient einer öffentlichen Aufgabe"),
        max_length=8,
        blank=True,
        choices=list(vocabulary.YES_NO_UNKNOWN.items()),
        help_text=_("Dann scheidet das berechtigte Interesse aus (Art. 6 Abs. 1 UAbs. 2 DSGVO)."),
    )
    has_special_categories = models.CharField(
        _("Besondere Kategorien werden verarbeitet"),
        max_length=8,
        blank=True,
        choices=list(vocabulary.YES_NO_UNKNOWN.items()),
        help_text=_("Art. 9 Abs. 1 DSGVO. „Nein“ ist eine Antwort, leer heißt: noch nicht geprüft."),
    )
    special_categories = _keys(
        vocabulary.SPECIAL_CATEGORIES,
        verbose_name=_("Besondere Kategorien"),
        help_text=_("Welche? Nichts ankreuzen, wenn es keine gibt."),
    )
    special_categories_basis = _keys(
        vocabulary.SPECIAL_CATEGORY_BASES,
        verbose_name=_("Ausnahme für besondere Kategorien"),
        help_text=_("Art. 9 Abs. 2 DSGVO. Nötig, sobald besondere Kategorien verarbeitet werden."),
    )
    special_categories_reason = models.TextField(
        _("Warum die besonderen Kategorien nötig sind"),
        max_length=2500,
        blank=True,
        help_text=_("Mit der Norm zur Ausnahme aus Art. 9 Abs. 2 DSGVO."),
    )
    special_data_kinds = _keys(
        vocabulary.SPECIAL_DATA_KINDS,
        verbose_name=_("Daten mit eigenen Regeln"),
        help_text=_("Für diese Daten gilt neben der DSGVO weiteres Recht."),
    )
    criminal_data_authority = models.CharField(
        _("Grundlage für Strafdaten"),
        max_length=20,
        blank=True,
        choices=list(vocabulary.CRIMINAL_DATA_AUTHORITIES.items()),
        help_text=_("Art. 10 DSGVO. Nur bei Daten über Straftaten und Verurteilungen."),
    )
    ji_regime = models.CharField(
        _("Verfolgung von Straftaten oder Ordnungswidrigkeiten"),
        max_length=20,
        blank=True,
        choices=list(vocabulary.JI_REGIMES.items()),
        help_text=_("Dann gelten die Regeln zur RL (EU) 2016/680 statt der DSGVO (Art. 2 Abs. 2 Buchst. d DSGVO)."),
    )
    ji_norm = models.CharField(
        _("Norm für diese Verfolgung"),
        max_length=300,
        blank=True,
        help_text=_("§§ 45 ff. BDSG oder Landesrecht, mit Paragraf. Bitte prüfen."),
    )
    retention = models.CharField(
        _("Löschfrist"), max_length=300, blank=True, help_text=_("Zum Beispiel: 6 Monate nach Abschluss des Vorgangs.")
    )
    automated_decision = models.CharField(
        _("Entscheidung ohne Menschen"),
        max_length=20,
        blank=True,
        choices=list(vocabulary.AUTOMATED_DECISIONS.items()),
        help_text=_("Art. 22 DSGVO: Entscheidet das System allein, mit Wirkung für Menschen?"),
    )
    automated_decision_basis = models.CharField(
        _("Zulassung der Entscheidung ohne Menschen"),
        max_length=20,
        blank=True,
        choices=list(vocabulary.AUTOMATED_DECISION_BASES.items()),
        help_text=_("Art. 22 Abs. 2 DSGVO. Nur wenn kein Mensch entscheidet."),
    )
    automated_decision_norm = models.CharField(
        _("Rechtsvorschrift dazu"),
        max_length=300,
        blank=True,
        help_text=_("Die Vorschrift, die genau diese Entscheidung zulässt, mit Paragraf."),
    )
    automated_decision_discretion = models.CharField(
        _("Ermessen oder Beurteilungsspielraum"),
        max_length=8,
        blank=True,
        choices=list(vocabulary.YES_NO_UNKNOWN.items()),
        help_text=_("Lässt die Vorschrift einen Spielraum? Dann darf kein System allein entscheiden (§ 35a VwVfG)."),
    )
    dpia_state = models.CharField(
        _("Datenschutz-Folgenabschätzung"),
        max_length=12,
        choices=list(vocabulary.DPIA_STATES.items()),
        default="open",
        help_text=_("Art. 35 DSGVO."),
    )
    dpia_reason = models.TextField(
        _("Ergebnis oder Begründung dazu"),
        max_length=2500,
        blank=True,
        help_text=_("Warum nicht nötig, oder mit welchem Ergebnis?"),
    )
    training_on_inputs = models.CharField(
        _("Eingaben werden zum Training genutzt"),
        max_length=8,
        blank=True,
        choices=list(vocabulary.YES_NO_UNKNOWN.items()),
        help_text=_("Nutzt der Anbieter Ihre Eingaben, um sein Modell zu verbessern?"),
    )
    training_lawful_basis = models.CharField(
        _("Rechtsgrundlage des Trainings"),
        max_length=500,
        blank=True,
        help_text=_("Training mit personenbezogenen Daten ist ein eigener Zweck (Art. 5 Abs. 1 Buchst. b DSGVO)."),
    )
    security_measures = models.TextField(
        _("Technische und organisatorische Maßnahmen"),
        max_length=5000,
        blank=True,
        help_text=_("Art. 32 Abs. 1 DSGVO. Bleibt intern."),
    )

    class Meta:
        verbose_name = _("DSGVO-Einstufung")
        verbose_name_plural = _("DSGVO-Einstufungen")
