"""A value that ends a person's sessions, a name for every invitation, room for a sealed client secret."""

import uuid

from django.db import migrations, models

import accounts.models
from accounts import vault


def fill(apps, schema_editor):
    """Rows that exist already each get a value of their own."""
    for user in apps.get_model("accounts", "User").objects.all():
        user.session_nonce = accounts.models.new_nonce()
        user.save(update_fields=["session_nonce"])
    for invitation in apps.get_model("accounts", "Invitation").objects.all():
        invitation.uuid = uuid.uuid4()
        invitation.save(update_fields=["uuid"])
    for service in apps.get_model("accounts", "SignInService").objects.exclude(client_secret=""):
        service.client_secret = vault.seal(service.client_secret)
        service.save(update_fields=["client_secret"])


class Migration(migrations.Migration):
    # The fill and the changes of the columns must not share a transaction: PostgreSQL refuses to alter
    # a table that still has deferred checks of changed rows.
    atomic = False

    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField(
            "user", "session_nonce", models.CharField(default=accounts.models.new_nonce, editable=False, max_length=32)
        ),
        migrations.AddField("invitation", "mailed_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("invitation", "uuid", models.UUIDField(editable=False, null=True)),
        migrations.AlterField(
            "signinservice",
            "client_secret",
            models.TextField(blank=True, max_length=2000, verbose_name="Client-Geheimnis"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField("invitation", "uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
    ]
