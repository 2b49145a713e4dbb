"""The processes of the portal on all hosts: each there, one clock between them, cameras with a place (RUN-4, EXT-2)."""

from collections import Counter
from collections.abc import Iterator

from django.conf import settings
from django.db import connection
from redis.exceptions import RedisError

from analytics.workers.heartbeat import ON_DEVICE, SKETCHED, WATCH, Beat, beats
from analytics.workers.keyvalue import client, key
from cameras.models import Camera
from portal.doctor.finding import Finding, fine, warn, wrong
from portal.presence import BEAT, WEB, Presence, presences

SKEW_S, MUCH_SKEW_S = 0.5, 0.9
"""Of one host; another may be as far off the other way. Tasks that repeat are good for TASK_S from the clock of who
asks for them to the clock of who does them, the time that they wait included."""
TASK_S = 2.0
CLOCK_ADVICE = (
    f"Run chrony or timesyncd there: a worker whose clock is {TASK_S:g} s ahead of beat's drops what beat asks for, so "
    "cameras are not given out, and sweeps do not run."
)
BACKLOG = 1_000
NEEDED = {
    "default": "jobs and repeated tasks",
    "writer": "the database's writer",
    "reconcile": "cameras without an owner",
}
QUEUES = (WATCH, ON_DEVICE, SKETCHED, *NEEDED, "notify")


def processes(url: str) -> Iterator[Finding]:
    """Nothing is said while the key-value server, where they are seen, is away: its own check says so."""
    if not url:
        return
    server = client(url, retries=0)
    try:
        living, workers = presences(server), beats(server)
        writing = bool(server.exists(key("lease", "writer")))
        waiting = {queue: int(server.llen(queue)) for queue in QUEUES}
    except RedisError:
        return
    yield _web(living)
    yield _beat(living)
    yield from _short_tasks(living)
    yield _deliveries(living)
    yield _writer(writing)
    yield from _cameras(workers, Camera.objects.filter(enabled=True).count())
    yield from _backlog(waiting)
    yield from _hosts(living)


def skew(url: str) -> Iterator[Finding]:
    """Every host's clock against that of the key-value server: tasks that repeat expire by it, and certificates,
    schedules and lists go by it."""
    if not url:
        return
    try:
        living = presences(client(url, retries=0))
    except RedisError:
        return
    off = {one.host: one.clock_off_s for one in living}
    if not off:
        return
    bad = {host: by for host, by in off.items() if abs(by) > SKEW_S}
    if not bad:
        yield fine("clocks", f"of {len(off)} hosts within {SKEW_S:g} s of the key-value server's")
    for host, by in sorted(bad.items()):
        say = wrong if abs(by) > MUCH_SKEW_S else warn
        yield say("clocks", f"{host} is {abs(by):.1f} s {'ahead' if by > 0 else 'behind'}", CLOCK_ADVICE)


def _web(living: list[Presence]) -> Finding:
    if found := _told(living, WEB):
        return fine("web", found)
    return wrong("web", "no process serves the pages", "manage.py up, or manage.py serve web")


def _beat(living: list[Presence]) -> Finding:
    """Exactly one."""
    number = sum(one.role == BEAT for one in living)
    if number > 1:
        return wrong(
            "beat", f"{number} run ({_told(living, BEAT)})", "Stop all but one: every task is asked for twice."
        )
    if number:
        return fine("beat", _told(living, BEAT))
    return wrong("beat", "none runs: nothing that repeats is done", "manage.py up, or manage.py serve beat")


def _short_tasks(living: list[Presence]) -> Iterator[Finding]:
    missing = {queue: what for queue, what in NEEDED.items() if not any(queue in one.queues for one in living)}
    for queue, what in missing.items():
        yield wrong(
            "short tasks", f"nobody takes {what} (queue {queue})", "manage.py up, or manage.py serve short-tasks"
        )
    if not missing:
        number = sum(any(queue in one.queues for queue in NEEDED) for one in living)
        yield fine("short tasks", f"{number} running")


def _deliveries(living: list[Presence]) -> Finding:
    number = sum("notify" in one.queues for one in living)
    if number:
        return fine("deliveries", f"{number} running")
    return wrong("deliveries", "none runs: nobody is told of alarms", "manage.py up, or manage.py serve deliveries")


def _writer(writing: bool) -> Finding:
    if writing:
        return fine("writer", "alarms and counts reach the database")
    return wrong(
        "writer", "nobody writes: alarms and counts wait in the key-value server", "Look at the log of short tasks."
    )


def _cameras(workers: list[Beat], enabled: int) -> Iterator[Finding]:
    if not workers:
        say = wrong if enabled else warn
        advice = "manage.py up, or manage.py serve camera-worker on any host"
        yield say("camera workers", f"none runs: {enabled} cameras are not analysed", advice)
        return
    held = sum(len(one.cameras) for one in workers)
    slots = held + sum(one.places for one in workers)
    looking = [one for one in workers if one.queue == WATCH and not one.draining]  # a simulator looks at nothing
    capacity, load = sum(one.capacity for one in looking), sum(one.load for one in looking)
    found = f"{len(workers)} with {held} of {enabled} cameras; {load:.0f} of {capacity:.0f} looks/s used"
    short = sum(len(one.short) for one in workers)
    if short or enabled > slots or (capacity and load > capacity):
        yield warn("camera workers", f"{found}, {short} cameras come short", "Add a worker, or analyse fewer pictures.")
    else:
        yield fine("camera workers", found)


def _backlog(waiting: dict[str, int]) -> Iterator[Finding]:
    for queue, number in waiting.items():
        if number > BACKLOG:
            advice = "See the log of those who take it; start one more of them."
            yield warn("queues", f"{number} tasks wait in {queue}", advice)
    if all(number <= BACKLOG for number in waiting.values()):
        yield fine("queues", f"{sum(waiting.values())} tasks wait")


def _hosts(living: list[Presence]) -> Iterator[Finding]:
    hosts = Counter(one.host for one in living)
    if len(hosts) > 1 and connection.vendor == "sqlite":
        advice = f"Move to PostgreSQL: a file ({settings.DATABASES['default']['NAME']}) belongs to one host."
        yield wrong("hosts", f"processes of {len(hosts)} hosts, and the database is SQLite", advice)


def _told(living: list[Presence], role: str) -> str:
    found = [f"{one.host} (pid {one.pid})" for one in living if one.role == role]
    return ", ".join(found)
