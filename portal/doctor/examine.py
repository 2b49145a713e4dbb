"""Every check, at once, each on a thread with a time limit: one server that keeps silent hides no other finding."""

import threading
from collections.abc import Callable, Iterable
from functools import partial

import structlog
from django.conf import settings
from django.db import DatabaseError, connection

from portal.doctor import database, files, keyvalue, machine, networks, outside, processes
from portal.doctor.finding import Finding, warn, wrong

log = structlog.get_logger(__name__)

LIMIT_S = 20.0
Check = Callable[[], Iterable[Finding]]


def checks(*, url: str, origins: list[str]) -> dict[str, Check]:
    """By name, in the order of the report. url: of the key-value server, empty for none.    origins: more addresses
    whose certificate is looked at."""
    return {
        "python": machine.python,
        "packages": machine.packages,
        "disk space": machine.disks,
        "settings": files.deployment,
        "secrets": files.secret_files,
        "storage": files.storage,
        "static files": files.static_files,
        "database": database.database,
        "key-value server": partial(keyvalue.keyvalue, url),
        "processes": partial(processes.processes, url),
        "clocks": partial(processes.skew, url),
        "networks": networks.networks,
        "execution providers": networks.providers,
        "mail": outside.mail,
        "mqtt": partial(outside.mqtt, url),
        "certificate": partial(outside.certificate, [*settings.CSRF_TRUSTED_ORIGINS, *origins]),
    }


def examine(named: dict[str, Check], limit_s: float = LIMIT_S) -> list[Finding]:
    """What all of them found, in their order. A check that does not end in time, or fails itself, is a finding."""
    found: dict[str, list[Finding]] = {}
    threads = [
        threading.Thread(target=_run, args=(name, check, found), name=f"doctor: {name}", daemon=True)
        for name, check in named.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(limit_s)
    silent = "Look whether what it asks is overloaded or unreachable."
    late = {name: [wrong(name, f"no answer within {limit_s:g} s", silent)] for name in named}
    return [finding for name in named for finding in found.get(name, late[name])]


def _run(name: str, check: Check, found: dict[str, list[Finding]]) -> None:
    try:
        found[name] = list(check())
    except DatabaseError:  # it has a line of its own
        found[name] = [warn(name, "not looked at: the database does not answer as it should", "See its line.")]
    except Exception as error:  # the outermost loop: the other checks are to be heard
        log.exception("doctor: a check failed", check=name)
        found[name] = [wrong(name, f"could not be checked: {type(error).__name__}: {error}", "The log says where.")]
    finally:
        connection.close()
