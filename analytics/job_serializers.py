"""The forms in which the API takes and tells jobs (EXT-1)."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cameras.models import Extension, Job, JobItem
from cameras.services.job import MOST_CAMERAS
from portal.common.serializers import IdField, StrictSerializer

_COUNTS = {
    "type": "object",
    "required": list(JobItem.State.values),
    "properties": {state: {"type": "integer"} for state in JobItem.State.values},
}
_ORDER = {
    "type": "object",
    "additionalProperties": False,
    "description": (
        "install, network: extension, network (empty: the best one that is there). uninstall: extension. "
        "profile: profile, tabs. copy: extension, camera (the source), tabs. schedule: extension, camera (the source). "
        "settings: extension, parts, which are not given back."
    ),
    "properties": {
        "extension": {"type": "string", "enum": Extension.Kind.values, "default": "occupancy"},
        "network": {"type": "string", "maxLength": 80},
        "profile": {"type": "integer"},
        "camera": {"type": "integer"},
        "tabs": {"type": ["array", "null"], "items": {"type": "string"}},
        "parts": {"type": "object", "description": "Parts of settings, by the id of their camera."},
    },
}


@extend_schema_field(_ORDER)
class OrderField(serializers.DictField):
    """What is wanted; what is wrong with it is said by the job itself."""


class NewJobSerializer(StrictSerializer):
    """Work on many cameras."""

    kind = serializers.ChoiceField(choices=Job.Kind.choices)
    cameras = serializers.ListField(
        child=IdField(),
        allow_empty=False,
        max_length=MOST_CAMERAS,
        help_text="Ids of cameras that the caller administers.",
    )
    order = OrderField(default=dict)


class JobSerializer(serializers.ModelSerializer):
    """A job and how far it is."""

    order = serializers.SerializerMethodField()
    made_by = serializers.CharField(source="made_by.username", read_only=True, default=None, allow_null=True)
    state = serializers.SerializerMethodField()
    counts = serializers.SerializerMethodField()

    class Meta:
        model = Job
        fields = ("id", "kind", "order", "about", "made_by", "made_at", "started_at", "ended_at", "state", "counts")
        read_only_fields = fields

    @extend_schema_field(_ORDER)
    def get_order(self, job: Job) -> dict[str, Any]:
        """Without the settings of single cameras: some may be on sites that the caller does not see."""
        return {name: value for name, value in job.order.items() if name != "parts"}

    @extend_schema_field({"type": "string", "enum": ["waiting", "running", "ended"]})
    def get_state(self, job: Job) -> str:
        if job.ended_at is not None:
            return "ended"
        return "waiting" if job.started_at is None else "running"

    @extend_schema_field(_COUNTS)
    def get_counts(self, job: Job) -> dict[str, Any]:
        counts: dict[str, Any] = self.context["counts"][job.pk]
        return counts


class JobItemSerializer(serializers.ModelSerializer):
    """One camera of a job. camera: null when it was removed since."""

    class Meta:
        model = JobItem
        fields = ("camera", "camera_name", "site", "state", "reason", "started_at", "ended_at")
        read_only_fields = fields
