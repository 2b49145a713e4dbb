"""The entries of the audit log as django-auditlog kept them until now go into our own table."""

from django.db import migrations

SHARED = (
    "content_type_id, object_pk, object_id, object_repr, serialized_data, action, changes_text, changes, actor_id, cid, "
    "remote_addr, remote_port, timestamp, additional_data, actor_email"
)
NAME = "COALESCE((SELECT username FROM accounts_user WHERE accounts_user.id = old.actor_id), '')"


# What is put together are constants of this file.
TAKE_OVER = (
    f"INSERT INTO common_auditentry ({SHARED}, actor_name)"  # noqa: S608
    f" SELECT {SHARED}, {NAME} FROM auditlog_logentry AS old ORDER BY id"
)
# There an entry without a thing that it is about cannot be.
GIVE_BACK = (
    f"INSERT INTO auditlog_logentry ({SHARED})"  # noqa: S608
    f" SELECT {SHARED} FROM common_auditentry WHERE content_type_id IS NOT NULL ORDER BY id"
)


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0001_audit_entries"),
        ("auditlog", "0017_add_actor_email"),
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(TAKE_OVER, GIVE_BACK),
        migrations.RunSQL("DELETE FROM auditlog_logentry", migrations.RunSQL.noop),
    ]
