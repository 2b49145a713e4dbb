"""For how long the pictures of a site's alarms are kept (SEC-7)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cameras", "0005_site_blur_faces")]

    operations = [
        migrations.AddField(
            "site",
            "media_days",
            models.PositiveSmallIntegerField(
                default=30,
                validators=[MinValueValidator(1), MaxValueValidator(732)],
                verbose_name="days for which pictures of alarms are kept",
            ),
        )
    ]
