"""The search for cameras in the API: ordered, looked at, read, added (CAM-3, CAM-10). As the page, step by step."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cameras.camera_api import site_of
from cameras.models import Role
from cameras.onboarding.onvif.errors import DeviceReason
from cameras.onboarding.scan import Phase, Scan, State, Trouble
from cameras.selectors import site_list
from cameras.services.discovery import Added, Choice, scan_add, scan_get, scan_read, scan_start, scan_stop
from portal.common.serializers import IdField


class SearchSerializer(serializers.Serializer):
    """Where to search: a range, else a network."""

    interface = serializers.CharField(
        max_length=40, default="", allow_blank=True, help_text="A network interface, such as eth0; blank: all."
    )
    addresses = serializers.CharField(
        max_length=400, default="", allow_blank=True, help_text="192.168.0.0/24 or 192.168.0.10-40, several by commas."
    )


class StreamSerializer(serializers.Serializer):
    """A stream of a sensor; in `add` it is named by its place in the list, from 0."""

    name = serializers.CharField()
    url = serializers.CharField(help_text="Without user name and password.")
    codec = serializers.CharField(help_text="As the device writes it, such as H264.")
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    fps = serializers.FloatField(allow_null=True)


class SensorSerializer(serializers.Serializer):
    """A video source of a device."""

    channel = serializers.IntegerField()
    streams = StreamSerializer(many=True, help_text="The one that suits analysis best comes first.")


class DeviceSerializer(serializers.Serializer):
    """A device that answered: what it says of itself, and after `read` its sensors."""

    host = serializers.CharField()
    name = serializers.CharField(source="title")
    hardware = serializers.CharField(source="found.hardware")
    location = serializers.CharField(source="found.location")
    state = serializers.ChoiceField(choices=[(one.value, one.value) for one in State])
    reason = serializers.ChoiceField(choices=[(one.value, one.value) for one in DeviceReason], allow_null=True)
    detail = serializers.CharField(help_text="The reason for people, without credentials.")
    maker = serializers.CharField(source="device.maker")
    model = serializers.CharField(source="device.model")
    firmware = serializers.CharField(source="device.firmware")
    serial = serializers.CharField(source="device.serial")
    sensors = SensorSerializer(source="device.sensors", many=True)


class ScanSerializer(serializers.Serializer):
    """A search as it stands. It is kept for an hour."""

    id = serializers.UUIDField()
    phase = serializers.ChoiceField(choices=[(one.value, one.value) for one in Phase])
    done = serializers.IntegerField(help_text="Addresses asked, or devices read.")
    of = serializers.IntegerField()
    trouble = serializers.ChoiceField(
        choices=[(one.value, one.value) for one in Trouble], help_text="Why it ended early; blank when it did not."
    )
    devices = DeviceSerializer(source="candidates", many=True)


class ReadSerializer(serializers.Serializer):
    """Which devices to read, and with which user."""

    hosts = serializers.ListField(child=serializers.CharField(max_length=40), min_length=1)
    username = serializers.CharField(max_length=200, allow_blank=True, default="", write_only=True)
    password = serializers.CharField(
        max_length=200, allow_blank=True, default="", write_only=True, trim_whitespace=False
    )


class ChoiceSerializer(serializers.Serializer):
    """A device to add."""

    host = serializers.CharField(max_length=40)
    name = serializers.CharField(max_length=70)
    streams = serializers.DictField(
        child=serializers.IntegerField(min_value=0), help_text="By channel: the place of the stream, from 0."
    )

    def validate_streams(self, streams: dict[str, int]) -> dict[int, int]:
        """Raises ValidationError."""
        if not all(channel.isascii() and channel.isdecimal() for channel in streams):
            raise serializers.ValidationError(_("Channels are numbers, such as 1."))
        return {int(channel): place for channel, place in streams.items()}


class AddSerializer(serializers.Serializer):
    """What to add, and to which site."""

    site = IdField(help_text="A site that the caller administrates.")
    devices = ChoiceSerializer(many=True, allow_empty=False)


class AddedSerializer(serializers.Serializer):
    """What became of one device: all of its chosen sensors, or none of them."""

    host = serializers.CharField()
    cameras = serializers.ListField(child=serializers.IntegerField(), help_text="Ids of the new cameras.")
    reason = serializers.CharField(help_text="Why nothing of it was added; blank when it was.")


class ScanView(APIView):
    """What all of them ask first: a search makes the portal call addresses (SEC-4)."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Raises PermissionDenied for who is administrator of no site."""
        super().initial(request, *args, **kwargs)
        if not site_list(user=request.user, least=Role.ADMINISTRATOR).exists():
            raise PermissionDenied(_("Only administrators of a site search for cameras."))

    def _answer(self, scan: Scan, status: int = 200) -> Response:
        return Response(ScanSerializer(scan).data, status=status)


class ScansView(ScanView):
    """CAM-3. 409 with the code `busy` while another search of the caller is running."""

    @extend_schema(operation_id="discoveries_start", request=SearchSerializer, responses={201: ScanSerializer})
    def post(self, request: Request) -> Response:
        """Search for ONVIF devices, on a network or at a range of private addresses. Ask for the outcome by its id."""
        asked = SearchSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        return self._answer(scan_start(user=request.user, **asked.validated_data), 201)


class OneScanView(ScanView):
    """Somebody else's search does not exist."""

    @extend_schema(operation_id="discoveries_read", responses=ScanSerializer)
    def get(self, request: Request, scan_id: UUID) -> Response:
        """A search as it stands: progress, and the devices that have answered."""
        return self._answer(scan_get(user=request.user, scan_id=str(scan_id)))

    @extend_schema(operation_id="discoveries_stop", responses={204: None})
    def delete(self, request: Request, scan_id: UUID) -> Response:
        """Stop it; what was found stays."""
        scan_stop(user=request.user, scan_id=str(scan_id))
        return Response(status=204)


class ScanReadView(ScanView):
    """CAM-3. The user name and password are kept encrypted with the search, for adding."""

    @extend_schema(operation_id="discoveries_read_streams", request=ReadSerializer, responses=ScanSerializer)
    def post(self, request: Request, scan_id: UUID) -> Response:
        """Read maker, model and the streams of devices that were found. The outcome is part of the search."""
        asked = ReadSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        return self._answer(scan_read(user=request.user, scan_id=str(scan_id), **asked.validated_data))


class ScanAddView(ScanView):
    """CAM-10. Each device as a whole or not at all."""

    @extend_schema(operation_id="discoveries_add", request=AddSerializer, responses=AddedSerializer(many=True))
    def post(self, request: Request, scan_id: UUID) -> Response:
        """Add sensors whose streams were read as cameras of a site."""
        asked = AddSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        site = site_of(request.user, asked.validated_data["site"])
        choices = [Choice(**one) for one in asked.validated_data["devices"]]
        added = scan_add(user=request.user, scan_id=str(scan_id), site=site, choices=choices)
        return Response([_added(one) for one in added])


def _added(one: Added) -> dict[str, Any]:
    return {"host": one.host, "cameras": [camera.pk for camera in one.cameras], "reason": one.reason}
