"""/cameras/import/ and /cameras/export.csv: cameras as a CSV file, looked through before it is imported (CAM-3)."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cameras.models import Role, Site
from cameras.onboarding.table import MOST_BYTES, MOST_ROWS, Column, TableError, write_table
from cameras.selectors import site_list
from cameras.services.camera_table import Action, Line, Plan, table_export, table_import, table_plan
from portal.common.downloads import file_answer
from portal.dashboard.door import signed_in
from portal.dashboard.onboarding_forms import TableForm
from portal.dashboard.sites import chosen_site_or_404

_ORDER = [Action.MISTAKE, Action.CREATE, Action.CHANGE, Action.SAME]
_EXAMPLE = [
    ("Harbour", "Gate", "rtsp://192.168.0.10/MediaInput/stream_1", "tcp", "5", "yes"),
    ("Harbour", "Quay", "http://192.168.0.11/cgi-bin/camera?resolution=1920", "tcp", "1", "yes"),
]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def cameras_import(request: HttpRequest) -> HttpResponse:
    """The form; posted, what the file would do, and with `import` in the form what it did."""
    sites = site_list(user=request.user, least=Role.ADMINISTRATOR)
    if not sites.exists():
        raise PermissionDenied(_("Only administrators of a site import cameras."))
    form = TableForm(request.POST or None, request.FILES or None, sites=sites)
    context = {**table_page(_("Import cameras"), form, sites), "columns": list(Column)}
    if request.method == "POST" and form.is_valid():
        context |= _outcome(request, form)
    part = "_table_outcome.html" if request.htmx else "cameras_import.html"  # type: ignore[attr-defined]
    status = 422 if request.method == "POST" and form.errors else 200
    return render(request, f"dashboard/onboarding/{part}", context, status=status)


@signed_in
@require_safe
def cameras_export(request: HttpRequest) -> StreamingHttpResponse:
    """The cameras of `?site=`, or of all sites that the visitor sets up."""
    return file_answer(table_export(user=request.user, site=chosen_site_or_404(request)), name="cameras.csv")


@signed_in
@require_safe
def cameras_example(_request: HttpRequest) -> StreamingHttpResponse:
    """A file to begin with."""
    return file_answer(write_table(_EXAMPLE), name="cameras-example.csv")


def table_page(name: str, form: TableForm, sites: QuerySet[Site]) -> dict[str, Any]:
    """What `onboarding/table_page.html` shows, whatever is in the table."""
    limits = {"most_rows": MOST_ROWS, "most_mb": MOST_BYTES // 1_000_000}
    return {"name": name, "form": form, "sites": sites, **limits}


def _outcome(request: HttpRequest, form: TableForm) -> dict[str, Any]:
    site: Site | None = form.cleaned_data["site"]
    try:
        plan = table_plan(user=request.user, file=form.cleaned_data["table"].file, site=site)
    except TableError as exc:
        form.add_error("table", exc.translated(_))
        return {}
    counts = plan.counts()
    outcome = {"plan": plan, "counts": counts, "lines": _sorted(plan), "todo": len(plan.todo())}
    if "import" in request.POST and not counts[Action.MISTAKE]:
        outcome["done"] = table_import(plan=plan)
    return outcome


def _sorted(plan: Plan) -> Sequence[Line]:
    """Mistakes first, then what would be written."""
    return sorted(plan.lines, key=lambda line: (_ORDER.index(line.action), line.line))
