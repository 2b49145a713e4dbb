"""/networks/: what detects, what is missing, and a network tried on a picture (RUN-6; UI 3, Admin)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from analytics.engine.inference.errors import FrameFailedError, NetworkError
from analytics.engine.inference.networks import Network
from analytics.engine.inference.task import Task
from portal.dashboard.door import signed_in
from portal.dashboard.forms import PictureTestForm
from portal.dashboard.network_page import catalogue, networks_by_task, networks_whole
from portal.dashboard.workers import workers_seen


@signed_in
@require_safe
def networks(request: HttpRequest) -> HttpResponse:
    """All networks by task; folders, hashes and causes are shown to portal administrators only."""
    found, (workers, _writing) = catalogue(), workers_seen()
    in_use = {network for worker in workers for network in worker.networks}
    context = {
        "tasks": networks_by_task(found, in_use),
        "unreadable": found.unreadable(),
        "folders": found.places,
    }
    return render(request, "dashboard/networks.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def network_test(request: HttpRequest) -> HttpResponse:
    """The form, and what came of it: boxes, or the mistake at its place; for htmx without the page around it."""
    if not request.user.is_superuser:
        raise PermissionDenied(_("Only portal administrators test networks."))
    networks = networks_whole(catalogue())
    context: dict[str, Any] = {"networks": _by_task(networks), "chosen": request.GET.get("network", "")}
    status = 200
    if request.method == "POST":
        context |= _tested(request, networks)
        status = 200 if context.get("test") else 422
    part = "_network_test_outcome.html" if request.htmx else "network_test.html"  # type: ignore[attr-defined]
    return render(request, f"dashboard/{part}", context, status=status)


def _by_task(networks: list[Network]) -> list[tuple[Task, list[Network]]]:
    groups = [(task, [one for one in networks if one.manifest.task is task]) for task in Task]
    return [(task, group) for task, group in groups if group]


def _tested(request: HttpRequest, networks: list[Network]) -> dict[str, Any]:
    # OpenCV and onnxruntime take 30 MB, which a web process spends only when somebody tests.
    from portal.dashboard.picture_file import BadPictureError
    from portal.dashboard.picture_test import picture_test

    form = PictureTestForm(request.POST, request.FILES, networks=[one.id for one in networks])
    outcome: dict[str, Any] = {"form": form, "chosen": request.POST.get("network", "")}
    if form.is_valid():
        network = next(one for one in networks if one.id == form.cleaned_data["network"])
        try:
            outcome["test"] = picture_test(network, form.cleaned_data["picture"].read())
        except BadPictureError as exc:
            form.add_error("picture", str(exc))
        except (NetworkError, FrameFailedError) as exc:
            form.add_error("network", str(exc))
    return outcome
