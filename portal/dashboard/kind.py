"""Which extension a page is about: `?kind=` of its address, or of what is posted (EXT-3)."""

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from cameras.models import Camera, Extension


def extension_asked(request: HttpRequest, camera: Camera) -> Extension:
    """Of a camera as `camera_get` has fetched it; without `?kind=` occupancy, or the only one. Raises Http404."""
    installed = {extension.kind: extension for extension in camera.extensions.all()}
    if not installed:
        raise Http404(_("No extension is installed on this camera."))
    wanted = _wanted(request) or next(kind for kind in Extension.Kind.values if kind in installed)
    if wanted not in installed:
        raise Http404(_("“%(kind)s” is not installed on this camera.") % {"kind": wanted})
    return installed[wanted]


def kind_asked(request: HttpRequest) -> Extension.Kind:
    """Of a page about many cameras; occupancy unless it says another one. Raises Http404."""
    wanted = _wanted(request) or Extension.Kind.OCCUPANCY
    if wanted not in Extension.Kind.values:
        raise Http404(_("There is no extension “%(kind)s”.") % {"kind": wanted})
    return Extension.Kind(wanted)


def kind_query(kind: str) -> str:
    """What an address needs to be about this kind: "?kind=nonmask", nothing for occupancy."""
    return "" if kind == Extension.Kind.OCCUPANCY else f"?kind={kind}"


def _wanted(request: HttpRequest) -> str:
    return request.POST.get("kind") or request.GET.get("kind", "")
