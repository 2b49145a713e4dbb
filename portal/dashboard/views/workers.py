"""/workers/: hosts, capacity, load and cameras; a camera asked to move to another worker (EXT-2, RUN-4)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from redis.exceptions import RedisError

from analytics.workers.heartbeat import WATCH
from cameras.models import Role
from cameras.selectors import camera_get, camera_list, role_require, site_list
from portal.dashboard.door import signed_in
from portal.dashboard.extension_page import room_of
from portal.dashboard.selection import id_of
from portal.dashboard.states import states_of
from portal.dashboard.worker_page import worker_cards
from portal.dashboard.workers import camera_move, workers_seen


@signed_in
@require_safe
def workers(request: HttpRequest) -> HttpResponse:
    """Hosts are told to portal administrators only, cameras of other sites are a number. htmx asks every 2 s."""
    beats, _writing = workers_seen()
    ids = [one for beat in beats for one in beat.cameras]
    cameras = camera_list(user=request.user).in_bulk(ids)
    states = states_of(cameras.values())
    mine = set(site_list(user=request.user, least=Role.ADMINISTRATOR).values_list("pk", flat=True))
    named = bool(request.user.is_superuser)
    cards = worker_cards(beats, cameras, states.by_camera, administered=mine, named=named)
    together = sum(beat.queue == WATCH for beat in beats)
    context: dict[str, Any] = {"cards": cards, "room": room_of(beats), "together": together, "live_known": states.known}
    part = "_workers.html" if request.htmx else "workers.html"  # type: ignore[attr-defined]
    return render(request, f"dashboard/workers/{part}", context)


@signed_in
@require_POST
def move(request: HttpRequest) -> HttpResponse:
    """Its worker is asked to hand it over, and another one takes it; for administrators of its site."""
    camera = camera_get(user=request.user, camera_id=id_of(request.POST.get("camera", "")))
    role_require(request.user, camera.site_id, Role.ADMINISTRATOR)
    name = {"name": camera.name}
    try:
        problem = camera_move(camera.pk)
    except RedisError:
        problem = _("The key-value server does not answer; try again when it does.")
    if problem:
        messages.error(request, _("“%(name)s” was not moved:") % name + f" {problem}")
    else:
        messages.success(
            request, _("“%(name)s” is moving: another worker takes it within seconds and keeps it for an hour.") % name
        )
    return HttpResponseRedirect(reverse("workers"))
