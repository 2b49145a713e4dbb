"""The first tables."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import cameras.models.site
import portal.common.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[("viewer", "Viewer"), ("operator", "Operator"), ("administrator", "Administrator")],
                        default="viewer",
                        max_length=16,
                        verbose_name="role",
                    ),
                ),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
                (
                    "time_zone",
                    models.CharField(
                        default="UTC",
                        max_length=64,
                        validators=[cameras.models.site.validate_time_zone],
                        verbose_name="time zone",
                    ),
                ),
                (
                    "members",
                    models.ManyToManyField(
                        related_name="sites", through="cameras.Membership", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("name",),
            },
        ),
        migrations.AddField(
            model_name="membership",
            name="site",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="cameras.site"),
        ),
        migrations.CreateModel(
            name="Camera",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "url",
                    models.CharField(
                        help_text="rtsp://…, http://… (MJPEG or JPEG), clip:file.mp4 or scene:?people=5",
                        max_length=500,
                        verbose_name="address",
                    ),
                ),
                ("username", portal.common.fields.EncryptedTextField(blank=True, default="", verbose_name="user name")),
                ("password", portal.common.fields.EncryptedTextField(blank=True, default="", verbose_name="password")),
                (
                    "transport",
                    models.CharField(
                        choices=[("tcp", "TCP"), ("udp", "UDP")], default="tcp", max_length=3, verbose_name="transport"
                    ),
                ),
                (
                    "fps",
                    models.FloatField(
                        default=5.0,
                        validators=[
                            django.core.validators.MinValueValidator(0.5),
                            django.core.validators.MaxValueValidator(30),
                        ],
                        verbose_name="analysed frames per second",
                    ),
                ),
                ("enabled", models.BooleanField(default=True, verbose_name="enabled")),
                (
                    "deactivation_s",
                    models.PositiveSmallIntegerField(
                        default=5,
                        validators=[
                            django.core.validators.MinValueValidator(5),
                            django.core.validators.MaxValueValidator(600),
                        ],
                        verbose_name="alarm deactivation time (s)",
                    ),
                ),
                ("privacy_zones", models.JSONField(blank=True, default=list, verbose_name="privacy zones")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="cameras", to="cameras.site"
                    ),
                ),
            ],
            options={
                "ordering": ("site__name", "name"),
            },
        ),
        migrations.CreateModel(
            name="Extension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("occupancy", "AI occupancy detection"), ("nonmask", "AI non-mask detection")],
                        default="occupancy",
                        max_length=10,
                    ),
                ),
                ("network", models.CharField(blank=True, default="", max_length=80, verbose_name="network")),
                ("settings", models.JSONField(default=dict)),
                ("version", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                (
                    "camera",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="extensions", to="cameras.camera"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("camera", "kind"), name="one_extension_of_a_kind_per_camera")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(fields=("site", "user"), name="one_role_per_site_and_user"),
        ),
        migrations.AddConstraint(
            model_name="camera",
            constraint=models.UniqueConstraint(fields=("site", "name"), name="one_camera_of_a_name_per_site"),
        ),
    ]
