"""The log of events, its head, and what it said last of each camera (API-6)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0015_combined_areas"),
        ("cameras", "0006_site_media_days"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            "EventHead",
            [
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("number", models.BigIntegerField(default=0)),
                ("removed", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            "CameraTold",
            [
                (
                    "camera",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="told",
                        serialize=False,
                        to="cameras.camera",
                    ),
                ),
                ("site", models.BigIntegerField(null=True)),
                ("status", models.CharField(blank=True, default="", max_length=20)),
                ("version", models.BigIntegerField(default=-1)),
                ("names", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            "Event",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField(editable=False, null=True, unique=True)),
                ("type", models.CharField(max_length=24)),
                ("at", models.DateTimeField()),
                ("camera", models.BigIntegerField(null=True)),
                ("alarm", models.UUIDField(null=True)),
                ("origin", models.CharField(blank=True, default="", max_length=40)),
                ("data", models.JSONField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="cameras.site",
                    ),
                ),
            ],
            options={
                "ordering": ("number",),
                "indexes": [
                    models.Index(condition=models.Q(("number", None)), fields=["id"], name="event_to_number"),
                    models.Index(
                        condition=models.Q(("alarm__isnull", False)), fields=["alarm", "number"], name="event_of_alarm"
                    ),
                ],
            },
        ),
    ]
