"""Whether anything was changed that the outputs have to follow: a few small queries instead of reading everything."""

from django.db.models import Count, Max, Sum

from cameras.models import Camera, Extension, Site
from notifications.kinds.mqtt import MQTT
from notifications.kinds.onvif import ONVIF
from notifications.models import Destination, MqttRetained, MqttServer


def outputs_stamp() -> tuple[object, ...]:
    """Equal as long as nothing was; compare it, nothing else. The name of a site or camera may come late."""
    destinations = Destination.objects.filter(kind__in=[MQTT.name, ONVIF.name]).order_by("pk")
    return (
        Camera.objects.aggregate(Count("pk"), Max("pk"), Sum("version")),
        Site.objects.aggregate(Count("pk"), Max("pk")),
        Extension.objects.aggregate(Count("pk"), Max("pk"), Max("changed_at")),
        MqttServer.objects.aggregate(Count("pk"), Max("changed_at")),
        MqttRetained.objects.aggregate(Count("pk"), Max("noted_at")),
        list(destinations.values_list("pk", "site", "camera", "name", "enabled", "config", "retired_at")),
    )
