"""/deliveries/mqtt/: the MQTT servers that cameras inherit, of sites and of the whole portal (OUT-3)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cameras.extensions.problems import SettingsError
from cameras.models import Role, Site
from cameras.selectors import role_require, site_list
from notifications.models import MqttServer
from notifications.selectors import administers_portal, mqtt_portal_server_there, mqtt_server_list
from notifications.services.mqtt_server import mqtt_secrets_set, mqtt_server_remove, mqtt_server_set
from notifications.services.mqtt_trial import mqtt_server_try
from notifications.services.trial import TooManyTrialsError
from portal.common.fields import UndecryptableError
from portal.dashboard.door import signed_in
from portal.dashboard.mqtt_server_form import MqttServerForm
from portal.dashboard.receiving_page import receiving_context
from portal.dashboard.views.onboarding import leave


@signed_in
@require_safe
def mqtt_servers(request: HttpRequest) -> HttpResponse:
    """The portal's, and that of each site that the visitor administers, or what it inherits; below, what asks for
    itself every few seconds: the connections, and what cameras tell."""
    sites = site_list(user=request.user, least=Role.ADMINISTRATOR).order_by("name")
    if not sites.exists():
        raise PermissionDenied(_("Only administrators of a site see its MQTT server."))
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "dashboard/deliveries/_receiving.html", receiving_context(request.user))
    servers = {one.site_id: one for one in mqtt_server_list(user=request.user)}
    context = {
        "rows": [(site, servers.get(site.pk)) for site in sites],
        "portal": servers.get(None),
        "portal_there": mqtt_portal_server_there(),
        "over_all": administers_portal(request.user),
        "administers": True,
        **receiving_context(request.user),
    }
    return render(request, "dashboard/deliveries/mqtt_servers.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def mqtt_server(request: HttpRequest, site_id: int | None = None) -> HttpResponse:
    """The form. `remove` of the form takes the server away: its cameras inherit the portal's, or have none."""
    site = _site(request, site_id)
    found = mqtt_server_list(user=request.user).filter(site=site).first()
    form = MqttServerForm(found, _names_set(found))
    if request.method == "POST" and "remove" in request.POST:
        if found:
            mqtt_server_remove(server=found)
            messages.success(request, _("The MQTT server was removed."))
        return leave(request, reverse("mqtt_servers"))
    if request.method == "POST" and _saved(request, site, form):
        messages.success(request, _("Saved. Connections change to it within seconds."))
        return leave(request, reverse("mqtt_servers"))
    if request.htmx and form.errors:  # type: ignore[attr-defined]
        return render(request, "dashboard/deliveries/_mistakes.html", {"form": form}, status=422)
    context: dict[str, Any] = {"form": form, "site": site, "server": found}
    return render(request, "dashboard/deliveries/mqtt_server.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def mqtt_server_test(request: HttpRequest, site_id: int | None = None) -> HttpResponse:
    """*Test this server* with what stands in the form, on top of what is saved; nothing is saved."""
    site = _site(request, site_id)
    found = mqtt_server_list(user=request.user).filter(site=site).first()
    form = MqttServerForm(found, _names_set(found))
    form.read(request.POST)
    context: dict[str, Any] = {"form": form, "swap": True}
    try:
        if not form.errors:
            context["trial"] = mqtt_server_try(site=site, config=form.config, secrets=form.secrets)
    except SettingsError as refused:
        form.take(refused)
    except TooManyTrialsError as busy:
        context["busy"] = str(busy)
    except UndecryptableError:
        context["busy"] = _("The saved secrets cannot be read any more: type them again.")
    return render(request, "dashboard/deliveries/_trial.html", context)


def _site(request: HttpRequest, site_id: int | None) -> Site | None:
    """A stranger's is a 404, one that the visitor does not administer a 403; so is the portal for most."""
    if site_id is None:
        if not administers_portal(request.user):
            raise PermissionDenied(_("Only portal administrators change the server of the whole portal."))
        return None
    site = get_object_or_404(site_list(user=request.user), pk=site_id)
    role_require(request.user, site, Role.ADMINISTRATOR)
    return site


def _saved(request: HttpRequest, site: Site | None, form: MqttServerForm) -> bool:
    form.read(request.POST)
    try:
        mqtt_server_set(site=site, config=form.config, secrets=form.secrets)
    except SettingsError as refused:
        form.take(refused)
    return not form.errors


def _names_set(found: MqttServer | None) -> list[str]:
    """None that a lost key has closed for ever: they have to be typed again."""
    try:
        return [name for name, there in mqtt_secrets_set(found).items() if there] if found else []
    except UndecryptableError:
        return []
