"""What is there gets a key after its name (API-7)."""

from collections import defaultdict
from typing import Any

from django.db import migrations

from portal.common.keyed import key_made


def fill(apps: Any, _editor: Any) -> None:
    for model in ("CombinedArea", "PublicCounter", "FloorPlan"):
        rows = apps.get_model("analytics", model).objects
        taken: dict[int, set[str]] = defaultdict(set)
        for pk, name, site_id in rows.order_by("pk").values_list("pk", "name", "site_id"):
            key = key_made(name, taken[site_id])
            taken[site_id].add(key)
            rows.filter(pk=pk).update(key=key)


class Migration(migrations.Migration):
    dependencies = [("analytics", "0019_external_keys")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
