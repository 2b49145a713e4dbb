"""The database: there, of this version, and set so that nothing committed is lost."""

from collections.abc import Iterator

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from portal.doctor.finding import Finding, fine, warn, wrong

OLDEST_POSTGRES = 14  # below, Django itself refuses
KEEPS = ("fsync", "full_page_writes", "synchronous_commit")
FULL = 0.8


def database() -> Iterator[Finding]:
    """Reachable, migrated, and what the server itself says of its settings."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        yield wrong("database", f"{_where()}: {_first_line(error)}", "Start it, or correct DATABASE_URL.")
        return
    yield from _migrations()
    yield from (_postgres() if connection.vendor == "postgresql" else _sqlite())


def _where() -> str:
    """Without user and password."""
    facts = connection.settings_dict
    place = f"{facts['HOST'] or 'local'}:{facts['PORT'] or 5432}/" if connection.vendor == "postgresql" else ""
    return f"{connection.display_name} {place}{facts['NAME']}"


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__


def _migrations() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    known = executor.loader.disk_migrations
    newer = sorted(".".join(one) for one in executor.loader.applied_migrations if one not in known and _ours(one[0]))
    if plan:
        named = ", ".join(f"{one.app_label}.{one.name}" for one, _ in plan[:3])
        yield wrong("database", f"{len(plan)} migrations are missing ({named} …)", "manage.py prepare")
    elif newer:
        yield wrong(
            "database",
            f"it was migrated by a newer version ({', '.join(newer[:3])})",
            "Install that version again, or restore the back-up from before the upgrade.",
        )
    else:
        yield fine("database", f"{_where()} answers, all migrations are in")


def _ours(app: str) -> bool:
    return app in {"accounts", "common", "cameras", "analytics", "notifications"}


def _sqlite() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        mode = str(cursor.fetchone()[0])
    if mode == "wal":
        yield fine("database settings", "SQLite with a write-ahead log; one host")
    else:
        yield wrong(
            "database settings",
            f"SQLite without a write-ahead log (journal_mode {mode}): readers and the writer lock each other",
            "Keep the data folder on a local disk: a network file system has no write-ahead log.",
        )


def _postgres() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [[*KEEPS, "max_connections"]])
        found = dict(cursor.fetchall())
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")
        used = int(cursor.fetchone()[0])
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0]) // 10_000
    if version < OLDEST_POSTGRES:
        yield wrong("database settings", f"PostgreSQL {version}", f"Upgrade to {OLDEST_POSTGRES} or newer.")
    if off := [name for name in KEEPS if found[name] == "off"]:
        yield warn(
            "database settings",
            f"{', '.join(off)} off: what was committed can be gone after a power cut",
            "ALTER SYSTEM RESET " + "; ALTER SYSTEM RESET ".join(off) + "; then restart PostgreSQL.",
        )
    yield _connections(used, int(found["max_connections"]))


def _connections(used: int, most: int) -> Finding:
    found = f"{used} of {most} connections in use"
    if used > FULL * most:
        advice = "Raise max_connections of PostgreSQL: each process takes one for each of its threads that works."
        return warn("database settings", found, advice)
    return fine("database settings", found)
