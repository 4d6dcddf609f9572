"""Who handed an entry in cannot release it either, in the database as in the service."""

from django.db import migrations

FOUR_EYES = """
CREATE OR REPLACE FUNCTION register_release_four_eyes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    editor bigint;
    submission register_submission%ROWTYPE;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'Freigaben lassen sich nicht ändern oder löschen.' USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT last_edited_by_id INTO editor FROM register_entry WHERE id = NEW.entry_id;
    IF NEW.last_edited_by_id <> editor OR NEW.by_id = editor THEN
        RAISE EXCEPTION 'Wer zuletzt bearbeitet hat, kann nicht selbst freigeben.' USING ERRCODE = 'check_violation';
    END IF;
    SELECT * INTO submission FROM register_submission WHERE id = NEW.submission_id;
    IF submission.by_id = NEW.by_id THEN
        RAISE EXCEPTION 'Wer eingereicht hat, kann nicht selbst freigeben.' USING ERRCODE = 'check_violation';
    END IF;
    IF submission.entry_id <> NEW.entry_id OR submission.content_sha256 <> NEW.content_sha256
       OR submission.privacy_sha256 <> NEW.privacy_sha256 THEN
        RAISE EXCEPTION 'Die Freigabe passt nicht zu dem, was eingereicht ist.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""

BEFORE = """
CREATE OR REPLACE FUNCTION register_release_four_eyes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    editor bigint;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'Freigaben lassen sich nicht ändern oder löschen.' USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT last_edited_by_id INTO editor FROM register_entry WHERE id = NEW.entry_id;
    IF NEW.last_edited_by_id <> editor OR NEW.by_id = editor THEN
        RAISE EXCEPTION 'Wer zuletzt bearbeitet hat, kann nicht selbst freigeben.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("register", "0002_guards")]

    operations = [migrations.RunSQL(FOUR_EYES, BEFORE)]
