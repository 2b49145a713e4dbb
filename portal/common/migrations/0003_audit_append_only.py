"""From here on the database itself refuses to change or remove what the audit log holds."""

from django.db import migrations

from portal.common.append_only import close_table, open_table


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0002_audit_entries_kept"),
    ]

    operations = [
        migrations.RunPython(
            lambda _apps, schema_editor: close_table(schema_editor.connection, "common_auditentry"),
            lambda _apps, schema_editor: open_table(schema_editor.connection, "common_auditentry"),
        )
    ]
