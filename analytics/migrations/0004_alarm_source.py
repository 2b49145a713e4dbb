"""Who told of an alarm, and whether it is a test (OUT-9, OUT-10)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("analytics", "0003_scene")]

    operations = [
        migrations.AddField("alarm", "timer_id", models.UUIDField(blank=True, editable=False, null=True, unique=True)),
        migrations.AddField(
            "alarm",
            "source",
            models.CharField(
                choices=[("portal", "The portal"), ("camera", "The camera"), ("both", "The portal and the camera")],
                default="portal",
                max_length=8,
                verbose_name="source",
            ),
        ),
        migrations.AddField("alarm", "received_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("alarm", "test", models.BooleanField(default=False, verbose_name="test")),
    ]
