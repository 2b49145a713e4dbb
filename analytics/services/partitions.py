"""The months of packed hours on PostgreSQL: made when the first hour of a month comes, dropped when the last has gone.

Elsewhere there are none, and nothing is done. Months are those of UTC, as the hours are.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from django.db import connection

_TABLE = "analytics_counthour"


def months_ensure(hours: Iterable[datetime]) -> None:
    """Make the partitions that these hours go into."""
    if connection.vendor != "postgresql":
        return
    months = {hour.astimezone(UTC).date().replace(day=1) for hour in hours}
    with connection.cursor() as cursor:
        for month in sorted(months):
            cursor.execute("SELECT to_regclass(%s)", [_name(month)])
            if cursor.fetchone() == (None,):  # asked first: making one locks the whole table for a moment
                cursor.execute(
                    f"CREATE TABLE IF NOT EXISTS {_name(month)} PARTITION OF {_TABLE} FOR VALUES FROM (%s) TO (%s)",
                    [_begin(month), _begin(_next(month))],
                )


def months_drop(*, before: datetime) -> int:
    """Drop the partitions whose every hour lies before an instant; how many."""
    last = before.astimezone(UTC).date().replace(day=1)
    gone = [name for name in months_stored() if name < _name(last)]
    with connection.cursor() as cursor:
        for name in gone:
            cursor.execute(f"DROP TABLE {name}")
    return len(gone)


def months_stored() -> list[str]:
    """The names of the partitions, oldest first."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass", [_TABLE])
        return sorted(name for (name,) in cursor.fetchall())


def _name(month: date) -> str:
    """Sorts as the months do."""
    return f"{_TABLE}_{month:%Y_%m}"


def _next(month: date) -> date:
    return (month + timedelta(31)).replace(day=1)


def _begin(month: date) -> datetime:
    return datetime(month.year, month.month, 1, tzinfo=UTC)
