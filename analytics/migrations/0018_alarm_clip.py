"""The clip of an alarm, and how its alarms and those whose files belong to nobody are found (OPR-3, SEC-7)."""

from django.db import migrations, models

KEPT = models.Q(media_removed_at=None)


class Migration(migrations.Migration):
    dependencies = [("analytics", "0017_alarm_external_ref")]

    operations = [
        migrations.AddField("alarm", "recording", models.UUIDField(blank=True, editable=False, null=True)),
        migrations.AddField("alarm", "clip", models.FileField(blank=True, upload_to="alarms/%Y/%m/%d/")),
        migrations.AddField("alarm", "clip_scenes", models.FileField(blank=True, upload_to="alarms/%Y/%m/%d/")),
        migrations.AddField("alarm", "clip_whole", models.BooleanField(default=False)),
        migrations.AddIndex(
            "alarm",
            models.Index(condition=models.Q(recording__isnull=False), fields=["recording"], name="alarm_recording"),
        ),
        migrations.AddIndex(
            "alarm",
            models.Index(condition=KEPT & ~models.Q(clip=""), fields=["clip"], name="alarm_clip_by_name"),
        ),
        migrations.AddIndex(
            "alarm",
            models.Index(
                condition=KEPT & ~models.Q(clip_scenes=""), fields=["clip_scenes"], name="alarm_scenes_by_name"
            ),
        ),
    ]
