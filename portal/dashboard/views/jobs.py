"""/jobs/: work on many cameras, and what became of each of them (EXT-1)."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from cameras.models import JobItem
from cameras.selectors import job_get, job_item_list, job_list
from cameras.services.job import job_cancel, job_retry
from portal.accounts.models import User
from portal.dashboard.door import signed_in
from portal.dashboard.job_page import job_lines

PAGE = 20
RECENT = 5  # beside the table of extensions
ITEMS = 100


@signed_in
@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """All of them, newest first; for htmx without the page around the list, with `?recent=1` only the last ones."""
    recent = "recent" in request.GET
    page = Paginator(job_list(user=request.user), RECENT if recent else PAGE).get_page(request.GET.get("page"))
    lines = job_lines(request.user, page.object_list)
    context = {"lines": lines, "page": page, "asking": any(line.is_open for line in lines)}
    part = ("_recent.html" if recent else "_jobs.html") if request.htmx else "jobs.html"  # type: ignore[attr-defined]
    return render(request, f"dashboard/jobs/{part}", context)


@signed_in
@require_safe
def job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """`?state=` of the cameras, `?page=`. The page asks for its own middle once a second while something is left."""
    found = job_get(user=request.user, job_id=job_id)
    (line,) = job_lines(request.user, [found])
    state = request.GET.get("state", "")
    items = job_item_list(user=request.user, job=found).select_related("made_by")
    if state in JobItem.State.values:
        items = items.filter(state=state)
    page = Paginator(items, ITEMS).get_page(request.GET.get("page"))
    context = {"line": line, "page": page, "state": state, "states": _states(line.counts)}
    part = "_progress.html" if request.htmx else "job.html"  # type: ignore[attr-defined]
    return render(request, f"dashboard/jobs/{part}", context)


@signed_in
@require_POST
def cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """What has not begun stays as it is."""
    found = job_get(user=request.user, job_id=job_id)
    count = job_cancel(user=request.user, job=found)
    text = ngettext("%(count)s camera is left as it was.", "%(count)s cameras are left as they were.", count)
    messages.success(request, text % {"count": count} if count else _("Nothing was left to cancel."))
    return HttpResponseRedirect(reverse("job", args=[job_id]))


@signed_in
@require_POST
def retry(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """What failed is done again, in the name of who asks."""
    assert isinstance(request.user, User)
    found = job_get(user=request.user, job_id=job_id)
    if not job_retry(user=request.user, job=found):
        messages.info(request, _("Nothing had failed."))
    return HttpResponseRedirect(reverse("job", args=[job_id]))


def _states(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    """The filters: word, name and count of each state that there is."""
    return [(state.value, str(state.label), counts[state]) for state in JobItem.State if counts[state]]
