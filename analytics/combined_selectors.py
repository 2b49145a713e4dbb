"""Reads of combined areas, always for a user (DASH-6, SEC-1)."""

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from analytics.models import CombinedArea, CombinedPart
from cameras.selectors import Visitor, site_list


def combined_area_list(*, user: Visitor) -> QuerySet[CombinedArea]:
    """The combined areas of the user's sites, with their parts."""
    return CombinedArea.objects.filter(site__in=site_list(user=user)).select_related("site").prefetch_related(parts())


def combined_area_get(*, user: Visitor, combined_id: int) -> CombinedArea:
    """Raises Http404 for what is not there or not to be seen."""
    combined = combined_area_list(user=user).filter(pk=combined_id).first()
    if combined is None:
        raise Http404(_("There is no such combined area."))
    return combined


def parts() -> Prefetch:
    """Each with its camera, whose credentials stay in the database."""
    cameras = CombinedPart.objects.select_related("camera").defer("camera__username", "camera__password")
    return Prefetch("parts", cameras)
