"""What an alarm is called in the system through which it was acknowledged (API-8)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("analytics", "0016_events")]

    operations = [
        migrations.AddField("alarm", "origin", models.CharField(blank=True, default="", max_length=40)),
        migrations.AddField("alarm", "external_ref", models.CharField(blank=True, default="", max_length=80)),
        migrations.AddConstraint(
            "alarm",
            models.UniqueConstraint(
                condition=models.Q(("external_ref", ""), _negated=True),
                fields=("site", "origin", "external_ref"),
                name="one_alarm_of_a_reference",
            ),
        ),
    ]
