import json

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

from register.rules.search_words import vocabulary


def fill(apps, schema_editor):
    rows = apps.get_model("register", "PublicDocument").objects
    for row in rows.only("document").iterator(chunk_size=500):
        document = json.loads(row.document)
        datasets = sorted({item["name"] for item in document.get("datasets", [])})
        texts = [document["name"], document["description_short"], document.get("goal", "")]
        rows.filter(pk=row.pk).update(
            personal_data_level=document.get("personal_data_level", ""),
            provider=document.get("provider", ""),
            datasets=datasets,
            words=vocabulary(texts),
        )


class Migration(migrations.Migration):
    """Columns for filters and for the search in parts of words."""

    dependencies = [
        ("register", "0020_all_countries"),
    ]

    operations = [
        migrations.AddField(
            "publicdocument",
            "personal_data_level",
            models.CharField(blank=True, max_length=12, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "publicdocument",
            "provider",
            models.CharField(blank=True, max_length=200, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "publicdocument",
            "datasets",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=100), default=list, size=None
            ),
        ),
        migrations.AddField(
            "publicdocument", "words", models.TextField(blank=True, default=""), preserve_default=False
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name="publicdocument",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["words"], name="public_words_trgm", opclasses=["gin_trgm_ops"]
            ),
        ),
    ]
