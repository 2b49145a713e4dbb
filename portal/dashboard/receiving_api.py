"""/api/v1/mqtt-links/, /api/v1/listeners/: how the connections to MQTT servers are, and what cameras themselves tell
(OUT-3, OUT-10; API-1). The same as on Deliveries → MQTT: the word of their owners, nothing that is stored."""

from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema, extend_schema_field
from redis.exceptions import RedisError
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cameras.models import Role
from cameras.selectors import Visitor, site_list
from notifications.receiving.ledger import Reason
from portal.dashboard.receiving_page import Receiving, receiving_read


class NobodyKnowsError(APIException):
    """503: what only the key-value server could tell."""

    status_code = 503
    default_detail = gettext_lazy("The key-value server does not answer: nobody can say how it is now.")
    default_code = "key_value_server_away"


@extend_schema_field({"type": ["string", "null"], "format": "date-time"})
class SecondsField(serializers.Field):
    """POSIX seconds as an instant."""

    def to_representation(self, value: float) -> str:
        return datetime.fromtimestamp(value, UTC).isoformat().replace("+00:00", "Z")


class LinkFiguresSerializer(serializers.Serializer):
    """Of the process that holds the connection, since it took it."""

    since = SecondsField(source="since_s", help_text="null: not connected; `error` says why.")
    error = serializers.CharField()
    in_flight = serializers.IntegerField(help_text="Published, not acknowledged yet.")
    delivered = serializers.IntegerField(help_text="Acknowledged, or sent at QoS 0.")
    counts_sent = serializers.IntegerField()
    counts_waiting = serializers.IntegerField(help_text="Newest counts that wait for the server.")
    counts_skipped = serializers.IntegerField(help_text="Replaced by newer ones before they could be sent.")
    frames_sent = serializers.IntegerField(help_text="Of scene metadata.")


class MqttLinkSerializer(serializers.Serializer):
    """One connection that there should be."""

    server = serializers.CharField(source="place.server")
    client_id = serializers.CharField(source="place.client_id")
    cameras = serializers.IntegerField(help_text="That send over it; those that the caller administrates.")
    owner = serializers.CharField(help_text="Host and process; blank unless the caller administrates the portal.")
    state = LinkFiguresSerializer(allow_null=True, help_text="null: nobody holds it.")


class MqttLinksSerializer(serializers.Serializer):
    links = MqttLinkSerializer(many=True, allow_null=True, help_text="null: no worker says which there should be.")


class SubscriptionSerializer(serializers.Serializer):
    """The MQTT server that a listener subscribes to."""

    server = serializers.CharField()
    client_id = serializers.CharField()
    topics = serializers.ListField(child=serializers.CharField())
    refused_topics = serializers.ListField(child=serializers.CharField(), help_text="By the server.")
    since = SecondsField(source="since_s", help_text="null: not connected; `error` says why.")
    error = serializers.CharField()


class DoorSerializer(serializers.Serializer):
    """One way in."""

    name = serializers.CharField()
    about = serializers.CharField(help_text="Its ports, or its server.")
    heard_at = SecondsField(source="heard_s")
    taken = serializers.IntegerField()
    refused = serializers.IntegerField()


class HeardSerializer(serializers.Serializer):
    """A camera that told something since the listener began."""

    camera = serializers.IntegerField(source="camera.pk")
    door = serializers.CharField()
    heard_at = SecondsField(source="heard_s")
    alarms = serializers.IntegerField()
    counts = serializers.IntegerField()


class RefusedSerializer(serializers.Serializer):
    """What was not taken."""

    door = serializers.CharField()
    sender = serializers.CharField(help_text="Address or MAC.")
    cameras = serializers.SerializerMethodField(help_text="Whose message it was, as far as that is known.")
    reason = serializers.ChoiceField(choices=[(one.value, one.value) for one in Reason])
    why = serializers.CharField(help_text="The reason for people.")
    said = serializers.CharField(help_text="What could not be read, cut.")
    count = serializers.IntegerField()
    last_at = SecondsField(source="last_s")

    def get_cameras(self, line: Any) -> list[int]:
        return [camera.pk for camera in line.cameras]


class ListenerSerializer(serializers.Serializer):
    """One `manage.py alarm_listener` that runs."""

    host = serializers.CharField(help_text="Blank unless the caller administrates the portal.")
    since = SecondsField(source="since_s")
    study = serializers.BooleanField(help_text="Whether it keeps what it cannot read.")
    mqtt = SubscriptionSerializer(allow_null=True)
    doors = DoorSerializer(many=True)
    heard = HeardSerializer(many=True)
    refused = RefusedSerializer(many=True)


class MqttLinksView(APIView):
    @extend_schema(operation_id="mqtt_links", responses=MqttLinksSerializer)
    def get(self, request: Request) -> Response:
        """The connections of the cameras that the caller administrates. 503 while nobody can say how they are."""
        return Response(MqttLinksSerializer(receiving(request.user)).data)


class ListenersView(APIView):
    @extend_schema(operation_id="listeners_list", responses=ListenerSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Whom they hear, of the cameras that the caller administrates. 503 while nobody can say how they are."""
        return Response(ListenerSerializer(receiving(request.user).listeners, many=True).data)


def receiving(user: Visitor) -> Receiving:
    """Raises PermissionDenied, NobodyKnowsError."""
    if not site_list(user=user, least=Role.ADMINISTRATOR).exists():
        raise PermissionDenied(_("Only administrators of a site see how what its cameras send goes out and comes in."))
    try:
        return receiving_read(user)
    except RedisError as exc:
        raise NobodyKnowsError from exc
