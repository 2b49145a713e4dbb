"""/networks/add/, …/remove/: a network brought by an administrator of the portal, and taken away (RUN-6, SEC-6)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from analytics.engine.inference.networks import Network
from analytics.services.network import network_add, network_remove
from portal.accounts.models import User
from portal.common import limits
from portal.common.errors import ConflictError
from portal.dashboard.door import signed_in
from portal.dashboard.forms import NetworkForm
from portal.dashboard.network_page import catalogue, default_id


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def network_new(request: HttpRequest) -> HttpResponse:
    """The form; what passes every check leads to the list, the rest is named at its place."""
    _administrator(request)
    form = NetworkForm(request.POST, request.FILES) if request.method == "POST" else NetworkForm()
    added = _added(request, form) if form.is_bound and form.is_valid() else None
    if added:
        messages.success(request, _said(added))
        return redirect("networks")
    context = {"form": form, "most_mb": limits.NETWORK // 1_000_000}
    return render(request, "dashboard/network_form.html", context, status=422 if form.is_bound else 200)


@signed_in
@require_POST
def network_gone(request: HttpRequest, network_id: str) -> HttpResponse:
    """What cameras use stays, and the list says why."""
    user = _administrator(request)
    try:
        network_remove(user=user, network_id=network_id)
    except ConflictError as exc:
        messages.error(request, _("“%(name)s” was not removed. %(reason)s") % {"name": network_id, "reason": exc})
    else:
        messages.success(request, _("The network “%(name)s” was removed.") % {"name": network_id})
    return redirect("networks")


def _administrator(request: HttpRequest) -> User:
    if not isinstance(request.user, User) or not request.user.is_superuser:
        raise PermissionDenied(_("Only portal administrators add and remove networks."))
    return request.user


def _added(request: HttpRequest, form: NetworkForm) -> Network | None:
    """None: the form says why not."""
    given: dict[str, Any] = form.cleaned_data
    manifest = given["manifest"].read(limits.MANIFEST + 1) if given["manifest"] else None
    try:
        return network_add(user=_administrator(request), file=given["file"].chunks(), manifest=manifest)
    except ValidationError as refused:
        form.add_error(None, refused)
    except ConflictError as exc:
        form.add_error(None, str(exc))
    return None


def _said(network: Network) -> str:
    if default_id(catalogue(), network.manifest.task) == network.id:
        return _("“%(name)s” is there. Cameras whose settings name no network use it from now on.") % {
            "name": network.id
        }
    return _("“%(name)s” is there. Cameras use it when their settings name it.") % {"name": network.id}
