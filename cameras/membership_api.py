"""/api/v1/memberships/, /api/v1/group-roles/: who is what on which site, by hand and by group (SEC-1, SEC-8)."""

from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from cameras.models import GroupRole, Membership, Role, Site
from cameras.people import group_role_list, membership_list, person_list, role_change_require
from cameras.selectors import administrator_require, role_require, site_list
from cameras.services.group import group_role_remove, group_role_set
from cameras.services.site import membership_remove, membership_set
from portal.common.errors import ConflictError
from portal.common.etag import Conditional, if_match
from portal.common.filters import IdFilter
from portal.common.serializers import IdField, StrictSerializer, valid


class MembershipSerializer(serializers.ModelSerializer):
    """One person's role on one site."""

    username = serializers.CharField(source="user.username", read_only=True)
    site_name = serializers.CharField(source="site.name", read_only=True)

    class Meta:
        model = Membership
        fields = ("id", "user", "username", "site", "site_name", "role")
        read_only_fields = fields


class MembershipAskedSerializer(StrictSerializer):
    user = IdField()
    site = IdField()
    role = serializers.ChoiceField(choices=Role.choices)


class RoleChangeSerializer(StrictSerializer):
    role = serializers.ChoiceField(choices=Role.choices)


class MembershipFilter(django_filters.FilterSet):
    site = IdFilter()
    user = IdFilter()
    role = django_filters.ChoiceFilter(choices=Role.choices)


class MembershipViewSet(Conditional, mixins.ListModelMixin, viewsets.GenericViewSet):
    """Roles on the sites that the caller administers."""

    queryset = Membership.objects.none()  # for the schema
    serializer_class = MembershipSerializer
    filterset_class = MembershipFilter
    etag_fields = ("site", "user", "role")
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[Membership]:
        return membership_list(user=self.request.user)

    @extend_schema(operation_id="memberships_retrieve", responses=MembershipSerializer)
    def retrieve(self, _request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        return self._answer(self.get_object())

    @extend_schema(
        operation_id="memberships_create", request=MembershipAskedSerializer, responses={201: MembershipSerializer}
    )
    def create(self, request: Request) -> Response:
        """Give somebody whom the caller sees a role on a site of theirs. 409 where they have one already."""
        asked = valid(MembershipAskedSerializer(data=request.data))
        site = _site(request, asked["site"])
        person = person_list(user=request.user).filter(pk=asked["user"]).first()
        if person is None:
            raise serializers.ValidationError({"user": [_("There is no such person.")]})
        if found := Membership.objects.filter(site=site, user=person).first():
            raise ConflictError(_("They have a role on this site already."), membership=found.pk)
        return self._answer(membership_set(site=site, user=person, role=asked["role"]), 201)

    @extend_schema(operation_id="memberships_change", request=RoleChangeSerializer, responses=MembershipSerializer)
    @if_match
    def partial_update(self, request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        """Another role."""
        found = self._theirs(request)
        role = valid(RoleChangeSerializer(data=request.data))["role"]
        return self._answer(membership_set(site=found.site, user=found.user, role=role))

    @extend_schema(operation_id="memberships_remove", responses={204: None})
    @if_match
    def destroy(self, request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        """The site is theirs no more."""
        found = self._theirs(request)
        membership_remove(site=found.site, user=found.user)
        return Response(status=204)

    def _theirs(self, request: Request) -> Membership:
        """Raises PermissionDenied for the caller's own, unless they administer the portal and so every site."""
        found: Membership = self.get_object()
        role_change_require(user=request.user, person=found.user)
        return found

    def _answer(self, found: Membership, status: int = 200) -> Response:
        return self.tagged(MembershipSerializer(found).data, found, status)


class GroupRoleSerializer(serializers.ModelSerializer):
    """What a group of the OpenID Connect server means; without a site, its people are portal administrators."""

    class Meta:
        model = GroupRole
        fields = ("id", "group", "site", "role")
        read_only_fields = fields


class GroupRoleAskedSerializer(StrictSerializer):
    group = serializers.CharField(max_length=200, help_text="As the server names it, to the letter.")
    site = IdField(allow_null=True, help_text="null: its people are portal administrators.")
    role = serializers.ChoiceField(choices=Role.choices, default=Role.ADMINISTRATOR)


class GroupRoleViewSet(Conditional, mixins.ListModelMixin, viewsets.GenericViewSet):
    """What groups mean, for portal administrators. It holds from the next sign-in of each person."""

    queryset = GroupRole.objects.none()  # for the schema
    serializer_class = GroupRoleSerializer
    etag_fields = ("group", "site", "role")
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[GroupRole]:
        return group_role_list(user=self.request.user)

    @extend_schema(operation_id="group_roles_retrieve", responses=GroupRoleSerializer)
    def retrieve(self, _request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        return self._answer(self.get_object())

    @extend_schema(
        operation_id="group_roles_set", request=GroupRoleAskedSerializer, responses={201: GroupRoleSerializer}
    )
    def create(self, request: Request) -> Response:
        """What the group means on the site from now on, in place of what it meant."""
        administrator_require(request.user)
        asked: dict[str, Any] = valid(GroupRoleAskedSerializer(data=request.data))
        site = None if asked["site"] is None else _site(request, asked["site"])
        try:
            row = group_role_set(group=asked["group"], site=site, role=asked["role"])
        except ValidationError as refused:
            raise serializers.ValidationError(refused.message_dict) from refused
        return self._answer(row, 201)

    @extend_schema(operation_id="group_roles_remove", responses={204: None})
    @if_match
    def destroy(self, request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        """The group means nothing there any more."""
        administrator_require(request.user)
        group_role_remove(group_role=self.get_object())
        return Response(status=204)

    def _answer(self, row: GroupRole, status: int = 200) -> Response:
        return self.tagged(GroupRoleSerializer(row).data, row, status)


def _site(request: Request, site_id: int) -> Site:
    """Raises REST framework's ValidationError for one that is not seen, PermissionDenied below administrator."""
    site = site_list(user=request.user).filter(pk=site_id).first()
    if site is None:
        raise serializers.ValidationError({"site": [_("There is no such site.")]})
    role_require(request.user, site, Role.ADMINISTRATOR)
    return site
