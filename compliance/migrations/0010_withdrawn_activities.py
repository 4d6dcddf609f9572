from django.db import migrations, models


class Migration(migrations.Migration):
    """A sheet from a list that was taken back keeps its number and its versions, and nothing shows it."""

    dependencies = [
        ("compliance", "0009_duties"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="processingactivity",
            name="activity_end_has_a_day",
        ),
        migrations.AlterField(
            model_name="processingactivity",
            name="state",
            field=models.CharField(
                choices=[("active", "laufend"), ("ended", "beendet"), ("withdrawn", "zurückgenommen")],
                default="active",
                editable=False,
                max_length=10,
                verbose_name="Stand",
            ),
        ),
        migrations.AddConstraint(
            model_name="processingactivity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_on__isnull", True), ("state__in", ["active", "withdrawn"])),
                    models.Q(("ended_on__isnull", False), ("state", "ended")),
                    _connector="OR",
                ),
                name="activity_end_has_a_day",
                violation_error_message="Eine beendete Tätigkeit braucht das Datum, eine laufende hat keines.",
            ),
        ),
    ]
