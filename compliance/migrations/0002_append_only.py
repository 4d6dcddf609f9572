from django.db import migrations

from core import append_only


class Migration(migrations.Migration):
    """What a sheet said on an earlier day stays as it was."""

    dependencies = [("compliance", "0001_verarbeitungsverzeichnis"), ("core", "0002_append_only")]

    operations = [append_only.protect("compliance_activityversion")]
