from django.db import migrations

CONSULTATION = """
CREATE FUNCTION compliance_legal_consultation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.approves AND EXISTS (
        SELECT 1 FROM compliance_legaldocumentversion v JOIN compliance_legaldocument d ON d.id = v.document_id
        WHERE v.id = NEW.version_id AND d.kind = 'dpia'
        AND jsonb_path_exists(v.content, '$.sections[*].fields[*] ? (@.key == "residual_risk" && @.value == "high")')
        AND NOT jsonb_path_exists(v.content, '$.sections[*].fields[*] ? (@.key == "consultation" && @.value == "answered")')
    ) THEN
        RAISE EXCEPTION 'Bei hohem Risiko antwortet zuerst die Aufsichtsbehörde (Art. 36 Abs. 1 DSGVO).'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER compliance_legal_consultation BEFORE INSERT ON compliance_legaldecision
    FOR EACH ROW EXECUTE FUNCTION compliance_legal_consultation();
"""
WITHOUT = """
DROP TRIGGER compliance_legal_consultation ON compliance_legaldecision;
DROP FUNCTION compliance_legal_consultation();
"""


class Migration(migrations.Migration):
    """A DSFA with a high residual risk is approved only after the supervisory authority has answered."""

    dependencies = [("compliance", "0013_activity_taken_from")]

    operations = [migrations.RunSQL(CONSULTATION, WITHOUT)]
