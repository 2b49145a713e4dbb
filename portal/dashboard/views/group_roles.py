"""/people/groups/…: what groups of the sign-in server mean here (SEC-8). For portal administrators."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cameras.models import Role
from cameras.people import group_role_list
from cameras.selectors import administrator_require, site_list
from cameras.services.group import group_role_remove, group_role_set
from portal.dashboard.door import signed_in
from portal.dashboard.people_forms import GroupRoleForm


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def group_roles(request: HttpRequest) -> HttpResponse:
    """The list; a POST adds a line, or changes what its group means on its site."""
    administrator_require(request.user)
    sites = site_list(user=request.user).order_by("name")
    form = GroupRoleForm(request.POST if request.method == "POST" else None, sites=sites)
    if form.is_valid():
        group_role_set(**form.facts)
        messages.success(request, _("Saved. It holds from the next sign-in of each person."))
        return redirect("group_roles")
    context = {"rows": group_role_list(user=request.user), "form": form, "sites": sites, "roles": Role.choices}
    context["open_id"] = settings.OPEN_ID
    return render(request, "dashboard/people/groups.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def group_role_off(request: HttpRequest, group_role_id: int) -> HttpResponse:
    """Their people lose what it gave at their next sign-in."""
    administrator_require(request.user)
    row = group_role_list(user=request.user).filter(pk=group_role_id).first()
    if row is None:
        raise Http404(_("There is no such line."))
    group_role_remove(group_role=row)
    messages.success(request, _("Removed. It holds from the next sign-in of each person."))
    return redirect("group_roles")
