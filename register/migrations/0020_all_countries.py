from django.db import migrations, models

from register.rules.countries import COUNTRIES


class Migration(migrations.Migration):
    """All countries; those parts of the Union that have a code of their own need no basis of transfer."""

    dependencies = [
        ("register", "0019_evidence_reminders"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="recipient",
            name="recipient_third_country_has_basis",
        ),
        migrations.RemoveConstraint(
            model_name="storagelocation",
            name="storage_third_country_has_basis",
        ),
        migrations.AlterField(
            model_name="recipient",
            name="country",
            field=models.CharField(
                choices=list(COUNTRIES.items()),
                default="DE",
                max_length=2,
                verbose_name="Land",
            ),
        ),
        migrations.AlterField(
            model_name="storagelocation",
            name="country",
            field=models.CharField(
                choices=list(COUNTRIES.items()),
                default="DE",
                max_length=2,
                verbose_name="Land",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "country__in",
                        [
                            "AT",
                            "AX",
                            "BE",
                            "BG",
                            "CY",
                            "CZ",
                            "DE",
                            "DK",
                            "EE",
                            "ES",
                            "FI",
                            "FR",
                            "GF",
                            "GP",
                            "GR",
                            "HR",
                            "HU",
                            "IE",
                            "IS",
                            "IT",
                            "LI",
                            "LT",
                            "LU",
                            "LV",
                            "MF",
                            "MQ",
                            "MT",
                            "NL",
                            "NO",
                            "PL",
                            "PT",
                            "RE",
                            "RO",
                            "SE",
                            "SI",
                            "SK",
                            "YT",
                        ],
                    ),
                    models.Q(("third_country_basis", ""), _negated=True),
                    _connector="OR",
                ),
                name="recipient_third_country_has_basis",
                violation_error_message="Der Empfänger sitzt in einem Drittland. Bitte nennen Sie die Grundlage (Art. 44 bis 49 DSGVO) oder wählen Sie „noch keine Grundlage“.",
            ),
        ),
        migrations.AddConstraint(
            model_name="storagelocation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "country__in",
                        [
                            "AT",
                            "AX",
                            "BE",
                            "BG",
                            "CY",
                            "CZ",
                            "DE",
                            "DK",
                            "EE",
                            "ES",
                            "FI",
                            "FR",
                            "GF",
                            "GP",
                            "GR",
                            "HR",
                            "HU",
                            "IE",
                            "IS",
                            "IT",
                            "LI",
                            "LT",
                            "LU",
                            "LV",
                            "MF",
                            "MQ",
                            "MT",
                            "NL",
                            "NO",
                            "PL",
                            "PT",
                            "RE",
                            "RO",
                            "SE",
                            "SI",
                            "SK",
                            "YT",
                        ],
                    ),
                    models.Q(("third_country_basis", ""), _negated=True),
                    _connector="OR",
                ),
                name="storage_third_country_has_basis",
                violation_error_message="Der Speicherort liegt in einem Drittland. Bitte nennen Sie die Grundlage (Art. 44 bis 49 DSGVO) oder wählen Sie „noch keine Grundlage“.",
            ),
        ),
    ]
