"""The emptied table of django-auditlog refers to nothing any more: PostgreSQL would not empty what it refers to."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = "auditlog_logentry"


def free(_apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Remove its foreign keys; on SQLite they hold on to nothing."""
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass", [TABLE])
        for (name,) in cursor.fetchall():
            schema_editor.execute(f"ALTER TABLE {TABLE} DROP CONSTRAINT {schema_editor.quote_name(name)}")


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0004_idempotent_requests"),
    ]

    operations = [migrations.RunPython(free, migrations.RunPython.noop)]
