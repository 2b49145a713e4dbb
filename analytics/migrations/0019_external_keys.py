"""Keys by which files name combined areas, public counters and floor plans (API-7)."""

from django.core.validators import RegexValidator
from django.db import migrations, models

from portal.common.keyed import PATTERN

MESSAGE = "A key has letters, digits, - and _, and begins with no mark."


def _key() -> models.CharField:
    rules = [RegexValidator(PATTERN, MESSAGE)]
    return models.CharField(blank=True, default="", editable=False, max_length=80, validators=rules, verbose_name="key")


def _one(name: str, condition: models.Q) -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=("site", "key"), condition=condition, name=name)


KEYED = ~models.Q(key="")


class Migration(migrations.Migration):
    dependencies = [("analytics", "0018_alarm_clip")]

    operations = [
        migrations.AddField("combinedarea", "key", _key()),
        migrations.AddField("publiccounter", "key", _key()),
        migrations.AddField("floorplan", "key", _key()),
        migrations.AddConstraint("combinedarea", _one("one_combined_area_of_a_key_per_site", KEYED)),
        migrations.AddConstraint(
            "publiccounter", _one("one_counter_of_a_key_per_site", models.Q(revoked_at=None) & KEYED)
        ),
        migrations.AddConstraint("floorplan", _one("one_plan_of_a_key_per_site", KEYED)),
    ]
