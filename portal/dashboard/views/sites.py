"""/sites/<id>/edit/: a site is named, and gets the time zone by which its schedules and bands run (SPEC 1, EXT-4)."""

import zoneinfo

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import model_to_dict
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cameras.models import Role, Site
from cameras.selectors import role_require, site_list
from cameras.services.site import site_update
from portal.dashboard.door import signed_in
from portal.dashboard.site_forms import SiteForm


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def site_edit(request: HttpRequest, site_id: int) -> HttpResponse:
    """For administrators of the site; saved, it leads to the site on the overview."""
    site = _site(request, site_id)
    posted = request.POST if request.method == "POST" else None
    form = SiteForm(posted, initial=model_to_dict(site, SiteForm.base_fields))
    if form.is_valid() and _saved(form, site):
        messages.success(request, _("Saved. Every page shows times in the zone of the site from now on."))
        return redirect(f"{reverse('overview')}?site={site.pk}")
    context = {"site": site, "form": form, "zones": sorted(zoneinfo.available_timezones())}
    context["cameras"] = site.cameras.count()
    return render(request, "dashboard/site_form.html", context, status=422 if form.errors else 200)


def _site(request: HttpRequest, site_id: int) -> Site:
    """A stranger's is a 404, one that the visitor only looks at a 403."""
    site = site_list(user=request.user).filter(pk=site_id).first()
    if site is None:
        raise Http404(_("There is no such site."))
    role_require(request.user, site, Role.ADMINISTRATOR)
    return site


def _saved(form: SiteForm, site: Site) -> bool:
    """What the service refuses becomes a mistake of the form."""
    try:
        site_update(site=site, **form.cleaned_data)
    except ValidationError as exc:
        form.take(exc)
        return False
    return True
