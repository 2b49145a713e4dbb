"""The long store of counts: an area's hour in a row, on PostgreSQL partitioned by month (docs/adr/0015)."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def create(apps: Any, schema_editor: Any) -> None:
    """As Django would; PostgreSQL is told by what to partition."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.sql_create_table += " PARTITION BY RANGE (hour)"
    schema_editor.create_model(apps.get_model("analytics", "CountHour"))


def remove(apps: Any, schema_editor: Any) -> None:
    """Its partitions go with it."""
    schema_editor.delete_model(apps.get_model("analytics", "CountHour"))


class Migration(migrations.Migration):
    dependencies = [("analytics", "0009_rollups")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="CountHour",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "camera_id",
                                "area_number",
                                "hour",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("area_number", models.PositiveSmallIntegerField()),
                        ("hour", models.DateTimeField()),
                        ("slots", models.BinaryField()),
                        (
                            "camera",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="hours",
                                to="cameras.camera",
                            ),
                        ),
                    ],
                )
            ]
        ),
        migrations.RunPython(create, remove),
    ]
