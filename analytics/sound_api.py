"""/api/v1/alarm-sound/: how the caller is told of alarms in the browser (OPR-1; API-1)."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.models import OperatorChoice
from analytics.services.operator_choice import choice_save
from portal.accounts.models import ApiToken, User
from portal.common.serializers import StrictSerializer, valid


class AlarmSoundSerializer(StrictSerializer):
    """Of one person, on every browser."""

    sound = serializers.ChoiceField(choices=OperatorChoice.Sound.choices)
    notify = serializers.BooleanField(help_text="Notifications of the browser, where it allows them.")


class AlarmSoundView(APIView):
    """Everybody's own."""

    scope = ApiToken.Scope.OPERATE

    @extend_schema(operation_id="alarm_sound_retrieve", responses=AlarmSoundSerializer)
    def get(self, request: Request) -> Response:
        """What the caller chose; silent until then."""
        choice = OperatorChoice.objects.filter(user=request.user.pk).first() or OperatorChoice()
        return Response(AlarmSoundSerializer(choice).data)

    @extend_schema(operation_id="alarm_sound_replace", request=AlarmSoundSerializer, responses=AlarmSoundSerializer)
    def put(self, request: Request) -> Response:
        """Choose both; open pages follow when they are loaded again."""
        assert isinstance(request.user, User)  # the scope lets nobody else in
        choice = choice_save(user=request.user, **valid(AlarmSoundSerializer(data=request.data)))
        return Response(AlarmSoundSerializer(choice).data)
