"""The first tables."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cameras", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CameraLease",
            fields=[
                (
                    "camera",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="lease",
                        serialize=False,
                        to="cameras.camera",
                    ),
                ),
                ("epoch", models.BigIntegerField()),
                ("owner", models.CharField(max_length=120)),
                ("taken_at", models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name="Alarm",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("camera_name", models.CharField(max_length=80)),
                (
                    "extension",
                    models.CharField(
                        choices=[("occupancy", "AI occupancy detection"), ("nonmask", "AI non-mask detection")],
                        default="occupancy",
                        max_length=10,
                    ),
                ),
                ("area_number", models.PositiveSmallIntegerField()),
                ("area_name", models.CharField(max_length=20)),
                ("count", models.PositiveSmallIntegerField(verbose_name="count")),
                ("threshold", models.PositiveSmallIntegerField(verbose_name="threshold")),
                ("started_at", models.DateTimeField(verbose_name="started")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                ("end_reason", models.CharField(blank=True, default="", max_length=20, verbose_name="reason")),
                ("notified_count", models.PositiveIntegerField(default=0)),
                ("last_notified_at", models.DateTimeField(blank=True, null=True)),
                ("withheld", models.BooleanField(default=False)),
                ("snapshot", models.FileField(blank=True, upload_to="alarms/%Y/%m/%d/")),
                ("overlay", models.JSONField(blank=True, default=dict)),
                ("simulated", models.BooleanField(default=False)),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True, verbose_name="acknowledged")),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "camera",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="alarms",
                        to="cameras.camera",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="alarms", to="cameras.site"
                    ),
                ),
            ],
            options={
                "ordering": ("-started_at", "-id"),
                "indexes": [
                    models.Index(fields=["site", "-started_at"], name="alarm_site_started"),
                    models.Index(
                        condition=models.Q(("ended_at", None)), fields=["camera", "area_number"], name="alarm_open"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChangeLog",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("area_number", models.PositiveSmallIntegerField()),
                ("hour", models.DateTimeField()),
                ("data", models.BinaryField()),
                (
                    "camera",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="cameras.camera"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["hour"], name="change_log_hour")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("camera", "area_number", "hour"), name="one_change_log_per_area_and_hour"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CountMinute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("area_number", models.PositiveSmallIntegerField()),
                ("minute", models.DateTimeField()),
                ("minimum", models.PositiveSmallIntegerField()),
                ("maximum", models.PositiveSmallIntegerField()),
                ("mean", models.FloatField()),
                ("last", models.PositiveSmallIntegerField()),
                ("alarm_s", models.FloatField(default=0)),
                ("frames", models.PositiveIntegerField(default=0)),
                ("parts", models.JSONField(default=dict)),
                (
                    "camera",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="minutes", to="cameras.camera"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["minute"], name="count_minute")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("camera", "area_number", "minute"), name="one_row_per_area_and_minute"
                    )
                ],
            },
        ),
    ]
