"""/api/v1/workers/, /api/v1/health/: who analyses what, and whether everything is there (EXT-2, RUN-4, RUN-5)."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from redis.exceptions import RedisError
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.engine.inference.providers import Running
from analytics.engine.inference.task import Task
from analytics.snapshot_api import KeyValueAwayError
from analytics.workers.heartbeat import Beat
from cameras.models import Role
from cameras.selectors import Visitor, camera_get, camera_list, role_require
from portal.common.errors import ConflictError
from portal.dashboard.network_page import catalogue, default_id
from portal.dashboard.worker_page import WorkerCard, worker_cards
from portal.dashboard.workers import camera_move, workers_seen
from portal.health import LIMIT_S, OK, check_all, check_database, check_key_value_server


class NotMovedError(ConflictError):
    """The camera has no worker, or there is no other one with a place for it."""

    code = "not_moved"


class RunningSerializer(serializers.Serializer):
    """What a network runs on."""

    network = serializers.CharField()
    provider = serializers.CharField(help_text="`tensorrt`, `cuda`, `openvino` or `cpu`.")
    together = serializers.IntegerField(help_text="Pictures of different cameras in one run, at most; 1: each alone.")
    notes = serializers.ListField(
        child=serializers.CharField(),
        allow_null=True,
        help_text="What was chosen and could not be had, and why; null for all but portal administrators.",
    )


class WorkerSerializer(serializers.Serializer):
    """A worker. Host and process are told to portal administrators only."""

    name = serializers.CharField()
    host = serializers.CharField(allow_null=True)
    started_at = serializers.DateTimeField()
    slots = serializers.IntegerField(help_text="How many cameras it could take.")
    capacity = serializers.FloatField(help_text="Looks per second that it can do, measured; 0: not yet known.")
    load = serializers.FloatField(help_text="Looks per second that its cameras want.")
    fps = serializers.FloatField(help_text="Pictures per second analysed now.")
    ms = serializers.FloatField(help_text="Of one picture through the chain, lately.")
    cameras = serializers.ListField(child=serializers.IntegerField(), help_text="Those that the caller may see.")
    short = serializers.ListField(child=serializers.IntegerField(), help_text="Those below 80 % of the wanted rate.")
    others = serializers.IntegerField(help_text="Cameras of other sites.")
    draining = serializers.BooleanField(help_text="It gives its cameras to others and takes none.")
    networks = serializers.ListField(child=serializers.CharField())
    running = RunningSerializer(many=True)


class WorkersSerializer(serializers.Serializer):
    """All of them, without pages."""

    results = WorkerSerializer(many=True)
    writing = serializers.BooleanField(help_text="Somebody brings alarms and counts into the database.")


class HealthSerializer(serializers.Serializer):
    """True: it is there, and works."""

    database = serializers.BooleanField()
    key_value_server = serializers.BooleanField()
    workers = serializers.IntegerField(help_text="How many camera workers run.")
    writing = serializers.BooleanField(help_text="Alarms and counts reach the database.")
    networks = serializers.IntegerField(help_text="How many are there.")
    default_network = serializers.CharField(help_text="Blank: nothing can be detected.")


class WorkerListView(APIView):
    @extend_schema(operation_id="workers_list", responses=WorkersSerializer)
    def get(self, request: Request) -> Response:
        """The camera workers, what they can do and have to do. Nobody while the key-value server is away."""
        beats, writing = workers_seen()
        named = bool(request.user.is_superuser)
        cards = _cards(request.user, beats, named=named)
        return Response(WorkersSerializer({"results": [_worker(one, named) for one in cards], "writing": writing}).data)


class CameraWorkerView(APIView):
    @extend_schema(operation_id="cameras_change_worker", request=None, responses={202: None})
    def post(self, request: Request, camera_id: int) -> Response:
        """Ask its worker to hand the camera over; another one takes it within seconds and keeps it for an hour.

        409 with the code `not_moved` where that cannot be. Takes the role administrator on the site.
        """
        camera = camera_get(user=request.user, camera_id=camera_id)
        role_require(request.user, camera.site_id, Role.ADMINISTRATOR)
        try:
            problem = camera_move(camera.pk)
        except RedisError as exc:
            raise KeyValueAwayError(_("The key-value server does not answer.")) from exc
        if problem:
            raise NotMovedError(_("“%(name)s” was not moved:") % {"name": camera.name} + f" {problem}")
        return Response(status=202)


class HealthView(APIView):
    @extend_schema(operation_id="health", responses=HealthSerializer)
    def get(self, _request: Request) -> Response:
        """Is everything there that detection needs? Always 200; `readyz` is the probe that is not."""
        answers = check_all({"database": check_database, "key_value_server": check_key_value_server}, LIMIT_S)
        (workers, writing), found = workers_seen(), catalogue()
        there = {"networks": sum(len(found.available(task)) for task in Task), "default_network": default_id(found)}
        servers = {name: answer == OK for name, answer in answers.items()}
        return Response(HealthSerializer({**servers, **there, "workers": len(workers), "writing": writing}).data)


def _cards(user: Visitor, beats: list[Beat], *, named: bool) -> list[WorkerCard]:
    cameras = camera_list(user=user).in_bulk([one for beat in beats for one in beat.cameras])
    return worker_cards(beats, cameras, {}, administered=set(), named=named)


def _worker(card: WorkerCard, named: bool) -> dict[str, Any]:
    beat, seen = card.beat, card.seen
    facts = {name: getattr(beat, name) for name in ("slots", "capacity", "load", "fps", "ms", "networks", "draining")}
    return {
        **facts,
        "name": card.name,
        "host": beat.host if named else None,
        "started_at": _instant(beat.started_at),
        "cameras": seen,
        "short": [one for one in beat.short if one in seen],
        "others": card.hidden,
        "running": [_running(one, named) for one in beat.running],
    }


def _running(running: Running, named: bool) -> dict[str, Any]:
    return {**asdict(running), "notes": running.notes if named else None}


def _instant(posix_s: float) -> datetime:
    return datetime.fromtimestamp(posix_s, UTC)
