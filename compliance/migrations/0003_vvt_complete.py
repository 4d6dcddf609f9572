"""The whole Verarbeitungsverzeichnis: processor, joint controllers, deletion, DSFA, earlier days, three files."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core import append_only


def keep(apps, schema_editor):
    """What has been declared so far, with its day."""
    Version = apps.get_model("compliance", "DeclarationVersion")
    for row in apps.get_model("compliance", "VvtDeclaration").objects.filter(declared_at__isnull=False):
        Version.objects.create(municipality_id=row.pk, is_complete=row.is_complete, at=row.declared_at)


class Migration(migrations.Migration):
    # The fill and the changes of the tables must not share a transaction.
    atomic = False

    dependencies = [
        ("accounts", "0003_municipality_versions"),
        ("compliance", "0002_append_only"),
        ("core", "0002_append_only"),
        ("register", "0004_words_of_blocks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DeclarationVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_complete", models.BooleanField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["municipality", "-at", "-pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="processingactivity",
            name="activity_number_unique",
        ),
        migrations.RemoveIndex(
            model_name="processingactivity",
            name="activity_list",
        ),
        migrations.AddField(
            model_name="processingactivity",
            name="commissioners",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="Art. 30 Abs. 2 Buchst. a und b DSGVO.",
                verbose_name="Verantwortliche, für die verarbeitet wird",
            ),
        ),
        migrations.AddField(
            model_name="processingactivity",
            name="dpia_reason",
            field=models.TextField(
                blank=True,
                help_text="Warum die DSFA nötig oder nicht nötig ist (Art. 35 Abs. 1, 3 DSGVO).",
                max_length=2500,
                validators=[django.core.validators.MaxLengthValidator(2500)],
                verbose_name="Ergebnis der Schwellwertanalyse",
            ),
        ),
        migrations.AddField(
            model_name="processingactivity",
            name="dpia_reference",
            field=models.CharField(
                blank=True,
                help_text="Aktenzeichen oder Adresse in der E-Akte.",
                max_length=300,
                verbose_name="Fundstelle der DSFA oder Schwellwertanalyse",
            ),
        ),
        migrations.AddField(
            model_name="processingactivity",
            name="dpia_state",
            field=models.CharField(
                blank=True,
                choices=[
                    ("open", "noch nicht geprüft"),
                    ("not_needed", "nicht erforderlich (Schwellwertanalyse)"),
                    ("needed", "erforderlich, noch nicht fertig"),
                    ("done", "durchgeführt"),
                ],
                help_text="Stand der Schwellwertanalyse oder der DSFA (Art. 35 DSGVO).",
                max_length=10,
                verbose_name="Datenschutz-Folgenabschätzung",
            ),
        ),
        migrations.AddField(
            model_name="processingactivity",
            name="joint_agreement",
            field=models.TextField(
                blank=True,
                help_text="Datum und Aktenzeichen oder Adresse (Art. 26 Abs. 1 Satz 2 DSGVO).",
                max_length=1000,
                validators=[django.core.validators.MaxLengthValidator(1000)],
                verbose_name="Vereinbarung der gemeinsam Verantwortlichen",
            ),
        ),
        migrations.AddField(
            model_name="processingactivity",
            name="joint_essence",
            field=models.CharField(
                blank=True,
                choices=[
                    ("published", "ja, veröffentlicht"),
                    ("on_request", "ja, auf Anfrage"),
                    ("missing", "noch nicht"),
                ],
                help_text="Für die betroffenen Personen (Art. 26 Abs. 2 Satz 2 DSGVO).",
                max_length=10,
                verbose_name="Das Wesentliche der Vereinbarung ist zugänglich",
            ),
        ),
        migrations.AddField(
            model_name="processingactivity",
            name="joint_essence_place",
            field=models.CharField(
                blank=True,
                help_text="Internetadresse oder Stelle, die Auskunft gibt.",
                max_length=500,
                verbose_name="Fundstelle des Wesentlichen",
            ),
        ),
        migrations.AddField(
            model_name="processingactivity",
            name="retention_rules",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="Je Datenkategorie: Frist, Beginn und Grundlage.",
                verbose_name="Löschregeln",
            ),
        ),
        migrations.AddField(
            model_name="processingactivity",
            name="role",
            field=models.CharField(
                choices=[("controller", "Verantwortlicher"), ("processor", "Auftragsverarbeiter")],
                default="controller",
                editable=False,
                max_length=10,
                verbose_name="Rolle der Kommune",
            ),
        ),
        migrations.AddField(
            model_name="vvtdeclaration",
            name="last_commissioned_number",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="vvtreport",
            name="activity",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="compliance.processingactivity",
                verbose_name="Tätigkeit",
            ),
        ),
        migrations.AddField(
            model_name="vvtreport",
            name="office_text",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storeddocument"
            ),
        ),
        migrations.AddField(
            model_name="vvtreport",
            name="role",
            field=models.CharField(
                choices=[
                    ("controller", "Verarbeitungen in eigener Verantwortung (Art. 30 Abs. 1 DSGVO)"),
                    ("processor", "Verarbeitungen im Auftrag anderer (Art. 30 Abs. 2 DSGVO)"),
                ],
                default="controller",
                max_length=10,
                verbose_name="Verzeichnis",
            ),
        ),
        migrations.AddField(
            model_name="vvtreport",
            name="spreadsheet",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storeddocument"
            ),
        ),
        migrations.AddIndex(
            model_name="processingactivity",
            index=models.Index(fields=["municipality", "role", "state", "number"], name="activity_list"),
        ),
        migrations.AddConstraint(
            model_name="processingactivity",
            constraint=models.UniqueConstraint(
                fields=("municipality", "role", "number"), name="activity_number_unique"
            ),
        ),
        migrations.AddField(
            model_name="declarationversion",
            name="municipality",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="vvt_declarations", to="accounts.municipality"
            ),
        ),
        migrations.RunPython(keep, migrations.RunPython.noop),
        append_only.protect("compliance_declarationversion"),
    ]
