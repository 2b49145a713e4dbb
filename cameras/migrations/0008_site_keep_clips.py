"""Whether the clips of a site's alarms are kept (OPR-3)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cameras", "0007_group_roles")]

    operations = [
        migrations.AddField(
            "site",
            "keep_clips",
            models.BooleanField(
                default=True,
                help_text="Five seconds before the start of every alarm to five seconds after it.",
                verbose_name="keep clips of alarms",
            ),
        )
    ]
