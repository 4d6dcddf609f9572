import datetime
import uuid
from typing import Any

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

from core import append_only


def from_assessments(apps: Any, schema_editor: Any) -> None:
    """Assessments that are there already: the duties of the newest one of each system."""
    assessments, duties = apps.get_model("compliance", "Assessment"), apps.get_model("compliance", "Duty")
    newest = assessments.objects.order_by("entry_id", "-number").distinct("entry_id")
    rows = [
        duties(
            entry_id=one.entry_id,
            code=row["id"],
            assessment=one,
            text=row["text"],
            article=row["article"],
            timing=row["timing"],
            proof=row["evidence"],
            is_recommendation=row["status"] != "in_force",
            due=row["due"],
            changed_at=one.finished_at,
        )
        for one in newest
        for row in one.result["obligations"]
    ]
    duties.objects.bulk_create(rows, batch_size=1000)
    events = apps.get_model("compliance", "DutyEvent")
    made = (
        events(duty=row, kind="made", text=f"Aus Bewertung {row.assessment.number}.", at=row.changed_at) for row in rows
    )
    events.objects.bulk_create(made, batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_setup_and_lists"),
        ("compliance", "0008_incidents"),
        ("register", "0019_evidence_reminders"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Duty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("code", models.CharField(max_length=20)),
                ("text", models.TextField()),
                ("article", models.CharField(max_length=200)),
                ("timing", models.CharField(blank=True, max_length=300)),
                ("proof", models.CharField(blank=True, max_length=200)),
                ("is_recommendation", models.BooleanField(default=False)),
                ("due", models.DateField(blank=True, null=True)),
                ("target_day", models.DateField(blank=True, null=True, verbose_name="Eigener Termin")),
                (
                    "sort_day",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.comparison.Coalesce(
                            django.db.models.functions.comparison.Least(models.F("due"), models.F("target_day")),
                            models.Value(datetime.date(9999, 12, 31)),
                        ),
                        output_field=models.DateField(),
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "offen"),
                            ("in_work", "in Arbeit"),
                            ("done", "erledigt"),
                            ("not_applicable", "nicht anwendbar"),
                            ("dropped", "entfällt"),
                        ],
                        default="open",
                        max_length=16,
                        verbose_name="Stand",
                    ),
                ),
                (
                    "note",
                    models.TextField(
                        blank=True,
                        max_length=2500,
                        validators=[django.core.validators.MaxLengthValidator(2500)],
                        verbose_name="Notiz",
                    ),
                ),
                (
                    "dismissal_reason",
                    models.TextField(
                        blank=True,
                        help_text="Eine zweite Person prüft Ihre Begründung.",
                        max_length=2500,
                        validators=[django.core.validators.MaxLengthValidator(2500)],
                        verbose_name="Warum die Pflicht nicht anwendbar ist",
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("dropped_reason", models.CharField(blank=True, max_length=300)),
                ("reminded_stage", models.SmallIntegerField(blank=True, null=True)),
                ("changed_at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="duties", to="compliance.assessment"
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "dismissal_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="duties", to="register.entry"
                    ),
                ),
                (
                    "evidence",
                    models.ManyToManyField(
                        blank=True, related_name="duties", to="register.evidence", verbose_name="Nachweise"
                    ),
                ),
                (
                    "responsible",
                    models.ForeignKey(
                        blank=True,
                        help_text="Sie wird an die Frist erinnert. Sonst wird erinnert, wer für den Eintrag verantwortlich ist.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Verantwortliche Person",
                    ),
                ),
            ],
            options={
                "verbose_name": "Pflicht",
                "verbose_name_plural": "Pflichten",
                "ordering": ["sort_day", "pk"],
            },
        ),
        migrations.CreateModel(
            name="DutyEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("made", "Entstanden"),
                            ("moved", "Frist geändert"),
                            ("dropped", "Entfallen"),
                            ("back", "Gilt wieder"),
                            ("planned", "Geplant"),
                            ("proved", "Nachweis zugeordnet"),
                            ("unproved", "Nachweis gelöst"),
                            ("done", "Erledigt"),
                            ("reopened", "Wieder geöffnet"),
                            ("proposed", "Als nicht anwendbar vorgeschlagen"),
                            ("decided", "Über „nicht anwendbar“ entschieden"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "duty",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="compliance.duty"
                    ),
                ),
            ],
            options={
                "verbose_name": "Vorgang einer Pflicht",
                "verbose_name_plural": "Vorgänge von Pflichten",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="CalendarLink",
            fields=[
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("made_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("hour", models.DateTimeField(null=True)),
                ("fetches", models.PositiveIntegerField(default=0)),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calendar_links",
                        to="accounts.municipality",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calendar_links",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "Kalenderadresse",
                "verbose_name_plural": "Kalenderadressen",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=("user", "municipality"),
                        name="calendar_link_open_once",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="duty",
            index=models.Index(fields=["sort_day", "id"], name="duty_by_day"),
        ),
        migrations.AddIndex(
            model_name="duty",
            index=models.Index(fields=["responsible", "state"], name="duty_of_person"),
        ),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.UniqueConstraint(fields=("entry", "code"), name="duty_once_for_entry"),
        ),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "done"), _negated=True),
                    models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                    _connector="OR",
                ),
                name="duty_done_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "not_applicable"), _negated=True),
                    models.Q(
                        ("dismissal_by__isnull", False),
                        models.Q(("dismissal_reason", ""), _negated=True),
                        models.Q(("closed_by", models.F("dismissal_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="duty_let_go_by_second_person",
                violation_error_message="Das entscheidet eine andere Person als die, die es vorgeschlagen hat.",
            ),
        ),
        append_only.protect("compliance_dutyevent"),
        migrations.RunPython(from_assessments, migrations.RunPython.noop),
    ]
