"""Alarms of which nobody said how many there were: a camera's own word need not hold a count (OUT-10)."""

from django.db import migrations, models


def to_zero(apps, _schema_editor):
    """On the way back: the older tables know no unknown."""
    alarms = apps.get_model("analytics", "Alarm").objects
    for name in ("count", "threshold"):
        alarms.filter(**{name: None}).update(**{name: 0})


class Migration(migrations.Migration):
    dependencies = [("analytics", "0004_alarm_source")]

    operations = [
        migrations.AlterField(
            "alarm", "count", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="count")
        ),
        migrations.AlterField(
            "alarm", "threshold", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="threshold")
        ),
        migrations.RunPython(migrations.RunPython.noop, to_zero),
    ]
