"""The key by which files name a destination (API-7)."""

from django.core.validators import RegexValidator
from django.db import migrations, models

from portal.common.keyed import PATTERN

MESSAGE = "A key has letters, digits, - and _, and begins with no mark."


class Migration(migrations.Migration):
    dependencies = [("cameras", "0010_fill_external_keys"), ("notifications", "0003_escalation")]

    operations = [
        migrations.AddField(
            "destination",
            "key",
            models.CharField(
                blank=True,
                default="",
                editable=False,
                max_length=80,
                validators=[RegexValidator(PATTERN, MESSAGE)],
                verbose_name="key",
            ),
        ),
        migrations.AddConstraint(
            "destination",
            models.UniqueConstraint(
                fields=("site", "key"),
                condition=models.Q(retired_at=None) & ~models.Q(key=""),
                name="one_destination_of_a_key_per_site",
            ),
        ),
    ]
