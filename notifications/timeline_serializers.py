"""The form in which the API gives the timeline of an area (OPR-8)."""

from datetime import UTC, datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from analytics.engine.alarm.events import Cause, EndReason
from analytics.models import Alarm, Shelving
from analytics.timeline import RuleSpan, Timeline
from notifications.models import Notification


class InstantField(serializers.DateTimeField):
    """From milliseconds UTC."""

    def to_representation(self, value: Any) -> Any:
        return super().to_representation(datetime.fromtimestamp(value / 1000, UTC))


class RuleSpanSerializer(serializers.Serializer):
    """From `begins` on, to the next one. Without numbers the timer did not run: closed, or the area is Off."""

    begins = serializers.DateTimeField()
    threshold = serializers.IntegerField(source="rule.threshold", allow_null=True, default=None)
    held_to = serializers.SerializerMethodField(
        help_text="Up to this count the timer is held; beyond it is set to 0 at once."
    )
    time_s = serializers.SerializerMethodField()
    band = serializers.CharField(help_text="Of the week; empty for none.")
    reset = serializers.CharField(
        allow_null=True, help_text="Why the timer was set to 0 here, as the reason of a missed run."
    )

    def get_held_to(self, span: RuleSpan) -> int | None:
        return span.rule.held_to if span.rule else None

    def get_time_s(self, span: RuleSpan) -> float | None:
        return span.rule.time_ms / 1000 if span.rule else None


class TimerSpanSerializer(serializers.Serializer):
    """What the timer showed from `begins` on, to the next one."""

    begins = InstantField(source="begin_ms")
    state = serializers.CharField(help_text="reset, running, paused, closed or off")
    alarm = serializers.BooleanField(source="in_alarm")


class MissedRunSerializer(serializers.Serializer):
    """A run of the timer that raised no alarm: how far it came of the time, and why it ended."""

    begins = InstantField(source="begin_ms")
    ends = InstantField(source="end_ms")
    run_s = serializers.SerializerMethodField()
    time_s = serializers.SerializerMethodField()
    reason = serializers.CharField(help_text=f"Why it ended: {', '.join(EndReason)}.")

    def get_run_s(self, missed: Any) -> float:
        return float(missed.run_ms / 1000)

    def get_time_s(self, missed: Any) -> float:
        return float(missed.time_ms / 1000)


class TimelineAlarmSerializer(serializers.ModelSerializer):
    """An alarm that was going on."""

    class Meta:
        model = Alarm
        fields = ("id", "started_at", "ended_at", "end_reason", "count", "threshold", "acknowledged_at", "withheld")
        read_only_fields = fields


class TimelineShelvingSerializer(serializers.ModelSerializer):
    """A time in which nobody was told of the area's alarms."""

    by = serializers.CharField(source="by.username", allow_null=True, default=None)

    class Meta:
        model = Shelving
        fields = ("started_at", "ends_at", "reason", "by")
        read_only_fields = fields


class TimelineDeliverySerializer(serializers.ModelSerializer):
    """A message about one of the alarms."""

    destination_name = serializers.CharField(source="destination.name")
    reason = serializers.CharField(source="why")

    class Meta:
        model = Notification
        fields = ("id", "alarm", "destination", "destination_name", "event", "state", "reason", "queued_at", "ended_at")
        read_only_fields = fields


class TimelineSerializer(serializers.Serializer):
    """One of an area's alarms over a time. The view puts `deliveries` into the context."""

    camera = serializers.IntegerField(source="camera.pk")
    area = serializers.IntegerField(source="number")
    name = serializers.CharField()
    cause = serializers.ChoiceField(choices=[str(Cause.THRESHOLD), str(Cause.MINIMUM)])
    begins = serializers.DateTimeField()
    ends = serializers.DateTimeField()
    step_s = serializers.IntegerField(help_text="Length of a column of `low` and `high`; the first one is at `begins`.")
    low = serializers.ListField(child=serializers.IntegerField(allow_null=True), help_text="null: unknown")
    high = serializers.ListField(child=serializers.IntegerField(allow_null=True), help_text="null: unknown")
    rules = RuleSpanSerializer(many=True)
    timer = TimerSpanSerializer(many=True)
    missed = MissedRunSerializer(many=True)
    missed_in_all = serializers.IntegerField(help_text="`missed` holds those that came nearest to an alarm.")
    alarms = TimelineAlarmSerializer(many=True)
    shelved = TimelineShelvingSerializer(many=True)
    deliveries = serializers.SerializerMethodField()

    @extend_schema_field(TimelineDeliverySerializer(many=True))
    def get_deliveries(self, _timeline: Timeline) -> Any:
        return TimelineDeliverySerializer(self.context["deliveries"], many=True).data
