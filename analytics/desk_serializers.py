"""The forms of the desk in the API: steps asked for and taken, shelvings (OPR-2)."""

from typing import Any

from rest_framework import serializers

from analytics.desk import Step
from analytics.models import Alarm, AlarmStep, Shelving
from analytics.models.alarm import LONGEST_ORIGIN, LONGEST_REFERENCE
from analytics.serializers import AlarmSerializer
from analytics.services.desk import LONGEST_NOTE, MOST_AT_ONCE
from analytics.services.shelving import LONGEST_REASON
from cameras.models import Extension
from portal.common.serializers import IdField, StrictSerializer

STEPS = [step.value for step in Step]
ORIGIN = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"


class OriginField(serializers.RegexField):
    """The system that asks, as it calls itself."""

    def __init__(self, **_more: Any) -> None:
        told = "The system that asks: its own stream is not told. Without one: the token's prefix."
        super().__init__(ORIGIN, required=False, max_length=LONGEST_ORIGIN, help_text=told)


class AcknowledgeSerializer(StrictSerializer):
    """Nothing has to be said."""

    origin = OriginField()
    external_ref = serializers.CharField(
        required=False,
        max_length=LONGEST_REFERENCE,
        help_text="What the alarm is called there; one of a site and an origin. The same once more changes nothing.",
    )


class StepAskedSerializer(StrictSerializer):
    """A step, and what belongs to it."""

    step = serializers.ChoiceField(choices=STEPS)
    note = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_NOTE, help_text="With any step.")
    verdict = serializers.ChoiceField(choices=Alarm.Verdict.choices, required=False, help_text="Needed to close.")
    assignee = serializers.CharField(
        required=False, allow_blank=True, help_text="User name, to assign; without one: the caller."
    )
    origin = OriginField()


class StepsAskedSerializer(StepAskedSerializer):
    """The same step for each of these alarms and for no other."""

    alarms = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MOST_AT_ONCE)


class StepOutcomeSerializer(serializers.Serializer):
    """What became of one of them: the alarm after the step, or the problem that the step alone would have had."""

    id = serializers.UUIDField()
    status = serializers.IntegerField(help_text="200, 400, 403, 404 or 409")
    alarm = AlarmSerializer(allow_null=True)
    problem = serializers.DictField(allow_null=True)


class AlarmStepSerializer(serializers.ModelSerializer):
    """A step that was taken. `by` is null when the account is gone."""

    by = serializers.CharField(source="by.username", read_only=True, default=None, allow_null=True)
    to = serializers.CharField(source="to.username", read_only=True, default=None, allow_null=True)
    verdict = serializers.ChoiceField(choices=Alarm.Verdict.choices, allow_blank=True, read_only=True)

    class Meta:
        model = AlarmStep
        fields = ("step", "at", "by", "to", "verdict", "note")
        read_only_fields = fields


class ShelvingSerializer(serializers.ModelSerializer):
    """A shelved area. `until` is what was asked for, `ends_at` what holds."""

    site = serializers.IntegerField(source="camera.site_id", read_only=True)
    camera_name = serializers.CharField(source="camera.name", read_only=True)
    area = serializers.IntegerField(source="area_number", read_only=True, help_text="0: non-mask, which has no areas.")
    by = serializers.CharField(source="by.username", read_only=True, default=None, allow_null=True)
    ended_by = serializers.CharField(source="ended_by.username", read_only=True, default=None, allow_null=True)

    class Meta:
        model = Shelving
        fields = (
            "id",
            "site",
            "camera",
            "camera_name",
            "extension",
            "area",
            "reason",
            "started_at",
            "until",
            "ends_at",
            "by",
            "ended_by",
        )
        read_only_fields = fields


class ShelvingAskedSerializer(StrictSerializer):
    """Which area, until when, and why."""

    camera = IdField()
    extension = serializers.ChoiceField(choices=Extension.Kind.choices, default=Extension.Kind.OCCUPANCY)
    area = serializers.IntegerField(min_value=0, max_value=4, default=0, help_text="1 to 4; 0 of non-mask.")
    until = serializers.DateTimeField(help_text="With an offset; within 30 days.")
    reason = serializers.CharField(max_length=LONGEST_REASON)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if given["extension"] == Extension.Kind.OCCUPANCY and given["area"] == 0:
            raise serializers.ValidationError({"area": "occupancy has the areas 1 to 4"})
        return given
