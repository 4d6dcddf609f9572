"""Tables that only grow. A room asks for it in a migration: operations = [append_only.protect("table")]."""

from django.db import migrations

# Names start with this, so that the tests can find and pause them while they empty the database.
TRIGGER_PREFIX = "append_only"

FUNCTION_SQL = """
CREATE OR REPLACE FUNCTION offenlage_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Die Tabelle % ist nur zum Anfügen da. Ändern und Löschen ist gesperrt.', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
"""


def create_function() -> migrations.RunSQL:
    return migrations.RunSQL(FUNCTION_SQL, "DROP FUNCTION IF EXISTS offenlage_append_only()")


def protect(table: str, *, rows: str = "UPDATE OR DELETE") -> migrations.RunSQL:
    """Forbid `rows` (UPDATE, DELETE or both) and TRUNCATE on the table."""
    for_rows, for_table = f"{TRIGGER_PREFIX}_{table}_rows", f"{TRIGGER_PREFIX}_{table}_truncate"
    return migrations.RunSQL(
        f"""
        CREATE TRIGGER {for_rows} BEFORE {rows} ON {table}
            FOR EACH ROW EXECUTE FUNCTION offenlage_append_only();
        CREATE TRIGGER {for_table} BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION offenlage_append_only();
        """,
        f"DROP TRIGGER {for_rows} ON {table}; DROP TRIGGER {for_table} ON {table};",
    )
