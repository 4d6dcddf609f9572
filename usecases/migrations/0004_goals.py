import uuid
from decimal import Decimal

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("usecases", "0003_portfolio"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="missingevidence",
            name="key",
            field=models.CharField(
                choices=[
                    ("scenario", "Szenario und Nutzen sind benannt"),
                    ("ethics", "Rechtlich und ethisch geprüft"),
                    ("partners", "Partner sind gefragt"),
                    ("system", "Ein KI-System des Registers ist verknüpft"),
                    ("assessment", "Nach der KI-VO bewertet und von einer zweiten Person geprüft"),
                    ("legal_basis", "Rechtsgrundlage ist benannt"),
                    ("processor", "Verträge mit Auftragsverarbeitern liegen vor"),
                    ("dpia", "DSFA oder Schwellwertanalyse ist genehmigt"),
                    ("dpo", "Datenschutzbeauftragte oder Datenschutzbeauftragter ist gehört"),
                    ("works_council", "Personalrat oder Betriebsrat ist beteiligt"),
                    ("training", "Die Beteiligten sind geschult"),
                    ("plan", "Der Plan nennt Beteiligte und Betroffene, Dauer und Ende"),
                    ("goals", "Ziele sind benannt, mit Messgröße und Zielwert"),
                    ("evaluation", "An den Zielen ausgewertet"),
                    ("human", "Ein Mensch behält die letzte Entscheidung"),
                    ("fallback", "Es gibt eine Rückfallebene"),
                ],
                max_length=20,
                verbose_name="Punkt",
            ),
        ),
        migrations.AlterField(
            model_name="statement",
            name="key",
            field=models.CharField(
                choices=[
                    ("ethics", "Rechtliche und ethische Prüfung"),
                    ("partners", "Anfrage bei Partnern"),
                    ("works_council", "Beteiligung des Personalrats"),
                    ("training", "Schulung"),
                ],
                max_length=20,
                verbose_name="Punkt",
            ),
        ),
        migrations.CreateModel(
            name="Evaluation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="Tag der Auswertung")),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("reached", "Ziele erreicht"),
                            ("partly", "Ziele teilweise erreicht"),
                            ("missed", "Ziele verfehlt"),
                        ],
                        max_length=8,
                        verbose_name="Ergebnis",
                    ),
                ),
                (
                    "text",
                    models.TextField(
                        max_length=2500,
                        validators=[django.core.validators.MaxLengthValidator(2500)],
                        verbose_name="Was wurde erreicht?",
                    ),
                ),
                (
                    "lessons",
                    models.TextField(
                        max_length=2500,
                        validators=[django.core.validators.MaxLengthValidator(2500)],
                        verbose_name="Was haben Sie gelernt?",
                    ),
                ),
                (
                    "decision",
                    models.CharField(
                        choices=[("operate", "In den Regelbetrieb"), ("extend", "Weiter erproben"), ("end", "Beenden")],
                        max_length=8,
                        verbose_name="Empfehlung",
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "use_case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="evaluations", to="usecases.usecase"
                    ),
                ),
            ],
            options={
                "verbose_name": "Auswertung",
                "verbose_name_plural": "Auswertungen",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Goal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "title",
                    models.CharField(
                        help_text="Zum Beispiel: Anträge schneller zuordnen.", max_length=150, verbose_name="Ziel"
                    ),
                ),
                (
                    "measure",
                    models.CharField(
                        help_text="Zum Beispiel: Anteil der am selben Tag zugeordneten Anträge.",
                        max_length=150,
                        verbose_name="Messgröße",
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        help_text="Zum Beispiel: Prozent, Minuten, Fälle.", max_length=30, verbose_name="Einheit"
                    ),
                ),
                (
                    "baseline",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Leer heißt: nicht erhoben.",
                        max_digits=12,
                        null=True,
                        verbose_name="Ausgangswert",
                    ),
                ),
                ("target", models.DecimalField(decimal_places=2, max_digits=12, verbose_name="Zielwert")),
                (
                    "method",
                    models.TextField(
                        help_text="Wer misst, womit, und wie oft?",
                        max_length=2500,
                        validators=[django.core.validators.MaxLengthValidator(2500)],
                        verbose_name="Wie wird gemessen?",
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False)),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "use_case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="goals", to="usecases.usecase"
                    ),
                ),
            ],
            options={
                "verbose_name": "Ziel eines Vorhabens",
                "verbose_name_plural": "Ziele von Vorhaben",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Measurement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="Tag der Messung")),
                (
                    "value",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="Wert"),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="Anmerkung")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "goal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="measurements", to="usecases.goal"
                    ),
                ),
            ],
            options={
                "verbose_name": "Messung",
                "verbose_name_plural": "Messungen",
                "ordering": ["day", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Figure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.CharField(
                        choices=[
                            ("cost_once", "Kosten, einmalig"),
                            ("cost_running", "Kosten, laufend"),
                            ("staff_days", "Personalaufwand"),
                            ("savings", "Einsparung"),
                            ("usage", "Nutzung"),
                            ("error_rate", "Fehlerquote"),
                            ("override_rate", "Quote der abgeänderten Ergebnisse"),
                            ("complaints", "Beschwerden"),
                            ("energy", "Energie"),
                        ],
                        max_length=16,
                        verbose_name="Was?",
                    ),
                ),
                ("since", models.DateField(verbose_name="Von")),
                ("until", models.DateField(verbose_name="Bis")),
                (
                    "value",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Leer heißt: nicht erhoben.",
                        max_digits=12,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(
                                Decimal("0"), message="Der Wert ist nicht negativ."
                            )
                        ],
                        verbose_name="Wert",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="Anmerkung")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "use_case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="figures", to="usecases.usecase"
                    ),
                ),
            ],
            options={
                "verbose_name": "Zahl zu einem Vorhaben",
                "verbose_name_plural": "Zahlen zu Vorhaben",
                "ordering": ["-until", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("value__isnull", True), ("value__gte", 0), _connector="OR"),
                        name="figure_not_negative",
                        violation_error_message="Der Wert ist nicht negativ.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__gte", models.F("since"))),
                        name="figure_ends_after_start",
                        violation_error_message="Das Ende liegt vor dem Beginn.",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="goal",
            constraint=models.UniqueConstraint(fields=("use_case", "title"), name="goal_title_once"),
        ),
        migrations.AddConstraint(
            model_name="measurement",
            constraint=models.CheckConstraint(
                condition=models.Q(("value__isnull", False), models.Q(("note", ""), _negated=True), _connector="OR"),
                name="measurement_missing_has_reason",
                violation_error_message="Ohne Wert schreiben Sie bitte, warum nicht gemessen wurde.",
            ),
        ),
        append_only.protect("usecases_measurement"),
        append_only.protect("usecases_figure"),
        append_only.protect("usecases_evaluation"),
    ]
