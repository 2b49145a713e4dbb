"""/health/: is everything there that detection needs, and if not, what is missing and where it goes (RUN-5, RUN-6)."""

import time
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from analytics.engine.inference.networks import NetworkCatalogue
from analytics.workers.heartbeat import Beat, beats
from analytics.workers.keyvalue import client, key
from portal.dashboard.door import signed_in
from portal.health import LIMIT_S, OK, check_all, check_database, check_key_value_server


@dataclass(frozen=True, slots=True)
class Service:
    """One line: is it there, and if not, what follows from that."""

    name: str
    fine: bool
    text: str


@signed_in
def health(request: HttpRequest) -> HttpResponse:
    """Services, workers and networks; folders and hosts are shown to portal administrators only."""
    workers, writing = _workers()
    catalogue = NetworkCatalogue(settings.NETWORK_FOLDERS)
    broken = catalogue.broken()
    context = {
        "services": [*_servers(), *_workings(workers, writing)],
        "workers": workers,
        "networks": catalogue.available(),
        "missing": catalogue.missing(),
        "broken": broken,
        "folders": settings.NETWORK_FOLDERS,
        "in_use": {network for worker in workers for network in worker.networks},
        "now": time.time(),
    }
    return render(request, "dashboard/health.html", context)


def _servers() -> list[Service]:
    answers = check_all({"database": check_database, "key-value": check_key_value_server}, LIMIT_S)
    words = {"database": _("Database"), "key-value": _("Key-value server")}
    return [
        Service(words[name], answer == OK, _("answers") if answer == OK else answer) for name, answer in answers.items()
    ]


def _workings(workers: list[Beat], writing: bool) -> list[Service]:
    cameras = sum(len(worker.cameras) for worker in workers)
    seen = _("%(workers)s running, %(cameras)s cameras") % {"workers": len(workers), "cameras": cameras}
    lost = _("none is running: no camera is analysed")
    kept = _("none is running: alarms and counts wait in the key-value server")
    return [
        Service(_("Camera workers"), bool(workers), seen if workers else lost),
        Service(_("Writer"), writing, _("alarms and counts reach the database") if writing else kept),
    ]


def _workers() -> tuple[list[Beat], bool]:
    """The living workers, and whether somebody writes; nobody when the key-value server is away."""
    server = client()
    try:
        return sorted(beats(server), key=lambda beat: beat.worker), bool(server.exists(key("lease", "writer")))
    except RedisError:
        return [], False
