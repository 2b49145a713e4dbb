"""Keys by which files name sites, cameras and profiles (API-7)."""

from django.core.validators import RegexValidator
from django.db import migrations, models

from portal.common.keyed import PATTERN

MESSAGE = "A key has letters, digits, - and _, and begins with no mark."


def _key() -> models.CharField:
    rules = [RegexValidator(PATTERN, MESSAGE)]
    return models.CharField(blank=True, default="", editable=False, max_length=80, validators=rules, verbose_name="key")


def _one(name: str, *fields: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=fields, condition=~models.Q(key=""), name=name)


class Migration(migrations.Migration):
    dependencies = [("cameras", "0008_site_keep_clips")]

    operations = [
        migrations.AddField("site", "key", _key()),
        migrations.AddField("camera", "key", _key()),
        migrations.AddField("profile", "key", _key()),
        migrations.AddConstraint("site", _one("one_site_of_a_key", "key")),
        migrations.AddConstraint("camera", _one("one_camera_of_a_key_per_site", "site", "key")),
        migrations.AddConstraint("profile", _one("one_profile_of_a_key_per_site", "site", "key")),
    ]
