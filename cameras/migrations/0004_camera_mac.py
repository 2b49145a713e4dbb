"""The MAC address of a camera's device, by which messages name it (WIRE 1)."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cameras", "0003_jobs")]

    operations = [
        migrations.AddField(
            model_name="camera",
            name="mac",
            field=models.CharField(
                blank=True,
                db_index=True,
                default="",
                help_text="of the device, 12 lower-case hexadecimal digits; blank: unknown (WIRE 1)",
                max_length=12,
                validators=[django.core.validators.RegexValidator("\\A[0-9a-f]{12}\\Z")],
                verbose_name="MAC address",
            ),
        )
    ]
