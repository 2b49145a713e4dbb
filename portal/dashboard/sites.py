"""Which site a page is about: `?site=` of the address, so that it can be sent to somebody else."""

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from cameras.models import Site
from cameras.selectors import site_list


def sites_of(request: HttpRequest) -> list[Site]:
    """The visitor's sites, read once for a request."""
    if not hasattr(request, "lookout_sites"):
        request.lookout_sites = list(site_list(user=request.user))  # type: ignore[attr-defined]
    return request.lookout_sites  # type: ignore[attr-defined]


def chosen_site(request: HttpRequest) -> Site | None:
    """The site of `?site=`; None for all, and for what is no site of the visitor's (an error page has a frame too)."""
    wanted = request.GET.get("site", "")
    return next((site for site in sites_of(request) if str(site.pk) == wanted), None)


def chosen_site_or_404(request: HttpRequest) -> Site | None:
    """As `chosen_site`; raises Http404 for a site that is not there or not to be seen."""
    site = chosen_site(request)
    if site is None and request.GET.get("site"):
        raise Http404(_("There is no such site."))
    return site
