"""Alarms of people without a mask: whose face it is, and a cause of their own (MASK-7)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("analytics", "0005_alarm_count_unknown")]

    operations = [
        migrations.AddField("alarm", "face", models.PositiveIntegerField(blank=True, editable=False, null=True)),
        migrations.AlterField(
            "alarm",
            "cause",
            models.CharField(
                choices=[
                    ("threshold", "Count threshold reached"),
                    ("minimum", "Fewer than the minimum"),
                    ("no_mask", "No mask worn"),
                ],
                default="threshold",
                max_length=10,
                verbose_name="cause",
            ),
        ),
    ]
