"""Minutes from before the roll-ups: their sums come out of their parts, and their hours wait to be packed."""

from datetime import UTC, datetime
from typing import Any

from django.db import migrations

ROWS_A_STEP = 2_000


def fill(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001 (Django calls it so)
    minutes = apps.get_model("analytics", "CountMinute").objects
    hours = set()
    rows = []
    for row in minutes.order_by("pk").iterator(chunk_size=ROWS_A_STEP):
        row.count_ms = sum(part["count_ms"] for part in row.parts.values())
        row.known_ms = sum(part["known_ms"] for part in row.parts.values())
        hours.add((row.camera_id, row.minute.replace(minute=0)))
        rows.append(row)
        if len(rows) == ROWS_A_STEP:
            minutes.bulk_update(rows, ["count_ms", "known_ms"])
            rows.clear()
    minutes.bulk_update(rows, ["count_ms", "known_ms"])
    pending, now = apps.get_model("analytics", "CountPending"), datetime.now(UTC)
    waiting = [pending(camera_id=camera_id, hour=hour, marked_at=now) for camera_id, hour in sorted(hours)]
    pending.objects.bulk_create(waiting, batch_size=ROWS_A_STEP, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("analytics", "0010_packed_hours")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
