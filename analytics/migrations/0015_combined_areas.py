"""Several areas that are counted, and alarm, as one (DASH-6); alarms and public counters can be of one."""

import django.db.models.deletion
from django.db import migrations, models

SET_NULL = django.db.models.deletion.SET_NULL
CASCADE = django.db.models.deletion.CASCADE
TAKEN = "The site has a combined area of this name already."


class Migration(migrations.Migration):
    dependencies = [("analytics", "0014_alarm_media_removed"), ("cameras", "0006_site_media_days")]

    operations = [
        migrations.CreateModel(
            name="CombinedArea",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=20, verbose_name="name")),
                ("settings", models.JSONField(default=dict)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                ("site", models.ForeignKey(on_delete=CASCADE, related_name="combined_areas", to="cameras.site")),
            ],
            options={"ordering": ("site__name", "name", "pk")},
        ),
        migrations.AddConstraint(
            "combinedarea",
            models.UniqueConstraint(
                fields=("site", "name"),
                name="one_combined_area_of_a_name_per_site",
                violation_error_message=TAKEN,
            ),
        ),
        migrations.CreateModel(
            name="CombinedPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("area_number", models.PositiveSmallIntegerField()),
                (
                    "camera",
                    models.ForeignKey(null=True, on_delete=SET_NULL, related_name="+", to="cameras.camera"),
                ),
                (
                    "combined",
                    models.ForeignKey(on_delete=CASCADE, related_name="parts", to="analytics.combinedarea"),
                ),
            ],
            options={"ordering": ("camera", "area_number")},
        ),
        migrations.AddConstraint(
            "combinedpart",
            models.UniqueConstraint(fields=("combined", "camera", "area_number"), name="one_part_once_in_a_combined"),
        ),
        migrations.CreateModel(
            name="CombinedTimer",
            fields=[
                (
                    "combined",
                    models.OneToOneField(
                        on_delete=CASCADE,
                        primary_key=True,
                        related_name="timer",
                        serialize=False,
                        to="analytics.combinedarea",
                    ),
                ),
                ("epoch", models.BigIntegerField()),
                ("us", models.BigIntegerField()),
                ("state", models.JSONField()),
            ],
        ),
        migrations.AddField(
            "alarm",
            "combined",
            models.ForeignKey(
                blank=True, null=True, on_delete=SET_NULL, related_name="alarms", to="analytics.combinedarea"
            ),
        ),
        migrations.AddField(
            "publiccounterarea",
            "combined",
            models.ForeignKey(null=True, on_delete=SET_NULL, related_name="+", to="analytics.combinedarea"),
        ),
    ]
