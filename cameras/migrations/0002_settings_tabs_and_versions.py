"""Rotation of the picture; schedule, secrets and history of settings; profiles (CAM-4, EXT-4, EXT-5)."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import cameras.models.extension
import portal.common.fields


class Migration(migrations.Migration):
    dependencies = [
        ("cameras", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="camera",
            name="rotation",
            field=models.PositiveSmallIntegerField(
                choices=[(0, "0°"), (90, "90° clockwise"), (180, "180°"), (270, "270° clockwise")],
                default=0,
                verbose_name="image rotation",
            ),
        ),
        migrations.AddField(
            model_name="extension",
            name="schedule",
            field=models.JSONField(default=cameras.models.extension.always_on, verbose_name="operation schedule"),
        ),
        migrations.AddField(
            model_name="extension",
            name="secrets",
            field=portal.common.fields.EncryptedTextField(blank=True, default="", editable=False),
        ),
        migrations.CreateModel(
            name="Profile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("occupancy", "AI occupancy detection"), ("nonmask", "AI non-mask detection")],
                        default="occupancy",
                        max_length=10,
                    ),
                ),
                ("tabs", models.JSONField(verbose_name="tabs")),
                ("settings", models.JSONField()),
                ("aspect", models.FloatField(blank=True, null=True)),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="made")),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="profiles", to="cameras.site"
                    ),
                ),
            ],
            options={
                "ordering": ("name",),
                "constraints": [
                    models.UniqueConstraint(fields=("site", "name"), name="one_profile_of_a_name_per_site")
                ],
            },
        ),
        migrations.CreateModel(
            name="SettingsVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("settings", models.JSONField()),
                ("schedule", models.JSONField()),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="changed")),
                ("reason", models.CharField(blank=True, default="", max_length=200, verbose_name="reason")),
                (
                    "extension",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="cameras.extension"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-number",),
                "constraints": [
                    models.UniqueConstraint(fields=("extension", "number"), name="one_row_per_settings_version")
                ],
            },
        ),
    ]
