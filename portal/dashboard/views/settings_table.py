"""/cameras/settings/import/ and /cameras/settings.csv: settings of many cameras as a CSV file (EXT-5)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cameras.extensions.kinds import CLASSES
from cameras.extensions.sheet import NONE, columns
from cameras.models import Extension, Role, Site
from cameras.onboarding.table import TableError
from cameras.selectors import site_list
from cameras.services.settings_table import (
    PLACE,
    SettingsPlan,
    settings_table_export,
    settings_table_import,
    settings_table_name,
    settings_table_plan,
)
from portal.common.downloads import file_answer
from portal.dashboard.door import signed_in
from portal.dashboard.kind import kind_asked, kind_query
from portal.dashboard.onboarding_forms import TableForm
from portal.dashboard.sites import chosen_site_or_404
from portal.dashboard.views.onboarding import leave
from portal.dashboard.views.onboarding_table import table_page

_ORDER = ("mistake", "change", "same")


@signed_in
@require_safe
def settings_export(request: HttpRequest) -> StreamingHttpResponse:
    """Of the extension `?kind=`, on the cameras of `?site=` or on all that the visitor sets up."""
    kind = kind_asked(request)
    lines = settings_table_export(user=request.user, site=chosen_site_or_404(request), kind=kind)
    return file_answer(lines, name=settings_table_name(kind))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def settings_import(request: HttpRequest) -> HttpResponse:
    """The form for the extension `?kind=`; posted, what the file would change, with `import` the job that does it."""
    sites = site_list(user=request.user, least=Role.ADMINISTRATOR)
    if not sites.exists():
        raise PermissionDenied(_("Only administrators of a site change settings."))
    form = TableForm(request.POST or None, request.FILES or None, sites=sites)
    plan = _plan(request, form) if request.method == "POST" and form.is_valid() else None
    if plan and "import" in request.POST and plan.parts() and not plan.counts()["mistake"]:
        job = settings_table_import(user=request.user, plan=plan)  # type: ignore[arg-type]  # `signed_in` lets nobody else in
        return leave(request, reverse("job", args=[job.pk]))
    return _page(request, form, plan, sites)


def _page(request: HttpRequest, form: TableForm, plan: SettingsPlan | None, sites: Any) -> HttpResponse:
    context = table_page(_("Settings from a table"), form, sites)
    kind = kind_asked(request)
    context |= {"none": NONE, "place": PLACE, "columns": columns(CLASSES[kind]).items()}
    context |= {"kind": kind, "kinds": Extension.Kind.choices, "which": kind_query(kind)}
    if plan:
        lines = sorted(plan.lines, key=lambda line: (_ORDER.index(line.action), line.line))
        context |= {"plan": plan, "counts": plan.counts(), "lines": lines, "todo": len(plan.parts())}
    status = 422 if request.method == "POST" and form.errors else 200
    part = "_table_outcome.html" if request.htmx else "table.html"  # type: ignore[attr-defined]
    return render(request, f"dashboard/settings/{part}", context, status=status)


def _plan(request: HttpRequest, form: TableForm) -> SettingsPlan | None:
    site: Site | None = form.cleaned_data["site"]
    try:
        file, kind = form.cleaned_data["table"].file, kind_asked(request)
        return settings_table_plan(user=request.user, file=file, site=site, kind=kind)
    except TableError as exc:
        form.add_error("table", exc.translated(_))
        return None
