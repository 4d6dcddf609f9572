"""What a municipality said about itself on earlier days."""

import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

from core import append_only

KEPT = (
    "name", "kind", "website", "mailbox", "controller_name", "controller_address", "controller_phone",
    "controller_email", "joint_controller", "representative", "dpo_name", "dpo_external", "dpo_address", "dpo_phone",
    "dpo_email", "supervisory_authority", "supervisory_authority_address", "supervisory_authority_url",
)  # fmt: skip


def keep(apps, schema_editor):
    """Nobody knows any more how existing municipalities read before: the first version begins now."""
    Version = apps.get_model("accounts", "MunicipalityVersion")
    for row in apps.get_model("accounts", "Municipality").objects.all():
        content = {key: getattr(row, key) for key in KEPT}
        Version.objects.create(municipality=row, number=row.version, content=content, at=timezone.now())


class Migration(migrations.Migration):
    # The fill and the trigger must not share a transaction.
    atomic = False

    dependencies = [("accounts", "0002_sessions_and_sealed_secrets"), ("core", "0002_append_only")]

    operations = [
        migrations.CreateModel(
            name="MunicipalityVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("content", models.JSONField()),
                ("at", models.DateTimeField()),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="accounts.municipality",
                    ),
                ),
            ],
            options={
                "ordering": ["municipality", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("municipality", "number"), name="municipality_version_unique")
                ],
            },
        ),
        migrations.RunPython(keep, migrations.RunPython.noop),
        append_only.protect("accounts_municipalityversion"),
    ]
