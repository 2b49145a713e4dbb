"""What the page "Picture" of a camera works with: its rotation and its privacy zones (CAM-4, CAM-5)."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

from cameras.extensions.describe import sentences
from cameras.extensions.fields import is_list
from cameras.models import Camera, Extension
from cameras.rotation import is_upright
from cameras.services.camera import MOST_ZONES, zone_rule
from cameras.services.picture import Picture
from portal.common.json_body import JsonRefusedError, json_read
from portal.dashboard.settings_save import BadRequestError

_PARTS = {"seen", "rotation", "privacy_zones"}


@dataclass(frozen=True, slots=True)
class AskedPicture:
    """What a browser wants saved.    seen: what it was shown.    zones: drawn on the picture as it was seen."""

    seen: Picture
    rotation: int
    zones: Any

    @classmethod
    def of(cls, request: HttpRequest) -> "AskedPicture":
        """Raises BadRequestError."""
        try:
            body = json_read(request.body)
        except JsonRefusedError as exc:
            raise BadRequestError(str(exc)) from exc
        if not isinstance(body, dict) or set(body) != _PARTS or not _is_picture(body["seen"]):
            raise BadRequestError(_("The body must be an object with seen, rotation and privacy_zones."))
        if type(body["rotation"]) is not int:
            raise BadRequestError(
                _("The rotation must be a number of degrees, not %(value)s.") % {"value": body["rotation"]}
            )
        return cls(Picture(**body["seen"]), body["rotation"], body["privacy_zones"])


def picture_to_json(camera: Camera) -> dict[str, Any]:
    """What holds now, and the version of the camera that a worker must reach for it to be seen (EXT-7)."""
    return {
        "rotation": camera.rotation,
        "privacy_zones": camera.privacy_zones,
        "camera_version": Camera.objects.values_list("version", flat=True).get(pk=camera.pk),
    }


def picture_script(camera: Camera, *, url: str, editable: bool) -> dict[str, Any]:
    """What <picture-view> knows beside the page."""
    messages = [sentences(zone_rule(number)) for number in range(1, MOST_ZONES + 1)]
    return {**picture_to_json(camera), "url": url, "editable": editable, "most": MOST_ZONES, "messages": messages}


def rotations(camera: Camera) -> list[dict[str, Any]]:
    """Every rotation with its words; those that an extension of the camera does not allow say so."""
    nonmask = any(one.kind == Extension.Kind.NONMASK for one in camera.extensions.all())
    return [
        {"degrees": degrees, "label": label, "barred": nonmask and not is_upright(degrees)}
        for degrees, label in Camera.Rotation.choices
    ]


def picture_refused(exc: ValidationError) -> JsonResponse:
    """Every problem with its place and sentence."""
    problems = [{"path": path, "message": message} for path, said in exc.message_dict.items() for message in said]
    return JsonResponse({"problems": problems}, status=422)


def picture_stale(camera: Camera) -> JsonResponse:
    """What holds now; what was drawn is kept by the browser."""
    message = _(
        "Somebody else has turned this picture or changed its zones, while this page was open. What you drew is kept."
    )
    return JsonResponse({"message": message, **picture_to_json(Camera.objects.get(pk=camera.pk))}, status=409)


def _is_picture(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"rotation", "privacy_zones"} and is_list(value["privacy_zones"])
