"""/api/v1/users/: who may sign in (SEC-1, SEC-2). Seen and changed by administrators of the portal, and of sites."""

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from cameras.models import Membership, Role, Site
from cameras.people import person_list, person_manage_require
from cameras.selectors import administrator_require, site_list
from cameras.services.person import (
    person_invite,
    person_link,
    person_set_active,
    person_set_administrator,
    person_sign_out,
    person_update,
    second_factor_remove,
)
from portal.accounts.models import User
from portal.common.etag import Conditional, if_match
from portal.common.filters import IdFilter, SwitchFilter
from portal.common.serializers import IdField, StrictSerializer, valid


class PersonRoleSerializer(serializers.ModelSerializer):
    """A role on a site that the caller administers."""

    class Meta:
        model = Membership
        fields = ("id", "site", "role")
        read_only_fields = fields


class PersonSerializer(serializers.ModelSerializer):
    """Somebody who may sign in. Of roles only those on the caller's sites are told."""

    administrator = serializers.BooleanField(source="is_superuser", read_only=True, help_text="Of the portal.")
    active = serializers.BooleanField(source="is_active", read_only=True)
    email = serializers.CharField(read_only=True, help_text="A mail address; blank: none.")
    memberships = PersonRoleSerializer(source="memberships_seen", many=True, read_only=True)

    class Meta:
        model = User
        fields: tuple[str, ...] = (
            "id",
            "username",
            "first_name",
            "last_name",
            "email",
            "administrator",
            "active",
            "last_login",
            "memberships",
        )
        read_only_fields: tuple[str, ...] = fields


class InvitedSerializer(PersonSerializer):
    """With the link, which is in this answer only."""

    link = serializers.URLField(help_text="Whoever opens it chooses the password. Good for three days, and once.")

    class Meta(PersonSerializer.Meta):
        fields = (*PersonSerializer.Meta.fields, "link")
        read_only_fields = fields


class LinkSerializer(serializers.Serializer):
    link = serializers.URLField(help_text="Whoever opens it chooses the password. Good for three days, and once.")


class RoleAskedSerializer(StrictSerializer):
    site = IdField()
    role = serializers.ChoiceField(choices=Role.choices)


class PersonAskedSerializer(StrictSerializer):
    """Somebody new. Only the portal's administrators make another one, or somebody without a role."""

    username = serializers.CharField(max_length=150)
    first_name = serializers.CharField(max_length=150, allow_blank=True, default="")
    last_name = serializers.CharField(max_length=150, allow_blank=True, default="")
    email = serializers.EmailField(max_length=254, allow_blank=True, default="")
    administrator = serializers.BooleanField(default=False, help_text="Of the portal.")
    roles = RoleAskedSerializer(many=True, default=list)


class PersonChangeSerializer(StrictSerializer):
    """What is left out stays as it is. `administrator` takes a portal administrator."""

    first_name = serializers.CharField(max_length=150, allow_blank=True)
    last_name = serializers.CharField(max_length=150, allow_blank=True)
    email = serializers.EmailField(max_length=254, allow_blank=True)
    active = serializers.BooleanField(help_text="False signs them out everywhere and shuts their tokens.")
    administrator = serializers.BooleanField(help_text="Of the portal.")


class PersonFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(method="named", label="A part of a name or of the mail address.")
    active = SwitchFilter(field_name="is_active")
    site = IdFilter(method="on_site", label="With a role there.")

    def named(self, people: QuerySet[User], _name: str, value: str) -> QuerySet[User]:
        names = Q(first_name__icontains=value) | Q(last_name__icontains=value) | Q(email__icontains=value)
        return people.filter(names | Q(username__icontains=value))

    def on_site(self, people: QuerySet[User], _name: str, value: int) -> QuerySet[User]:
        sites = site_list(user=self.request.user, least=Role.ADMINISTRATOR).filter(pk=value)
        return people.filter(pk__in=Membership.objects.filter(site__in=sites).values("user"))


class PersonViewSet(Conditional, mixins.ListModelMixin, viewsets.GenericViewSet):
    """People: all of them for the portal's administrators, those of their sites for administrators of sites."""

    queryset = User.objects.none()  # for the schema
    serializer_class = PersonSerializer
    filterset_class = PersonFilter
    orders = {"id": ("id",), "username": ("username", "id")}
    etag_fields = ("first_name", "last_name", "email", "is_active", "is_superuser")
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[User]:
        return person_list(user=self.request.user)

    @extend_schema(operation_id="users_retrieve", responses=PersonSerializer)
    def retrieve(self, _request: Request, pk: int) -> Response:
        return self._answer(pk)

    @extend_schema(operation_id="users_invite", request=PersonAskedSerializer, responses={201: InvitedSerializer})
    def create(self, request: Request) -> Response:
        """Invite somebody. Takes the role administrator on the site of each role."""
        facts = valid(PersonAskedSerializer(data=request.data))
        roles = _roles(request, facts.pop("roles"))
        if facts["administrator"] or not roles:
            administrator_require(request.user)
        try:
            made, link = person_invite(user=_caller(request), roles=roles, **facts)
        except ValidationError as refused:
            raise serializers.ValidationError(refused.message_dict) from refused
        answer = self._answer(made.pk, 201)
        answer.data |= {"link": _address(request, link)}
        return answer

    @extend_schema(
        operation_id="users_change", request=PersonChangeSerializer(partial=True), responses=PersonSerializer
    )
    @if_match
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change names, disable and enable, make or end a portal administrator. 409 for the last one of them."""
        person = self._managed(request)
        asked = valid(PersonChangeSerializer(data=request.data, partial=True))
        if "administrator" in asked:
            administrator_require(request.user)
            person_set_administrator(person=person, administrator=asked.pop("administrator"))
        if "active" in asked:
            person_set_active(person=person, active=asked.pop("active"))
        if asked:
            person_update(person=person, **asked)
        return self._answer(pk)

    @extend_schema(operation_id="users_link", request=None, responses=LinkSerializer)
    @action(detail=True, methods=["post"])
    def link(self, request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        """A new link to choose a password with. The password of now and every session end; a second factor stays."""
        text = person_link(user=_caller(request), person=self._managed(request))
        return Response({"link": _address(request, text)})

    @extend_schema(operation_id="users_sign_out", request=None, responses={204: None})
    @action(detail=True, methods=["post"], url_path="sign-out")
    def sign_out(self, request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        """Every session of theirs ends, on every device. Password, second factor and tokens stay."""
        person_sign_out(user=_caller(request), person=self._managed(request))
        return Response(status=204)

    @extend_schema(operation_id="users_second_factor_remove", request=None, responses={204: None})
    @action(detail=True, methods=["post"], url_path="remove-second-factor")
    def remove_second_factor(self, request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        """For who lost phone and recovery codes: the password alone opens the account again."""
        second_factor_remove(user=_caller(request), person=self._managed(request))
        return Response(status=204)

    def _managed(self, request: Request) -> User:
        """Raises PermissionDenied where the account is not the caller's to look after."""
        person: User = self.get_object()
        person_manage_require(user=request.user, person=person)
        return person

    def _answer(self, pk: int, status: int = 200) -> Response:
        """As it is now, seen by the caller."""
        self.kwargs["pk"] = pk
        person = self.get_object()
        return self.tagged(PersonSerializer(person).data, person, status)


def _caller(request: Request) -> User:
    user = request.user
    assert isinstance(user, User)  # the permission lets nobody else in
    return user


def _address(request: Request, link: str) -> str:
    return reverse("welcome", args=[link], request=request)


def _roles(request: Request, asked: list[dict[str, Any]]) -> dict[Site, str]:
    """Raises REST framework's ValidationError for a site that the caller does not see, PermissionDenied below there."""
    seen = {site.pk: site for site in site_list(user=request.user).filter(pk__in=[one["site"] for one in asked])}
    own = set(site_list(user=request.user, least=Role.ADMINISTRATOR).values_list("pk", flat=True))
    found: dict[Site, str] = {}
    for place, one in enumerate(asked):
        if one["site"] not in seen:
            wrong: Any = {place: {"site": [_("There is no such site.")]}}
            raise serializers.ValidationError({"roles": wrong})
        if one["site"] not in own:
            raise PermissionDenied(
                _("This needs the role “%(role)s” on the site.") % {"role": Role.ADMINISTRATOR.label}
            )
        found[seen[one["site"]]] = one["role"]
    return found
