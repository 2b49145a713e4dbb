"""Days of counts, hours that wait to be packed, and the sums that a minute needs to add up (CNT-1)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("analytics", "0008_compliance"), ("cameras", "0005_site_blur_faces")]

    operations = [
        migrations.AddField("countminute", "count_ms", models.PositiveIntegerField(default=0)),
        migrations.AddField("countminute", "known_ms", models.PositiveIntegerField(default=0)),
        migrations.AddField("countminute", "limited", models.BooleanField(default=False)),
        migrations.CreateModel(
            name="CountCalendar",
            fields=[
                (
                    "camera",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="cameras.camera",
                    ),
                ),
                ("time_zone", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="CountDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "camera_id",
                        "area_number",
                        "day",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("area_number", models.PositiveSmallIntegerField()),
                ("day", models.DateField()),
                ("minimum", models.PositiveSmallIntegerField()),
                ("maximum", models.PositiveSmallIntegerField()),
                ("count_ms", models.PositiveBigIntegerField()),
                ("known_ms", models.PositiveIntegerField()),
                ("alarm_ms", models.PositiveIntegerField()),
                ("frames", models.PositiveIntegerField()),
                ("minutes", models.PositiveSmallIntegerField()),
                ("flags", models.PositiveSmallIntegerField()),
                ("slots", models.BinaryField()),
                (
                    "camera",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="days",
                        to="cameras.camera",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CountPending",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "camera_id", "hour", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("hour", models.DateTimeField()),
                ("marked_at", models.DateTimeField()),
                (
                    "camera",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="cameras.camera",
                    ),
                ),
            ],
        ),
    ]
