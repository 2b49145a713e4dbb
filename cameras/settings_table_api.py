"""/api/v1/cameras/settings/: settings of many cameras as a CSV file, looked through, put in force by a job (EXT-5)."""

import io
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cameras.camera_api import site_of
from cameras.models import Extension
from cameras.onboarding.table import MOST_BYTES, TableError
from cameras.services.settings_table import (
    SettingsLine,
    SettingsPlan,
    settings_table_export,
    settings_table_import,
    settings_table_name,
    settings_table_plan,
)
from cameras.settings_serializers import DifferenceSerializer
from cameras.settings_view import caller
from portal.common.downloads import file_answer
from portal.common.serializers import IdField, StrictSerializer, valid


class WhichSerializer(StrictSerializer):
    """Which extension, and which site."""

    extension = serializers.ChoiceField(choices=Extension.Kind.choices, default=Extension.Kind.OCCUPANCY)
    site = IdField(required=False)


class SettingsTableSerializer(WhichSerializer):
    """A CSV file, and what to do with it. site: of the lines that name none."""

    csv = serializers.CharField(
        max_length=MOST_BYTES, trim_whitespace=False, help_text="As `export` gives it; empty cells change nothing."
    )
    dry_run = serializers.BooleanField(default=True, help_text="Only look: nothing is ordered.")


class SettingsLineSerializer(serializers.Serializer):
    """One line, looked through."""

    line = serializers.IntegerField()
    site = serializers.CharField()
    name = serializers.CharField()
    action = serializers.ChoiceField(choices=[(one, one) for one in ("mistake", "change", "same")])
    differences = DifferenceSerializer(many=True)
    mistakes = serializers.DictField(child=serializers.CharField(), help_text="By column; empty name: the whole line.")


class SettingsOutcomeSerializer(serializers.Serializer):
    """What an import would do, or the job that does it."""

    job = serializers.UUIDField(allow_null=True, help_text="null: a dry run, a mistake, or nothing to do.")
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="Lines of each action.")
    lines = SettingsLineSerializer(many=True)


class SettingsImportView(APIView):
    @extend_schema(
        operation_id="cameras_settings_import", request=SettingsTableSerializer, responses=SettingsOutcomeSerializer
    )
    def post(self, request: Request) -> Response:
        """Look through settings; with `dry_run` false a job puts them in force, unless a line has a mistake."""
        asked = valid(SettingsTableSerializer(data=request.data))
        site = site_of(request.user, asked["site"]) if "site" in asked else None
        file = io.BytesIO(asked["csv"].encode())
        try:
            plan = settings_table_plan(user=request.user, file=file, site=site, kind=asked["extension"])
        except TableError as exc:
            raise ValidationError({"csv": [exc.translated(_)]}) from exc
        return Response(SettingsOutcomeSerializer(_outcome(request, plan, dry_run=asked["dry_run"])).data)


class SettingsExportView(APIView):
    @extend_schema(
        operation_id="cameras_settings_export",
        parameters=[WhichSerializer],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """The settings that the caller may change, a line for each camera with the extension."""
        asked = valid(WhichSerializer(data=request.query_params.dict()))
        site = site_of(request.user, asked["site"]) if "site" in asked else None
        lines = settings_table_export(user=request.user, site=site, kind=asked["extension"])
        return file_answer(lines, name=settings_table_name(asked["extension"]))

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:  # noqa: ARG002
        """Whoever accepts text/csv gets it, though errors are JSON."""
        return super().perform_content_negotiation(request, force=True)


def _outcome(request: Request, plan: SettingsPlan, *, dry_run: bool) -> dict[str, Any]:
    counts = plan.counts()
    ready = not dry_run and not counts["mistake"] and bool(plan.parts())
    job = settings_table_import(user=caller(request), plan=plan) if ready else None
    return {"job": job and job.pk, "counts": counts, "lines": [_line(one) for one in plan.lines]}


def _line(line: SettingsLine) -> dict[str, Any]:
    names = ("line", "site", "name", "action", "differences", "mistakes")
    return {name: getattr(line, name) for name in names}
