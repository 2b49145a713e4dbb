"""People with and without a mask by the minute (MASK-9)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("analytics", "0007_received_mask_causes"), ("cameras", "0005_site_blur_faces")]

    operations = [
        migrations.CreateModel(
            name="ComplianceMinute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("minute", models.DateTimeField()),
                ("seen", models.PositiveIntegerField()),
                ("mask", models.PositiveIntegerField()),
                ("no_mask", models.PositiveIntegerField()),
                ("not_judged", models.PositiveIntegerField()),
                ("frames", models.PositiveIntegerField(default=0)),
                ("parts", models.JSONField(default=dict)),
                (
                    "camera",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="compliance", to="cameras.camera"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["minute"], name="compliance_minute")],
                "constraints": [models.UniqueConstraint(fields=("camera", "minute"), name="one_compliance_per_minute")],
            },
        )
    ]
