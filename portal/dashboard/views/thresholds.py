"""POST /cameras/<id>/thresholds/: the sliders of the demo screen, saved on request (DEMO-4, MASK-8)."""

from collections.abc import Mapping

from django.db import transaction
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cameras.extensions.nonmask import NonmaskSettings
from cameras.extensions.occupancy import OccupancySettings, SettingsError
from cameras.models import Camera, Extension, Role
from cameras.selectors import camera_get, role_require
from cameras.services.extension import extension_update
from portal.dashboard.door import signed_in
from portal.dashboard.states import nonmask_of, occupancy_of

_OBJECTS = {"vehicle": "threshold_vehicle", "bicycle": "threshold_bicycle"}
FIELDS: Mapping[str, Mapping[str, str]] = {
    "colour": {"head": "threshold_human_head", "body": "threshold_human_body", **_OBJECTS},
    "bw": {"head": "bw_threshold_human_head", "body": "bw_threshold_human_body", **_OBJECTS},
}
"""Name of a slider -> setting of the occupancy extension, for a picture with colour and for one without (OCC-26)."""
FACES: Mapping[str, str] = {"mask": "threshold_mask", "no_mask": "threshold_no_mask"}
"""The same of the non-mask extension, which judges pictures with colour only (MASK-5)."""


@signed_in
@require_POST
def thresholds(request: HttpRequest, camera_id: int) -> JsonResponse:
    """`picture`: colour or bw; then the sliders by name. Answers the thresholds that are saved now, or the mistakes."""
    camera = camera_get(user=request.user, camera_id=camera_id)
    extensions = list(camera.extensions.all())
    if not extensions:
        raise Http404(_("No extension is installed on this camera."))
    role_require(request.user, camera.site_id, Role.ADMINISTRATOR)
    try:
        with transaction.atomic():  # one that is refused takes the other with it
            for extension in extensions:
                _save(request, extension)
    except SettingsError as exc:
        return JsonResponse({"message": " ".join(one.translated(_) for one in exc.problems)}, status=422)
    return JsonResponse({"thresholds": _now(request, camera)})


def thresholds_to_json(
    occupancy: OccupancySettings | None, nonmask: NonmaskSettings | None
) -> dict[str, dict[str, int] | None]:
    """The saved thresholds as <score-panel> reads them: in colour, and in black-and-white where there are own ones.

    None: not installed. A camera without occupancy has its defaults, for boxes that never come.
    """
    settings = occupancy or OccupancySettings()
    faces = {name: getattr(nonmask, setting) for name, setting in FACES.items()} if nonmask else {}
    sets = {
        picture: {name: getattr(settings, setting) for name, setting in fields.items()} | faces
        for picture, fields in FIELDS.items()
    }
    return {"colour": sets["colour"], "bw": sets["bw"] if settings.bw_thresholds else None}


def _save(request: HttpRequest, extension: Extension) -> None:
    """What was asked of one extension. Raises SettingsError."""
    asked = _asked(request.POST, _fields(extension, request.POST.get("picture", "")))
    if asked:
        extension_update(
            extension=extension,
            user=request.user,  # type: ignore[arg-type]  # `signed_in` lets nobody else in
            settings={**extension.settings, **asked},
            reason=_("Thresholds of the live picture"),
        )


def _now(request: HttpRequest, camera: Camera) -> dict[str, dict[str, int] | None]:
    saved = camera_get(user=request.user, camera_id=camera.pk)
    return thresholds_to_json(occupancy_of(saved), nonmask_of(saved))


def _fields(extension: Extension, picture: str) -> Mapping[str, str]:
    if extension.kind == Extension.Kind.NONMASK:
        return FACES
    return FIELDS["bw" if picture == "bw" else "colour"]


def _asked(form: Mapping[str, str], fields: Mapping[str, str]) -> dict[str, int | str]:
    """Settings by their names; what is no whole number goes on as it came: the settings refuse it with their words."""
    return {
        setting: int(form[name]) if form[name].isascii() and form[name].isdecimal() else form[name]
        for name, setting in fields.items()
        if name in form
    }
