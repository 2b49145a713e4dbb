"""/extensions/: which camera runs what; install, uninstall and networks for many at once (EXT-1, EXT-2)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from analytics.engine.inference.task import Task
from analytics.selectors import alarm_list
from cameras.models import Extension, Job, Role
from cameras.selectors import job_list, site_list
from cameras.services.job import job_create
from portal.accounts.models import User
from portal.dashboard.camera_table import table_of
from portal.dashboard.door import signed_in
from portal.dashboard.extension_page import (
    Check,
    extension_devices,
    networks_named,
    networks_to_choose,
    order_check,
    room_of,
)
from portal.dashboard.job_page import job_lines
from portal.dashboard.kind import kind_asked
from portal.dashboard.network_page import catalogue, default_id
from portal.dashboard.selection import Selection, selection_of
from portal.dashboard.views.jobs import RECENT
from portal.dashboard.workers import workers_seen

ORDERS = (Job.Kind.INSTALL, Job.Kind.UNINSTALL, Job.Kind.NETWORK)


@signed_in
@require_safe
def extensions(request: HttpRequest) -> HttpResponse:
    """The table of cameras with what each runs, the room on the workers, the last jobs. Filters: see `camera_table`."""
    table, (workers, _writing) = table_of(request), workers_seen()
    administered = set(site_list(user=request.user, least=Role.ADMINISTRATOR).values_list("pk", flat=True))
    lines = job_lines(request.user, job_list(user=request.user)[:RECENT])
    context = {
        "table": table,
        "page": table.page,
        "devices": extension_devices(table.devices, administered),
        "live_known": table.live_known,
        "administered": administered,
        "workers": workers,
        "room": room_of(workers),
        "kinds": Extension.Kind.choices,
        "lines": lines,
        "asking": any(line.is_open for line in lines),
    }
    return render(request, "dashboard/extensions/extensions.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def extensions_check(request: HttpRequest) -> HttpResponse:
    """`?do=` install, uninstall or network of the extension `?kind=`, cameras as in `selection`: what would happen.

    Confirmed, a job does it.
    """
    do, kind, selection = _do(request), kind_asked(request), selection_of(request)
    if not selection.cameras:
        messages.warning(request, _("No camera was chosen: tick at least one that you administer."))
        return HttpResponseRedirect(reverse("extensions"))
    if request.method == "POST":
        return _ordered(request, do, kind, selection)
    check = order_check(do, kind, selection.cameras, workers_seen()[0])
    facts = {"do": do, "kind": kind, "kinds": Extension.Kind.choices, "check": check}
    facts |= {"ids": Selection(check.ready).ids, "title": _title(do, kind, len(check.ready))}
    return render(request, "dashboard/extensions/check.html", facts | _beside(request, do, kind, check))


def _beside(request: HttpRequest, do: Job.Kind, kind: Extension.Kind, check: Check) -> dict[str, Any]:
    """What is asked, or warned of, with this order."""
    if do == Job.Kind.UNINSTALL:
        alarms = alarm_list(user=request.user).filter(camera__in=check.ready, extension=kind, ended_at=None)
        return {"open_alarms": alarms.count()}
    found: dict[str, Any] = {"networks": networks_to_choose(kind), "best": default_id(catalogue(), Task(kind))}
    named = sorted(networks_named(kind, check.ready).items()) if do == Job.Kind.NETWORK else ()
    return found | {"named": named}


def _ordered(request: HttpRequest, do: Job.Kind, kind: Extension.Kind, selection: Selection) -> HttpResponse:
    """Give the order; it leads to its progress."""
    assert isinstance(request.user, User)
    order = {"extension": kind.value}
    if do != Job.Kind.UNINSTALL:
        order["network"] = _network(request, kind)
    try:
        job = job_create(user=request.user, kind=do, cameras=selection.cameras, order=order)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return HttpResponseRedirect(reverse("extensions"))
    return redirect("job", job_id=job.pk)


def _do(request: HttpRequest) -> Job.Kind:
    """Raises Http404 for what the page does not offer, PermissionDenied for who administers no site."""
    if not site_list(user=request.user, least=Role.ADMINISTRATOR).exists():
        raise PermissionDenied(_("Only administrators of a site change its cameras."))
    wanted = (request.POST if request.method == "POST" else request.GET).get("do", "")
    if wanted not in ORDERS:
        raise Http404(_("“%(do)s” is nothing that can be done here.") % {"do": wanted})
    return Job.Kind(wanted)


def _network(request: HttpRequest, kind: Extension.Kind) -> str:
    """Raises Http404 for a network that is not on offer."""
    wanted = request.POST.get("network", "")
    if wanted and wanted not in {one.id for one in networks_to_choose(kind)}:
        raise Http404(_("There is no network “%(name)s”.") % {"name": wanted})
    return wanted


def _title(do: Job.Kind, kind: Extension.Kind, count: int) -> str:
    """What the button will do."""
    texts = {
        Job.Kind.INSTALL: ngettext(
            "Install %(extension)s on %(count)s camera", "Install %(extension)s on %(count)s cameras", count
        ),
        Job.Kind.UNINSTALL: ngettext(
            "Uninstall %(extension)s from %(count)s camera", "Uninstall %(extension)s from %(count)s cameras", count
        ),
        Job.Kind.NETWORK: ngettext(
            "Change network of %(extension)s on %(count)s camera",
            "Change network of %(extension)s on %(count)s cameras",
            count,
        ),
    }
    return texts[do] % {"count": count, "extension": kind.label}
