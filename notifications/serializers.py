"""The forms in which the API gives and takes destinations, and gives what became of their messages."""

from datetime import datetime
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cameras.models import Camera
from notifications.kinds import KINDS
from notifications.models import Attempt, Destination, Notification
from notifications.selectors import Figures
from notifications.services.destination import secrets_set
from portal.common.bulk import MOST
from portal.common.fields import UndecryptableError
from portal.common.serializers import IdField, StrictSerializer

NOTHING = Figures()


class DestinationFiguresSerializer(serializers.Serializer):
    """The queue now, and what became of messages in the last 24 hours."""

    waiting = serializers.IntegerField()
    retried = serializers.IntegerField(help_text="Of those that wait: how many failed before.")
    oldest = serializers.DateTimeField(allow_null=True, help_text="When the one that waits longest was queued.")
    sent = serializers.IntegerField()
    dead = serializers.IntegerField(help_text="Failed for good, or expired.")


class DestinationSerializer(serializers.ModelSerializer):
    """A destination and how it is. The view puts `figures` and `administered`, ids of sites, into the context."""

    config = serializers.SerializerMethodField(help_text="Its settings; null for others than administrators.")
    managed = serializers.SerializerMethodField(help_text="Follows a camera: its settings change it, and nothing else.")
    figures = serializers.SerializerMethodField()

    class Meta:
        model = Destination
        asked = ("site", "camera", "kind", "name", "position", "enabled", "events", "simulated", "expiry_s", "config")
        health = ("disabled_reason", "failures", "next_try_at", "last_sent_at", "last_failed_at", "last_error")
        fields = ("id", *asked, "managed", *health, "figures")
        read_only_fields = fields

    @extend_schema_field({"type": ["object", "null"]})
    def get_config(self, destination: Destination) -> dict[str, Any] | None:
        return destination.config if destination.site_id in self.context["administered"] else None

    def get_managed(self, destination: Destination) -> bool:
        return KINDS[destination.kind].managed

    @extend_schema_field(DestinationFiguresSerializer)
    def get_figures(self, destination: Destination) -> dict[str, Any]:
        return dict(DestinationFiguresSerializer(self.context["figures"].get(destination.pk, NOTHING)).data)


class FullDestinationSerializer(DestinationSerializer):
    """With its secrets: of each whether it is set."""

    secrets = serializers.SerializerMethodField(help_text="Whether each is set; null for others than administrators.")

    class Meta:
        model = Destination
        fields = (*DestinationSerializer.Meta.fields, "secrets")
        read_only_fields = fields

    @extend_schema_field({"type": ["object", "null"], "additionalProperties": {"type": "boolean"}})
    def get_secrets(self, destination: Destination) -> dict[str, bool] | None:
        if destination.site_id not in self.context["administered"]:
            return None
        try:
            return secrets_set(destination)
        except UndecryptableError:  # closed for ever by a lost key: they have to be given again
            return dict.fromkeys(KINDS[destination.kind].secrets, False)


class NewSecretsSerializer(serializers.Serializer):
    """Secrets that the portal has made: shown this once."""

    secrets = serializers.DictField(child=serializers.CharField())


class MadeDestinationSerializer(FullDestinationSerializer):
    """With the secrets that were made for it, this once."""

    made = serializers.SerializerMethodField(help_text="Secrets that the portal has made: shown this once.")

    class Meta:
        model = Destination
        fields = (*FullDestinationSerializer.Meta.fields, "made")
        read_only_fields = fields

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
    def get_made(self, _destination: Destination) -> dict[str, str]:
        made: dict[str, str] = self.context["made"]
        return made


@extend_schema_field(OpenApiTypes.OBJECT)
class ConfigField(serializers.DictField):
    """Settings of a kind; what is wrong with them is said by the kind."""


class SecretsField(serializers.DictField):
    """New secrets by name; those left out stay, a blank one is taken away."""

    child = serializers.CharField(allow_blank=True, trim_whitespace=False)


class DestinationChangeSerializer(StrictSerializer):
    """What is left out stays as it is; `config` is replaced as a whole, what it leaves out gets its default."""

    name = serializers.CharField(max_length=80)
    position = serializers.IntegerField(min_value=1, max_value=99, help_text="Lower ones are told first.")
    enabled = serializers.BooleanField()
    events = serializers.ListField(child=serializers.CharField())
    simulated = serializers.BooleanField(help_text="Whether it is told of alarms of simulated cameras.")
    expiry_s = serializers.IntegerField(min_value=60, max_value=604_800, help_text="What waits longer is given up.")
    config = ConfigField()
    secrets = SecretsField(write_only=True)


class NewDestinationSerializer(DestinationChangeSerializer):
    """A destination for every camera of a `site`, or for one `camera`. The view puts `cameras` into the context."""

    site = IdField(help_text="A site that the caller administrates.")
    kind = serializers.CharField(help_text="As of `/api/v1/destination-kinds/`.")

    def get_fields(self) -> dict[str, Any]:
        """Only site, kind, name and settings are needed."""
        fields = super().get_fields()
        for name, field in fields.items():
            field.required = name in ("site", "kind", "name", "config")
        cameras = self.context.get("cameras", Camera.objects.none())
        fields["camera"] = serializers.PrimaryKeyRelatedField(queryset=cameras, allow_null=True, required=False)
        return fields


class DestinationTrySerializer(StrictSerializer):
    """Settings and secrets on top of what is saved; neither is saved."""

    config = ConfigField(required=False)
    secrets = SecretsField(required=False, write_only=True)


class DestinationTrialSerializer(serializers.Serializer):
    """What went out and what came back, without secrets."""

    at = serializers.DateTimeField()
    duration_ms = serializers.IntegerField()
    taken = serializers.BooleanField()
    confirmed = serializers.BooleanField(help_text="The other side said so; false where its protocol has no answer.")
    outcome = serializers.CharField()
    sent = serializers.CharField()
    answer = serializers.CharField()


class DestinationKindSerializer(serializers.Serializer):
    """A kind of destinations, with every setting that it has."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field here, not the label of this serializer
    events = serializers.ListField(child=serializers.CharField())
    usual = serializers.ListField(child=serializers.CharField())
    most = serializers.IntegerField(help_text="That are told of one camera, those of its site included.")
    fields = serializers.ListField(child=serializers.DictField())  # type: ignore[assignment]
    secrets = serializers.ListField(child=serializers.DictField())
    least_expiry_s = serializers.IntegerField(help_text="What it sends may have to wait as long by its own rules.")


class NotificationSerializer(serializers.ModelSerializer):
    """One message about one alarm to one destination."""

    camera = serializers.IntegerField(source="alarm.camera_id", allow_null=True, read_only=True)
    next_try_at = serializers.SerializerMethodField(help_text="Null unless it waits.")
    reason = serializers.CharField(source="why", read_only=True, help_text="Why it was not sent, or not yet.")
    test = serializers.SerializerMethodField()

    class Meta:
        model = Notification
        what = ("id", "destination", "alarm", "camera", "event", "sequence", "test")
        outcome = ("state", "reason", "tries", "confirmed")
        fields = (*what, *outcome, "queued_at", "next_try_at", "expires_at", "ended_at")
        read_only_fields = fields

    def get_next_try_at(self, notification: Notification) -> datetime | None:
        return notification.next_try_at if notification.state == Notification.State.WAITING else None

    def get_test(self, notification: Notification) -> bool:
        return bool(notification.record.get("test"))


class AttemptSerializer(serializers.ModelSerializer):
    """One try, without secrets."""

    class Meta:
        model = Attempt
        fields = ("at", "duration_ms", "outcome", "reason", "sent", "answer")
        read_only_fields = fields


class ActsSerializer(StrictSerializer):
    """The same for each of these messages."""

    do = serializers.ChoiceField(choices=["resend", "cancel"])
    notifications = serializers.ListField(child=serializers.UUIDField(), allow_empty=False, max_length=MOST)


class ActResultSerializer(serializers.Serializer):
    """What became of one message; `status` as if it had been asked for alone."""

    id = serializers.UUIDField()
    status = serializers.IntegerField()
    problem = serializers.DictField(allow_null=True, help_text="Why not: problem details.")
