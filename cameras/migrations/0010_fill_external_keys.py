"""What is there gets a key after its name (API-7)."""

from collections import defaultdict
from typing import Any

from django.db import migrations

from portal.common.keyed import key_made


def fill(apps: Any, _editor: Any) -> None:
    for model, parent in (("Site", None), ("Camera", "site_id"), ("Profile", "site_id")):
        rows = apps.get_model("cameras", model).objects
        taken: dict[Any, set[str]] = defaultdict(set)
        for pk, name, place in rows.order_by("pk").values_list("pk", "name", parent or "key"):
            key = key_made(name, taken[place])
            taken[place].add(key)
            rows.filter(pk=pk).update(key=key)


class Migration(migrations.Migration):
    dependencies = [("cameras", "0009_external_keys")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
