"""/public-counters/…: counts for screens at doors, made and revoked (DASH-4)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analytics.combined_selectors import combined_area_list
from analytics.models import CombinedArea, PublicCounter
from analytics.selectors import public_counter_get, public_counter_list
from analytics.services.public_counter import public_counter_create, public_counter_revoke
from cameras.models import Camera, Role, Site
from cameras.selectors import camera_list, role_require, site_list
from portal.accounts.models import User
from portal.dashboard.counter_form import DAYS, CounterForm
from portal.dashboard.door import signed_in
from portal.dashboard.sites import chosen_site_or_404


@signed_in
@require_safe
def public_counters(request: HttpRequest) -> HttpResponse:
    """Those of the sites that the visitor administers; `?site=` narrows."""
    found = public_counter_list(user=request.user)
    site = chosen_site_or_404(request)
    counters = found.filter(site=site) if site else found
    context = {"counters": counters, "sites": site_list(user=request.user, least=Role.ADMINISTRATOR)}
    return render(request, "dashboard/public/counters.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def public_counter_add(request: HttpRequest, site_id: int) -> HttpResponse:
    """The form; saved, the page that shows the address this one time."""
    site = _site(request, site_id)
    choices: dict[str, Any] = {"cameras": _cameras(request, site), "combined": _combined(request, site)}
    form = CounterForm(request.POST if request.method == "POST" else None, **choices)
    if form.is_valid() and (made := _made(request, form, site)):
        counter, token = made
        address = request.build_absolute_uri(reverse("public_counter", args=[token]))
        return render(request, "dashboard/public/made.html", {"counter": counter, "address": address})
    context = {"site": site, "form": form, "days": DAYS}
    return render(request, "dashboard/public/counter_form.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def public_counter_off(request: HttpRequest, counter_id: int) -> HttpResponse:
    """Its address shows nothing any more."""
    counter = public_counter_get(user=request.user, counter_id=counter_id)
    assert isinstance(request.user, User)
    public_counter_revoke(user=request.user, counter=counter)
    messages.success(request, _("“%(name)s” was revoked: its address shows nothing any more.") % {"name": counter.name})
    return redirect("public_counters")


def _too_often(request: HttpRequest) -> HttpResponse:
    answer = render(request, "429.html", status=429)
    answer["Retry-After"] = "60"
    return answer


def _site(request: HttpRequest, site_id: int) -> Site:
    site = site_list(user=request.user).filter(pk=site_id).first()
    if site is None:
        raise Http404(_("There is no such site."))
    role_require(request.user, site, Role.ADMINISTRATOR)
    return site


def _cameras(request: HttpRequest, site: Site) -> list[Camera]:
    return list(camera_list(user=request.user).filter(site=site).order_by("name", "pk"))


def _combined(request: HttpRequest, site: Site) -> list[CombinedArea]:
    return list(combined_area_list(user=request.user).filter(site=site).order_by("name"))


def _made(request: HttpRequest, form: CounterForm, site: Site) -> tuple[PublicCounter, str] | None:
    """What the service refuses becomes a mistake of the form."""
    assert isinstance(request.user, User)
    try:
        return public_counter_create(user=request.user, site=site, **form.facts)
    except ValidationError as refused:
        form.take(refused)
        return None
