"""What the views of settings share: refusals in the words of the form, the extension of an address (API-2)."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cameras.extensions.problems import Problem, SettingsError
from cameras.models import Extension, Role
from cameras.selectors import extension_get, role_require
from cameras.settings_serializers import ExtensionSerializer
from portal.accounts.models import User
from portal.common.etag import Conditional, etag_of

Handler = Callable[..., Response]


def settings_errors(handler: Handler) -> Handler:
    """Answer refused settings as problem details, with the sentences of the form."""

    @wraps(handler)
    def handle(*args: Any, **kwargs: Any) -> Response:
        try:
            return handler(*args, **kwargs)
        except SettingsError as refused:
            raise ValidationError(_by_path(refused.problems)) from refused

    return handle


def _by_path(problems: Sequence[Problem]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for problem in problems:
        found.setdefault(problem.path or "non_field_errors", []).append(problem.translated(_))
    return found


class OfExtension(Conditional, APIView):
    """What is written as a part of an extension has its version as ETag."""

    def etag_row(self) -> Extension:
        return extension_get(user=self.request.user, camera_id=self.kwargs["camera_id"], kind=self.kwargs["kind"])

    def seen(self) -> Extension:
        """The extension of the address, as the caller may see it. Raises Http404."""
        return self.etag_row()

    def own(self) -> Extension:
        """The same for a caller who may change it. Raises Http404, PermissionDenied."""
        found = self.etag_row()
        role_require(self.request.user, found.camera.site_id, Role.ADMINISTRATOR)
        return found


def answer(extension: Extension) -> Response:
    """The extension, with its version as ETag."""
    return Response(ExtensionSerializer(extension).data, headers={"ETag": etag_of(extension)})


def caller(request: Request) -> User:
    """Who is calling; `ScopePermission` lets nobody in who is not signed in."""
    assert isinstance(request.user, User)
    return request.user
