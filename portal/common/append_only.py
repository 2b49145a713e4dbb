"""Tables that the database itself keeps from being rewritten, on SQLite and PostgreSQL (SEC-5).

A migration on SQLite that alters such a table makes it anew, and its triggers go with the old one: such a migration
ends with `close_table` again. Who may change the schema can open the table; who may only write rows cannot.
"""

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

# A BEFORE INSERT beside the others: on SQLite, INSERT OR REPLACE removes the former row without asking BEFORE DELETE.
_SQLITE = {
    "update": "BEFORE UPDATE ON {table}",
    "delete": "BEFORE DELETE ON {table}",
    "replace": "BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)",
}
_REFUSED = "{table} is append-only: its rows are neither changed nor removed"


def close_table(connection: BaseDatabaseWrapper, table: str) -> None:
    """From here on UPDATE, DELETE, TRUNCATE and REPLACE of the table fail."""
    _run(connection, _closing_postgresql(table) if connection.vendor == "postgresql" else _closing_sqlite(table))


def open_table(connection: BaseDatabaseWrapper, table: str) -> None:
    """The reverse, for migrations and for who empties the database of a test."""
    if connection.vendor == "postgresql":
        _run(connection, [f"DROP TRIGGER IF EXISTS {table}_closed ON {table}", f"DROP FUNCTION IF EXISTS {table}_no()"])
    else:
        _run(connection, [f"DROP TRIGGER IF EXISTS {table}_{name}" for name in _SQLITE])


def _closing_sqlite(table: str) -> Iterator[str]:
    reason = _REFUSED.format(table=table)
    for name, when in _SQLITE.items():
        event = when.format(table=table)
        yield f"CREATE TRIGGER {table}_{name} {event} BEGIN SELECT RAISE(ABORT, '{reason}'); END"


def _closing_postgresql(table: str) -> Iterator[str]:
    reason = _REFUSED.format(table=table)
    body = f"BEGIN RAISE EXCEPTION '{reason}'; END"
    yield f"CREATE FUNCTION {table}_no() RETURNS trigger LANGUAGE plpgsql AS $no$ {body} $no$"
    event = f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
    yield f"CREATE TRIGGER {table}_closed {event} FOR EACH STATEMENT EXECUTE FUNCTION {table}_no()"


def _run(connection: BaseDatabaseWrapper, statements: Iterator[str] | list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
