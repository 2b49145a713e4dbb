"""/api/v1/jobs/: work on many cameras ordered, followed, cancelled, tried again (EXT-1).

Here rather than beside the jobs, because an order may name a network, and networks are known from here up.
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError as InvalidError
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics.engine.inference.networks import NetworkCatalogue
from analytics.engine.inference.task import Task
from analytics.job_serializers import JobItemSerializer, JobSerializer, NewJobSerializer
from cameras.models import Camera, Job, JobItem, Role
from cameras.selectors import camera_list, job_counts, job_get, job_item_list, job_list
from cameras.services.job import job_cancel, job_create, job_retry
from portal.accounts.models import User


class JobListView(generics.GenericAPIView):
    """Jobs with a camera on a site that the caller administers."""

    queryset = Job.objects.none()  # for the schema
    serializer_class = JobSerializer
    cursor_fields = ("-made_at", "-id")

    @extend_schema(operation_id="jobs_list", responses=JobSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Newest first."""
        rows = self.paginate_queryset(job_list(user=request.user))
        return self.get_paginated_response(_data(request, rows or []))

    @extend_schema(operation_id="jobs_create", request=NewJobSerializer, responses={201: JobSerializer})
    def post(self, request: Request) -> Response:
        """Order work; it is done camera by camera, and one that fails stops no other. Follow it by its id."""
        asked = NewJobSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        facts = asked.validated_data
        cameras = _cameras(request, facts["cameras"])
        _check_network(facts["order"])
        try:
            job = job_create(user=_user(request), kind=Job.Kind(facts["kind"]), cameras=cameras, order=facts["order"])
        except InvalidError as refused:
            raise ValidationError({"order": refused.message_dict}) from refused
        return Response(_data(request, [job])[0], status=status.HTTP_201_CREATED)


class JobView(APIView):
    @extend_schema(operation_id="jobs_retrieve", responses=JobSerializer)
    def get(self, request: Request, job_id: UUID) -> Response:
        """One job; counts are of the cameras on sites that the caller administers."""
        return _answer(request, job_id)


class JobItemListView(generics.GenericAPIView):
    """The cameras of a job, in the order of the work."""

    queryset = JobItem.objects.none()  # for the schema
    serializer_class = JobItemSerializer
    cursor_fields = ("position", "id")

    @extend_schema(
        operation_id="jobs_cameras_list",
        parameters=[OpenApiParameter("state", str, enum=JobItem.State.values, description="Only those in this state.")],
        responses=JobItemSerializer(many=True),
    )
    def get(self, request: Request, job_id: UUID) -> Response:
        items = job_item_list(user=request.user, job=job_get(user=request.user, job_id=job_id))
        if state := request.query_params.get("state"):
            items = items.filter(state=_state(state))
        return self.get_paginated_response(JobItemSerializer(self.paginate_queryset(items), many=True).data)


class JobCancelView(APIView):
    @extend_schema(operation_id="jobs_cancel", request=None, responses=JobSerializer)
    def post(self, request: Request, job_id: UUID) -> Response:
        """What has not begun is left as it was; what is done stays done. A second call changes nothing."""
        job_cancel(user=request.user, job=job_get(user=request.user, job_id=job_id))
        return _answer(request, job_id)


class JobRetryView(APIView):
    @extend_schema(operation_id="jobs_retry", request=None, responses=JobSerializer)
    def post(self, request: Request, job_id: UUID) -> Response:
        """What failed is done again, in the caller's name. A second call changes nothing."""
        job_retry(user=_user(request), job=job_get(user=request.user, job_id=job_id))
        return _answer(request, job_id)


def _answer(request: Request, job_id: UUID) -> Response:
    return Response(_data(request, [job_get(user=request.user, job_id=job_id)])[0])


def _data(request: Request, jobs: list[Job]) -> list[Any]:
    context = {"counts": job_counts(user=request.user, jobs=jobs)}
    return list(JobSerializer(jobs, many=True, context=context).data)


def _user(request: Request) -> User:
    """Who is calling; `ScopePermission` lets nobody in who is not signed in."""
    assert isinstance(request.user, User)
    return request.user


def _cameras(request: Request, ids: list[int]) -> list[Camera]:
    """In the order of the request. Raises ValidationError for those that the caller does not administer."""
    found = camera_list(user=request.user, least=Role.ADMINISTRATOR).in_bulk(ids)
    if missing := [one for one in ids if one not in found]:
        text = _("Not a camera that you administer: %(ids)s.")
        raise ValidationError({"cameras": [text % {"ids": ", ".join(map(str, missing[:20]))}]})
    return [found[one] for one in ids]


def _check_network(order: dict[str, Any]) -> None:
    network, kind = order.get("network"), order.get("extension", Task.OCCUPANCY)
    if not network or not isinstance(network, str) or kind not in list(Task):  # the order itself says so
        return
    there = [one.id for one in NetworkCatalogue(settings.NETWORK_FOLDERS).available(Task(kind))]
    if network not in there:
        text = _("There is no network “%(name)s” here; there are %(there)s.")
        raise ValidationError(
            {"order": {"network": [text % {"name": network, "there": ", ".join(there) or _("none")}]}}
        )


def _state(text: str) -> str:
    if text not in JobItem.State.values:
        raise ValidationError(
            {"state": [_("Must be one of %(states)s.") % {"states": ", ".join(JobItem.State.values)}]}
        )
    return text
