"""What the database itself refuses: a second way to publish, a changed past, a release by the last editor."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION register_publication_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND current_setting('offenlage.redact', true) = OLD.id::text
       AND NEW.document = ''
       AND (to_jsonb(NEW) - 'document') = (to_jsonb(OLD) - 'document') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'Veröffentlichungen lassen sich nicht ändern oder löschen.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only_register_publication_guard BEFORE UPDATE OR DELETE ON register_publication
    FOR EACH ROW EXECUTE FUNCTION register_publication_guard();
CREATE TRIGGER append_only_register_publication_truncate BEFORE TRUNCATE ON register_publication
    FOR EACH STATEMENT EXECUTE FUNCTION offenlage_append_only();

CREATE FUNCTION register_publication_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    log register_publicationlog%ROWTYPE;
BEGIN
    SELECT * INTO log FROM register_publicationlog WHERE municipality_id = NEW.municipality_id;
    IF log IS NULL OR NEW.seq <> log.seq + 1 OR NEW.previous_sha256 <> log.head THEN
        RAISE EXCEPTION 'Die Veröffentlichung schließt nicht an die vorige an.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM register_entry e WHERE e.id = NEW.entry_id AND e.municipality_id = NEW.municipality_id) THEN
        RAISE EXCEPTION 'Der Eintrag gehört zu einer anderen Kommune.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.release_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM register_release r WHERE r.id = NEW.release_id AND r.entry_id = NEW.entry_id) THEN
        RAISE EXCEPTION 'Die Freigabe gehört zu einem anderen Eintrag.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER register_publication_follows BEFORE INSERT ON register_publication
    FOR EACH ROW EXECUTE FUNCTION register_publication_follows();

CREATE FUNCTION register_release_four_eyes() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER append_only_register_release_four_eyes BEFORE INSERT OR UPDATE OR DELETE ON register_release
    FOR EACH ROW EXECUTE FUNCTION register_release_four_eyes();

CREATE FUNCTION register_opinion_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Stellungnahmen lassen sich nicht ändern oder löschen.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only_register_opinion_fixed BEFORE UPDATE OR DELETE ON register_opinion
    FOR EACH ROW EXECUTE FUNCTION register_opinion_fixed();
"""

REMOVE = """
DROP TRIGGER append_only_register_publication_guard ON register_publication;
DROP TRIGGER append_only_register_publication_truncate ON register_publication;
DROP TRIGGER register_publication_follows ON register_publication;
DROP TRIGGER append_only_register_release_four_eyes ON register_release;
DROP TRIGGER append_only_register_opinion_fixed ON register_opinion;
DROP FUNCTION register_publication_guard();
DROP FUNCTION register_publication_follows();
DROP FUNCTION register_release_four_eyes();
DROP FUNCTION register_opinion_fixed();
"""


class Migration(migrations.Migration):
    dependencies = [("register", "0001_initial"), ("core", "0002_append_only")]

    operations = [migrations.RunSQL(GUARDS, REMOVE)]
