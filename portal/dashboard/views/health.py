"""/health/: is everything there that detection needs; what is said of networks here is told in full on their page."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from analytics.engine.inference.task import Task
from analytics.workers.heartbeat import Beat
from portal.dashboard.door import signed_in
from portal.dashboard.network_page import catalogue, default_id
from portal.dashboard.workers import workers_seen
from portal.health import LIMIT_S, OK, check_all, check_database, check_key_value_server


@dataclass(frozen=True, slots=True)
class Service:
    """One line: is it there, and if not, what follows from that."""

    name: str
    fine: bool
    text: str


@signed_in
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Services, workers and networks; folders and hosts are shown to portal administrators only."""
    workers, writing = workers_seen()
    found = catalogue()
    context = {
        "services": [*_servers(), *_workings(workers, writing)],
        "workers": workers,
        "default": default_id(found),
        "there": sum(len(found.available(task)) for task in Task),
        "broken": found.broken(),
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
