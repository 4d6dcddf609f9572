import uuid

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import core.sorting
from core import append_only

# One line of the history leads to each stage; nothing but a step moves a use case. Named like the append-only
# triggers, so that the tests can pause them.
GUARDS = """
CREATE FUNCTION usecases_stage_follows_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.stage <> 'planned' AND NOT NEW.is_stock THEN
            RAISE EXCEPTION 'Ein Vorhaben beginnt als Idee.' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.stage = OLD.stage AND NEW.steps = OLD.steps AND NEW.is_stock = OLD.is_stock THEN
        RETURN NEW;
    END IF;
    IF NEW.is_stock <> OLD.is_stock OR NEW.steps <> OLD.steps + 1 OR NOT EXISTS (
        SELECT 1 FROM usecases_usecaseevent line
        WHERE line.use_case_id = NEW.id AND line.number = NEW.steps
            AND line.source = OLD.stage AND line.target = NEW.stage
    ) THEN
        RAISE EXCEPTION 'Keine Stufe lässt sich überspringen.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER append_only_usecases_stage BEFORE INSERT OR UPDATE ON usecases_usecase
    FOR EACH ROW EXECUTE FUNCTION usecases_stage_follows_history();

CREATE FUNCTION usecases_proposal_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'waiting' OR NEW.use_case_id <> OLD.use_case_id OR NEW.step <> OLD.step
        OR NEW.proposed_by_id <> OLD.proposed_by_id OR NEW.proposed_at <> OLD.proposed_at OR NEW.reason <> OLD.reason
        OR NEW.exception_reason <> OLD.exception_reason THEN
        RAISE EXCEPTION 'Was vorgelegt oder entschieden ist, bleibt stehen.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER append_only_usecases_proposal BEFORE UPDATE OR DELETE ON usecases_gateproposal
    FOR EACH ROW EXECUTE FUNCTION usecases_proposal_fixed();

CREATE FUNCTION usecases_step_as_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.proposal_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM usecases_gateproposal gate
        WHERE gate.id = NEW.proposal_id AND gate.state = 'confirmed' AND gate.use_case_id = NEW.use_case_id
            AND gate.step = NEW.step AND gate.proposed_by_id = NEW.by_id AND gate.decided_by_id = NEW.second_id
    ) THEN
        RAISE EXCEPTION 'Dieser Schritt ist nicht so beschlossen.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.source = '' AND (NEW.number <> 1 OR NOT EXISTS (
        SELECT 1 FROM usecases_usecase one WHERE one.id = NEW.use_case_id AND one.is_stock
    )) THEN
        RAISE EXCEPTION 'Nur Bestand beginnt mitten auf dem Weg.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER append_only_usecases_step BEFORE INSERT ON usecases_usecaseevent
    FOR EACH ROW EXECUTE FUNCTION usecases_step_as_decided();
"""
UNDO = """
DROP TRIGGER append_only_usecases_step ON usecases_usecaseevent;
DROP TRIGGER append_only_usecases_proposal ON usecases_gateproposal;
DROP TRIGGER append_only_usecases_stage ON usecases_usecase;
DROP FUNCTION usecases_step_as_decided();
DROP FUNCTION usecases_proposal_fixed();
DROP FUNCTION usecases_stage_follows_history();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("usecases", "0002_guideline"),
        ("accounts", "0004_setup_and_lists"),
        ("register", "0020_all_countries"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="UseCase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "title",
                    models.CharField(
                        help_text="Wie nennen Sie das Vorhaben? Ohne Produktnamen.",
                        max_length=120,
                        verbose_name="Titel",
                    ),
                ),
                (
                    "problem",
                    models.TextField(
                        blank=True,
                        help_text="Welches Problem wollen Sie lösen, in welcher Situation?",
                        max_length=2500,
                        validators=[django.core.validators.MaxLengthValidator(2500)],
                        verbose_name="Szenario",
                    ),
                ),
                (
                    "benefit",
                    models.TextField(
                        blank=True,
                        help_text="Was wird besser, und für wen?",
                        max_length=2500,
                        validators=[django.core.validators.MaxLengthValidator(2500)],
                        verbose_name="Nutzen",
                    ),
                ),
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("mobility", "Mobilität und Verkehr (Hauptfeld)"),
                            ("citizen_services", "Bürgerservice (Hauptfeld)"),
                            ("internal_administration", "Interne Verwaltung (Hauptfeld)"),
                            ("utilities", "Ver- und Entsorgung (Hauptfeld)"),
                            ("staff", "Personal"),
                            ("finance", "Finanzen und Steuern"),
                            ("social_services", "Soziales, Wohngeld"),
                            ("youth_family", "Jugend und Familie"),
                            ("health", "Gesundheit"),
                            ("education", "Bildung"),
                            ("culture_sports", "Kultur, Sport, Bäder"),
                            ("environment", "Umwelt und Klima"),
                            ("planning_building", "Planen und Bauen"),
                            ("housing", "Wohnen"),
                            ("public_order", "Sicherheit und Ordnung"),
                            ("migration", "Migration"),
                            ("civil_protection", "Bevölkerungsschutz und Krisenvorsorge"),
                            ("economy_procurement", "Wirtschaft, Vergabe"),
                        ],
                        max_length=30,
                        verbose_name="Handlungsfeld",
                    ),
                ),
                (
                    "strategy",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ready_made", "schlüsselfertig"),
                            ("own", "Eigenentwicklung"),
                            ("alliance", "Verbund"),
                        ],
                        help_text="Kaufen, selbst entwickeln oder gemeinsam mit anderen?",
                        max_length=12,
                        verbose_name="Weg",
                    ),
                ),
                (
                    "finance",
                    models.CharField(
                        blank=True,
                        choices=[("budget", "Haushalt"), ("funding", "Förderung"), ("mixed", "gemischt")],
                        max_length=10,
                        verbose_name="Finanzierung",
                    ),
                ),
                ("pilot_start", models.DateField(blank=True, null=True, verbose_name="Beginn des Piloten")),
                ("pilot_end", models.DateField(blank=True, null=True, verbose_name="Ende des Piloten")),
                (
                    "pilot_people",
                    models.TextField(
                        blank=True,
                        help_text="Wer erprobt das System, und wen betrifft es? Gruppen, keine Namen.",
                        max_length=2500,
                        validators=[django.core.validators.MaxLengthValidator(2500)],
                        verbose_name="Beteiligte und Betroffene",
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("planned", "Idee"),
                            ("design", "Prüfung / Konzept"),
                            ("development", "Beschaffung / Entwicklung"),
                            ("pilot", "Pilot"),
                            ("evaluation", "Evaluation"),
                            ("operational", "Regelbetrieb"),
                            ("suspended", "Ausgesetzt"),
                            ("retired", "Beendet"),
                            ("rejected", "Verworfen"),
                        ],
                        default="planned",
                        editable=False,
                        max_length=12,
                        verbose_name="Stufe",
                    ),
                ),
                ("stage_before", models.CharField(blank=True, editable=False, max_length=12)),
                ("steps", models.PositiveIntegerField(default=0, editable=False)),
                ("stage_since", models.DateTimeField(editable=False)),
                ("is_stock", models.BooleanField(default=False, editable=False, verbose_name="Bestand")),
                ("created_at", models.DateTimeField(editable=False)),
                ("changed_at", models.DateTimeField(editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "sort_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=core.sorting.Translate(
                            core.sorting.Replace(
                                django.db.models.functions.text.Lower(models.F("title")),
                                models.Value("ß"),
                                models.Value("ss"),
                                output_field=models.CharField(),
                            ),
                            models.Value("äöüáàâéèêëíìîïóòôúùûçñ"),
                            models.Value("aouaaaeeeeiiiiooouuucn"),
                            output_field=models.CharField(),
                        ),
                        output_field=models.CharField(max_length=240),
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                    "department",
                    models.ForeignKey(
                        blank=True,
                        help_text="Welches Amt ist fachlich zuständig?",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="use_cases",
                        to="accounts.department",
                        verbose_name="Amt",
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="use_cases",
                        to="accounts.municipality",
                    ),
                ),
                (
                    "responsible",
                    models.ForeignKey(
                        blank=True,
                        help_text="Wer kümmert sich um das Vorhaben?",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Verantwortliche Person",
                    ),
                ),
            ],
            options={
                "verbose_name": "Vorhaben",
                "verbose_name_plural": "Vorhaben",
                "ordering": ["sort_key", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.CharField(
                        choices=[
                            ("ethics", "Rechtliche und ethische Prüfung"),
                            ("partners", "Anfrage bei Partnern"),
                            ("works_council", "Beteiligung des Personalrats"),
                            ("training", "Schulung"),
                            ("goals", "Ziele"),
                            ("evaluation", "Auswertung"),
                        ],
                        max_length=20,
                        verbose_name="Punkt",
                    ),
                ),
                ("day", models.DateField(verbose_name="Wann?")),
                (
                    "text",
                    models.TextField(
                        max_length=2500,
                        validators=[django.core.validators.MaxLengthValidator(2500)],
                        verbose_name="Was?",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="statements", to="usecases.usecase"
                    ),
                ),
            ],
            options={
                "verbose_name": "Angabe zu einem Punkt",
                "verbose_name_plural": "Angaben zu Punkten",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="MissingEvidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.CharField(
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
                            ("goals", "Ziele sind benannt"),
                            ("evaluation", "An den Zielen ausgewertet"),
                            ("human", "Ein Mensch behält die letzte Entscheidung"),
                            ("fallback", "Es gibt eine Rückfallebene"),
                        ],
                        max_length=20,
                        verbose_name="Punkt",
                    ),
                ),
                ("due", models.DateField(verbose_name="Bis wann?")),
                ("settled_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "use_case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="missing_evidence",
                        to="usecases.usecase",
                    ),
                ),
            ],
            options={
                "verbose_name": "nachzureichender Nachweis",
                "verbose_name_plural": "nachzureichende Nachweise",
                "ordering": ["due", "pk"],
            },
        ),
        migrations.CreateModel(
            name="GateProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.CharField(max_length=20)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "wartet auf die Entscheidung"),
                            ("confirmed", "beschlossen"),
                            ("returned", "zurückgegeben"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="Stand",
                    ),
                ),
                (
                    "reason",
                    models.TextField(
                        max_length=2500,
                        validators=[django.core.validators.MaxLengthValidator(2500)],
                        verbose_name="Begründung",
                    ),
                ),
                (
                    "exception_reason",
                    models.TextField(
                        blank=True,
                        max_length=2500,
                        validators=[django.core.validators.MaxLengthValidator(2500)],
                        verbose_name="Grund der Ausnahme",
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "note",
                    models.TextField(
                        blank=True,
                        max_length=2500,
                        validators=[django.core.validators.MaxLengthValidator(2500)],
                        verbose_name="Anmerkung zur Entscheidung",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "use_case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="proposals", to="usecases.usecase"
                    ),
                ),
            ],
            options={
                "verbose_name": "Vorlage zur Entscheidung",
                "verbose_name_plural": "Vorlagen zur Entscheidung",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="UseCaseEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("leads", models.BooleanField(default=False, verbose_name="führend")),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="use_case_links", to="register.entry"
                    ),
                ),
                (
                    "use_case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="links", to="usecases.usecase"
                    ),
                ),
            ],
            options={
                "verbose_name": "Eintrag eines Vorhabens",
                "verbose_name_plural": "Einträge von Vorhaben",
                "ordering": ["-leads", "pk"],
            },
        ),
        migrations.CreateModel(
            name="UseCaseEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("step", models.CharField(max_length=20)),
                ("source", models.CharField(blank=True, max_length=12)),
                (
                    "target",
                    models.CharField(
                        choices=[
                            ("planned", "Idee"),
                            ("design", "Prüfung / Konzept"),
                            ("development", "Beschaffung / Entwicklung"),
                            ("pilot", "Pilot"),
                            ("evaluation", "Evaluation"),
                            ("operational", "Regelbetrieb"),
                            ("suspended", "Ausgesetzt"),
                            ("retired", "Beendet"),
                            ("rejected", "Verworfen"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("note", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                ("exception_reason", models.TextField(blank=True)),
                ("checklist", models.JSONField(blank=True, default=list)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "proposal",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="event",
                        to="usecases.gateproposal",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "use_case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="usecases.usecase"
                    ),
                ),
            ],
            options={
                "verbose_name": "Schritt eines Vorhabens",
                "verbose_name_plural": "Schritte von Vorhaben",
                "ordering": ["-number"],
            },
        ),
        migrations.AddIndex(
            model_name="usecase",
            index=models.Index(fields=["municipality", "sort_key", "id"], name="use_case_list"),
        ),
        migrations.AddIndex(
            model_name="usecase",
            index=models.Index(fields=["municipality", "stage", "-stage_since"], name="use_case_board"),
        ),
        migrations.AddConstraint(
            model_name="usecase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("pilot_end__isnull", True),
                    ("pilot_start__isnull", True),
                    ("pilot_end__gte", models.F("pilot_start")),
                    _connector="OR",
                ),
                name="use_case_pilot_ends_after_start",
                violation_error_message="Das Ende des Piloten liegt vor seinem Beginn.",
            ),
        ),
        migrations.AddConstraint(
            model_name="usecase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("stage", "suspended"), models.Q(("stage_before", ""), _negated=True)),
                    models.Q(models.Q(("stage", "suspended"), _negated=True), ("stage_before", "")),
                    _connector="OR",
                ),
                name="use_case_suspended_from",
            ),
        ),
        migrations.AddConstraint(
            model_name="missingevidence",
            constraint=models.UniqueConstraint(fields=("use_case", "key"), name="missing_evidence_once"),
        ),
        migrations.AddConstraint(
            model_name="gateproposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "waiting")),
                fields=("use_case",),
                name="gate_proposal_waits_once",
                violation_error_message="Für dieses Vorhaben wartet schon eine Entscheidung.",
            ),
        ),
        migrations.AddConstraint(
            model_name="gateproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "confirmed"), _negated=True),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="gate_decided_by_another_person",
                violation_error_message="Das entscheidet eine andere Person als die, die es vorgelegt hat.",
            ),
        ),
        migrations.AddConstraint(
            model_name="gateproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "returned"), _negated=True),
                    models.Q(("decided_by__isnull", False), models.Q(("note", ""), _negated=True)),
                    _connector="OR",
                ),
                name="gate_returned_with_reason",
                violation_error_message="Bitte schreiben Sie, was noch fehlt.",
            ),
        ),
        migrations.AddConstraint(
            model_name="usecaseentry",
            constraint=models.UniqueConstraint(fields=("use_case", "entry"), name="use_case_entry_once"),
        ),
        migrations.AddConstraint(
            model_name="usecaseentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("leads", True)),
                fields=("entry",),
                name="use_case_leads_once",
                violation_error_message="Für diesen Eintrag ist schon ein anderes Vorhaben führend.",
            ),
        ),
        migrations.AddConstraint(
            model_name="usecaseevent",
            constraint=models.UniqueConstraint(fields=("use_case", "number"), name="use_case_step_number_unique"),
        ),
        migrations.AddConstraint(
            model_name="usecaseevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("source", ""),
                    models.Q(("target__in", ["pilot", "operational"]), _negated=True),
                    models.Q(
                        ("proposal__isnull", False),
                        ("second__isnull", False),
                        models.Q(("second", models.F("by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="use_case_step_by_two",
                violation_error_message="Über Pilot und Regelbetrieb entscheiden zwei verschiedene Personen.",
            ),
        ),
        migrations.AddConstraint(
            model_name="usecaseevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("target__in", ["suspended", "retired", "rejected"]), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="use_case_step_has_reason",
                violation_error_message="Bitte begründen Sie diesen Schritt.",
            ),
        ),
        append_only.protect("usecases_statement"),
        append_only.protect("usecases_usecaseevent"),
        migrations.RunSQL(GUARDS, UNDO),
    ]
