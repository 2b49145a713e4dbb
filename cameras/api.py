"""A camera in the API: what is stored about it. What is happening on it is added by analytics, which knows."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cameras.extensions.kept import stored_settings
from cameras.models import Camera, Extension
from cameras.openapi import OCCUPANCY_OR_NULL
from portal.common.redact import redact


class InstalledSerializer(serializers.ModelSerializer):
    """An extension on a camera; its settings have an address of their own."""

    class Meta:
        model = Extension
        fields = ("kind", "network", "version")
        read_only_fields = fields


class CameraSerializer(serializers.ModelSerializer):
    """Without user name and password: they are write-only for ever (CAM-1)."""

    site_name = serializers.CharField(source="site.name", read_only=True)
    url = serializers.SerializerMethodField()
    simulated = serializers.BooleanField(read_only=True, help_text="The picture is drawn by the portal itself.")
    fps_wanted = serializers.FloatField(source="fps", read_only=True)
    network = serializers.SerializerMethodField(help_text="Of the occupancy extension; blank: the best there is.")
    settings = serializers.SerializerMethodField(help_text="Of the occupancy extension; null while not installed.")
    extensions = InstalledSerializer(many=True, read_only=True)

    class Meta:
        model = Camera
        fields = (
            "id",
            "name",
            "site",
            "site_name",
            "url",
            "mac",
            "transport",
            "simulated",
            "enabled",
            "fps_wanted",
            "deactivation_s",
            "rotation",
            "privacy_zones",
            "version",
            "network",
            "settings",
            "extensions",
        )
        read_only_fields = fields

    def get_url(self, camera: Camera) -> str:
        return redact(camera.url)

    def get_network(self, camera: Camera) -> str | None:
        extension = _occupancy(camera)
        return extension.network if extension else None

    @extend_schema_field(OCCUPANCY_OR_NULL)
    def get_settings(self, camera: Camera) -> dict[str, Any] | None:
        extension = _occupancy(camera)
        return stored_settings(extension.kind, extension.settings).form if extension else None


def _occupancy(camera: Camera) -> Extension | None:
    """From the prefetched extensions: a query for each camera of a list would be too many."""
    return next((one for one in camera.extensions.all() if one.kind == Extension.Kind.OCCUPANCY), None)
