"""Destinations that are there get a key after their name (API-7)."""

from collections import defaultdict
from typing import Any

from django.db import migrations

from portal.common.keyed import key_made


def fill(apps: Any, _editor: Any) -> None:
    rows = apps.get_model("notifications", "Destination").objects
    taken: dict[int, set[str]] = defaultdict(set)
    for pk, name, site_id in rows.order_by("pk").values_list("pk", "name", "site_id"):
        key = key_made(name, taken[site_id])
        taken[site_id].add(key)
        rows.filter(pk=pk).update(key=key)


class Migration(migrations.Migration):
    dependencies = [("notifications", "0004_destination_key")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
