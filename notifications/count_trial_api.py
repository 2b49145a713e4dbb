"""/api/v1/cameras/<id>/http-transmission/<place>/test/: try a destination of the tab (API-1; OUT-2, OUT-8)."""

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cameras.extensions.http import MOST_DESTINATIONS
from cameras.models import Extension, Role
from cameras.selectors import extension_get, role_require
from notifications.serializers import DestinationTrialSerializer
from notifications.services.count_trial import http_count_try


class HttpTransmissionTestView(APIView):
    """For administrators of the site."""

    @extend_schema(operation_id="cameras_http_transmission_test", request=None, responses=DestinationTrialSerializer)
    def post(self, request: Request, camera_id: int, place: int) -> Response:
        """Send the newest counts now, as the destination at this place is saved: what went out and what came back."""
        seen = extension_get(user=request.user, camera_id=camera_id)
        role_require(request.user, seen.camera.site_id, Role.ADMINISTRATOR)
        if not 1 <= place <= MOST_DESTINATIONS:
            raise Http404(_("There is no such destination."))
        extension = Extension.objects.select_related("camera__site").get(pk=seen.pk)
        return Response(DestinationTrialSerializer(http_count_try(extension=extension, place=place)).data)
