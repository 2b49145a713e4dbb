"""/api/v1/tokens/: keys for programs, made and revoked (API-4)."""

from typing import Any

from django.core.exceptions import ValidationError as InvalidError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from cameras.selectors import site_list
from portal.accounts.models import ApiToken, User
from portal.accounts.services import token_create, token_list, token_revoke
from portal.accounts.token_bounds import MOST_NETWORKS
from portal.common.etag import Conditional, if_match
from portal.common.serializers import IdField, StrictSerializer, valid


class TokenSerializer(serializers.ModelSerializer):
    """A token, without the token itself. `prefix` is how it begins."""

    user = serializers.CharField(source="user.username")
    sites = serializers.ListField(
        source="site_ids", child=serializers.IntegerField(), allow_null=True, help_text="null: every site of its user."
    )
    networks = serializers.ListField(
        child=serializers.CharField(), help_text="Where it may be used from; none: everywhere."
    )

    class Meta:
        model = ApiToken
        fields: tuple[str, ...] = (
            "id", "name", "user", "scope", "sites", "networks", "prefix", "made_with",
            "created_at", "expires_at", "last_used_at", "last_used_from", "revoked_at",
        )  # fmt: skip
        read_only_fields = fields


class MadeTokenSerializer(TokenSerializer):
    """A new token: the one answer that tells it."""

    token = serializers.CharField(read_only=True)

    class Meta(TokenSerializer.Meta):
        fields: tuple[str, ...] = (*TokenSerializer.Meta.fields, "token")
        read_only_fields = fields


class TokenAskedSerializer(StrictSerializer):
    """What is left out is as with the token that asks; asked by a session: every site, everywhere, until revoked."""

    name = serializers.CharField(max_length=80)
    scope = serializers.ChoiceField(choices=ApiToken.Scope.choices, default=ApiToken.Scope.READ)
    sites = serializers.ListField(child=IdField(), required=False, allow_empty=False)
    networks = serializers.ListField(
        child=serializers.CharField(max_length=60),
        required=False,
        max_length=MOST_NETWORKS,
        help_text="As in 10.1.0.0/16, or a single address.",
    )
    expires_at = serializers.DateTimeField(required=False)

    def validate_expires_at(self, value: Any) -> Any:
        if value <= timezone.now():
            raise serializers.ValidationError(_("A token that has expired already would open nothing."))
        return value


class TokenViewSet(Conditional, mixins.ListModelMixin, viewsets.GenericViewSet):
    """The caller's tokens; a portal administrator sees those of everybody.

    Who comes with a token sees that one and what was made with it.
    """

    queryset = ApiToken.objects.none()  # for the schema
    serializer_class = TokenSerializer
    etag_fields = ("name", "scope", "site_ids", "networks", "expires_at", "revoked_at")
    cursor_fields = ("-id",)
    lookup_value_converter = "int"
    scope = ApiToken.Scope.CONFIGURE

    def get_queryset(self) -> QuerySet[ApiToken]:
        assert isinstance(self.request.user, User)
        return token_list(user=self.request.user, token=_held(self.request))

    def retrieve(self, _request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        token = self.get_object()
        return self.tagged(self.get_serializer(token).data, token)

    @extend_schema(operation_id="tokens_create", request=TokenAskedSerializer, responses={201: MadeTokenSerializer})
    def create(self, request: Request) -> Response:
        """Make one for the caller. The token itself is in this answer only.

        One that is made with a token can do no more than that, ends with it, and is revoked with it.
        """
        asked = valid(TokenAskedSerializer(data=request.data))
        assert isinstance(request.user, User)
        sites = _sites(request.user, asked.pop("sites", None))
        token, text = _made(user=request.user, site_ids=sites, made_with=_held(request), **asked)
        return self.tagged(self.get_serializer(token).data | {"token": text}, token, 201)

    @extend_schema(operation_id="tokens_revoke", responses={204: None})
    @if_match
    def destroy(self, request: Request, pk: int) -> Response:  # noqa: ARG002  # get_object reads it
        """Revoke it, and all that were made with it. The row stays, for the record."""
        token_revoke(token=self.get_object())
        return Response(status=204)


def _held(request: Request) -> ApiToken | None:
    return request.auth if isinstance(request.auth, ApiToken) else None


def _made(**facts: Any) -> tuple[ApiToken, str]:
    """Raises ValidationError, with the fields as they were sent."""
    try:
        return token_create(**facts)
    except InvalidError as refused:
        errors = {"sites" if name == "site_ids" else name: error for name, error in refused.error_dict.items()}
        raise InvalidError(errors) from refused


def _sites(user: User, asked: list[int] | None) -> list[int] | None:
    """Raises ValidationError for a site that is not there or not to be seen."""
    if asked is None:
        return None
    seen = set(site_list(user=user).filter(pk__in=asked).values_list("pk", flat=True))
    if missing := sorted(set(asked) - seen):
        raise serializers.ValidationError({"sites": [_("There is no site %(id)s.") % {"id": missing[0]}]})
    return asked
