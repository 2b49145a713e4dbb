"""When an alarm's picture was removed, and how those that are due, or belong to no alarm, are found (SEC-7)."""

from django.db import migrations, models

KEPT = models.Q(media_removed_at=None)


class Migration(migrations.Migration):
    dependencies = [("analytics", "0013_alarm_desk")]

    operations = [
        migrations.AddField("alarm", "media_removed_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddIndex(
            "alarm", models.Index(condition=KEPT, fields=["site", "started_at"], name="alarm_media_by_age")
        ),
        migrations.AddIndex("alarm", models.Index(condition=KEPT, fields=["snapshot"], name="alarm_media_by_name")),
    ]
