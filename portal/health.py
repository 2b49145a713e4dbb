"""Probes: `/healthz` says that this process answers, `/readyz` that it can do its work (RUN-5).

A web process needs the database, brought to its own version, and the key-value server. Whether anybody analyses, writes
and sends is another question: see `manage.py doctor`, and `/metrics`.
"""

import threading
from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from analytics.workers.keyvalue import client

LIMIT_S = 1.0
OK = "ok"


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process is alive; it asks nobody else, so that a server that is away restarts no portal."""
    return HttpResponse(OK, content_type="text/plain")


@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """200 when everything answers within a second, else 503; `checks` says which does not."""
    needed = {
        "database": check_database,
        "migrations": check_migrations,
        "key-value server": check_key_value_server,
    }
    checks = check_all(needed, LIMIT_S)
    ready = all(answer == OK for answer in checks.values())
    status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
    return JsonResponse({"status": OK if ready else "not ready", "checks": checks}, status=status)


def check_all(checks: dict[str, Callable[[], str]], limit_s: float) -> dict[str, str]:
    """The answer of each check; they run at once, each in a thread that is left behind when it hangs."""
    answers: dict[str, str] = {}
    threads = [
        threading.Thread(target=lambda name=name, ask=ask: answers.update({name: ask()}), name=name, daemon=True)
        for name, ask in checks.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(limit_s)
    return {name: answers.get(name, f"no answer within {limit_s:g} s") for name in checks}


def check_database() -> str:
    """On a connection of its own, which ends with the thread."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as exc:
        return f"no connection: {type(exc).__name__}"
    finally:
        connection.close()
    return OK


def check_migrations() -> str:
    """Fewer than this code has: pages would fail. More: a newer version is being rolled out, and this one goes on."""
    try:
        applied = set(MigrationRecorder(connection).applied_migrations())
    except DatabaseError as exc:
        return f"unknown: {type(exc).__name__}"
    finally:
        connection.close()
    missing = _shipped() - applied
    return f"{len(missing)} are missing: manage.py prepare" if missing else OK


@lru_cache(maxsize=1)
def _shipped() -> set[tuple[str, str]]:
    """The migrations of this code; read from the disk once, they take a tenth of a second."""
    return set(MigrationLoader(None).disk_migrations or {})


def check_key_value_server() -> str:
    try:
        client(retries=0).ping()
    except (RedisError, OSError) as exc:
        return f"no connection: {type(exc).__name__}"
    return OK
