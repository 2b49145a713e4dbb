"""The forms in which the API gives what we see; the socket gives alarms in the same one (`alarm_to_json`)."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from analytics.alarm_live import alarm_phase, clip_address
from analytics.desk import Step
from analytics.live import CameraState, camera_status
from analytics.models import Alarm, SceneEvent
from analytics.models.clip import ClipState
from analytics.selectors import WatchedArea, utc
from cameras.api import CameraSerializer
from cameras.models import Camera, Extension


class AdviceSerializer(serializers.Serializer):
    """Something that stands in the way of a camera's sight (CAM-8)."""

    advice = serializers.ChoiceField(choices=SceneEvent.Advice.choices)
    since = serializers.DateTimeField()
    value = serializers.FloatField(
        allow_null=True,
        help_text="What was measured: %, but small: pixels of the network's input, crowded: objects, "
        "tilted: height over width. Null: no figure.",
    )


@extend_schema_serializer(component_name="Camera")
class WatchedCameraSerializer(CameraSerializer):
    """With what its worker last said; null where nobody can say. The view puts `states` into the context."""

    status = serializers.SerializerMethodField(
        help_text="connecting, online, stalled, offline, unauthorised, no network, outside schedule; "
        "waiting: for a worker; disabled"
    )
    error = serializers.SerializerMethodField(help_text="Why it is not online; empty when it is.")
    fps = serializers.SerializerMethodField(help_text="Analysed pictures per second.")
    fps_in = serializers.SerializerMethodField(help_text="Pictures per second that arrive.")
    last_frame_at = serializers.SerializerMethodField()
    last_error = serializers.SerializerMethodField(help_text="Of its stream; stays after recovery.")
    reconnects = serializers.SerializerMethodField(help_text="Since its worker took it over.")
    advice = serializers.SerializerMethodField(help_text="What stands in the way of its sight.")

    class Meta:
        model = Camera
        live = ("status", "error", "fps", "fps_in", "last_frame_at", "last_error", "reconnects", "advice")
        fields = (*CameraSerializer.Meta.fields, *live)
        read_only_fields = fields

    def get_status(self, camera: Camera) -> str:
        return camera_status(self._state(camera), enabled=camera.enabled)

    def get_error(self, camera: Camera) -> str | None:
        state = self._state(camera)
        return state["error"] if state else None

    def get_fps(self, camera: Camera) -> float | None:
        state = self._state(camera)
        return state["fps"] if state else None

    def get_fps_in(self, camera: Camera) -> float | None:
        state = self._state(camera)
        return state["fps_in"] if state else None

    def get_last_frame_at(self, camera: Camera) -> datetime | None:
        state = self._state(camera)
        return utc(state["last_frame_at"]) if state else None

    def get_last_error(self, camera: Camera) -> str | None:
        state = self._state(camera)
        return state.get("last_error") if state else None

    def get_reconnects(self, camera: Camera) -> int | None:
        state = self._state(camera)
        return state.get("reconnects") if state else None

    @extend_schema_field(AdviceSerializer(many=True, allow_null=True))
    def get_advice(self, camera: Camera) -> list[dict[str, Any]] | None:
        state = self._state(camera)
        if state is None:
            return None
        return [AdviceSerializer({**one, "since": utc(one["since"])}).data for one in state.get("advice", [])]

    def _state(self, camera: Camera) -> CameraState | None:
        state: CameraState | None = self.context["states"].get(camera.pk)
        return state


class AreaSerializer(serializers.Serializer):
    """One area: settings, and the numbers of now. A number is null when nobody knows it (CNT-6)."""

    camera = serializers.IntegerField(source="camera.pk")
    camera_name = serializers.CharField(source="camera.name")
    site = serializers.IntegerField(source="camera.site_id")
    site_name = serializers.CharField(source="camera.site.name")
    number = serializers.IntegerField(source="settings.number")
    name = serializers.CharField(source="settings.name")
    status = serializers.BooleanField(source="settings.status", help_text="On or Off.")
    threshold = serializers.IntegerField(source="settings.count_threshold")
    time_s = serializers.FloatField(source="settings.time_s")
    count = serializers.SerializerMethodField()
    timer_s = serializers.SerializerMethodField()
    state = serializers.SerializerMethodField(help_text="Of the timer: reset, running or paused.")
    alarm = serializers.SerializerMethodField()
    quality = serializers.ChoiceField(
        choices=["live", "stale", "limited", "unknown"], help_text="unknown at once when the schedule closes."
    )
    opens_at = serializers.DateTimeField(
        help_text="Outside its operation schedule: when it opens next; null while it runs, or if it never does.",
        allow_null=True,
    )
    at = serializers.DateTimeField(help_text="When the camera's last picture came.", allow_null=True)

    def get_count(self, area: WatchedArea) -> int | None:
        return area.live and area.live["count"]

    def get_timer_s(self, area: WatchedArea) -> float | None:
        return area.live and area.live["timer_ms"] / 1000

    def get_state(self, area: WatchedArea) -> str | None:
        return area.live and area.live["state"]

    def get_alarm(self, area: WatchedArea) -> bool | None:
        return area.live and area.live["alarm"]


class SceneEventSerializer(serializers.ModelSerializer):
    """One piece of scene advice, from when it turned out until it was taken back."""

    camera_name = serializers.CharField(source="camera.name", read_only=True)
    site = serializers.IntegerField(source="camera.site_id", read_only=True)
    value = serializers.FloatField(read_only=True, allow_null=True, help_text="As `advice` of a camera has it.")

    class Meta:
        model = SceneEvent
        fields = ("id", "camera", "camera_name", "site", "advice", "began_at", "ended_at", "value")
        read_only_fields = fields


class TestAlarmSerializer(serializers.Serializer):
    """Which area of the camera, or that it is of non-mask."""

    extension = serializers.ChoiceField(choices=Extension.Kind.choices, default=Extension.Kind.OCCUPANCY)
    area = serializers.IntegerField(
        min_value=1, max_value=4, required=False, help_text="Of occupancy, and needed there."
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if given["extension"] == Extension.Kind.OCCUPANCY and "area" not in given:
            raise serializers.ValidationError({"area": [_("A test alarm of occupancy needs an area.")]})
        return given


class TrySerializer(serializers.Serializer):
    """Proposed settings, in whole or in part (objects are merged, areas by their number)."""

    settings = serializers.DictField(default=dict)
    schedule = serializers.DictField(
        default=None, allow_null=True, help_text="An operation schedule; null: the stored one."
    )
    days = serializers.IntegerField(default=7, help_text="1 to 35.")


class AreaTrialSerializer(serializers.Serializer):
    """Alarms that an area would have raised: null where that alarm is Off or the area is not there."""

    number = serializers.IntegerField()
    name = serializers.CharField()
    before = serializers.IntegerField(allow_null=True, help_text="With the stored settings.")
    after = serializers.IntegerField(allow_null=True, help_text="With the proposed ones.")
    minimum_before = serializers.IntegerField(allow_null=True, help_text="Of the minimum-occupancy alarm.")
    minimum_after = serializers.IntegerField(allow_null=True)
    known_s = serializers.FloatField(help_text="How long a count was known.")
    other_counts = serializers.BooleanField(
        help_text="The proposal would count otherwise (polygon, objects): the figures are an approximation."
    )


class TrialSerializer(serializers.Serializer):
    begins = serializers.DateTimeField()
    ends = serializers.DateTimeField()
    areas = AreaTrialSerializer(many=True)


class AlarmSerializer(serializers.ModelSerializer):
    """An alarm, with the names that its site and camera have or had."""

    site_name = serializers.CharField(source="site.name", read_only=True)
    acknowledged_by = serializers.CharField(
        source="acknowledged_by.username", read_only=True, default=None, allow_null=True
    )
    snapshot = serializers.SerializerMethodField(help_text="Address of the JPEG, from this host's root.")
    clip = serializers.SerializerMethodField(help_text="Address of the MP4, from this host's root; takes ranges.")
    clip_scenes = serializers.SerializerMethodField(help_text="Of the JSON of what is to be drawn on it.")
    clip_state = serializers.ChoiceField(choices=ClipState.choices, read_only=True)
    assigned_to = serializers.CharField(source="assigned_to.username", read_only=True, default=None, allow_null=True)
    closed_by = serializers.CharField(source="closed_by.username", read_only=True, default=None, allow_null=True)
    shelved = serializers.BooleanField(read_only=True, help_text="Its area is silent; of one that ended: was then.")
    shelved_until = serializers.DateTimeField(read_only=True, allow_null=True, help_text="null unless shelved")
    verdict = serializers.ChoiceField(choices=Alarm.Verdict.choices, allow_blank=True, read_only=True)
    state = serializers.SerializerMethodField(help_text="active, ended or closed")
    allowed_steps = serializers.SerializerMethodField(help_text="What an operator can do with it now.")

    class Meta:
        model = Alarm
        fields = (
            "id",
            "site",
            "site_name",
            "camera",
            "combined",
            "camera_name",
            "extension",
            "area_number",
            "area_name",
            "count",
            "threshold",
            "cause",
            "face",
            "started_at",
            "ended_at",
            "end_reason",
            "notified_count",
            "last_notified_at",
            "withheld",
            "acknowledged_at",
            "acknowledged_by",
            "origin",
            "external_ref",
            "assigned_to",
            "closed_at",
            "closed_by",
            "verdict",
            "shelved",
            "shelved_until",
            "snapshot",
            "clip",
            "clip_scenes",
            "clip_state",
            "media_removed_at",
            "simulated",
            "test",
            "source",
            "state",
            "allowed_steps",
        )
        read_only_fields = fields

    def get_snapshot(self, alarm: Alarm) -> str | None:
        return reverse("alarm_snapshot", args=[alarm.pk]) if alarm.snapshot else None

    def get_clip(self, alarm: Alarm) -> str | None:
        return clip_address(alarm, "alarm_clip")

    def get_clip_scenes(self, alarm: Alarm) -> str | None:
        return clip_address(alarm, "alarm_clip_scenes")

    def get_state(self, alarm: Alarm) -> str:
        return alarm_phase(alarm)

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=[step.value for step in Step])))
    def get_allowed_steps(self, alarm: Alarm) -> list[str]:
        return [step.value for step in alarm.allowed_steps]
