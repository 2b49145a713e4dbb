"""Scene advice with its times, and the view that each camera is compared with (CAM-8)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0002_alarm_cause"),
        ("cameras", "0002_settings_tabs_and_versions"),
    ]

    operations = [
        migrations.CreateModel(
            name="CameraView",
            fields=[
                (
                    "camera",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="view",
                        serialize=False,
                        to="cameras.camera",
                    ),
                ),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("colour", models.BinaryField(default=bytes)),
                ("monochrome", models.BinaryField(default=bytes)),
            ],
        ),
        migrations.CreateModel(
            name="SceneEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "advice",
                    models.CharField(
                        choices=[
                            ("dark", "Too dark"),
                            ("washed_out", "Washed out"),
                            ("blurred", "Out of focus"),
                            ("moved", "Moved"),
                            ("shaking", "Shaking"),
                            ("small", "People too small"),
                            ("close", "Too close"),
                            ("crowded", "Too many objects"),
                            ("tilted", "Tilted"),
                        ],
                        max_length=12,
                        verbose_name="advice",
                    ),
                ),
                ("began_at", models.DateTimeField(verbose_name="began")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                ("value", models.FloatField(blank=True, null=True)),
                (
                    "camera",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="scene_events", to="cameras.camera"
                    ),
                ),
            ],
            options={
                "ordering": ("-began_at", "-id"),
                "indexes": [models.Index(fields=["camera", "-began_at"], name="scene_event_began")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("camera", "advice"),
                        name="one_open_advice_of_a_kind",
                    )
                ],
            },
        ),
    ]
