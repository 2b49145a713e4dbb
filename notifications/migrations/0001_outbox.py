"""Whom we tell, and the outbox: notifications with their attempts (SPEC 7; DESIGN 6)."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import portal.common.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("analytics", "0003_scene"),
        ("cameras", "0003_jobs"),
    ]

    operations = [
        migrations.CreateModel(
            name="Destination",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20, verbose_name="kind")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="order")),
                ("enabled", models.BooleanField(default=True, verbose_name="enabled")),
                ("config", models.JSONField(default=dict)),
                ("secrets", portal.common.fields.EncryptedTextField(blank=True, default="", editable=False)),
                ("events", models.JSONField(default=list, verbose_name="events")),
                ("simulated", models.BooleanField(default=True, verbose_name="alarms of simulated cameras")),
                (
                    "expiry_s",
                    models.PositiveIntegerField(
                        default=86400,
                        validators=[
                            django.core.validators.MinValueValidator(60),
                            django.core.validators.MaxValueValidator(604800),
                        ],
                        verbose_name="expiry (s)",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("retired_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("owner", models.CharField(blank=True, default="", editable=False, max_length=32)),
                ("owner_until", models.DateTimeField(blank=True, editable=False, null=True)),
                ("failures", models.PositiveIntegerField(default=0, editable=False)),
                ("next_try_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "last_sent_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="last success"),
                ),
                (
                    "last_failed_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="last failure"),
                ),
                ("last_error", models.TextField(blank=True, default="", editable=False, verbose_name="reason")),
                (
                    "disabled_reason",
                    models.TextField(blank=True, default="", editable=False, verbose_name="switched off because"),
                ),
                (
                    "camera",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="destinations",
                        to="cameras.camera",
                        verbose_name="camera",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="destinations", to="cameras.site"
                    ),
                ),
            ],
            options={
                "ordering": ("site__name", "position", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
                ("id", models.UUIDField(editable=False, unique=True)),
                (
                    "event",
                    models.CharField(
                        choices=[
                            ("started", "Alarm started"),
                            ("repeated", "Alarm repeated"),
                            ("ended", "Alarm ended"),
                            ("acknowledged", "Alarm acknowledged"),
                        ],
                        max_length=12,
                        verbose_name="event",
                    ),
                ),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("lane", models.CharField(max_length=60)),
                ("record", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                            ("expired", "Expired"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("reason", models.TextField(blank=True, default="", verbose_name="reason")),
                ("tries", models.PositiveIntegerField(default=0)),
                ("queued_at", models.DateTimeField(verbose_name="queued")),
                ("next_try_at", models.DateTimeField(verbose_name="next try")),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                ("confirmed", models.BooleanField(default=False, verbose_name="confirmed")),
                (
                    "alarm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notifications", to="analytics.alarm"
                    ),
                ),
                (
                    "destination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notifications",
                        to="notifications.destination",
                    ),
                ),
            ],
            options={
                "ordering": ("-number",),
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="time")),
                ("duration_ms", models.PositiveIntegerField(verbose_name="duration (ms)")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("sent", "Sent"), ("temporary", "To be tried again"), ("permanent", "Failed")],
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("reason", models.TextField(blank=True, default="", verbose_name="reason")),
                ("sent", models.TextField(blank=True, default="", verbose_name="sent")),
                ("answer", models.TextField(blank=True, default="", verbose_name="answer")),
                (
                    "notification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attempts",
                        to="notifications.notification",
                    ),
                ),
            ],
            options={
                "ordering": ("-pk",),
            },
        ),
        migrations.AddConstraint(
            model_name="destination",
            constraint=models.UniqueConstraint(
                condition=models.Q(("retired_at", None)),
                fields=("site", "name"),
                name="one_destination_of_a_name_per_site",
                violation_error_message="The site has a destination of this name already.",
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["destination", "tries", "number"],
                name="notification_due",
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["destination", "lane", "number"],
                name="notification_lane",
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["expires_at"], name="notification_expiry"
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(fields=["destination", "-number"], name="notification_history"),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(fields=["ended_at"], name="notification_ended"),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(fields=["at"], name="attempt_at"),
        ),
    ]
