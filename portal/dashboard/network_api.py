"""/api/v1/networks/: what detects, what is missing; networks brought, taken away, tried on a picture (RUN-6; API-1)."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.engine.inference.errors import FrameFailedError, NetworkError
from analytics.engine.inference.manifest import Manifest
from analytics.engine.inference.task import Task
from analytics.services.network import network_add, network_remove
from cameras.selectors import administrator_require
from portal.accounts.models import ApiToken, User
from portal.common import limits
from portal.common.errors import ConflictError
from portal.common.serializers import StrictSerializer, valid
from portal.dashboard.forms import MOST_BYTES
from portal.dashboard.model_card import card_read
from portal.dashboard.network_page import NetworkLine, catalogue, networks_by_task, networks_whole
from portal.dashboard.workers import workers_seen


class NotTestedError(ConflictError):
    """Too many tests at once, no answer in time, or a file that cannot be run."""

    code = "not_tested"


class NetworkSerializer(serializers.Serializer):
    """A network: what its manifest says, and whether it can be used."""

    id = serializers.CharField()
    extension = serializers.ChoiceField(choices=[(task.value, task.value) for task in Task])
    there = serializers.BooleanField(help_text="Its file was found.")
    usable = serializers.BooleanField(help_text="Its file is the one that its manifest speaks of.")
    default = serializers.BooleanField(help_text="Cameras take it whose settings name no other.")
    in_use = serializers.BooleanField(help_text="A worker has loaded it.")
    uploaded = serializers.BooleanField(help_text="It lies where uploads do, and can be removed.")
    rank = serializers.IntegerField(help_text="1: the first choice.")
    width = serializers.IntegerField(help_text="Of its input, in pixels.")
    height = serializers.IntegerField()
    decoder = serializers.CharField()
    licence = serializers.CharField()
    origin = serializers.CharField()
    measured = serializers.CharField(help_text="What its thresholds were fitted on, and how well it counts there.")
    sha256 = serializers.CharField(help_text="Of its file.")
    megabytes = serializers.FloatField(allow_null=True)
    card = serializers.CharField(help_text="Its model card, HTML; blank: it has none.")


class NetworksSerializer(serializers.Serializer):
    """All of them, best first, without pages."""

    results = NetworkSerializer(many=True)


class NewNetworkSerializer(StrictSerializer):
    """A form (multipart/form-data), because files are in it."""

    file = serializers.FileField(
        help_text=f"ONNX, one file without external data, up to {limits.NETWORK // 1_000_000} MB."
    )
    manifest = serializers.FileField(
        required=False,
        help_text=f"JSON, up to {limits.MANIFEST // 1000} kB. Not needed where the list has the network "
        "and its file is missing.",
    )


class PictureSerializer(serializers.Serializer):
    picture = serializers.FileField(help_text="JPEG or PNG, up to 10 MB.")

    def validate_picture(self, picture: Any) -> Any:
        """Raises ValidationError."""
        if picture.size > MOST_BYTES:
            text = _("At most %(most)s MB can be tested.") % {"most": MOST_BYTES // 1_000_000}
            raise serializers.ValidationError(text)
        return picture


class SeenObjectSerializer(serializers.Serializer):
    """One object. Scores are 0 to 100."""

    kind = serializers.CharField(source="label")
    score = serializers.IntegerField()
    head = serializers.IntegerField(allow_null=True, help_text="null: the network sees no heads.")
    counts = serializers.BooleanField(help_text="It passes the default threshold.")
    place = serializers.ListField(child=serializers.FloatField(), help_text="x, y, width, height in % of the picture.")


class PictureSeenSerializer(serializers.Serializer):
    """What a network saw on the picture. Nothing of it is kept."""

    width = serializers.IntegerField()
    height = serializers.IntegerField()
    ms = serializers.FloatField(help_text="Median of three looks, on one processor thread of the web process.")
    seen = SeenObjectSerializer(many=True)


class NetworkListView(APIView):
    """Anybody may look; adding takes an administrator of the portal."""

    parser_classes = (MultiPartParser,)
    scope = ApiToken.Scope.CONFIGURE

    @extend_schema(operation_id="networks_list", responses=NetworksSerializer)
    def get(self, _request: Request) -> Response:
        """The networks of both extensions, and those whose file is missing. Put one on cameras with a job."""
        return Response({"results": list(_networks())})

    @extend_schema(
        operation_id="networks_create",
        request={"multipart/form-data": NewNetworkSerializer},
        responses={201: NetworkSerializer},
    )
    def post(self, request: Request) -> Response:
        """Add a network. It is checked first, loaded and run once in a process of its own: up to a minute.

        400 says what is wrong with it, and nothing is kept; 409 `network_busy` while another one is being checked.
        """
        assert isinstance(request.user, User)  # the scope lets nobody else in
        administrator_require(request.user)
        asked = valid(NewNetworkSerializer(data=request.data))
        manifest = asked["manifest"].read(limits.MANIFEST + 1) if "manifest" in asked else None
        added = network_add(user=request.user, file=asked["file"].chunks(), manifest=manifest)
        return Response(_one(added.id), 201)


class NetworkView(APIView):
    """Anybody may look; removing takes an administrator of the portal."""

    scope = ApiToken.Scope.CONFIGURE

    @extend_schema(operation_id="networks_retrieve", responses=NetworkSerializer)
    def get(self, _request: Request, network_id: str) -> Response:
        """One network, with its licence and its card."""
        return Response(_one(network_id))

    @extend_schema(operation_id="networks_remove", responses={204: None})
    def delete(self, request: Request, network_id: str) -> Response:
        """Remove one that was uploaded and that no camera uses; 409 `network_used` names cameras, or `not_uploaded`."""
        assert isinstance(request.user, User)  # the scope lets nobody else in
        network_remove(user=request.user, network_id=network_id)
        return Response(status=204)


class NetworkTestView(APIView):
    """Takes an administrator of the portal."""

    parser_classes = (MultiPartParser,)
    scope = ApiToken.Scope.CONFIGURE

    @extend_schema(
        operation_id="networks_test",
        request={"multipart/form-data": PictureSerializer},
        responses=PictureSeenSerializer,
    )
    def post(self, request: Request, network_id: str) -> Response:
        """Try it on a picture. 409 with the code `not_tested` when it cannot be run now."""
        # OpenCV and onnxruntime take 30 MB, which a web process spends only when somebody tests.
        from portal.dashboard.picture_file import BadPictureError
        from portal.dashboard.picture_test import picture_test

        administrator_require(request.user)
        network = next((one for one in networks_whole(catalogue()) if one.id == network_id), None)
        if network is None:
            raise Http404(_("This network is not there, or is broken."))
        picture = valid(PictureSerializer(data=request.data))["picture"]
        try:
            return Response(PictureSeenSerializer(picture_test(network, picture.read())).data)
        except BadPictureError as exc:
            raise ValidationError({"picture": [str(exc)]}) from exc
        except (NetworkError, FrameFailedError) as exc:
            raise NotTestedError(str(exc)) from exc


def _one(network_id: str) -> dict[str, Any]:
    """Raises Http404."""
    found = next((one for one in _networks() if one["id"] == network_id), None)
    if found is None:
        raise Http404(_("There is no network “%(name)s”.") % {"name": network_id[:80]})
    return found


def _networks() -> Iterator[dict[str, Any]]:
    """Those of each extension that are there, best first, and then those that could be."""
    in_use = {network for worker in workers_seen()[0] for network in worker.networks}
    for group in networks_by_task(catalogue(), in_use):
        for line in group.there:
            yield _facts(line.manifest) | _standing(line)
        for missing in group.missing:
            nothing = dict.fromkeys(("there", "usable", "default", "in_use", "uploaded"), False) | {"megabytes": None}
            yield _facts(missing.manifest) | nothing | {"card": card_read(missing.manifest.card)}


def _standing(line: NetworkLine) -> dict[str, Any]:
    facts = {"there": True, "usable": not line.problem, "default": line.default, "in_use": line.in_use}
    return facts | {"uploaded": line.uploaded, "megabytes": round(line.megabytes, 3), "card": line.card}


def _facts(manifest: Manifest) -> dict[str, Any]:
    names = ("id", "rank", "decoder", "licence", "origin", "measured", "sha256")
    size = {"width": manifest.input.width, "height": manifest.input.height}
    return {name: getattr(manifest, name) for name in names} | size | {"extension": manifest.task.value}
