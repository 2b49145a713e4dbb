"""POST /cameras/<id>/thresholds/: the sliders of the demo screen, saved on request (DEMO-4)."""

from collections.abc import Mapping

from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cameras.extensions.occupancy import OccupancySettings, SettingsError
from cameras.models import Extension, Role
from cameras.selectors import extension_list, role_require
from cameras.services.extension import extension_update
from portal.dashboard.door import signed_in

_OBJECTS = {"vehicle": "threshold_vehicle", "bicycle": "threshold_bicycle"}
FIELDS: Mapping[str, Mapping[str, str]] = {
    "colour": {"head": "threshold_human_head", "body": "threshold_human_body", **_OBJECTS},
    "bw": {"head": "bw_threshold_human_head", "body": "bw_threshold_human_body", **_OBJECTS},
}
"""Name of a slider -> setting, for a picture with colour and for one without (OCC-26)."""


@signed_in
@require_POST
def thresholds(request: HttpRequest, camera_id: int) -> JsonResponse:
    """`picture`: colour or bw; then the sliders by name. Answers the thresholds that are saved now, or the mistakes."""
    extension = _extension(request, camera_id)
    role_require(request.user, extension.camera.site_id, Role.ADMINISTRATOR)
    asked = _asked(request.POST)
    wanted, reason = {**extension.settings, **asked}, _("Thresholds of the live picture")
    try:
        saved = extension_update(
            extension=extension,
            user=request.user,  # type: ignore[arg-type]  # `signed_in` lets nobody else in
            settings=wanted,
            reason=reason,
        )
    except SettingsError as exc:
        return JsonResponse({"message": " ".join(one.translated(_) for one in exc.problems)}, status=422)
    return JsonResponse({"thresholds": thresholds_to_json(saved.occupancy())})


def thresholds_to_json(settings: OccupancySettings) -> dict[str, dict[str, int] | None]:
    """The saved thresholds as <score-panel> reads them: in colour, and in black-and-white where there are own ones."""
    sets = {
        picture: {name: getattr(settings, setting) for name, setting in fields.items()}
        for picture, fields in FIELDS.items()
    }
    return {"colour": sets["colour"], "bw": sets["bw"] if settings.bw_thresholds else None}


def _extension(request: HttpRequest, camera_id: int) -> Extension:
    """A stranger's camera is a 404, as everywhere."""
    found = extension_list(user=request.user).filter(camera=camera_id).first()
    if found is None:
        raise Http404(_("There is no such camera."))
    return found


def _asked(form: Mapping[str, str]) -> dict[str, int | str]:
    """Settings by their names; what is no whole number goes on as it came: the settings refuse it with their words."""
    fields = FIELDS["bw" if form.get("picture") == "bw" else "colour"]
    return {
        setting: int(form[name]) if form[name].isascii() and form[name].isdecimal() else form[name]
        for name, setting in fields.items()
        if name in form
    }
