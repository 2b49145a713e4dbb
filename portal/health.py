"""Probes: `/healthz` says that this process answers, `/readyz` that it can do its work (RUN-5)."""

import threading
from collections.abc import Callable
from http import HTTPStatus

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from redis.exceptions import RedisError

from analytics.workers.keyvalue import client

LIMIT_S = 1.0
OK = "ok"


def healthz(_request: HttpRequest) -> HttpResponse:
    """The process is alive; it asks nobody else, so that a server that is away restarts no portal."""
    return HttpResponse(OK, content_type="text/plain")


def readyz(_request: HttpRequest) -> JsonResponse:
    """200 when everything answers within a second, else 503; `checks` says which does not."""
    checks = check_all({"database": check_database, "key-value server": check_key_value_server}, LIMIT_S)
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


def check_key_value_server() -> str:
    try:
        client(retries=0).ping()
    except (RedisError, OSError) as exc:
        return f"no connection: {type(exc).__name__}"
    return OK
