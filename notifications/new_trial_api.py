"""POST /api/v1/destinations/test/: a destination tried before it is saved (OUT-9, API-1)."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cameras.camera_api import site_of
from cameras.selectors import camera_list
from notifications.api import refusals
from notifications.kinds import KINDS
from notifications.models import Destination
from notifications.serializers import DestinationTrialSerializer, NewDestinationSerializer
from notifications.services.trial import destination_try
from portal.common.serializers import valid


class NewDestinationTestView(APIView):
    """For administrators of the site."""

    @extend_schema(
        operation_id="destinations_test_new", request=NewDestinationSerializer, responses=DestinationTrialSerializer
    )
    @refusals
    def post(self, request: Request) -> Response:
        """Send a message marked as a test to a destination as it would be made; nothing is saved."""
        context = {"cameras": camera_list(user=request.user)}
        asked = valid(NewDestinationSerializer(data=request.data, context=context))
        site = site_of(request.user, asked["site"])
        if asked["kind"] not in KINDS:
            text = _("There is no kind “%(kind)s”; there are %(kinds)s.")
            raise ValidationError({"kind": [text % {"kind": asked["kind"], "kinds": ", ".join(KINDS)}]})
        draft = Destination(kind=asked["kind"], site=site, camera=asked.get("camera"))
        trial = destination_try(destination=draft, config=asked["config"], secrets=asked.get("secrets"))
        return Response(DestinationTrialSerializer(trial).data)
