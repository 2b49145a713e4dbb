"""The forms in which the API gives and takes settings, their versions and profiles (API-2, EXT-5)."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cameras.models import Extension, Profile, SettingsVersion
from cameras.openapi import SCHEDULE, SECRETS_GIVEN, SECRETS_SET, SETTINGS, TABS_SCHEMA
from cameras.services.history import stored
from cameras.services.secret import secrets_set
from portal.common.serializers import IdField, StrictSerializer

MOST_CAMERAS = 200


@extend_schema_field(SETTINGS)
class SettingsField(serializers.JSONField):
    """Settings whole or in part; what is wrong with them is said by the settings themselves."""


@extend_schema_field(SCHEDULE)
class ScheduleField(serializers.JSONField):
    """An operation schedule."""


@extend_schema_field(SECRETS_GIVEN)
class SecretsField(serializers.JSONField):
    """New secrets by their names."""


@extend_schema_field(TABS_SCHEMA)
class TabsField(serializers.JSONField):
    """Names of tabs."""


@extend_schema_field({})
class AnyField(serializers.JSONField):
    """Whatever a setting may be."""


class ExtensionSerializer(serializers.ModelSerializer):
    """An extension with all of its settings; of its secrets only whether they are set."""

    settings = serializers.SerializerMethodField()
    schedule = ScheduleField(read_only=True)
    secrets = serializers.SerializerMethodField()

    class Meta:
        model = Extension
        fields = ("camera", "kind", "network", "version", "changed_at", "settings", "schedule", "secrets")
        read_only_fields = fields

    @extend_schema_field(SETTINGS)
    def get_settings(self, extension: Extension) -> dict[str, Any]:
        return extension.whole().to_json()

    @extend_schema_field(SECRETS_SET)
    def get_secrets(self, extension: Extension) -> dict[str, bool]:
        return secrets_set(extension)


class ExtensionChangeSerializer(StrictSerializer):
    """A change; what is left out stays as it is."""

    settings = SettingsField(required=False)
    schedule = ScheduleField(required=False)
    network = serializers.CharField(required=False, allow_blank=True, max_length=80)
    secrets = SecretsField(required=False)
    reason = serializers.CharField(
        required=False, allow_blank=True, max_length=200, help_text="Kept with the version and in the audit log."
    )


class DifferenceSerializer(serializers.Serializer):
    """One value that differs."""

    path = serializers.CharField(help_text="As in areas[1].time_s.")
    label = serializers.CharField()  # type: ignore[assignment]  # a field here, not the label of this serializer
    before = AnyField()
    after = AnyField()


class VersionSerializer(serializers.ModelSerializer):
    """One line of the history."""

    made_by = serializers.CharField(source="made_by.username", read_only=True, default=None, allow_null=True)

    class Meta:
        model = SettingsVersion
        fields = ("number", "made_at", "made_by", "reason")
        read_only_fields = fields


class FullVersionSerializer(VersionSerializer):
    """With what it holds."""

    settings = serializers.SerializerMethodField()
    schedule = ScheduleField(read_only=True)

    class Meta:
        model = SettingsVersion
        fields = (*VersionSerializer.Meta.fields, "settings", "schedule")
        read_only_fields = fields

    @extend_schema_field(SETTINGS)
    def get_settings(self, version: SettingsVersion) -> dict[str, Any]:
        return stored(version.extension.kind, version.settings).to_json()


class CopySerializer(StrictSerializer):
    """Where a profile, or tabs of a camera, shall go."""

    to = serializers.ListField(
        child=IdField(),
        allow_empty=False,
        max_length=MOST_CAMERAS,
        help_text="Ids of cameras.",
    )
    tabs = TabsField(required=False, help_text="Of a profile: all of its tabs when left out.")
    preview = serializers.BooleanField(default=False, help_text="Only say what would change.")


class CameraCopySerializer(CopySerializer):
    """Where tabs of a camera shall go."""

    tabs = TabsField()


class WrongValueSerializer(serializers.Serializer):
    """One value that was refused."""

    path = serializers.CharField()
    detail = serializers.CharField()


class CopyResultSerializer(serializers.Serializer):
    """What became of one camera, or would become of it."""

    camera = serializers.IntegerField()
    applied = serializers.BooleanField()
    differences = DifferenceSerializer(many=True, help_text="Between what it had and what it was to get.")
    warning = serializers.CharField(help_text="About areas on a picture of another shape; empty: none.")
    problems = WrongValueSerializer(many=True, help_text="Why nothing was applied.")


class CopyResultsSerializer(serializers.Serializer):
    """One result for each camera, in the order of their ids."""

    results = CopyResultSerializer(many=True)


class ProfileSerializer(serializers.ModelSerializer):
    """A profile, with the settings of its tabs."""

    made_by = serializers.CharField(source="made_by.username", read_only=True, default=None, allow_null=True)
    tabs = TabsField(read_only=True)
    settings = SettingsField(read_only=True)

    class Meta:
        model = Profile
        fields = ("id", "site", "name", "kind", "tabs", "settings", "made_by", "made_at")
        read_only_fields = fields


class NewProfileSerializer(StrictSerializer):
    """Tabs of a camera's extension under a name."""

    camera = IdField()
    extension = serializers.ChoiceField(choices=Extension.Kind.choices, default=Extension.Kind.OCCUPANCY)
    name = serializers.CharField(max_length=80)
    tabs = TabsField()
