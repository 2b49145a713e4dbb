"""/configuration/: everything that is set up as one file, to keep, to edit and to put in force (API-7)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cameras.selectors import administrator_require
from portal.configuration.errors import ConfigurationError, PlanChangedError
from portal.configuration.plan import Plan, configuration_apply, configuration_export, configuration_plan
from portal.dashboard.door import signed_in
from portal.dashboard.forms import ConfigurationForm


@signed_in
@require_safe
def configuration_file(request: HttpRequest) -> HttpResponse:
    """What is in force, as a file."""
    text = configuration_export(user=request.user)  # type: ignore[arg-type]  # `signed_in` lets nobody else in
    headers = {"Content-Disposition": 'attachment; filename="portal.yaml"'}
    return HttpResponse(text, content_type="application/yaml; charset=utf-8", headers=headers)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def configuration(request: HttpRequest) -> HttpResponse:
    """A file is asked for; posted, its plan, and with `apply` in the form, what was done by it."""
    administrator_require(request.user)
    form = ConfigurationForm(request.POST if request.method == "POST" else None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "text": request.POST.get("document", "")}
    if form.is_valid():
        context |= _looked_through(request, form)
    if done := context.get("done"):
        for left in done.left:
            messages.warning(request, str(left))
        if not done.made:
            messages.success(request, _("The file is in force."))
            return redirect("configuration")
        return render(request, "dashboard/admin/configuration_made.html", context)
    refused = request.method == "POST" and "plan" not in context
    return render(request, "dashboard/admin/configuration.html", context, status=422 if refused else 200)


def _looked_through(request: HttpRequest, form: ConfigurationForm) -> dict[str, Any]:
    """The plan, what was done, or what is wrong."""
    found = form.cleaned_data
    asked: dict[str, Any] = {"user": request.user, "text": found["text"], "prune": found["prune"]}
    context: dict[str, Any] = {"text": found["text"], "prune": found["prune"]}
    try:
        if "apply" in request.POST:
            return context | {"done": _apply(asked, found["digest"])}
        return context | {"plan": configuration_plan(**asked)}
    except ConfigurationError as exc:
        return context | {"faults": exc.faults}
    except PlanChangedError as exc:
        form.add_error(None, str(exc))
        return context | {"plan": configuration_plan(**asked)}


def _apply(asked: dict[str, Any], digest: str) -> Plan:
    """Never without a plan that was looked at: an empty digest is none."""
    return configuration_apply(**asked, digest=digest)
