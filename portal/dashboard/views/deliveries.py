"""/deliveries/log/: what became of each message; sent again, let go (SPEC 7)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from analytics.selectors import alarm_get
from cameras.models import Role
from cameras.selectors import camera_list, role_reaches, site_list
from notifications.models import Notification
from notifications.selectors import attempt_list, held_up_fill, notification_get, notification_list
from notifications.services.notification import (
    notification_cancel,
    notification_resend,
)
from portal.accounts.models import User
from portal.common.downloads import file_answer
from portal.common.errors import ConflictError
from portal.dashboard.alarm_page import tidy
from portal.dashboard.delivery_log import log_page
from portal.dashboard.delivery_page import NotificationPageFilter, alarm_outcomes, destinations_shown
from portal.dashboard.delivery_table import delivery_lines
from portal.dashboard.door import signed_in
from portal.dashboard.selection import id_of, is_uuid
from portal.dashboard.sites import chosen_site_or_404

MOST_TICKED = 200
FILTERS = ("q", "state", "event", "destination", "camera", "alarm")


@signed_in
@require_safe
def delivery_log(request: HttpRequest) -> HttpResponse:
    """Newest first unless `?sort=` says otherwise; filters in the address. For its script only the rows."""
    chosen_site_or_404(request)
    context = _page(request)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "dashboard/deliveries/_log_rows.html", context)
    return render(request, "dashboard/deliveries/log.html", context | _filters(request))


@signed_in
@require_safe
def delivery(request: HttpRequest, notification_id: UUID) -> HttpResponse:
    """One message with its attempts: what was sent, what came back."""
    found = notification_get(user=request.user, notification_id=notification_id)
    held_up_fill(notifications=[found])
    site_id = found.destination.site_id
    context = {
        "notification": found,
        "site": found.destination.site,
        "attempts": attempt_list(user=request.user, notification=found),
        "administers": role_reaches(request.user, site_id, Role.ADMINISTRATOR),
        "operates": role_reaches(request.user, site_id, Role.OPERATOR),
        "waits": found.state == Notification.State.WAITING,
    }
    part = "_delivery.html" if request.htmx else "delivery.html"  # type: ignore[attr-defined]
    return render(request, f"dashboard/deliveries/{part}", context)


@signed_in
@require_POST
def delivery_resend(request: HttpRequest, notification_id: UUID) -> HttpResponse:
    """Again, now."""
    return _act(request, notification_id, notification_resend, _("It is sent again."))


@signed_in
@require_POST
def delivery_cancel(request: HttpRequest, notification_id: UUID) -> HttpResponse:
    """Let it go."""
    return _act(request, notification_id, notification_cancel, _("It is not sent."))


@signed_in
@require_POST
def deliveries_act(request: HttpRequest) -> HttpResponse:
    """`do`: resend or cancel the ticked ones, each for itself."""
    acts = {"resend": notification_resend, "cancel": notification_cancel}
    act = acts[request.POST["do"]] if request.POST.get("do") in acts else None
    ticked = _ticked(request)
    if act is None or not ticked:
        messages.warning(request, _("Nothing was ticked."))
    else:
        _tell(request, *_done(request, act, ticked), again=act is notification_resend)
    return HttpResponseRedirect(reverse("delivery_log") + tidy(request.GET))


@signed_in
@require_safe
def delivery_export(request: HttpRequest) -> StreamingHttpResponse:
    """What the filters let through, as CSV."""
    return file_answer(delivery_lines(_filtered(request)), name="deliveries.csv")


@signed_in
@require_safe
def alarm_deliveries(request: HttpRequest, alarm_id: UUID) -> HttpResponse:
    """What became of one alarm's messages, for its panel."""
    alarm = alarm_get(user=request.user, alarm_id=alarm_id)
    outcomes = alarm_outcomes(request.user, alarm)
    asking = alarm.ended_at is None or any(one.counts.get("waiting") for one in outcomes)
    context = {"alarm": alarm, "outcomes": outcomes, "asking": asking}
    return render(request, "dashboard/deliveries/_alarm.html", context)


def _filtered(request: HttpRequest) -> QuerySet[Notification]:
    found = notification_list(user=request.user).select_related("destination__site")
    return NotificationPageFilter(request.GET, queryset=found).qs.order_by("-number")


def _page(request: HttpRequest) -> dict[str, Any]:
    """For the rows and what is around them."""
    page = log_page(_filtered(request), request.GET)
    operated = set(site_list(user=request.user, least=Role.OPERATOR).values_list("pk", flat=True))
    narrows = any(request.GET.get(name) for name in FILTERS)
    return {"page": page, "sort": page.sort, "operated": operated, "query": tidy(request.GET), "narrows": narrows}


def _filters(request: HttpRequest) -> dict[str, Any]:
    asked = {name: request.GET.get(name, "") for name in FILTERS}
    camera = camera_list(user=request.user).filter(pk=id_of(asked["camera"])).first()
    destinations = destinations_shown(request.user).select_related(None)
    if site := chosen_site_or_404(request):
        destinations = destinations.filter(site=site)
    return {
        "asked": asked,
        "camera": camera,
        "destinations": destinations,
        "states": Notification.State.choices,
        "events": Notification.Event.choices,
        "administers": site_list(user=request.user, least=Role.ADMINISTRATOR).exists(),
    }


def _act(
    request: HttpRequest, notification_id: UUID, act: Callable[..., Notification], done: str
) -> HttpResponseRedirect:
    try:
        act(user=_user(request), notification_id=notification_id)
        messages.success(request, done)
    except ConflictError as conflict:
        messages.warning(request, str(conflict))
    return redirect("delivery", notification_id=notification_id)


def _done(request: HttpRequest, act: Callable[..., Notification], ticked: list[UUID]) -> tuple[int, list[str]]:
    """How many, and why others not."""
    conflicts = []
    for one in ticked:
        try:
            act(user=_user(request), notification_id=one)
        except ConflictError as conflict:
            conflicts.append(str(conflict))
    return len(ticked) - len(conflicts), conflicts


def _tell(request: HttpRequest, count: int, conflicts: list[str], *, again: bool) -> None:
    if count and again:
        text = ngettext("%(count)s message is sent again.", "%(count)s messages are sent again.", count)
    else:
        text = ngettext("%(count)s message is not sent.", "%(count)s messages are not sent.", count)
    if count:
        messages.success(request, text % {"count": count})
    if conflicts:
        text = ngettext("%(count)s message was left as it is: %(why)s", "%(count)s were left: %(why)s", len(conflicts))
        messages.warning(request, text % {"count": len(conflicts), "why": " ".join(dict.fromkeys(conflicts))})


def _ticked(request: HttpRequest) -> list[UUID]:
    """Those on sites that the visitor operates, in their order."""
    ids = [one for one in request.POST.getlist("notification")[:MOST_TICKED] if is_uuid(one)]
    sites = site_list(user=request.user, least=Role.OPERATOR)
    found = notification_list(user=request.user).filter(id__in=ids, destination__site__in=sites)
    return list(found.order_by("number").values_list("id", flat=True))


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # `signed_in` lets nobody else in
    return request.user
