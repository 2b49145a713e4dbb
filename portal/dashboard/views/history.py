"""/cameras/<id>/try-on-history/: what the settings that are typed would have done to the last days (OCC-33)."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from analytics.history import history_try
from cameras.extensions.problems import SettingsError
from cameras.selectors import camera_get
from portal.dashboard.door import signed_in
from portal.dashboard.history_page import TrialAsked, trial_to_page
from portal.dashboard.settings_save import BadRequestError, refused


@signed_in
@require_POST
def camera_history_try(request: HttpRequest, camera_id: int) -> HttpResponse:
    """JSON in, JSON out; 422 with every problem. Changes nothing: everybody who sees the camera may ask."""
    camera = camera_get(user=request.user, camera_id=camera_id)
    try:
        asked = TrialAsked.of(request)
        trial = history_try(
            user=request.user, camera=camera, settings=asked.settings, schedule=asked.schedule, days=asked.days
        )
    except BadRequestError as exc:
        return JsonResponse({"message": str(exc)}, status=400)
    except SettingsError as exc:
        return refused(exc)
    return JsonResponse(trial_to_page(trial))
