"""*Send a test* of a destination of a camera's HTTP tab, as it is saved (OUT-2, OUT-8)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from redis.exceptions import RedisError

from cameras.extensions.http import MOST_DESTINATIONS
from cameras.models import Extension, Role
from cameras.selectors import extension_get, role_require
from notifications.services.count_trial import NoAddressError, http_count_try
from notifications.services.trial import TooManyTrialsError
from portal.common.fields import UndecryptableError
from portal.dashboard.door import signed_in


@signed_in
@require_POST
def http_transmission_test(request: HttpRequest, camera_id: int, place: int) -> HttpResponse:
    """The newest counts go out now; request and answer, or why there is none."""
    seen = extension_get(user=request.user, camera_id=camera_id)
    role_require(request.user, seen.camera.site_id, Role.ADMINISTRATOR)
    if not 1 <= place <= MOST_DESTINATIONS:
        raise Http404(_("There is no such destination."))
    extension = Extension.objects.select_related("camera__site").get(pk=seen.pk)
    return render(request, "dashboard/deliveries/_trial.html", _outcome(extension, place))


def _outcome(extension: Extension, place: int) -> dict[str, Any]:
    try:
        return {"trial": http_count_try(extension=extension, place=place)}
    except (NoAddressError, TooManyTrialsError) as busy:
        return {"busy": str(busy)}
    except UndecryptableError:
        return {"busy": _("The saved secrets cannot be read any more: type them again.")}
    except RedisError:
        return {"busy": _("The key-value server does not answer: the newest counts are not known.")}
