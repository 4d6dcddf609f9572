from django.db import migrations

from core import append_only

# Art. 17 DSGVO: the name of the acting person may go, all of it at once; nothing else may change.
ERASURE_ONLY = """
CREATE FUNCTION core_auditactor_erasure_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.record_id = OLD.record_id AND NEW.user_id IS NULL AND NEW.name IS NULL AND NEW.salt IS NULL THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Angaben zur handelnden Person lassen sich nur löschen, nicht ändern.'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only_core_auditactor_erasure BEFORE UPDATE ON core_auditactor
    FOR EACH ROW EXECUTE FUNCTION core_auditactor_erasure_only();
"""
ERASURE_ONLY_BACK = """
DROP TRIGGER append_only_core_auditactor_erasure ON core_auditactor;
DROP FUNCTION core_auditactor_erasure_only();
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        append_only.create_function(),
        append_only.protect("core_auditrecord"),
        append_only.protect("core_auditcheckpoint"),
        append_only.protect("core_auditactor", rows="DELETE"),
        append_only.protect("core_auditstream", rows="DELETE"),
        migrations.RunSQL(ERASURE_ONLY, ERASURE_ONLY_BACK),
    ]
