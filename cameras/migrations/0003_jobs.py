"""Work on many cameras at once (EXT-1)."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

KINDS = [
    ("install", "Install"),
    ("uninstall", "Uninstall"),
    ("network", "Change network"),
    ("profile", "Put profile on cameras"),
    ("copy", "Copy settings"),
    ("schedule", "Copy schedule"),
    ("settings", "Settings from a table"),
]
STATES = [
    ("waiting", "Waiting"),
    ("running", "Running"),
    ("done", "Done"),
    ("failed", "Failed"),
    ("skipped", "Nothing to do"),
    ("cancelled", "Cancelled"),
]


def _person() -> models.ForeignKey:
    return models.ForeignKey(
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.SET_NULL,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("cameras", "0002_settings_tabs_and_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=KINDS, max_length=10)),
                ("order", models.JSONField()),
                ("about", models.CharField(blank=True, default="", max_length=80)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="ordered")),
                ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="begun")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                ("owner", models.CharField(blank=True, default="", editable=False, max_length=32)),
                ("owner_until", models.DateTimeField(blank=True, editable=False, null=True)),
                ("made_by", _person()),
            ],
            options={
                "ordering": ("-made_at", "-id"),
                "indexes": [
                    models.Index(fields=("-made_at", "-id"), name="job_made"),
                    models.Index(fields=("owner_until",), condition=models.Q(ended_at=None), name="job_open"),
                ],
            },
        ),
        migrations.CreateModel(
            name="JobItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveIntegerField()),
                ("camera_name", models.CharField(max_length=80)),
                ("state", models.CharField(choices=STATES, default="waiting", max_length=10)),
                ("reason", models.TextField(blank=True, default="", verbose_name="reason")),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="begun")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                (
                    "camera",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cameras.camera",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="cameras.job"
                    ),
                ),
                ("made_by", _person()),
                (
                    "site",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cameras.site"),
                ),
            ],
            options={
                "ordering": ("position",),
                "constraints": [
                    models.UniqueConstraint(fields=("job", "position"), name="one_item_per_job_and_position")
                ],
                "indexes": [
                    models.Index(fields=("job", "state"), name="job_item_state"),
                    models.Index(fields=("site", "job"), name="job_item_site"),
                ],
            },
        ),
    ]
