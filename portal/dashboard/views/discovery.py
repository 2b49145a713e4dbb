"""/cameras/find/: cameras found on the network, read with a user name and password, and added (CAM-3, CAM-10)."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from cameras.models import Role, Site
from cameras.onboarding.scan import Scan
from cameras.selectors import site_list
from cameras.services.discovery import (
    Added,
    SearchAwayError,
    SearchBusyError,
    cameras_known,
    networks,
    scan_add,
    scan_get,
    scan_latest,
    scan_read,
    scan_start,
    scan_stop,
)
from portal.dashboard.discovery_page import choices_of, device_lines
from portal.dashboard.door import View, signed_in

PAGE, PART = "dashboard/discovery/find.html", "dashboard/discovery/_scan.html"


def for_administrators(view: View) -> View:
    """Of any site: a search makes the portal call addresses."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not _sites(request).exists():
            raise PermissionDenied(_("Only administrators of a site search for cameras."))
        return view(request, *args, **kwargs)

    return signed_in(guarded)


@for_administrators
@require_http_methods(["GET", "HEAD", "POST"])
def cameras_find(request: HttpRequest) -> HttpResponse:
    """The form and the visitor's last search; posted, a search begins."""
    if request.method == "POST":
        return _started(request)
    try:
        scan = scan_latest(user=request.user)
    except SearchAwayError as exc:
        return _page(request, None, problem=str(exc))
    return _page(request, scan)


@for_administrators
@require_safe
def camera_scan(request: HttpRequest, scan_id: UUID) -> HttpResponse:
    """A search as it stands; for htmx only its part of the page."""
    return _page(request, scan_get(user=request.user, scan_id=str(scan_id)))


@for_administrators
@require_POST
def camera_scan_stop(request: HttpRequest, scan_id: UUID) -> HttpResponse:
    """What was found stays."""
    scan_stop(user=request.user, scan_id=str(scan_id))
    return _shown(request, scan_id)


@for_administrators
@require_POST
def camera_scan_read(request: HttpRequest, scan_id: UUID) -> HttpResponse:
    """The streams of the ticked devices are read, with the user name and password of the form."""
    access = {name: request.POST.get(name, "")[:200] for name in ("username", "password")}
    return _done(
        request,
        scan_id,
        lambda: scan_read(user=request.user, scan_id=str(scan_id), hosts=request.POST.getlist("device"), **access),
    )


@for_administrators
@require_POST
def camera_scan_add(request: HttpRequest, scan_id: UUID) -> HttpResponse:
    """The chosen sensors of the ticked devices become cameras of the chosen site."""
    scan = scan_get(user=request.user, scan_id=str(scan_id))
    wanted = request.POST.get("site", "")
    site = next((one for one in _sites(request) if str(one.pk) == wanted), None)
    choices = choices_of(request.POST, scan)
    mistakes = {} if site else {"site": _("Choose one of your sites.")}
    if not choices:
        mistakes["devices"] = _("Tick devices to add, and read their streams first.")
    if mistakes or site is None:
        return _page(request, scan, mistakes=mistakes, refused=True)
    return _page(request, scan, added=scan_add(user=request.user, scan_id=scan.id, site=site, choices=choices))


def _sites(request: HttpRequest) -> QuerySet[Site]:
    return site_list(user=request.user, least=Role.ADMINISTRATOR)


def _started(request: HttpRequest) -> HttpResponse:
    where = request.POST.get("where", "network")
    facts = {"interface": request.POST.get("interface", "")} if where == "network" else {}
    addresses = request.POST.get("addresses", "")
    try:
        if where != "network" and not addresses.strip():
            raise ValidationError({"addresses": [_("Enter the addresses to search; an example is 192.168.0.0/24.")]})
        scan = scan_start(user=request.user, addresses=addresses if where != "network" else "", **facts)
    except ValidationError as exc:
        return _page(request, scan_latest(user=request.user), mistakes=_first(exc), refused=True, whole=True)
    except (SearchBusyError, SearchAwayError) as exc:
        return _page(request, None, problem=str(exc), refused=True, whole=True)
    address = reverse("camera_scan", args=[scan.id])
    return HttpResponseClientRedirect(address) if request.htmx else HttpResponseRedirect(address)  # type: ignore[attr-defined]


def _done(request: HttpRequest, scan_id: UUID, act: Callable[[], Scan]) -> HttpResponse:
    """What a service refuses is said where it belongs."""
    try:
        act()
    except ValidationError as exc:
        scan = scan_get(user=request.user, scan_id=str(scan_id))
        return _page(request, scan, mistakes=_first(exc), refused=True)
    except (SearchBusyError, SearchAwayError) as exc:
        return _page(request, None, problem=str(exc), refused=True)
    return _shown(request, scan_id)


def _shown(request: HttpRequest, scan_id: UUID) -> HttpResponse:
    """For htmx the part as it stands now; for others the page, which can be reloaded."""
    if request.htmx:  # type: ignore[attr-defined]
        return _page(request, scan_get(user=request.user, scan_id=str(scan_id)))
    return HttpResponseRedirect(reverse("camera_scan", args=[scan_id]))


def _first(error: ValidationError) -> dict[str, str]:
    return {name: " ".join(found) for name, found in error.message_dict.items()}


def _page(
    request: HttpRequest,
    scan: Scan | None,
    *,
    mistakes: dict[str, str] | None = None,
    problem: str = "",
    added: Sequence[Added] = (),
    refused: bool = False,
    whole: bool = False,
) -> HttpResponse:
    """whole: the page also for htmx."""
    posted = request.POST if refused and request.method == "POST" else None
    lines = device_lines(scan, cameras_known(user=request.user), posted=posted) if scan else []
    context: dict[str, Any] = {
        "scan": scan,
        "lines": lines,
        "sites": _sites(request),
        "mistakes": mistakes or {},
        "problem": problem,
        "added": added,
        "posted": request.POST,
        "by_range": request.POST.get("where", "range" if scan and scan.addresses else "network") == "range",
        "addresses": request.POST.get("addresses", scan.addresses if scan else ""),
    }
    part = request.htmx and not whole  # type: ignore[attr-defined]
    if not part:
        context["networks"] = networks()
    return render(request, PART if part else PAGE, context, status=422 if refused else 200)
